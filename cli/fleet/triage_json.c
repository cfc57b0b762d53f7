// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <json.h>
#include <math.h>
#include <string.h>

#include "cli/common/show_json.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage/dependences.h"
#include "triage_format.h"
#include "triage/figure.h"
#include "triage/power.h"
#include "triage/sentences.h"

/* Make a number, or null for infinity and NAN, which JSON does not have. */
static struct json_object *number_or_null(double number)
{
	char text[32];

	if (!isfinite(number))
		return NULL;
	snprintf(text, sizeof(text), "%.6g", number);
	return json_object_new_double_s(number, text);
}

static struct json_object *whole(uint64_t number)
{
	return json_object_new_int64((int64_t)number);
}

static struct json_object *hours(uint64_t seconds)
{
	return number_or_null((double)seconds / 3600);
}

static struct json_object *release_to_json(const struct triage_exposure *exposure, uint32_t number)
{
	if (number == TRIAGE_COLD || triage_is_pooled(exposure, number))
		return NULL;
	return json_text(exposure->releases.texts[number]);
}

/* Make a day, or null if it is unknown. */
static struct json_object *day_of(bool is_known, int64_t day)
{
	char text[TRIAGE_FIGURE_SIZE];

	return is_known ? json_text(triage_figure_day(day, text)) : NULL;
}

static void add_table(struct json_object *object, const struct triage_table *table)
{
	json_add(object, "boots", whole(table->boots));
	json_add(object, "crashed", whole(table->crashes));
	json_add(object, "other_boots", whole(table->other_boots));
	json_add(object, "other_crashed", whole(table->other_crashes));
}

static struct json_object *finding_to_json(const struct triage_exposure *exposure,
					   const struct triage_finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "boot", json_text(finding->origin == TRIAGE_COLD ? "cold" : "kexec"));
	json_add(object, "previous_release", release_to_json(exposure, finding->origin));
	json_add(object, "verdict", json_text(triage_verdict_name(finding->verdict)));
	add_table(object, &finding->table);
	json_add(object, "unit", json_text(triage_unit_name(exposure, finding->is_timed)));
	json_add(object, "hours", finding->is_timed ? hours(finding->seconds) : NULL);
	json_add(object, "other_hours", finding->is_timed ? hours(finding->other_seconds) : NULL);
	json_add(object, "ratio", number_or_null(finding->ratio.estimate));
	json_add(object, "ratio_low", number_or_null(finding->ratio.low));
	json_add(object, "ratio_high", number_or_null(finding->ratio.high));
	json_add(object, "p", number_or_null(finding->p));
	json_add(object, "p_kexeced", number_or_null(finding->p_kexeced));
	json_add(object, "ratio_same_count", number_or_null(finding->ratio_same_count.estimate));
	json_add(object, "ratio_same_count_low", number_or_null(finding->ratio_same_count.low));
	json_add(object, "ratio_same_count_high", number_or_null(finding->ratio_same_count.high));
	json_add(object, "p_same_count", number_or_null(finding->p_same_count));
	json_add(object, "below_count",
		 finding->below ? count_to_json(true, finding->below) : NULL);
	json_add(object, "q", number_or_null(finding->q));
	json_add(object, "crashed_hosts", finding->hosts ? whole((uint64_t)finding->hosts) : NULL);
	json_add(object, "boots_needed",
		 finding->boots_needed ? whole(finding->boots_needed) : NULL);
	return object;
}

static struct json_object *count_trend_to_json(const struct triage_count_trend *count_trend)
{
	struct json_object *object = json_object_new_object();
	struct json_object *doses = json_object_new_array();

	for (size_t i = 0; i < count_trend->dose_count; i++) {
		struct json_object *dose = json_object_new_object();

		json_add(dose, "kexec_count", count_to_json(true, count_trend->doses[i].score));
		json_add(dose, "boots", whole(count_trend->doses[i].boots));
		json_add(dose, "crashed", whole(count_trend->doses[i].crashes));
		json_object_array_add(doses, dose);
	}
	json_add(object, "verdict", json_text(triage_verdict_name(count_trend->verdict)));
	json_add(object, "from", count_trend->from ? count_to_json(true, count_trend->from) : NULL);
	json_add(object, "z", number_or_null(count_trend->z));
	json_add(object, "p", number_or_null(count_trend->p));
	json_add(object, "q", number_or_null(count_trend->q));
	json_add(object, "crashed_hosts",
		 count_trend->hosts ? whole((uint64_t)count_trend->hosts) : NULL);
	json_add(object, "boots_needed",
		 count_trend->boots_needed ? whole(count_trend->boots_needed) : NULL);
	json_add(object, "counts", doses);
	return object;
}

