// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measure wrong decisions and delays of triage --watch on simulated fleets.
 *
 * watch FLEETS BOOTS RATE EFFECT LOOKS [SEED [KIND]...] spreads the boots of each fleet evenly
 * over LOOKS days and watches the release with the fault. It prints one line of JSON for each kind,
 * or for each KIND.
 * "wrong" is the number of fleets in which the watch stopped wrongly at any look, and "found" the
 * number in which it stopped rightly. The line also has the mean number of the look that stopped.
 * The numbers with "single" are those of plain triage, run every day, without a ledger. "decided"
 * counts the fleets in which the last decision was go, or a right stop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "store/store.h"
#include "triage/all_releases.h"
#include "triage/triage.h"
#include "triage/watch.h"

#define COUNTS 41
#define ORIGINS (FLEET_RELEASES + 1)
#define SIGNATURES (FLEET_NOISES + 1)
#define CELLS (FLEET_RELEASES * ORIGINS * COUNTS * FLEET_MODELS)

/* Boots, and boots with each crash, of one release, origin, count and model. */
struct cell {
	int64_t boots;
	int64_t crashes[SIGNATURES];
};

/** struct tally - number of fleets with each result; @looks: sum over fleets with a right stop */
struct tally {
	unsigned int wrong;
	unsigned int found;
	unsigned int decided;
	double looks;
	unsigned int single_wrong;
	unsigned int single_found;
	double single_looks;
	uint64_t spent;
};

/** struct result - of one fleet; the first look at which it stopped, 0 for never */
struct result {
	unsigned int right;
	unsigned int wrong;
	unsigned int single_right;
	unsigned int single_wrong;
	enum triage_decision last;
};

static void fail(const char *what)
{
	fprintf(stderr, "watch: %s\n", what);
	exit(1);
}

static size_t index_of(const struct fleet_boot *boot)
{
	uint32_t origin = boot->is_cold ? FLEET_RELEASES : boot->previous;

	return ((boot->release * ORIGINS + origin) * COUNTS + boot->count) * FLEET_MODELS +
	       boot->model;
}

static void add_cell(struct triage_exposure *exposure, const struct cell *cell, size_t at)
{
	uint32_t origin = (uint32_t)(at / FLEET_MODELS / COUNTS % ORIGINS);
	bool is_cold = origin == FLEET_RELEASES;
	struct store_transition boots = {
		.previous_release = is_cold ? NULL : fleet_release_name(origin),
		.release = fleet_release_name((uint32_t)(at / FLEET_MODELS / COUNTS / ORIGINS)),
		.boot = is_cold ? LINEAGE_BOOT_COLD : LINEAGE_BOOT_KEXEC,
		.has_count = true,
		.kexec_count = (uint32_t)(at / FLEET_MODELS % COUNTS),
		.label = fleet_model_name((uint32_t)(at % FLEET_MODELS)),
		.boots = cell->boots
	};

	if (triage_exposure_add(exposure, NULL, &boots))
		fail("out of memory");
	for (int signature = 0; signature < SIGNATURES; signature++) {
		boots.boots = cell->crashes[signature];
		if (boots.boots > 0 &&
		    (triage_exposure_add(exposure, fleet_signature_name(signature), &boots) ||
		     triage_exposure_add(exposure, TRIAGE_ANY_CRASH, &boots)))
			fail("out of memory");
	}
}

static bool is_right(const struct triage_report *report, const struct triage_case *one,
		     const struct triage_finding *finding, enum fleet_kind kind)
{
	const struct triage_exposure *exposure = report->exposure;
	const char *name = exposure->signature_names.texts[one->signature];

	if (!triage_is_any_crash(exposure, one->signature) &&
	    strcmp(name, fleet_signature_name(FLEET_FAULT)) != 0)
		return false;
	if (!finding)
		return kind == FLEET_COUNT || kind == FLEET_BOTH;
	return (kind == FLEET_TRANSITION || kind == FLEET_BOTH) && finding->origin != TRIAGE_COLD &&
	       strcmp(exposure->releases.texts[finding->origin],
		      fleet_release_name(FLEET_BAD_ORIGIN)) == 0;
}

static void note(unsigned int *first, bool is_found, unsigned int look)
{
	if (is_found && *first == 0)
		*first = look;
}

/* Record which findings are established at @level. */
static void look_at_report(const struct triage_report *report, enum fleet_kind kind, double level,
			   unsigned int look, unsigned int *right, unsigned int *wrong)
{
	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];

		for (size_t j = 0; j < one->finding_count; j++) {
			const struct triage_finding *finding = &one->findings[j];
			bool is_found =
				finding->verdict == TRIAGE_ASSOCIATED && finding->q <= level;

			/* If the count has an effect, cold boots truly crash less. */
			if (finding->verdict == TRIAGE_INVERSE && finding->q <= level)
				is_found = kind == FLEET_NONE || kind == FLEET_CONFOUNDED;
			note(is_right(report, one, finding, kind) ? right : wrong, is_found, look);
		}
		note(is_right(report, one, NULL, kind) ? right : wrong,
		     one->count_trend.verdict == TRIAGE_ASSOCIATED && one->count_trend.q <= level,
		     look);
		note(wrong,
		     one->range.finding.verdict == TRIAGE_ASSOCIATED &&
			     one->range.finding.q <= level,
		     look);
	}
}

