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

/**
 * store_crash_is_cut_of() - return whether @cut is the beginning of the report @whole
 *
 * A log can end in the middle of a report: another program still writes it, or the machine stopped.
 * Such a report has another signature, because it lacks frames. Both crashes must be of one boot,
 * and must have the same type and printk time. The report @cut has no signature, and the same title
 * except for the function; or the same title, and fewer frames, with which @whole begins. Two whole
 * reports of the same time differ in their frames.
 */
bool store_crash_is_cut_of(const struct store_crash *cut, const struct store_crash *whole);

#endif /* LINEAGE_STORE_CRASH_IDENTITY_H */
