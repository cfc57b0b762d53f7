// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet_store.h"

#include <errno.h>
#include <stdio.h>

#include "store/store.h"

#define HOST_SIZE 32

static int write_crash(struct store *store, const struct fleet_boot *boot, const char *host,
		       const char *id)
{
	bool has_time = boot->time != 0, is_new;
	struct store_crash crash = { .host = host,
				     .boot_id = id,
				     .has_uptime = true,
				     .uptime_us = has_time ? boot->length_s * 1000000 : 5000000,
				     .title = fleet_title(boot->crash),
				     .type = "oops",
				     .frame = fleet_signature_name(boot->crash),
				     .frames = fleet_signature_name(boot->crash),
				     .signature = fleet_signature_name(boot->crash) };

	return store_add_crash(store, &crash, &is_new);
}

static int write_boot(struct store *store, const struct fleet_boot *boot)
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
				  .label = fleet_model_name(boot->model),
				  .has_time = boot->time != 0,
				  .time = boot->time,
				  .has_last_uptime = boot->time != 0,
				  .last_uptime_us = boot->length_s * 1000000 };
	enum store_end before;
	int error;

	snprintf(host, sizeof(host), "host%llu", (unsigned long long)boot->host);
	snprintf(id, sizeof(id), "boot%u", boot->number);
	error = store_add_boot(store, &row, &before);
	if (!error && boot->crash != FLEET_NO_CRASH)
		error = write_crash(store, boot, host, id);
	return error;
}

int fleet_write(struct store *store, const struct fleet_plan *plan)
{
	struct fleet *fleet = fleet_create(plan);
	struct fleet_boot boot;
	uint64_t written = 0;
	int error = 0;

	if (!fleet)
		return -ENOMEM;
	while (!error && fleet_next(fleet, &boot)) {
		if (written++ % store_batch_max(store) == 0)
			error = store_begin_batch(store);
		if (!error)
			error = write_boot(store, &boot);
		if (!error && written % store_batch_max(store) == 0)
			error = store_end_batch(store);
	}
	if (!error && written % store_batch_max(store) != 0)
		error = store_end_batch(store);
	fleet_destroy(fleet);
	return error;
}
