// SPDX-License-Identifier: GPL-2.0-or-later
/* Write a simulated fleet to a store: make_fleet URL KIND BOOTS RATE EFFECT [SEED] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "store/store.h"

#define HOST_SIZE 32

static void check(struct store *store, int error)
{
	if (!error)
		return;
	fprintf(stderr, "make_fleet: %s\n", store_error(store));
	exit(1);
}

static void write_crash(struct store *store, const struct fleet_boot *boot, const char *host,
			const char *id)
{
	struct store_crash crash = { .host = host,
				     .boot_id = id,
				     .has_uptime = true,
				     .uptime_us = 5000000,
				     .title = fleet_title(boot->crash),
				     .type = "oops",
				     .frame = fleet_signature_name(boot->crash),
				     .frames = fleet_signature_name(boot->crash),
				     .signature = fleet_signature_name(boot->crash) };
	bool is_new;

	check(store, store_add_crash(store, &crash, &is_new));
}

static void write_boot(struct store *store, const struct fleet_boot *boot)
{
	char host[HOST_SIZE], id[HOST_SIZE];
	struct store_boot row = { .host = host,
				  .boot_id = id,
				  .release = fleet_release_name(boot->release),
				  .boot = boot->is_cold ? LINEAGE_BOOT_COLD : LINEAGE_BOOT_KEXEC,
				  .previous_release =
					  boot->is_cold ? NULL : fleet_release_name(boot->previous),
				  .has_count = true,
				  .kexec_count = boot->count,
				  .label = fleet_model_name(boot->model) };
	enum store_end before;

	snprintf(host, sizeof(host), "host%llu", (unsigned long long)boot->host);
	snprintf(id, sizeof(id), "boot%u", boot->number);
	check(store, store_add_boot(store, &row, &before));
	if (boot->crash != FLEET_NO_CRASH)
		write_crash(store, boot, host, id);
}

static enum fleet_kind find_kind(const char *name)
{
	enum fleet_kind kind = FLEET_NONE;

	while (kind < FLEET_KINDS && strcmp(name, fleet_kind_name(kind)) != 0)
		kind++;
	return kind;
}

int main(int argc, char **argv)
{
	struct fleet_plan plan = { .seed = 1, .boots_per_host = 40 };
	struct fleet_boot boot;
	struct store *store = NULL;
	int error;
	struct fleet *fleet;
	uint64_t written = 0;

	if (argc < 6 || argc > 7 || find_kind(argv[2]) == FLEET_KINDS) {
		fprintf(stderr,
			"usage: make_fleet URL none|transition|count|both|confounded BOOTS RATE "
			"EFFECT [SEED]\n");
		return 2;
	}
	plan.kind = find_kind(argv[2]);
	plan.boots = strtoull(argv[3], NULL, 10);
	plan.rate = atof(argv[4]);
	plan.effect = atof(argv[5]);
	plan.seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 1;
	error = store_open(argv[1], STORE_WRITE, &store);
	check(store, error);
	fleet = fleet_create(&plan);
	if (!fleet) {
		fprintf(stderr, "make_fleet: out of memory\n");
		return 1;
	}
	while (fleet_next(fleet, &boot)) {
		if (written++ % store_batch_max(store) == 0)
			check(store, store_begin_batch(store));
		write_boot(store, &boot);
		if (written % store_batch_max(store) == 0)
			check(store, store_end_batch(store));
	}
	check(store, store_end_batch(store));
	store_close(store);
	fleet_destroy(fleet);
	return 0;
}
