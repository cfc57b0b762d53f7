// SPDX-License-Identifier: GPL-2.0-or-later
#include "beside_machines.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "machine_check.h"
#include "machine_rows.h"
#include "multiple_testing.h"

#define COMPARISONS 2 /* of one hypothesis: with and without the machines */

static bool has_suspect(const struct triage_case *one)
{
	bool is_found = one->range.finding.why_not == TRIAGE_DOUBT_MACHINES ||
			one->count_trend.why_not == TRIAGE_DOUBT_MACHINES;

	for (size_t i = 0; i < one->finding_count; i++)
		is_found = is_found || one->findings[i].why_not == TRIAGE_DOUBT_MACHINES;
	return is_found;
}

/*
 * Find the machines that crash in too many of their boots. @how: a comparison of all boots.
 * @ret_left_out: for each machine, whether it is one of them. Return their number.
 */
static size_t find_machines(struct triage_machines *machines,
			    const struct triage_machine_comparison *how, bool *ret_left_out)
{
	size_t count = triage_machine_check_rows(machines, how);
	size_t dropped = triage_machine_rows_drop_worst(machines->rows, count);

	for (size_t i = 0; i < machines->hosts.count; i++)
		ret_left_out[i] = false;
	for (size_t i = 0; i < count; i++)
		if (machines->rows[i].is_dropped)
			ret_left_out[machines->rows[i].machine] = true;
	return dropped;
}

static int compare(struct triage_machines *machines, const struct triage_machine_comparison *how,
		   struct triage_interval *ret_ratio, double *ret_p)
{
	size_t count = triage_machine_check_rows(machines, how);
	int error = triage_machine_rows_fisher(machines->rows, count, TRIAGE_ROWS_PLAIN, ret_p);

	return error ? error
		     : triage_machine_rows_ratio(machines->rows, count, TRIAGE_ROWS_PLAIN,
						 ret_ratio);
}

/* Add up the boots and times of the origin, of all other boots, and of the machines left out. */
static void add_up(const struct triage_machines *machines,
		   const struct triage_machine_comparison *how, struct triage_finding *finding)
{
	finding->table = (struct triage_table){ 0 };
	finding->seconds = finding->other_seconds = 0;
	for (size_t i = 0; i < machines->count; i++) {
		const struct triage_machine_boots *boots = &machines->all[i];
		bool is_in_group = boots->origin == how->origin;

		if (how->left_out[boots->machine]) {
			finding->left_out.boots += boots->boots;
			finding->left_out.crashes += boots->crashes;
			continue;
		}
		triage_table_add(&finding->table, is_in_group, boots->boots, boots->crashes);
		if (finding->is_timed && boots->is_timed)
			*(is_in_group ? &finding->seconds : &finding->other_seconds) +=
				boots->at_risk_s;
	}
}

/* Make the three comparisons of struct triage_finding. @how: the one that is judged */
static int compare_all(struct triage_machines *machines,
		       const struct triage_machine_comparison *how, struct triage_finding *finding)
{
	struct triage_machine_comparison wider = *how;
	int error = compare(machines, &wider, &finding->ratio_same_count, &finding->p_same_count);

	wider.is_within_counts = false;
	if (!error)
		error = compare(machines, &wider, &finding->ratio_kexeced, &finding->p_kexeced);
	wider.is_within_kexecs = false;
	if (!error)
		error = compare(machines, &wider, &finding->ratio, &finding->p);
	return error;
}

static int set_q(const struct triage_report *report, const struct triage_case *one,
		 struct triage_finding *finding)
{
	finding->tail = fmin(1, COMPARISONS * finding->p_same_count);
	finding->score = finding->tail / one->weight;
	return triage_discrete_q_of_some(report->family, report->family_count, &finding->score, 1,
					 &finding->q);
}

/*
 * Compare one previous release. @finding: becomes an association if the difference is significant.
 * @left_out: array of one element for each machine
 */
static int compare_again(struct triage_machines *machines, const struct triage_report *report,
			 struct triage_finding *finding, bool *left_out)
{
	struct triage_finding again = *finding;
	struct triage_machine_comparison how, all;
	int error;

	/* The kexec count from which boots crash more may be wrong because of the machines. */
	again.below = 0;
	error = triage_machine_check_comparison(machines, &again, &how);
	if (error)
		return error;
	all = how;
	all.is_within_counts = all.is_within_kexecs = false;
	again.left_out.machines = find_machines(machines, &all, left_out);
	if (again.left_out.machines == 0)
		return 0;
	how.left_out = left_out;
	error = compare_all(machines, &how, &again);
	if (!error)
		error = set_q(report, machines->of, &again);
	if (error || !(again.q <= TRIAGE_FDR))
		return error;
	add_up(machines, &how, &again);
	again.boots_needed = 0;
	again.verdict = TRIAGE_ASSOCIATED;
	error = triage_machine_check(machines, &how, &again.hosts, &again.label, &again.why_not,
				     &again.weeks);
	if (!error && again.why_not == TRIAGE_DOUBT_NONE)
		*finding = again;
	return error;
}

int triage_beside_machines_find(struct triage_machines *machines,
				const struct triage_report *report)
{
	struct triage_case *one = machines->of;
	LINEAGE_AUTO_FREE bool *left_out = NULL;
	int error = 0;

	if (!has_suspect(one))
		return 0;
	/* The names of the hosts do not change from here on. */
	left_out = calloc(machines->hosts.count + 1, sizeof(*left_out));
	if (!left_out)
		return -ENOMEM;
	for (size_t i = 0; i < one->finding_count && !error; i++) {
		struct triage_finding *finding = &one->findings[i];

		if (finding->origin != TRIAGE_COLD && finding->verdict < TRIAGE_SUSPECT &&
		    !isnan(finding->p_same_count))
			error = compare_again(machines, report, finding, left_out);
	}
	return error;
}