static void look(const struct cell *cells, enum fleet_kind kind, unsigned int number,
		 struct triage_ledger *ledger, struct result *result)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;
	TRIAGE_AUTO_WATCH watch = { 0 };

	for (size_t at = 0; at < CELLS; at++)
		if (cells[at].boots > 0)
			add_cell(&exposure, &cells[at], at);
	if (triage_all_releases_add(&exposure))
		fail("out of memory");
	triage_exposure_sort(&exposure);
	if (triage_report_create(&exposure, fleet_release_name(FLEET_RELEASE), &report) ||
	    triage_watch_look(report, ledger, &watch))
		fail("out of memory");
	look_at_report(report, kind, TRIAGE_FDR, number, &result->single_right,
		       &result->single_wrong);
	if (watch.is_tested)
		look_at_report(report, kind, watch.look.level, number, &result->right,
			       &result->wrong);
	if (watch.is_new && triage_ledger_add(ledger, &watch.look))
		fail("out of memory");
	result->last = watch.decision;
}

/*
 * Read the boots of a fleet, sorted by day. The boots of a machine are spread evenly over the days.
 */
static void watch_fleet(const struct fleet_plan *plan, unsigned int looks, struct tally *tally)
{
	struct fleet *fleet = fleet_create(plan);
	struct fleet_boot *boots = calloc(plan->boots, sizeof(*boots));
	struct cell *cells = calloc(CELLS, sizeof(*cells));
	TRIAGE_AUTO_LEDGER ledger = { 0 };
	struct result result = { 0 };

	if (!fleet || !boots || !cells)
		fail("out of memory");
	for (size_t i = 0; fleet_next(fleet, &boots[i]); i++)
		;
	for (unsigned int day = 0; day < looks; day++) {
		for (size_t i = 0; i < plan->boots; i++) {
			const struct fleet_boot *boot = &boots[i];
			/* The machines boot on different days. */
			uint64_t phase = boot->host % plan->boots_per_host;
			uint64_t at = (boot->number * plan->boots_per_host + phase) * looks /
				      plan->boots_per_host / plan->boots_per_host;
			struct cell *cell = &cells[index_of(boot)];

			if (at != day)
				continue;
			cell->boots++;
			if (boot->crash != FLEET_NO_CRASH)
				cell->crashes[boot->crash]++;
		}
		look(cells, plan->kind, day + 1, &ledger, &result);
	}
	tally->wrong += result.wrong > 0;
	tally->found += result.right > 0;
	tally->looks += result.right;
	tally->decided += result.last == TRIAGE_GO || result.right > 0;
	tally->single_wrong += result.single_wrong > 0;
	tally->single_found += result.single_right > 0;
	tally->single_looks += result.single_right;
	tally->spent += ledger.count;
	free(cells);
	free(boots);
	fleet_destroy(fleet);
}

static void watch_kind(struct fleet_plan plan, unsigned int fleets, unsigned int looks)
{
	struct tally tally = { 0 };
	uint64_t seed = plan.seed;

	for (unsigned int i = 0; i < fleets; i++) {
		plan.seed = seed + i;
		watch_fleet(&plan, looks, &tally);
	}
	printf("{\"kind\": \"%s\", \"fleets\": %u, \"boots\": %llu, \"rate\": %g, \"effect\": %g, "
	       "\"looks\": %u, \"wrong\": %u, \"found\": %u, \"mean_look\": %g, \"decided\": %u, "
	       "\"tested_looks\": %g, \"single_wrong\": %u, \"single_found\": %u, "
	       "\"single_mean_look\": %g}\n",
	       fleet_kind_name(plan.kind), fleets, (unsigned long long)plan.boots, plan.rate,
	       plan.effect, looks, tally.wrong, tally.found,
	       tally.found ? tally.looks / tally.found : 0, tally.decided,
	       (double)tally.spent / fleets, tally.single_wrong, tally.single_found,
	       tally.single_found ? tally.single_looks / tally.single_found : 0);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct fleet_plan plan = { .seed = 1, .boots_per_host = 40 };
	unsigned int fleets, looks;

	if (argc < 6) {
		fprintf(stderr, "usage: watch FLEETS BOOTS RATE EFFECT LOOKS [SEED [KIND]...]\n");
		return 2;
	}
	fleets = (unsigned int)atoi(argv[1]);
	plan.boots = strtoull(argv[2], NULL, 10);
	plan.rate = atof(argv[3]);
	plan.effect = atof(argv[4]);
	looks = (unsigned int)atoi(argv[5]);
	plan.seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 1;
	for (plan.kind = FLEET_NONE; plan.kind <= FLEET_CONFOUNDED; plan.kind++)
		if (argc <= 7 || fleet_kind_is_named(plan.kind, argv + 7))
			watch_kind(plan, fleets, looks);
	return 0;
}
