// SPDX-License-Identifier: GPL-2.0-or-later
#include "crash_row.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "store/backend.h"
#include "store/kept_boot.h"

#define UNKNOWN (-1)
#define TEXTS 6

/* Collect the addresses of all texts of a crash, except the host and the boot id. */
static void point_at(struct store_crash *crash, const char **ret[TEXTS])
{
	const char **const all[TEXTS] = { &crash->title,  &crash->type,	  &crash->frame,
					  &crash->module, &crash->frames, &crash->signature };

	memcpy(ret, all, sizeof(all));
}

struct kept_crash *clickhouse_crash_keep(const struct store_crash *crash, uint64_t recorded)
{
	CLICKHOUSE_AUTO_CRASH *kept = calloc(1, sizeof(*kept));
	const char **texts[TEXTS];

	if (!kept)
		return NULL;
	kept->crash = *crash;
	kept->crash.host = kept->crash.boot_id = kept->crash.excerpt = NULL;
	kept->recorded = recorded;
	point_at(&kept->crash, texts);
	kept->texts = store_texts_keep(texts, TEXTS);
	return kept->texts && clickhouse_crash_set_excerpt(kept, crash->excerpt)
		       ? LINEAGE_TAKE(kept)
		       : NULL;
}

bool clickhouse_crash_set_excerpt(struct kept_crash *kept, const char *excerpt)
{
	char *copy = excerpt ? strdup(excerpt) : NULL;

	if (excerpt && !copy)
		return false;
	free(kept->excerpt);
	kept->crash.excerpt = kept->excerpt = copy;
	return true;
}

void clickhouse_crash_destroy(struct kept_crash *kept)
{
	if (!kept)
		return;
	tsv_deinit(&kept->stored);
	free(kept->texts);
	free(kept->excerpt);
	free(kept);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Append the columns before the excerpt. Return the bytes of the key. */
static size_t write_facts(struct tsv *rows, const struct kept_crash *kept,
			  const struct store_boot *boot, uint16_t week)
{
	const struct store_crash *crash = &kept->crash;
	size_t begin = rows->size, key_size;

	tsv_field(rows, boot->host, '\t');
	tsv_field(rows, boot->boot_id, '\t');
	tsv_field(rows, crash->signature, '\t');
	tsv_number(rows, crash->has_uptime ? crash->uptime_us : UNKNOWN, '\t');
	tsv_number(rows, crash->has_time ? crash->time : UNKNOWN, '\t');
	tsv_number(rows, week, '\t');
	key_size = rows->size - begin;
	tsv_field(rows, crash->title, '\t');
	tsv_field(rows, crash->type, '\t');
	tsv_field(rows, crash->frame, '\t');
	tsv_field(rows, crash->module, '\t');
	tsv_field(rows, crash->frames, '\t');
	tsv_print(rows, "%" PRIu64 "\t", kept->recorded);
	tsv_field(rows, or_empty(boot->release), '\t');
	tsv_field(rows, lineage_boot_name(boot->boot), '\t');
	tsv_field(rows, or_empty(boot->previous_release), '\t');
	tsv_number(rows, boot->has_count ? (int64_t)boot->kexec_count : UNKNOWN, '\t');
	tsv_field(rows, or_empty(boot->label), '\t');
	tsv_number(rows, store_boot_is_inferred(boot), '\t');
	return key_size;
}

int clickhouse_crash_read(const char *const *fields, struct store_boot *ret_boot,
			  struct kept_crash **ret)
{
	CLICKHOUSE_AUTO_CRASH *kept = NULL;
	const struct store_crash crash = {
		.signature = or_empty(fields[2]),
		.has_uptime = tsv_value(fields[3]) != UNKNOWN,
		.uptime_us = tsv_value(fields[3]) != UNKNOWN ? tsv_value(fields[3]) : 0,
		.has_time = tsv_value(fields[4]) != UNKNOWN,
		.time = tsv_value(fields[4]) != UNKNOWN ? tsv_value(fields[4]) : 0,
		.title = or_empty(fields[6]),
		.type = or_empty(fields[7]),
		.frame = fields[8],
		.module = fields[9],
		.frames = fields[10],
		.excerpt = fields[18],
	};
	const struct store_boot boot = {
		.host = fields[0],
		.boot_id = fields[1],
		.release = fields[12],
		.boot = store_start_of(fields[13]),
		.previous_release = fields[14],
		.has_count = tsv_value(fields[15]) != UNKNOWN,
		.kexec_count = (uint32_t)tsv_value(fields[15]),
		.label = fields[16],
		.source = tsv_value(fields[17]) == 1 ? STORE_INFERRED : NULL,
	};

	if (!boot.host || !boot.boot_id)
		return -EBADMSG;
	kept = clickhouse_crash_keep(&crash, strtoull(fields[11] ? fields[11] : "0", NULL, 10));
	if (!kept)
		return -ENOMEM;
	kept->key_size = write_facts(&kept->stored, kept, &boot, (uint16_t)tsv_value(fields[5]));
	kept->facts_size = kept->stored.size;
	tsv_field(&kept->stored, crash.excerpt, '\t');
	if (kept->stored.has_failed)
		return -ENOMEM;
	*ret_boot = boot;
	*ret = LINEAGE_TAKE(kept);
	return 0;
}

size_t clickhouse_crash_write(struct tsv *rows, const struct kept_crash *kept,
			      const struct store_boot *boot, uint16_t week)
{
	size_t key_size = write_facts(rows, kept, boot, week);

	tsv_field(rows, kept->crash.excerpt, '\t');
	return key_size;
}

void clickhouse_crash_write_gone(struct tsv *rows, const struct kept_crash *kept)
{
	tsv_append(rows, kept->stored.at, kept->facts_size);
	tsv_field(rows, NULL, '\t');
}
