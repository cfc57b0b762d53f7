/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Test whether boots of a group crash more often only because they last longer. */
#ifndef LINEAGE_TRIAGE_BOOT_LENGTH_H
#define LINEAGE_TRIAGE_BOOT_LENGTH_H

#include <stdbool.h>
#include <stddef.h>

struct triage_machine_row;

/**
 * struct triage_boot_lengths - sums over the boots of the group, or over all other boots
 * @boots: all boots
 * @crashes: boots that crashed
 * @measured: boots that did not crash and have a known length
 * @length_s: sum of their lengths
 * @timed_crashes: boots that crashed at a known uptime
 * @uptime_s: sum of these uptimes
 */
struct triage_boot_lengths {
	double boots;
	double crashes;
	double measured;
	double length_s;
	double timed_crashes;
	double uptime_s;
};

/**
 * triage_boot_length_explains() - test whether the length of boots explains a difference
 * @rows: array of @count rows; their numbers of boots are replaced by seconds, and the rows are
 *	sorted anew
 * @limit: if the p-value of the difference per time is at most this limit, the length does not
 *	explain the difference
 * @ret: true in three cases: the boots of the group lasted longer, did not crash early, and their
 *	crashes per time do not differ significantly; or the ends of the boots are missing on one
 *	side only; or neither the lengths of most boots of the group nor the uptimes at most of its
 *	crashes are known. False in all other cases
 *
 * docs/appendix/statistics.md has the formulas. Return: 0 or -ENOMEM.
 */
int triage_boot_length_explains(struct triage_machine_row *rows, size_t count, double limit,
				bool *ret);

/**
 * triage_boot_length_is_sparse() - whether the uptimes at crashes are too few for the test above
 *
 * Return: true if some are known, but on one side fewer than the test needs. With more boots, its
 * result can then be another one.
 */
bool triage_boot_length_is_sparse(const struct triage_machine_row *rows, size_t count);

/**
 * triage_boot_length_may_explain() - whether triage_boot_length_explains() can be true for boots
 * with these sums
 */
bool triage_boot_length_may_explain(const struct triage_boot_lengths *group,
				    const struct triage_boot_lengths *others);

#endif /* LINEAGE_TRIAGE_BOOT_LENGTH_H */
