/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Check the URL of a store without opening it. */
#ifndef LINEAGE_STORE_URL_H
#define LINEAGE_STORE_URL_H

#include <stdbool.h>

/**
 * store_url_is_valid() - return whether a URL can name a store; the store may not exist
 *
 * Return true for a URL of a back end that this program does not link.
 */
bool store_url_is_valid(const char *url);

#endif /* LINEAGE_STORE_URL_H */