static struct json_object *release_order_to_json(const struct triage_exposure *exposure,
						 const struct triage_release_order *order)
{
	const char *before = order->is_fixed ? "last_bad" : "last_good";
	const char *after = order->is_fixed ? "first_good" : "first_bad";
	struct json_object *object;

	if (!order->is_known)
		return NULL;
	object = json_object_new_object();
	json_add(object, before, release_to_json(exposure, order->last_before));
	json_add(object, after, release_to_json(exposure, order->first_after));
	json_add(object, "earliest", release_to_json(exposure, order->earliest));
	json_add(object, "latest", release_to_json(exposure, order->latest));
	return object;
}

static struct json_object *signature_to_json(const struct triage_exposure *exposure,
					     const struct triage_case *one)
{
	if (triage_is_any_crash(exposure, one->signature))
		return NULL;
	return json_text(exposure->signature_names.texts[one->signature]);
}

/* Add whether there are enough boots to say that there is no dependence. */
static void add_power(struct json_object *object, const struct triage_report *report,
		      const struct triage_case *one)
{
	bool is_none = triage_case_verdict(one) == TRIAGE_NONE;
	uint64_t more = 0;
	enum triage_power power = triage_power_of(report, one, &more);

	json_add(object, "power", is_none ? json_text(triage_power_name(power)) : NULL);
	json_add(object, "more_boots", is_none && power == TRIAGE_POWER_FEW ? whole(more) : NULL);
}

static struct json_object *case_to_json(const struct triage_report *report,
					const struct triage_case *one)
{
	const struct triage_exposure *exposure = report->exposure;
	const struct triage_signature *signature = &exposure->signatures[one->signature];
	struct json_object *object = json_object_new_object();
	struct json_object *origins = json_object_new_array();

	for (size_t i = 0; i < one->finding_count; i++)
		json_object_array_add(origins, finding_to_json(exposure, &one->findings[i]));
	json_add(object, "signature", signature_to_json(exposure, one));
	json_add(object, "outcome", json_text(triage_outcome_name(exposure, one->signature)));
	json_add(object, "title", json_text(signature->title));
	json_add(object, "type", json_text(signature->type));
	json_add(object, "module", json_text(signature->module));
	json_add(object, "release", release_to_json(exposure, one->release));
	json_add(object, "verdict", json_text(triage_verdict_name(triage_case_verdict(one))));
	json_add(object, "boots", whole(one->boots));
	json_add(object, "crashed", whole(one->crashes));
	add_power(object, report, one);
	json_add(object, "origins", origins);
	json_add(object, "kexec_count", count_trend_to_json(&one->count_trend));
	json_add(object, "order", release_order_to_json(exposure, &one->release_order));
	return object;
}

static struct json_object *warnings_to_json(const struct triage_exposure *exposure)
{
	LINEAGE_AUTO_FREE char *crashes_only = triage_sentences_crashes_only(exposure);
	LINEAGE_AUTO_FREE char *period = triage_sentences_period(exposure);
	LINEAGE_AUTO_FREE char *inferred = triage_sentences_inferred(exposure);
	LINEAGE_AUTO_FREE char *chains = triage_sentences_chains(exposure);
	LINEAGE_AUTO_FREE char *left_out = triage_sentences_left_out(exposure);
	struct json_object *warnings = json_object_new_array();

	if (crashes_only)
		json_object_array_add(warnings, json_text(crashes_only));
	if (period)
		json_object_array_add(warnings, json_text(period));
	if (inferred)
		json_object_array_add(warnings, json_text(inferred));
	if (chains)
		json_object_array_add(warnings, json_text(chains));
	if (left_out)
		json_object_array_add(warnings, json_text(left_out));
	return warnings;
}

