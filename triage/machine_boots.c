// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_boots.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "all_releases.h"
#include "ancestors.h"
#include "lib/cleanup.h"
#include "machine_rows.h"
#include "store/crashed_hosts.h"
#include "store/host_level.h"
#include "store/store.h"

/*
 * Days of an unknown year are days of 1972. The first is left out: an unset clock shows it.
 */
#define DAY_OF_YEAR_MIN 731
#define DAY_OF_YEAR_MAX 1095

/* Limits of the share of machines in a sample. */
#define SHARE_MAX (1.0 / (1 << STORE_HOST_LEVEL_MIN))
#define SHARE_MIN (1.0 / (1 << STORE_HOST_LEVEL_MAX))

void triage_machines_deinit(struct triage_machines *machines)
{
	store_names_deinit(&machines->hosts);
	store_names_deinit(&machines->origins);
	store_names_deinit(&machines->labels);
	store_names_deinit(&machines->hardware);
	store_names_deinit(&machines->releases);
	triage_time_at_risk_deinit(&machines->times);
	free(machines->all);
	free(machines->rows);
}

static int reserve(struct triage_machines *machines)
{
	size_t capacity = machines->capacity ? 2 * machines->capacity : 1024;
	struct triage_machine_boots *all;

	if (machines->count < machines->capacity)
		return 0;
	all = reallocarray(machines->all, capacity, sizeof(*all));
	if (!all)
		return -ENOMEM;
	machines->all = all;
	machines->capacity = capacity;
	return 0;
}

/* Return whether the comparisons of the case use these boots. */
static bool is_compared(const struct triage_machines *machines, const struct store_transition *at)
{
	const struct triage_exposure *exposure = machines->exposure;
	bool is_cold = at->boot == LINEAGE_BOOT_COLD;

	if (at->is_inferred && exposure->skips_inferred)
		return false;
	if (!is_cold && !at->previous_release)
		return false;
	if (is_cold && triage_is_lost_kexec(exposure, machines->of->signature))
		return false;
	return at->release || triage_is_any_release(exposure, machines->of->release);
}

static int add_label(struct triage_machines *machines, const struct store_transition *at,
		     uint32_t *ret, uint32_t *ret_hardware)
{
	const char *label = at->label ? at->label : "";
	int error = store_names_add(&machines->hardware, label, ret_hardware);

	if (error)
		return error;
	if (triage_is_all_releases(machines->exposure, machines->of->release))
		return triage_all_releases_label(&machines->labels, at->release, label, ret);
	return store_names_add(&machines->labels, label, ret);
}

/* Find the candidates that are ancestors of the boots. Return 0 or -ENOMEM. */
static int find_ancestors(struct triage_machines *machines, const struct store_host_day *row,
			  struct triage_machine_boots *boots)
{
	const struct store_chain chain = { .at = row->at,
					   .chain = row->chain,
					   .is_complete = row->chain_is_complete };
	struct store_ancestor_list list;
	int found;

	/* A cold boot has no chain, and after one kexec the chain is the previous kernel. */
	boots->has_chain = row->at.boot == LINEAGE_BOOT_COLD ||
			   (row->at.has_count && row->at.kexec_count == 1);
	if (boots->has_chain)
		return 0;
	found = store_ancestors_of(&machines->releases, &chain, &list);
	if (found <= 0)
		return found;
	boots->has_chain = true;
	boots->dose = store_ancestors_dose(list.kexecs);
	for (size_t i = 0; i < machines->candidate_count; i++)
		for (size_t j = 0; j < list.count; j++)
			if (list.numbers[j] == machines->candidates[i])
				boots->ancestors |= (uint64_t)1 << i;
	return 0;
}

static bool is_set(int64_t day)
{
	return store_day_has_year(day) || (day >= DAY_OF_YEAR_MIN && day <= DAY_OF_YEAR_MAX);
}

/* Return the kexec count of some boots. */
static uint32_t count_of(const struct store_transition *at)
{
	if (!at->has_count)
		return TRIAGE_NO_COUNT;
	return at->kexec_count == TRIAGE_NO_COUNT ? TRIAGE_NO_COUNT - 1 : at->kexec_count;
}

static int add_boots(const struct store_host_day *row, void *data)
{
	struct triage_machines *machines = data;
	const struct store_transition *at = &row->at;
	struct triage_machine_boots boots = { .origin = TRIAGE_COLD,
					      .count = count_of(at),
					      .machines = 1,
					      .day = row->has_day && is_set(row->day)
							     ? row->day
							     : TRIAGE_NO_DAY,
					      .boots = (uint64_t)at->boots,
					      .crashes = (uint64_t)at->crashes,
					      .measured = (uint64_t)row->measured,
					      .length_s = (uint64_t)row->length_s,
					      .timed_crashes = (uint64_t)row->timed_crashes,
					      .uptime_s = (uint64_t)row->uptime_s,
					      .band = row->band,
					      .at_risk_s = (uint64_t)row->at_risk_s };
	int error;

	if (!is_compared(machines, at))
		return 0;
	error = store_names_add(&machines->hosts, row->host, &boots.machine);
	if (!error)
		error = add_label(machines, at, &boots.label, &boots.hardware);
	if (!error && at->boot != LINEAGE_BOOT_COLD)
		error = store_names_add(&machines->origins, at->previous_release, &boots.origin);
	if (!error && machines->candidate_count > 0)
		error = find_ancestors(machines, row, &boots);
	if (!error)
		error = reserve(machines);
	if (!error)
		machines->all[machines->count++] = boots;
	return error;
}

