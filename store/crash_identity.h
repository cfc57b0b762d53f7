/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection of rows that describe the same crash of one boot. */
#ifndef LINEAGE_STORE_CRASH_IDENTITY_H
#define LINEAGE_STORE_CRASH_IDENTITY_H

#include <stdbool.h>

#include "store.h"

/**
 * store_crash_is_same() - return whether two sources of one boot reported the same crash
 *
 * The signatures must be equal. The uptimes are compared if both are printk times or both are from
 * dates, else the times of day, else the uptimes within the error of a start.
 */
bool store_crash_is_same(const struct store_crash *a, const struct store_crash *b);

#endif /* LINEAGE_STORE_CRASH_IDENTITY_H */