static struct json_object *value_to_json(const struct triage_exposure *exposure,
					 const struct triage_dependence *one)
{
	switch (one->factor) {
	case TRIAGE_FACTOR_PREVIOUS_RELEASE:
	case TRIAGE_FACTOR_PREVIOUS_RANGE:
	case TRIAGE_FACTOR_ANCESTOR:
		return release_to_json(exposure, one->value);
	case TRIAGE_FACTOR_KEXEC_COUNT:
		return one->value ? count_to_json(true, one->value) : NULL;
	default:
		return NULL;
	}
}

static struct json_object *same_boots_to_json(const struct triage_exposure *exposure,
					      const struct triage_same_boots *same)
{
	struct json_object *signatures = json_object_new_array();

	for (size_t i = 0; i < same->count; i++)
		json_object_array_add(
			signatures,
			json_text(exposure->signature_names.texts[same->signatures[i]]));
	return signatures;
}

static void add_weeks(struct json_object *object, const struct triage_weeks *weeks)
{
	struct json_object *array = json_object_new_array(), *rest = NULL;

	for (size_t i = 0; i < weeks->count; i++) {
		const struct triage_week *week = &weeks->weeks[i];
		struct json_object *one = json_object_new_object();

		json_add(one, "first", day_of(true, week->first));
		json_add(one, "last", day_of(true, week->last));
		json_add(one, "boots", whole(week->boots));
		json_add(one, "crashed", whole(week->crashes));
		json_add(one, "group_boots", whole(week->group_boots));
		json_add(one, "group_crashed", whole(week->group_crashes));
		json_object_array_add(array, one);
	}
	if (weeks->count > 0) {
		rest = json_object_new_object();
		add_table(rest, &weeks->rest);
		json_add(rest, "excludes_ratio", json_object_new_boolean(weeks->is_excluded));
	}
	json_add(object, "weeks", array);
	json_add(object, "other_weeks", rest);
}

static void add_left_out(struct json_object *object, const struct triage_left_out *left_out)
{
	bool is_any = left_out->machines > 0;

	json_add(object, "hosts_left_out", is_any ? whole(left_out->machines) : NULL);
	json_add(object, "hosts_left_out_boots", is_any ? whole(left_out->boots) : NULL);
	json_add(object, "hosts_left_out_crashed", is_any ? whole(left_out->crashes) : NULL);
}

/* Add what a finding is about. */
static void add_subject(struct json_object *object, const struct triage_exposure *exposure,
			const struct triage_dependence *one)
{
	const struct triage_signature *signature = &exposure->signatures[one->of->signature];

	json_add(object, "verdict", json_text(triage_verdict_name(one->verdict)));
	json_add(object, "outcome", json_text(triage_outcome_name(exposure, one->of->signature)));
	json_add(object, "title", json_text(signature->title));
	json_add(object, "signature", signature_to_json(exposure, one->of));
	json_add(object, "release", release_to_json(exposure, one->of->release));
	json_add(object, "label", json_text(one->label));
	json_add(object, "factor", json_text(triage_factor_name(one->factor)));
	json_add(object, "value", value_to_json(exposure, one));
	json_add(object, "value_last",
		 one->factor == TRIAGE_FACTOR_PREVIOUS_RANGE ? release_to_json(exposure, one->last)
							     : NULL);
}

static struct json_object *dependence_to_json(const struct triage_exposure *exposure,
					      const struct triage_source *source,
					      const struct triage_dependence *one)
{
	struct json_object *object = json_object_new_object();

	add_subject(object, exposure, one);
	json_add(object, "crashed", whole(one->table.crashes));
	json_add(object, "exposed", one->is_timed ? hours(one->seconds) : whole(one->table.boots));
	json_add(object, "other_crashed", whole(one->table.other_crashes));
	json_add(object, "other_exposed",
		 one->is_timed ? hours(one->other_seconds) : whole(one->table.other_boots));
	json_add(object, "unit", json_text(triage_unit_name(exposure, one->is_timed)));
	json_add(object, "ratio", number_or_null(one->ratio.estimate));
	json_add(object, "ratio_low", number_or_null(one->ratio.low));
	json_add(object, "ratio_high", number_or_null(one->ratio.high));
	json_add(object, "p", number_or_null(one->p));
	json_add(object, "q", number_or_null(one->q));
	json_add(object, "hosts", one->hosts ? whole((uint64_t)one->hosts) : NULL);
	add_left_out(object, &one->left_out);
	json_add(object, "first_crash", day_of(one->of->has_days, one->of->first_day));
	json_add(object, "last_crash", day_of(one->of->has_days, one->of->last_day));
	json_add(object, "newest_boot", day_of(one->of->has_newest, one->of->newest_day));
	json_add(object, "why_not", json_text(triage_doubt_name(one->why_not)));
	add_weeks(object, &one->weeks);
	json_add(object, "same_boots", same_boots_to_json(exposure, &one->same_boots));
	json_add(object, "known", triage_known_to_json(triage_known_of(&source->known, one)));
	return object;
}

