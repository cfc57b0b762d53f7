// SPDX-License-Identifier: GPL-2.0-or-later
#include "hosts.h"

#include <stdbool.h>

#include "store/store.h"

static struct store_crash_transition crash_of(const struct triage_exposure *exposure,
					      const struct triage_case *one)
{
	return (struct store_crash_transition){
		.signature = exposure->signature_names.texts[one->signature],
		.at = { .release = triage_is_any_release(exposure, one->release)
					   ? NULL
					   : exposure->releases.texts[one->release] }
	};
}

static int count_hosts(const struct triage_exposure *exposure,
		       const struct store_crash_transition *crash, struct store *store,
		       int64_t *ret)
{
	return store_count_hosts(store, crash, exposure->skips_inferred, ret);
}

static int check_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			 struct triage_finding *finding, struct store *store)
{
	struct store_crash_transition crash = crash_of(exposure, one);
	int error;

	if (finding->verdict != TRIAGE_ASSOCIATED)
		return 0;
	crash.at.boot = LINEAGE_BOOT_COLD;
	if (finding->origin != TRIAGE_COLD) {
		crash.at.boot = LINEAGE_BOOT_KEXEC;
		crash.at.previous_release = exposure->releases.texts[finding->origin];
	}
	error = count_hosts(exposure, &crash, store, &finding->hosts);
	if (!error && finding->hosts == 1)
		finding->verdict = TRIAGE_SUSPECT;
	return error;
}

static int check_count_trend(const struct triage_exposure *exposure, struct triage_case *one,
			     struct store *store)
{
	struct store_crash_transition crash = crash_of(exposure, one);
	int error;

	if (one->count_trend.verdict != TRIAGE_ASSOCIATED)
		return 0;
	error = count_hosts(exposure, &crash, store, &one->count_trend.hosts);
	if (!error && one->count_trend.hosts == 1)
		one->count_trend.verdict = TRIAGE_SUSPECT;
	return error;
}

int triage_hosts_check(struct triage_report *report, struct store *store)
{
	bool is_one;
	int error = store_has_one_host(store, &is_one);

	if (error || is_one)
		return error;
	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];

		for (size_t j = 0; j < one->finding_count && !error; j++)
			error = check_finding(report->exposure, one, &one->findings[j], store);
		if (!error)
			error = check_count_trend(report->exposure, one, store);
	}
	return error ? error : triage_report_sort(report);
}
