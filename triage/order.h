/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Since which previous release does a crash come? */
#ifndef LINEAGE_TRIAGE_ORDER_H
#define LINEAGE_TRIAGE_ORDER_H

#include "triage.h"

/**
 * order_compare() - which release is the older one?
 *
 * Numbers are compared as numbers, "-rc" is before what has none, anything else by its bytes.
 *
 * Return: below 0 where @left is, above 0 where @right is, 0 where they are the same.
 */
int order_compare(const char *left, const char *right);

/**
 * order_find() - look for a step in the rates of the origins that are releases
 * @findings: @count of them, the cold boot may be one
 *
 * Return: 0 or -ENOMEM.
 */
int order_find(const struct triage_counts *counts, const struct triage_finding *findings,
	       size_t count, struct triage_order *ret);

#endif /* LINEAGE_TRIAGE_ORDER_H */
