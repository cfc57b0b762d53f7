// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost_kexec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "encoding.h"
#include "lib/cleanup.h"
#include "store/identity.h"
#include "store/lost.h"

bool store_kexec_is_lost(const struct store_boot *before, const struct store_boot *after)
{
	return before->has_kexec_time && before->end != STORE_END_CRASH &&
	       after->boot == LINEAGE_BOOT_COLD && !store_boot_started_no_kexec(before);
}

static int add_crash(struct store *store, const struct store_boot *lost)
{
	const struct store_crash crash = {
		.host = lost->host,
		.boot_id = lost->boot_id,
		.has_time = true,
		.time = lost->time,
		.title = STORE_LOST_TITLE,
		.type = STORE_LOST_TYPE,
		.signature = STORE_LOST_SIGNATURE,
	};
	bool is_new;

	return store_add_crash(store, &crash, &is_new);
}

/*
 * Do not mark the row of the lost kexec as recorded by the machine, so that the next boot still
 * derives how @before ended.
 */
int store_add_lost_kexec(struct store *store, const struct store_boot *before)
{
	LINEAGE_AUTO_FREE char *id = NULL;
	LINEAGE_AUTO_FREE char *chain = NULL;
	struct store_boot lost = {
		.host = before->host,
		.has_kernel_id = before->has_kernel_id,
		.has_time = true,
		.time = before->kexec_time,
		.time_source = "record",
		.release = before->kexec_release,
		.boot = LINEAGE_BOOT_KEXEC,
		.previous_release = before->release,
		.has_count = before->has_count,
		.kexec_count = before->kexec_count + (before->kexec_count < UINT32_MAX),
		.chain_is_complete = before->chain_is_complete || before->boot == LINEAGE_BOOT_COLD,
		.source = "record",
		.label = before->label,
		.label_is_given = before->label_is_given,
		.marks = before->marks,
		.end = STORE_END_LOST,
	};
	enum store_end ignored;
	int error = store_chain_extend(before->chain, before->release, &chain);

	if (error == -EILSEQ) /* the chain is invalid, but the other facts are usable */
		lost.chain_is_complete = false;
	else if (error)
		return error;
	if (asprintf(&id, STORE_LOST_PREFIX "%s", before->boot_id) < 0)
		return -ENOMEM;
	lost.boot_id = id;
	lost.chain = chain;
	error = store_add_boot(store, &lost, &ignored);
	return error ? error : add_crash(store, &lost);
}
