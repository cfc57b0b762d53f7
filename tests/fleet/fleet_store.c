// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet_store.h"

#include <errno.h>
#include <stdio.h>

#include "store/store.h"

#define HOST_SIZE 40
#define CHAIN_SIZE 4096

#define ENTRY "{\"release\":\"%s\",\"runs\":%u}"

/**
 * struct names - the names of one boot
 * @chain: empty if the chain is not written
 * @rest: the chain after its first entry, which is @newest with @runs
 */
struct names {
	char host[HOST_SIZE];
	char id[HOST_SIZE];
	char chain[CHAIN_SIZE];
	char rest[CHAIN_SIZE / 2];
	uint32_t newest;
	uint32_t runs;
};

/* Put the previous kernel in front of the chain, which ends at a cold boot. */
static void add_to_chain(struct names *names, const struct fleet_boot *boot)
{
	char rest[CHAIN_SIZE];

	if (boot->is_cold) {
		names->runs = 0;
		snprintf(names->chain, sizeof(names->chain), "[]");
		return;
	}
	if (names->runs == 0) {
		snprintf(names->rest, sizeof(names->rest), "]");
	} else if (names->newest != boot->previous) {
		snprintf(rest, sizeof(rest), "," ENTRY "%s", fleet_release_name(names->newest),
			 names->runs, names->rest);
		snprintf(names->rest, sizeof(names->rest), "%.*s", CHAIN_SIZE / 2 - 1, rest);
		names->runs = 0;
	}
	names->newest = boot->previous;
	names->runs++;
	snprintf(names->chain, sizeof(names->chain), "[" ENTRY "%s",
		 fleet_release_name(names->newest), names->runs, names->rest);
}

static void find_names(const struct fleet_plan *plan, const struct fleet_boot *boot,
		       struct names *names)
{
	unsigned long long host = boot->host;

	if (!plan->has_real_names) {
		snprintf(names->host, sizeof(names->host), "host%llu", host);
		snprintf(names->id, sizeof(names->id), "boot%u", boot->number);
		return;
	}
	snprintf(names->host, sizeof(names->host), "node-%06llu.fleet.example", host);
	snprintf(names->id, sizeof(names->id), "%08llx-%04x-4000-8000-%012llx",
		 host * 2654435761 % 4294967296, boot->number, host);
	add_to_chain(names, boot);
}

static int write_crash(struct store *store, const struct fleet_boot *boot,
		       const struct names *names)
{
	bool has_time = boot->time != 0, is_new;
	struct store_crash crash = { .host = names->host,
				     .boot_id = names->id,
				     .has_uptime = true,
				     .uptime_us = has_time ? boot->length_s * 1000000 : 5000000,
				     .title = fleet_title(boot->crash),
				     .type = "oops",
				     .frame = fleet_signature_name(boot->crash),
				     .frames = fleet_signature_name(boot->crash),
				     .signature = fleet_signature_name(boot->crash) };

	return store_add_crash(store, &crash, &is_new);
}

static int write_boot(struct store *store, const struct fleet_boot *boot, const struct names *names)
{
	struct store_boot row = { .host = names->host,
				  .boot_id = names->id,
				  .has_kernel_id = names->chain[0],
				  .chain = names->chain[0] ? names->chain : NULL,
				  .chain_is_complete = names->chain[0],
				  .release = fleet_release_name(boot->release),
				  .boot = boot->is_cold ? LINEAGE_BOOT_COLD : LINEAGE_BOOT_KEXEC,
				  .previous_release =
					  boot->is_cold ? NULL : fleet_release_name(boot->previous),
				  .has_count = true,
				  .kexec_count = boot->count,
				  .label = fleet_model_name(boot->model),
				  .has_time = boot->time != 0,
				  .time = boot->time,
				  .has_last_uptime = boot->time != 0,
				  .last_uptime_us = boot->length_s * 1000000 };
	enum store_end before;
	int error = store_add_boot(store, &row, &before);

	if (!error && boot->crash != FLEET_NO_CRASH)
		error = write_crash(store, boot, names);
	return error;
}

int fleet_write(struct store *store, const struct fleet_plan *plan)
{
	struct fleet *fleet = fleet_create(plan);
	struct names names = { 0 };
	struct fleet_boot boot;
	uint64_t written = 0;
	int error = 0;

	if (!fleet)
		return -ENOMEM;
	while (!error && fleet_next(fleet, &boot)) {
		if (written++ % store_batch_max(store) == 0)
			error = store_begin_batch(store);
		find_names(plan, &boot, &names);
		if (!error)
			error = write_boot(store, &boot, &names);
		if (!error && written % store_batch_max(store) == 0)
			error = store_end_batch(store);
	}
	if (!error && written % store_batch_max(store) != 0)
		error = store_end_batch(store);
	fleet_destroy(fleet);
	return error;
}
