/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flat list of the findings of a report: one entry for each dependence that was judged. */
#ifndef LINEAGE_TRIAGE_DEPENDENCES_H
#define LINEAGE_TRIAGE_DEPENDENCES_H

#include <stddef.h>
#include <stdint.h>

#include "cases.h"
#include "selection.h"
#include "tables.h"

/** What a crash depends on. To add a factor, also add its name to triage_factor_name(). */
enum triage_factor {
	TRIAGE_FACTOR_PREVIOUS_RELEASE, /* one previous release against all others */
	TRIAGE_FACTOR_PREVIOUS_RANGE,	/* a range of previous releases against all others */
	TRIAGE_FACTOR_ANCESTOR,		/* a kernel further back in the chain */
	TRIAGE_FACTOR_KEXEC_COUNT,	/* kexec counts from a value on against smaller counts */
	TRIAGE_FACTOR_KEXEC,		/* boots after any kexec against cold boots */
	TRIAGE_FACTOR_COLD_BOOT,	/* cold boots against boots after any kexec */
};

/**
 * struct triage_dependence - one dependence of a crash
 * @verdict: never TRIAGE_INVERSE: such a finding is listed as associated, with the factor
 *	TRIAGE_FACTOR_KEXEC
 * @of: the case; owned by the report
 * @factor: what the crash depends on
 * @value: number of the previous release, of the ancestor, or of the first release of a range; or
 *	the first kexec count; 0 for the other factors
 * @last: number of the last release of a range
 * @table: boots with this value of the factor against all other boots, not stratified
 * @is_timed: @ratio and @p are of crashes per time
 * @seconds, @other_seconds: if @is_timed, times at risk of the two groups of @table
 * @ratio: risk ratio of the comparison that was judged; if it is infinite, the risk ratio within
 *	labels
 * @p: p-value of the comparison that was judged
 * @q: q-value; NAN if the comparison can never be significant
 * @hosts: number of hosts that had the crash in boots with this value; if the rate falls with the
 *	kexec count, in boots with a smaller count; 0 if hosts were not counted
 * @left_out: machines that the comparison leaves out, as in struct triage_finding
 * @label: the label that the dependence is confined to, or NULL
 * @same_boots: crashes whose findings were dropped, because they are on the same boots
 * @why_not: for a suspect, the other explanation
 * @weeks: the weeks that explain it, as in struct triage_finding
 */
struct triage_dependence {
	enum triage_verdict verdict;
	const struct triage_case *of;
	enum triage_factor factor;
	uint32_t value;
	uint32_t last;
	struct triage_table table;
	bool is_timed;
	uint64_t seconds;
	uint64_t other_seconds;
	struct triage_interval ratio;
	double p;
	double q;
	int64_t hosts;
	struct triage_left_out left_out;
	const char *label;
	struct triage_same_boots same_boots;
	enum triage_doubt why_not;
	struct triage_weeks weeks;
};

/** triage_outcome_name() - "crash", "any crash" or "lost kexec"; static */
const char *triage_outcome_name(const struct triage_exposure *exposure, uint32_t signature);

/** triage_unit_name() - "boots", "boot-hours" or "crashes"; static */
const char *triage_unit_name(const struct triage_exposure *exposure, bool is_timed);

/** triage_factor_name() - "previous_release" and so on; static */
const char *triage_factor_name(enum triage_factor factor);

/**
 * triage_dependences_list() - list the dependences of the selected cases of a sorted report
 * @ret: array of @ret_count dependences, strongest verdict first, then smallest q; the caller frees
 *	it
 *
 * A dependence that another dependence of the same case explains is left out. Comparisons with the
 * verdict TRIAGE_NONE are listed only if @all of @selection is set.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_dependences_list(const struct triage_report *report,
			    const struct triage_selection *selection,
			    struct triage_dependence **ret, size_t *ret_count);

/**
 * triage_dependence_phrase() - what a finding names: " after a kexec from 7.2.9"; "" for a lead
 *
 * Return: NULL if memory runs out. The caller frees it.
 */
char *triage_dependence_phrase(const struct triage_exposure *exposure,
			       const struct triage_dependence *found);

#endif /* LINEAGE_TRIAGE_DEPENDENCES_H */
