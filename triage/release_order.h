/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version order of releases, and the changepoint of the crash rate in that order. */
#ifndef LINEAGE_TRIAGE_RELEASE_ORDER_H
#define LINEAGE_TRIAGE_RELEASE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exposure.h"
#include "finding.h"

/**
 * struct triage_release_order - the changepoint; releases are numbers of the exposure
 * @is_known: a changepoint was found; if false, all other fields are 0
 * @is_fixed: the crash rate is lower after the changepoint
 * @last_before: last release before the most likely changepoint
 * @first_after: first release after the changepoint
 * @earliest, @latest: 95 % confidence limits of @first_after
 */
struct triage_release_order {
	bool is_known;
	bool is_fixed;
	uint32_t last_before;
	uint32_t first_after;
	uint32_t earliest;
	uint32_t latest;
};

/** triage_release_order_has() - whether a release is in the order: it begins with a digit */
bool triage_release_order_has(const char *release);

/**
 * triage_release_order_find() - find a changepoint over the previous releases of a case
 * @findings: array of the @count findings of one case; the cold boot and releases without a place
 *	in the order are ignored
 *
 * Return: 0 or -ENOMEM.
 */
int triage_release_order_find(const struct triage_exposure *exposure,
			      const struct triage_finding *findings, size_t count,
			      struct triage_release_order *ret);

#endif /* LINEAGE_TRIAGE_RELEASE_ORDER_H */
