// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measure the power and the false alarms of triage on simulated fleets.
 *
 * measure FLEETS BOOTS RATE EFFECT [SEED [KIND]... [stored]] prints one line of JSON for each kind,
 * or for each KIND. The line has the number of fleets in which triage found the simulated fault,
 * and the number of fleets in which it falsely associated an origin or the count. It has the same
 * two numbers for a plain chi-square test of each previous release against all others, at the 5 %
 * level, without a correction for multiple tests and without labels.
 */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fleet_store.h"
#include "store/store.h"
#include "triage/all_releases.h"
#include "triage/exposure_read.h"
#include "triage/machines.h"
#include "triage/same_boots.h"
#include "triage/triage.h"

/** struct tally - number of fleets with each result */
struct tally {
	unsigned int found;
	unsigned int wrong;
	unsigned int wrong_plain;
	unsigned int found_plain;
	unsigned int suspects;
	unsigned int step_right;
	uint64_t alarms;
	uint64_t false_alarms;
	uint64_t plain_alarms;
	uint64_t plain_false_alarms;
	double false_share; /* sum over fleets of the share of false alarms */
	double plain_false_share;
};

static void fail(const char *what)
{
	fprintf(stderr, "measure: %s\n", what);
	exit(1);
}

static void add(struct triage_exposure *exposure, const struct fleet_boot *boot)
{
	struct store_transition at = {
		.previous_release = boot->is_cold ? NULL : fleet_release_name(boot->previous),
		.release = fleet_release_name(boot->release),
		.boot = boot->is_cold ? LINEAGE_BOOT_COLD : LINEAGE_BOOT_KEXEC,
		.has_count = true,
		.kexec_count = boot->count,
		.label = fleet_model_name(boot->model),
		.boots = 1
	};

	if (triage_exposure_add(exposure, NULL, &at))
		fail("out of memory");
	if (boot->crash != FLEET_NO_CRASH &&
	    (triage_exposure_add(exposure, fleet_signature_name(boot->crash), &at) ||
	     triage_exposure_add(exposure, TRIAGE_ANY_CRASH, &at)))
		fail("out of memory");
}

/* Return whether a case contains the fault: the case of the fault, or the case of any crash. */
static bool is_fault(const struct triage_report *report, const struct triage_case *one)
{
	return (triage_is_any_crash(report->exposure, one->signature) ||
		strcmp(report->exposure->signature_names.texts[one->signature],
		       fleet_signature_name(FLEET_FAULT)) == 0) &&
	       strcmp(report->exposure->releases.texts[one->release],
		      fleet_release_name(FLEET_RELEASE)) == 0;
}

static bool depends_on_origin(enum fleet_kind kind)
{
	return kind == FLEET_TRANSITION || kind == FLEET_BOTH;
}

static bool depends_on_count(enum fleet_kind kind)
{
	return kind == FLEET_COUNT || kind == FLEET_BOTH || kind == FLEET_DOSE;
}

static bool is_bad_origin(const struct triage_report *report, uint32_t origin)
{
	return origin != TRIAGE_COLD && strcmp(report->exposure->releases.texts[origin],
					       fleet_release_name(FLEET_BAD_ORIGIN)) == 0;
}

/* Pearson's chi-square, without continuity correction. */
static bool is_plain_alarm(const struct triage_table *table)
{
	double a = (double)table->crashes, n = (double)table->boots, m = (double)table->other_boots;
	double c = (double)table->other_crashes, all = n + m, crashes = a + c;
	double difference = a - n * crashes / all;
	double variance = n * m * crashes * (all - crashes) / (all * all * all);

	return variance > 0 && difference > 0 &&
	       gsl_cdf_chisq_Q(difference * difference / variance, 1) <= 0.05;
}

/** struct seen - the result of one fleet */
struct seen {
	bool origin;
	bool count;
	bool wrong;
	bool suspect;
	bool plain_origin;
	bool plain_wrong;
};

static void look_at_findings(const struct triage_report *report, const struct triage_case *one,
			     enum fleet_kind kind, struct tally *tally, struct seen *seen)
{
	bool fault = is_fault(report, one);

	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];
		bool right =
			fault && depends_on_origin(kind) && is_bad_origin(report, finding->origin);

		seen->suspect |= finding->verdict == TRIAGE_SUSPECT;
		if (finding->verdict == TRIAGE_ASSOCIATED) {
			tally->alarms++;
			tally->false_alarms += !right;
			seen->origin |= right;
			seen->wrong |= !right;
		}
		if (finding->origin != TRIAGE_COLD && is_plain_alarm(&finding->table)) {
			tally->plain_alarms++;
			tally->plain_false_alarms += !right;
			seen->plain_origin |= right;
			seen->plain_wrong |= !right;
		}
	}
}

/* No range and no ancestor is a fault. */
static void look_at_others(const struct triage_case *one, struct tally *tally, struct seen *seen)
{
	size_t alarms = one->range.finding.verdict == TRIAGE_ASSOCIATED;

	for (size_t i = 0; i < one->ancestor_count; i++)
		alarms += one->ancestors[i].verdict == TRIAGE_ASSOCIATED;
	tally->alarms += alarms;
	tally->false_alarms += alarms;
	seen->wrong |= alarms > 0;
}

static void look_at_case(const struct triage_report *report, const struct triage_case *one,
			 enum fleet_kind kind, struct tally *tally, struct seen *seen)
{
	bool right = is_fault(report, one) && depends_on_count(kind);