static struct json_object *change_to_json(const struct triage_change *change)
{
	struct json_object *object = json_object_new_object();
	const struct triage_table *table = &change->table;
	bool has = change->has_table;

	json_add(object, "state", json_text(triage_state_name(change->state)));
	add_subject(object, change->report->exposure, &change->found);
	json_add(object, "boots", has ? whole(table->boots) : NULL);
	json_add(object, "crashed", has ? whole(table->crashes) : NULL);
	json_add(object, "boots_before", has ? whole(table->other_boots) : NULL);
	json_add(object, "crashed_before", has ? whole(table->other_crashes) : NULL);
	json_add(object, "q", number_or_null(change->q));
	return object;
}

static struct json_object *changes_to_json(const struct triage_source *source)
{
	struct json_object *array;

	if (!source->states)
		return NULL;
	array = json_object_new_array();
	for (size_t i = 0; i < source->states->count; i++)
		json_object_array_add(array, change_to_json(&source->states->changes[i]));
	return array;
}

/* Return the flat list of findings; NULL if memory runs out. */
static struct json_object *findings_to_json(const struct triage_report *report,
					    const struct triage_selection *selection,
					    const struct triage_source *source)
{
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	struct json_object *array = json_object_new_array();
	size_t count = 0;

	if (triage_dependences_list(report, selection, &list, &count)) {
		json_object_put(array);
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		json_object_array_add(array,
				      dependence_to_json(report->exposure, source, &list[i]));
	return array;
}

static uint64_t count_crashes(const struct triage_exposure *exposure)
{
	uint64_t crashes = (uint64_t)exposure->unsigned_crashes;

	for (size_t i = 0; i < exposure->signature_count; i++)
		crashes += (uint64_t)exposure->signatures[i].crashes;
	return crashes;
}

static const char *denominator_of(const struct triage_report *report)
{
	if (triage_exposure_is_crashes_only(report->exposure))
		return "crashes only";
	return report->is_timed ? "time" : "boots";
}

int triage_print_json(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, struct json_object *watch)
{
	struct json_object *findings = findings_to_json(report, selection, source);
	const struct triage_exposure *exposure = report->exposure;
	struct json_object *object, *cases;

	if (!findings) {
		json_object_put(watch);
		return -ENOMEM;
	}
	object = json_object_new_object();
	cases = json_object_new_array();
	for (size_t i = 0; i < report->case_count; i++)
		if (triage_selection_has_case(selection, report, &report->cases[i]))
			json_object_array_add(cases, case_to_json(report, &report->cases[i]));
	if (watch)
		json_add(object, "watch", watch);
	json_add(object, "version", json_text(VERSION));
	json_add(object, "store", json_text(source->store));
	json_add(object, "time", time_to_json(true, source->time));
	json_add(object, "boots", whole(exposure->boots));
	json_add(object, "crashes", whole(count_crashes(exposure)));
	json_add(object, "denominator", json_text(denominator_of(report)));
	json_add(object, "left_out_boots", whole(exposure->left_out));
	json_add(object, "inferred_boots", whole(exposure->inferred));
	json_add(object, "crashes_without_signature", whole((uint64_t)exposure->unsigned_crashes));
	json_add(object, "tests", whole(report->tests));
	json_add(object, "false_discovery_rate", number_or_null(TRIAGE_FDR));
	json_add(object, "warnings", warnings_to_json(exposure));
	json_add(object, "known_left_out", whole(source->known.hidden_count));
	json_add(object, "changes", changes_to_json(source));
	json_add(object, "findings", findings);
	json_add(object, "cases", cases);
	json_print(object);
	return 0;
}
