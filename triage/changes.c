// SPDX-License-Identifier: GPL-2.0-or-later
#include "changes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "lib/cleanup.h"
#include "lib/releases.h"
#include "release_order.h"
#include "triage.h"

#define EARLY 10	      /* a crash is early within 1/EARLY of the newer period */
#define KNOWN_PER_CENT_MIN 90 /* of the crashes must have a known uptime to be early */

/* The two periods, as previous releases of the comparison. */
static const char *const periods[] = { "since", "before" };
enum { SINCE, BEFORE };

/**
 * struct builder - the comparison of the two periods
 * @reports: the reports, indexed by SINCE and BEFORE
 * @exposure: the boots of each finding that is compared, as a release of its own
 */
struct builder {
	const struct triage_report *reports[2];
	struct triage_exposure exposure;
};

static void builder_deinit(struct builder *builder)
{
	triage_exposure_deinit(&builder->exposure);
}
#define AUTO_BUILDER __attribute__((cleanup(builder_deinit))) struct builder

/** struct list - the findings of a report that are associated or suspect */
struct list {
	struct triage_dependence *all;
	size_t count;
};

static void list_deinit(struct list *list)
{
	free(list->all);
}
#define AUTO_LIST __attribute__((cleanup(list_deinit))) struct list

const char *triage_state_name(enum triage_state state)
{
	return state == TRIAGE_STATE_NEW ? "new" : state == TRIAGE_STATE_WORSE ? "worse" : "gone";
}

static const char *release_name(const struct triage_report *report, uint32_t number)
{
	return report->exposure->releases.texts[number];
}

static const char *signature_of(const struct triage_report *report,
				const struct triage_dependence *found)
{
	return report->exposure->signature_names.texts[found->of->signature];
}

static bool is_previous(const struct triage_dependence *found)
{
	return found->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE ||
	       found->factor == TRIAGE_FACTOR_PREVIOUS_RANGE;
}

static const char *last_of(const struct triage_report *report,
			   const struct triage_dependence *found)
{
	return release_name(report, found->factor == TRIAGE_FACTOR_PREVIOUS_RANGE ? found->last
										  : found->value);
}

/* Whether two previous releases, or ranges of them, have a release in common. */
static bool overlap(const struct triage_report *a, const struct triage_dependence *left,
		    const struct triage_report *b, const struct triage_dependence *right)
{
	if (left->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE &&
	    right->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE)
		return strcmp(release_name(a, left->value), release_name(b, right->value)) == 0;
	return lineage_release_compare(release_name(a, left->value), last_of(b, right)) <= 0 &&
	       lineage_release_compare(release_name(b, right->value), last_of(a, left)) <= 0;
}

/* Whether two findings of different reports are about the same dependence of the same crash. */
static bool is_same(const struct triage_report *a, const struct triage_dependence *left,
		    const struct triage_report *b, const struct triage_dependence *right)
{
	if (strcmp(signature_of(a, left), signature_of(b, right)) != 0 ||
	    strcmp(release_name(a, left->of->release), release_name(b, right->of->release)) != 0)
		return false;
	if (is_previous(left) && is_previous(right))
		return overlap(a, left, b, right);
	if (left->factor == TRIAGE_FACTOR_KEXEC_COUNT && right->factor == left->factor)
		return (left->of->count_trend.z > 0) == (right->of->count_trend.z > 0);
	return left->factor == right->factor &&
	       (left->factor != TRIAGE_FACTOR_ANCESTOR ||
		strcmp(release_name(a, left->value), release_name(b, right->value)) == 0);
}

/* Return whether a report has a finding. @list: the findings of @in that count */
static bool has(const struct triage_report *in, const struct list *list,
		const struct triage_report *of, const struct triage_dependence *found)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_same(in, &list->all[i], of, found))
			return true;
	return false;
}

/* List the findings of a report with at least this verdict. */
static int list_findings(const struct triage_report *report, enum triage_verdict least,
			 struct list *ret)
{
	const struct triage_selection all = { 0 };
	int error = triage_dependences_list(report, &all, &ret->all, &ret->count);
	size_t count = 0;

	for (size_t i = 0; !error && i < ret->count; i++)
		if (ret->all[i].verdict >= least)
			ret->all[count++] = ret->all[i];
	ret->count = count;
	return error;
}

