/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed between two periods: findings that are new, worse or gone.
 *
 * Each period has a report of its own. A finding is new if the older report does not have it. It is
 * worse if both have it and its boots crash more often than before, and gone if only the older
 * report has it and its boots crash less often. The boots of a finding in the two periods are
 * compared like the boots of two previous releases: within labels and kexec counts, by time if the
 * lengths are known, and corrected for the number of findings.
 */
#ifndef LINEAGE_TRIAGE_CHANGES_H
#define LINEAGE_TRIAGE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cases.h"
#include "dependences.h"

/** The states are bits, so that several of them can be requested. */
enum triage_state {
	TRIAGE_STATE_NEW = 1,
	TRIAGE_STATE_WORSE = 2,
	TRIAGE_STATE_GONE = 4,
};

/**
 * struct triage_change - a finding that is new, worse or gone
 * @report: the report that has the finding: the newer one, or the older one if it is gone
 * @found: the finding
 * @has_table: whether the boots of the finding were counted; not for an ancestor
 * @table: its boots in the newer period against those in the older period
 * @q: q-value of the comparison of the periods; NAN for a new finding
 */
struct triage_change {
	enum triage_state state;
	const struct triage_report *report;
	struct triage_dependence found;
	bool has_table;
	struct triage_table table;
	double q;
};

/** triage_state_name() - "new", "worse" or "gone"; static */
const char *triage_state_name(enum triage_state state);

/**
 * triage_changes_list() - compare the reports of two periods
 * @now, @before: the newer and the older report; both sorted
 * @length_s: length of the newer period in seconds. If the boots cannot be compared by time, only a
 *	finding whose crashes come within a tenth of it can be gone: a boot that started recently
 *	may still crash.
 * @ret: array of @ret_count changes: new, worse, gone, and strongest first; the caller frees it
 *
 * Suspects are findings, leads are not. A finding on an ancestor is never worse or gone.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_changes_list(const struct triage_report *now, const struct triage_report *before,
			int64_t length_s, struct triage_change **ret, size_t *ret_count);

#endif /* LINEAGE_TRIAGE_CHANGES_H */