	look_at_findings(report, one, kind, tally, seen);
	look_at_others(one, tally, seen);
	if (one->count_trend.verdict != TRIAGE_ASSOCIATED)
		return;
	tally->alarms++;
	tally->false_alarms += !right;
	seen->count |= right;
	seen->wrong |= !right;
	if (right && one->count_trend.from == FLEET_BAD_COUNT)
		tally->step_right++;
}

static void look(const struct triage_report *report, enum fleet_kind kind, struct tally *tally)
{
	struct seen seen = { 0 };

	for (size_t i = 0; i < report->case_count; i++)
		look_at_case(report, &report->cases[i], kind, tally, &seen);
	tally->found += (kind != FLEET_TRANSITION || seen.origin) &&
			((kind != FLEET_COUNT && kind != FLEET_DOSE) || seen.count) &&
			(kind != FLEET_BOTH || (seen.origin && seen.count)) &&
			(seen.origin || seen.count);
	tally->found_plain += seen.plain_origin;
	tally->wrong += seen.wrong;
	tally->wrong_plain += seen.plain_wrong;
	tally->suspects += seen.suspect;
}

/* Make the sums of a fleet without a store, which is faster. */
static void sum_fleet(const struct fleet_plan *plan, struct triage_exposure *exposure)
{
	struct fleet *fleet = fleet_create(plan);
	struct fleet_boot boot;

	if (!fleet)
		fail("out of memory");
	while (fleet_next(fleet, &boot))
		add(exposure, &boot);
	if (triage_all_releases_add(exposure))
		fail("out of memory");
	triage_exposure_sort(exposure);
	fleet_destroy(fleet);
}

static void measure_fleet(const struct fleet_plan *plan, struct tally *tally)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;

	sum_fleet(plan, &exposure);
	if (triage_report_create(&exposure, NULL, &report))
		fail("out of memory");
	look(report, plan->kind, tally);
}

/* Write the fleet to a store, so that triage can read its machines and days. */
static void measure_stored_fleet(const struct fleet_plan *plan, struct tally *tally)
{
	char path[] = "/tmp/measure-XXXXXX";
	STORE_AUTO_CLOSE struct store *store = NULL;
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;
	int file = mkstemp(path);

	if (file < 0)
		fail("cannot create a file in /tmp");
	close(file);
	if (store_open(path, STORE_WRITE, &store) || fleet_write(store, plan) ||
	    triage_exposure_read(&exposure, store))
		fail(store_error(store));
	if (triage_report_create(&exposure, NULL, &report) ||
	    triage_machines_check(report, store) || triage_same_boots_drop(report, store))
		fail(store_error(store));
	look(report, plan->kind, tally);
	unlink(path);
}

static void measure_one(const struct fleet_plan *plan, bool is_stored, struct tally *tally)
{
	struct tally before = *tally;
	double alarms, plain;

	if (is_stored || fleet_kind_has_times(plan->kind))
		measure_stored_fleet(plan, tally);
	else
		measure_fleet(plan, tally);
	alarms = (double)(tally->alarms - before.alarms);
	plain = (double)(tally->plain_alarms - before.plain_alarms);
	if (alarms > 0)
		tally->false_share += (double)(tally->false_alarms - before.false_alarms) / alarms;
	if (plain > 0)
		tally->plain_false_share +=
			(double)(tally->plain_false_alarms - before.plain_false_alarms) / plain;
}

static void measure_kind(struct fleet_plan plan, unsigned int fleets, bool is_stored)
{
	struct tally tally = { 0 };
	uint64_t seed = plan.seed;

	for (unsigned int i = 0; i < fleets; i++) {
		plan.seed = seed + i;
		measure_one(&plan, is_stored, &tally);
	}
	printf("{\"kind\": \"%s\", \"fleets\": %u, \"boots\": %llu, \"rate\": %g, \"effect\": %g, "
	       "\"found\": %u, "
	       "\"wrong\": %u, \"alarms\": %llu, \"false_alarms\": %llu, \"suspects\": %u, "
	       "\"step_right\": %u, "
	       "\"plain_found\": %u, \"plain_wrong\": %u, \"plain_alarms\": %llu, "
	       "\"plain_false_alarms\": %llu, \"false_share\": %g, \"plain_false_share\": %g}\n",
	       fleet_kind_name(plan.kind), fleets, (unsigned long long)plan.boots, plan.rate,
	       plan.effect, tally.found, tally.wrong, (unsigned long long)tally.alarms,
	       (unsigned long long)tally.false_alarms, tally.suspects, tally.step_right,
	       tally.found_plain, tally.wrong_plain, (unsigned long long)tally.plain_alarms,
	       (unsigned long long)tally.plain_false_alarms, tally.false_share / fleets,
	       tally.plain_false_share / fleets);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct fleet_plan plan = { .seed = 1, .boots_per_host = 40 };
	unsigned int fleets;
	bool is_stored = argc > 5 && strcmp(argv[argc - 1], "stored") == 0;

	if (argc < 5) {
		fprintf(stderr,
			"usage: measure FLEETS BOOTS RATE EFFECT [SEED [KIND]... [stored]]\n"
			"With stored, fleets of all kinds are written to a store, as those with "
			"times are.\n");
		return 2;
	}
	fleets = (unsigned int)atoi(argv[1]);
	plan.boots = strtoull(argv[2], NULL, 10);
	plan.rate = atof(argv[3]);
	plan.effect = atof(argv[4]);
	argc -= is_stored;
	argv[argc] = NULL;
	plan.seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 1;
	for (plan.kind = FLEET_NONE; plan.kind < FLEET_KINDS; plan.kind++)
		if (argc <= 6 || fleet_kind_is_named(plan.kind, argv + 6))
			measure_kind(plan, fleets, is_stored);
	return 0;
}