/* Whether an origin is in the group of a finding on a previous release or a range. */
static bool is_origin(const struct triage_change *change, const char *origin)
{
	const char *first = release_name(change->report, change->found.value);

	if (change->found.factor == TRIAGE_FACTOR_PREVIOUS_RELEASE)
		return strcmp(origin, first) == 0;
	return triage_release_order_has(origin) && lineage_release_compare(first, origin) <= 0 &&
	       lineage_release_compare(origin, last_of(change->report, &change->found)) <= 0;
}

static bool has_release(const struct triage_change *change, const struct triage_exposure *exposure,
			uint32_t release)
{
	const char *wanted = release_name(change->report, change->found.of->release);

	if (triage_is_all_releases(change->report->exposure, change->found.of->release))
		return !triage_is_pooled(exposure, release);
	return strcmp(exposure->releases.texts[release], wanted) == 0;
}

/* Whether the boots of a cell are in the group of a finding. */
static bool is_in_group(const struct triage_change *change, const struct triage_exposure *exposure,
			const struct triage_cell *cell)
{
	const struct triage_count_trend *trend = &change->found.of->count_trend;
	bool is_cold = cell->origin == TRIAGE_COLD;

	if (!has_release(change, exposure, cell->release))
		return false;
	if (is_cold && triage_is_lost_kexec(change->report->exposure, change->found.of->signature))
		return false;
	switch (change->found.factor) {
	case TRIAGE_FACTOR_PREVIOUS_RELEASE:
	case TRIAGE_FACTOR_PREVIOUS_RANGE:
		return !is_cold && is_origin(change, exposure->releases.texts[cell->origin]);
	case TRIAGE_FACTOR_KEXEC_COUNT:
		if (is_cold || cell->count == TRIAGE_NO_COUNT)
			return false;
		return trend->z > 0 ? cell->count >= change->found.value
				    : cell->count < change->found.value;
	case TRIAGE_FACTOR_KEXEC:
		return !is_cold;
	case TRIAGE_FACTOR_COLD_BOOT:
		return is_cold;
	case TRIAGE_FACTOR_ANCESTOR:
		break;
	}
	return false;
}

static bool is_crash_of(const struct triage_change *change, const struct triage_exposure *exposure,
			uint32_t signature)
{
	return strcmp(exposure->signature_names.texts[signature],
		      signature_of(change->report, &change->found)) == 0;
}

/* Count the boots of a finding in one period. */
static void count_boots(struct triage_change *change, const struct triage_exposure *exposure,
			bool is_now)
{
	for (size_t i = 0; i < exposure->cell_count; i++)
		if (is_in_group(change, exposure, &exposure->cells[i]))
			triage_table_add(&change->table, is_now, exposure->cells[i].boots, 0);
	for (size_t i = 0; i < exposure->crash_count; i++)
		if (is_crash_of(change, exposure, exposure->crashes[i].signature) &&
		    is_in_group(change, exposure, &exposure->crashes[i].at))
			triage_table_add(&change->table, is_now, 0, exposure->crashes[i].at.boots);
}

/** struct name - the names of a finding in the comparison, and of the label of one of its cells */
struct name {
	char release[24];
	char *label;
};

/* Describe a cell as boots of the release "N" after a kexec from "since" or "before". */
static int describe(const struct triage_exposure *exposure, const struct triage_cell *cell,
		    size_t number, int period, struct name *ret_name, struct store_transition *ret)
{
	bool is_cold = cell->origin == TRIAGE_COLD;

	snprintf(ret_name->release, sizeof(ret_name->release), "%zu", number);
	/* Boots of different releases are not compared with each other. */
	ret_name->label = triage_format("%s %s", exposure->releases.texts[cell->release],
					exposure->labels.texts[cell->label]);
	if (!ret_name->label)
		return -ENOMEM;
	*ret = (struct store_transition){ .previous_release = periods[period],
					  .release = ret_name->release,
					  .boot = LINEAGE_BOOT_KEXEC,
					  .has_count = is_cold || cell->count != TRIAGE_NO_COUNT,
					  .kexec_count = is_cold ? 0 : cell->count,
					  .label = ret_name->label,
					  .boots = (int64_t)cell->boots };
	return 0;
}