uint64_t triage_machines_hashes(const struct triage_case *of, uint64_t boots)
{
	double share = (double)boots / (double)of->boots;

	if (share > SHARE_MAX)
		return 0;
	return (uint64_t)ldexp(fmax(share, SHARE_MIN), 64);
}

/* Return the filter of the boots that are read. */
static struct store_host_filter filter_of(const struct triage_machines *machines)
{
	const struct triage_exposure *exposure = machines->exposure;
	const struct triage_case *of = machines->of;
	struct store_host_filter filter = {
		.release = exposure->releases.texts[of->release],
		.signature = exposure->signature_names.texts[of->signature],
		.with_chains = machines->candidate_count > 0,
	};

	if (triage_is_pooled(exposure, of->release))
		filter.release = NULL;
	if (triage_is_any_crash(exposure, of->signature))
		filter.signature = NULL;
	if (machines->boots_of == TRIAGE_MACHINES_SAMPLE)
		filter.hashes = machines->hashes;
	return filter;
}

void triage_machines_expect(const struct triage_machines *machines, struct store *store)
{
	const struct store_host_filter filter = filter_of(machines);

	if (machines->boots_of == TRIAGE_MACHINES_CRASHED)
		store_expect_crashed_hosts(store, &filter);
	else
		store_expect_host_days(store, &filter);
}

static void add_days(struct triage_case *of, int64_t first, int64_t last)
{
	of->first_day = of->has_days && of->first_day < first ? of->first_day : first;
	of->last_day = of->has_days && of->last_day > last ? of->last_day : last;
	of->has_days = true;
}

/* Add the crashes of machines that crashed in the same transitions as one machine. */
static int add_crashed(const struct store_crashed_hosts *hosts, void *data)
{
	struct triage_machines *machines = data;
	int error = 0;

	for (size_t i = 0; i < hosts->count && !error; i++) {
		const struct store_crashed_boots *of = &hosts->boots[i];
		struct triage_machine_boots boots = {
			.machine = machines->groups,
			.machines = (uint64_t)hosts->hosts,
			.origin = TRIAGE_COLD,
			.count = count_of(&of->at),
			.boots = 1,
			.crashes = 1,
			.band = of->is_timed ? 0 : STORE_BAND_UNKNOWN,
		};

		if (!is_compared(machines, &of->at))
			continue;
		if (of->has_days)
			add_days(machines->of, of->first_day, of->last_day);
		if (of->at.boot != LINEAGE_BOOT_COLD)
			error = store_names_add(&machines->origins, of->at.previous_release,
						&boots.origin);
		if (!error)
			error = reserve(machines);
		if (!error)
			machines->all[machines->count++] = boots;
	}
	machines->groups++;
	return error;
}

/* Find the boots whose times at risk are compared. */
static int find_times(struct triage_machines *machines)
{
	const struct triage_exposure *exposure = machines->exposure;
	LINEAGE_AUTO_FREE bool *is_timed = calloc(machines->origins.count + 1, sizeof(*is_timed));
	int error = triage_time_at_risk_init(&machines->times, exposure, machines->of->release,
					     machines->of->signature);

	if (!is_timed)
		return -ENOMEM;
	for (size_t i = 0; i < machines->times.sum_count; i++) {
		uint32_t origin = machines->times.sums[i].origin, number;

		if (origin == TRIAGE_COLD)
			continue;
		if (store_names_find(&machines->origins, exposure->releases.texts[origin], &number))
			is_timed[number] = true;
	}
	for (size_t i = 0; i < machines->count; i++) {
		struct triage_machine_boots *boots = &machines->all[i];

		boots->is_timed = boots->band != STORE_BAND_UNKNOWN &&
				  (boots->origin == TRIAGE_COLD
					   ? triage_time_at_risk_has(&machines->times, TRIAGE_COLD)
					   : is_timed[boots->origin]);
	}
	return error;
}

/*
 * Find the first and the last day of a crash. If the boots of all machines are read, also find the
 * last day of a boot.
 */
static void find_days(const struct triage_machines *machines)
{
	struct triage_case *of = machines->of;

	for (size_t i = 0; i < machines->count; i++) {
		int64_t day = machines->all[i].day;

		if (!store_day_has_year(day))
			continue;
		if (machines->boots_of == TRIAGE_MACHINES_ALL) {
			of->newest_day =
				of->has_newest && of->newest_day > day ? of->newest_day : day;
			of->has_newest = true;
		}
		if (machines->all[i].crashes > 0)
			add_days(of, day, day);
	}
}

int triage_machines_read(struct triage_machines *machines, struct store *store)
{
	const struct store_host_filter filter = filter_of(machines);
	int error = machines->boots_of == TRIAGE_MACHINES_CRASHED
			    ? store_list_crashed_hosts(store, &filter, add_crashed, machines)
			    : store_list_host_days(store, &filter, add_boots, machines);

	if (!error)
		error = find_times(machines);
	if (error)
		return error;
	find_days(machines);
	machines->rows = calloc(machines->count + 1, sizeof(*machines->rows));
	return machines->rows ? 0 : -ENOMEM;
}
