/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids in the column aliases. */
#ifndef LINEAGE_STORE_ALIASES_H
#define LINEAGE_STORE_ALIASES_H

#include <stdbool.h>

#define STORE_ALIAS_SIZE 72 /* maximum length of an id, with its NUL */

/**
 * store_next_id() - copy the first of several ids that are separated by blanks
 * @ids: NULL or empty for none; set to the rest
 *
 * Return: whether there was an id.
 */
bool store_next_id(const char **ids, char ret[STORE_ALIAS_SIZE]);

#endif /* LINEAGE_STORE_ALIASES_H */