/* Add boots of a finding to the comparison. @crashed: they had its crash */
static int add_cell(struct builder *builder, const struct triage_exposure *exposure,
		    const struct triage_cell *cell, size_t number, int period, bool crashed)
{
	struct store_transition at;
	struct name name = { .label = NULL };
	int error = describe(exposure, cell, number, period, &name, &at);

	if (!error)
		error = triage_exposure_add(&builder->exposure, crashed ? name.release : NULL, &at);
	free(name.label);
	return error;
}

static int add_length(struct builder *builder, const struct triage_exposure *exposure,
		      const struct triage_length_cell *length, size_t number, int period)
{
	struct store_length added = { .band = length->band, .length_s = (int64_t)length->length_s };
	struct name name = { .label = NULL };
	int error = describe(exposure, &length->at, number, period, &name, &added.at);

	if (!error)
		error = triage_exposure_add_lengths(&builder->exposure, &added);
	free(name.label);
	return error;
}

static int add_crash_length(struct builder *builder, const struct triage_exposure *exposure,
			    const struct triage_crash_length *crash, size_t number, int period)
{
	struct store_crash_length added = { .length_band = crash->length_band,
					    .length_s = (int64_t)crash->length_s,
					    .end_band = crash->end_band,
					    .end_s = (int64_t)crash->end_s };
	struct name name = { .label = NULL };
	int error = describe(exposure, &crash->at, number, period, &name, &added.at);

	added.signature = name.release;
	if (!error)
		error = triage_exposure_add_crash_length(&builder->exposure, &added);
	free(name.label);
	return error;
}

/* Add the boots of a finding in one period to the comparison. */
static int add_group(struct builder *builder, const struct triage_change *change, size_t number,
		     int period)
{
	const struct triage_exposure *from = builder->reports[period]->exposure;
	int error = 0;

	for (size_t i = 0; !error && i < from->cell_count; i++)
		if (is_in_group(change, from, &from->cells[i]))
			error = add_cell(builder, from, &from->cells[i], number, period, false);
	for (size_t i = 0; !error && i < from->crash_count; i++)
		if (is_crash_of(change, from, from->crashes[i].signature) &&
		    is_in_group(change, from, &from->crashes[i].at))
			error = add_cell(builder, from, &from->crashes[i].at, number, period, true);
	for (size_t i = 0; !error && i < from->length_count; i++)
		if (is_in_group(change, from, &from->lengths[i].at))
			error = add_length(builder, from, &from->lengths[i], number, period);
	for (size_t i = 0; !error && i < from->crash_length_count; i++)
		if (is_crash_of(change, from, from->crash_lengths[i].signature) &&
		    is_in_group(change, from, &from->crash_lengths[i].at))
			error = add_crash_length(builder, from, &from->crash_lengths[i], number,
						 period);
	return error;
}

/*
 * Return whether the crashes of a finding that is gone came early in their boots, so that the boots
 * of the newer period had the time to crash.
 */
static bool is_early(const struct triage_change *change, int64_t length_s)
{
	const struct triage_exposure *exposure = change->report->exposure;
	double known = 0, seconds = 0;

	if (triage_is_lost_kexec(exposure, change->found.of->signature))
		return true;
	for (size_t i = 0; i < exposure->crash_length_count; i++) {
		const struct triage_crash_length *crash = &exposure->crash_lengths[i];

		if (crash->end_band == STORE_BAND_UNKNOWN ||
		    !is_crash_of(change, exposure, crash->signature) ||
		    !is_in_group(change, exposure, &crash->at))
			continue;
		known += (double)crash->at.boots;
		seconds += (double)crash->end_s;
	}
	return known > 0 &&
	       100 * known >= KNOWN_PER_CENT_MIN * (double)change->table.other_crashes &&
	       EARLY * seconds <= known * (double)length_s;
}

/*
 * Find the result of a comparison. Return whether the boots of the period crash more than those of
 * the other period.
 */
