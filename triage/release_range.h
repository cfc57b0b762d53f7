/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A range of previous releases after which a crash occurs more often. */
#ifndef LINEAGE_TRIAGE_RELEASE_RANGE_H
#define LINEAGE_TRIAGE_RELEASE_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exposure.h"
#include "finding.h"

/**
 * struct triage_release_range - the range whose ends are most likely near those of a bad range
 * @is_tested: there were enough previous releases and crashes for a test
 * @is_found: the difference is not due to one release of the range alone
 * @is_one_sided: the range begins with the first previous release, or ends with the last
 * @first, @last: numbers of the first and last release of the range, in version order
 * @ranges: factor that corrects for the choice of this range: triage_distinct_ranges(), or the
 *	number of ranges
 * @weight: weight of its test in relation to a test of one previous release; set by triage_judge()
 * @finding: the boots after the releases of the range, compared with those after all other
 *	releases. Its p-values are multiplied by @ranges; @origin is @first.
 */
struct triage_release_range {
	bool is_tested;
	bool is_found;
	bool is_one_sided;
	uint32_t first;
	uint32_t last;
	double ranges;
	double weight;
	struct triage_finding finding;
};

/** triage_release_range_has() - return whether a previous release is in the range */
bool triage_release_range_has(const struct triage_exposure *exposure,
			      const struct triage_release_range *range, const char *release);

/**
 * triage_release_range_find() - find the range of at least two previous releases whose ends are
 * most likely near those of a bad range
 * @cells: array of @count cells after a kexec, all of one release
 * @crashes: array of @crash_count cells of one signature, sorted as in struct triage_exposure
 * @limit: if the p-value of the range is larger, @is_found is false, and the p-values and ratios of
 *	less specific comparisons are NAN
 * @cut: room that is reused, with @is_odds set; its content is lost
 *
 * The cells may also be those of struct triage_time_at_risk.
 *
 * The range is chosen by a likelihood ratio and tested by the exact tests. Return: 0 or
 * -ENOMEM.
 */
int triage_release_range_find(const struct triage_exposure *exposure,
			      const struct triage_cell *cells, size_t count,
			      const struct triage_crash_cell *crashes, size_t crash_count,
			      double limit, struct triage_strata_cut *cut,
			      struct triage_release_range *ret);

/**
 * triage_release_range_table() - count the boots of a range against those of all other origins
 * @cells, @count, @crashes, @crash_count: as in triage_release_range_find()
 */
struct triage_table triage_release_range_table(const struct triage_exposure *exposure,
					       const struct triage_release_range *range,
					       const struct triage_cell *cells, size_t count,
					       const struct triage_crash_cell *crashes,
					       size_t crash_count);

/**
 * triage_release_range_rest_p() - test the range of a case again, without some of its releases
 * @release, @signature: the numbers of the case
 * @is_left_out: for each release number, whether to leave its boots out
 * @ret: the p-value, not multiplied; 1 if the rate is not higher, NAN if nothing can be compared
 *
 * Return: 0 or -ENOMEM.
 */
int triage_release_range_rest_p(const struct triage_exposure *exposure, uint32_t release,
				uint32_t signature, const struct triage_release_range *range,
				const bool *is_left_out, double *ret);

#endif /* LINEAGE_TRIAGE_RELEASE_RANGE_H */
