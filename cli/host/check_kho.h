/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Print what KHO passes on to the kernel in an image, for the command check. */
#ifndef LINEAGE_CLI_HOST_CHECK_KHO_H
#define LINEAGE_CLI_HOST_CHECK_KHO_H

#include "host/kho_cross.h"

struct json_object;

/* Print one line. */
void check_kho_print(const struct lineage_kho_cross *cross);

/* Return an object, which the caller puts. */
struct json_object *check_kho_to_json(const struct lineage_kho_cross *cross);

#endif /* LINEAGE_CLI_HOST_CHECK_KHO_H */