static bool crashes_more(const struct triage_report *compared, size_t number, int period,
			 bool *ret_is_timed, double *ret_q)
{
	char release[24];

	snprintf(release, sizeof(release), "%zu", number);
	for (size_t i = 0; i < compared->case_count; i++) {
		const struct triage_case *one = &compared->cases[i];

		if (strcmp(release_name(compared, one->release), release) != 0)
			continue;
		for (size_t j = 0; j < one->finding_count; j++) {
			const struct triage_finding *finding = &one->findings[j];

			if (finding->verdict != TRIAGE_ASSOCIATED ||
			    strcmp(release_name(compared, finding->origin), periods[period]) != 0)
				continue;
			*ret_is_timed = finding->is_timed;
			*ret_q = finding->q;
			return true;
		}
	}
	return false;
}

/* Return whether a finding that may be worse or gone is so. */
static bool is_changed(struct triage_change *change, const struct triage_report *compared,
		       size_t number, int64_t length_s)
{
	bool is_worse = change->state == TRIAGE_STATE_WORSE, is_timed = false;

	return crashes_more(compared, number, is_worse ? SINCE : BEFORE, &is_timed, &change->q) &&
	       (is_worse || is_timed || is_early(change, length_s));
}

/* Leave out the changes that the boots of the two periods do not establish. */
static int compare(struct builder *builder, int64_t length_s, struct triage_change *changes,
		   size_t *count)
{
	TRIAGE_AUTO_REPORT compared = NULL;
	size_t kept = 0;
	int error = 0;

	for (size_t i = 0; !error && i < *count; i++)
		for (int period = SINCE; !error && period <= BEFORE; period++)
			if (changes[i].state != TRIAGE_STATE_NEW)
				error = add_group(builder, &changes[i], i, period);
	triage_exposure_sort(&builder->exposure);
	if (!error)
		error = triage_report_create(&builder->exposure, NULL, &compared);
	for (size_t i = 0; !error && i < *count; i++)
		if (changes[i].state == TRIAGE_STATE_NEW ||
		    is_changed(&changes[i], compared, i, length_s))
			changes[kept++] = changes[i];
	*count = kept;
	return error;
}

static struct triage_change make(const struct builder *builder, enum triage_state state,
				 const struct triage_dependence *found)
{
	struct triage_change change = {
		.state = state,
		.report = builder->reports[state == TRIAGE_STATE_GONE ? BEFORE : SINCE],
		.found = *found,
		.has_table = found->factor != TRIAGE_FACTOR_ANCESTOR,
		.q = NAN,
	};

	if (change.has_table)
		for (int period = SINCE; period <= BEFORE; period++)
			count_boots(&change, builder->reports[period]->exposure, period == SINCE);
	return change;
}

static int compare_changes(const void *left, const void *right)
{
	const struct triage_change *a = left, *b = right;

	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	if (a->found.verdict != b->found.verdict)
		return a->found.verdict > b->found.verdict ? -1 : 1;
	return (a->found.p > b->found.p) - (a->found.p < b->found.p);
}

int triage_changes_list(const struct triage_report *now, const struct triage_report *before,
			int64_t length_s, struct triage_change **ret, size_t *ret_count)
{
	AUTO_BUILDER builder = { .reports = { now, before } };
	LINEAGE_AUTO_FREE struct triage_change *changes = NULL;
	AUTO_LIST found = { 0 }, earlier = { 0 }, leads = { 0 };
	size_t count = 0;
	int error = list_findings(now, TRIAGE_SUSPECT, &found);

	if (!error)
		error = list_findings(now, TRIAGE_LEAD, &leads);
	if (!error)
		error = list_findings(before, TRIAGE_SUSPECT, &earlier);
	changes = error ? NULL : calloc(found.count + earlier.count + 1, sizeof(*changes));
	if (!changes)
		return -ENOMEM;
	for (size_t i = 0; i < found.count; i++)
		changes[count++] =
			make(&builder,
			     has(before, &earlier, now, &found.all[i]) ? TRIAGE_STATE_WORSE
								       : TRIAGE_STATE_NEW,
			     &found.all[i]);
	for (size_t i = 0; i < earlier.count; i++)
		if (!has(now, &leads, before, &earlier.all[i]))
			changes[count++] = make(&builder, TRIAGE_STATE_GONE, &earlier.all[i]);
	error = compare(&builder, length_s, changes, &count);
	if (error)
		return error;
	qsort(changes, count, sizeof(*changes), compare_changes);
	*ret = changes;
	*ret_count = count;
	changes = NULL;
	return 0;
}
