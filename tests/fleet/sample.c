// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare the check of associations in a sample of machines with the check of all machines.
 *
 * sample BOOTS URL reads a store; sample BOOTS FLEETS FLEET_BOOTS RATE EFFECT SEED EVERY KIND...
 * writes simulated fleets, in which every EVERYth machine is bad (@bad_every of struct fleet_plan).
 * BOOTS is the expected number of boots of a case in the largest sample (triage_sample_boots).
 *
 * The program prints one line of JSON for the store, or for each KIND:
 * - cases: the cases with an association before the check
 * - sampled: the cases that were settled by a sample
 * - both, extra, lost: the findings of these cases that are associated in both checks, only in the
 *   sample, or only if all machines are checked
 * - different: the findings and cases of these that differ in the machines, the label or the days
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fleet_store.h"
#include "store/store.h"
#include "triage/exposure_read.h"
#include "triage/machines.h"
#include "triage/triage.h"

struct tally {
	unsigned int fleets;
	unsigned int fleets_extra;
	unsigned int cases;
	unsigned int sampled;
	unsigned int both;
	unsigned int extra;
	unsigned int lost;
	unsigned int different;
};

static void fail(const char *what)
{
	fprintf(stderr, "sample: %s\n", what);
	exit(1);
}

static bool is_found(const struct triage_finding *finding)
{
	return finding->verdict >= TRIAGE_INVERSE;
}

static bool has_found(const struct triage_case *one)
{
	bool is_any =
		is_found(&one->range.finding) || one->count_trend.verdict == TRIAGE_ASSOCIATED;

	for (size_t i = 0; i < one->finding_count; i++)
		is_any = is_any || is_found(&one->findings[i]);
	return is_any;
}

static void compare_verdicts(struct tally *tally, bool all, bool sample, bool is_equal)
{
	tally->both += all && sample;
	tally->extra += sample && !all;
	tally->lost += all && !sample;
	tally->different += all && sample && !is_equal;
}

static void compare_findings(struct tally *tally, const struct triage_case *one,
			     const struct triage_finding *all, const struct triage_finding *sample)
{
	if (one->is_sampled)
		compare_verdicts(tally, is_found(all), is_found(sample),
				 all->hosts == sample->hosts && all->label == sample->label);
}

/* The cases have the same order until triage_report_sort(). */
static void compare_cases(struct tally *tally, const struct triage_case *all,
			  const struct triage_case *sample)
{
	const struct triage_count_trend *trend = &all->count_trend, *other = &sample->count_trend;

	tally->sampled += sample->is_sampled;
	for (size_t i = 0; i < all->finding_count; i++)
		compare_findings(tally, sample, &all->findings[i], &sample->findings[i]);
	compare_findings(tally, sample, &all->range.finding, &sample->range.finding);
	if (!sample->is_sampled)
		return;
	compare_verdicts(tally, trend->verdict == TRIAGE_ASSOCIATED,
			 other->verdict == TRIAGE_ASSOCIATED,
			 trend->hosts == other->hosts && trend->label == other->label);
	tally->different += all->has_days != sample->has_days ||
			    (all->has_days && (all->first_day != sample->first_day ||
					       all->last_day != sample->last_day));
}

static struct triage_report *check(struct triage_exposure *exposure, struct store *store,
				   uint64_t boots)
{
	struct triage_report *report = NULL;

	triage_sample_boots = boots;
	if (triage_report_create(exposure, NULL, &report) || triage_machines_check(report, store))
		fail(store_error(store));
	return report;
}

static void compare_store(struct store *store, uint64_t boots, struct tally *tally)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT all = NULL;
	TRIAGE_AUTO_REPORT sample = NULL;
	TRIAGE_AUTO_REPORT before = NULL;
	unsigned int extra = tally->extra;

	if (triage_exposure_read(&exposure, store))
		fail(store_error(store));
	if (triage_report_create(&exposure, NULL, &before))
		fail("out of memory");
	all = check(&exposure, store, UINT64_MAX);
	sample = check(&exposure, store, boots);
	for (size_t i = 0; i < before->case_count; i++)
		tally->cases += has_found(&before->cases[i]);
	for (size_t i = 0; i < all->case_count; i++)
		compare_cases(tally, &all->cases[i], &sample->cases[i]);
	tally->fleets++;
	tally->fleets_extra += tally->extra > extra;
}

static void compare_fleet(const struct fleet_plan *plan, uint64_t boots, struct tally *tally)
{
	char path[] = "/tmp/sample-XXXXXX";
	STORE_AUTO_CLOSE struct store *store = NULL;
	int file = mkstemp(path);

	if (file < 0)
		fail("cannot create a file in /tmp");
	close(file);
	if (store_open(path, STORE_WRITE, &store) || fleet_write(store, plan))
		fail(store_error(store));
	compare_store(store, boots, tally);
	unlink(path);
}

static void print(const char *name, const struct tally *tally)
{
	printf("{\"kind\": \"%s\", \"fleets\": %u, \"fleets_extra\": %u, \"cases\": %u,"
	       " \"sampled\": %u, \"both\": %u, \"extra\": %u, \"lost\": %u, \"different\": %u}\n",
	       name, tally->fleets, tally->fleets_extra, tally->cases, tally->sampled, tally->both,
	       tally->extra, tally->lost, tally->different);
	fflush(stdout);
}

static void compare_kind(struct fleet_plan plan, unsigned int fleets, uint64_t boots)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < fleets; i++, plan.seed++)
		compare_fleet(&plan, boots, &tally);
	print(fleet_kind_name(plan.kind), &tally);
}

int main(int argc, char **argv)
{
	struct fleet_plan plan = { .boots_per_host = 40 };
	STORE_AUTO_CLOSE struct store *store = NULL;
	struct tally tally = { 0 };

	if (argc == 3) {
		if (store_open(argv[2], STORE_READ, &store))
			fail(store_error(store));
		compare_store(store, strtoull(argv[1], NULL, 10), &tally);
		print("store", &tally);
		return 0;
	}
	if (argc < 9)
		fail("usage: sample BOOTS URL | FLEETS FLEET_BOOTS RATE EFFECT SEED EVERY KIND...");
	plan.boots = strtoull(argv[3], NULL, 10);
	plan.rate = atof(argv[4]);
	plan.effect = atof(argv[5]);
	plan.bad_every = strtoull(argv[7], NULL, 10);
	for (int i = 8; i < argc; i++) {
		plan.seed = strtoull(argv[6], NULL, 10);
		for (plan.kind = FLEET_NONE; plan.kind < FLEET_KINDS; plan.kind++)
			if (strcmp(argv[i], fleet_kind_name(plan.kind)) == 0)
				compare_kind(plan, (unsigned int)atoi(argv[2]),
					     strtoull(argv[1], NULL, 10));
	}
	return 0;
}
