// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot_row.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN (-1) /* an unknown number, in columns that are not Nullable */

static const char *or_null(const char *text)
{
	return text && text[0] ? text : NULL;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret,
			  struct boot_version *ret_version)
{
	int64_t count = tsv_value(fields[9]);

	if (!fields[0] || !fields[1])
		return false;

	*ret = (struct store_boot){
		.host = fields[0],
		.boot_id = fields[1],
		.sequence = tsv_value(fields[2]),
		.has_time = fields[3] != NULL,
		.time = tsv_value(fields[3]),
		.release = or_null(fields[4]),
		.build = fields[5],
		.build_id = fields[6],
		.boot = store_start_of(fields[7]),
		.previous_release = or_null(fields[8]),
		.has_count = count >= 0,
		.kexec_count = count >= 0 ? (uint32_t)count : 0,
		.chain = fields[10],
		.chain_is_complete = tsv_value(fields[11]) != 0,
		.stamp = fields[12],
		.evidence = fields[13],
		.conflicts = fields[14],
		.label = or_empty(fields[15]),
		.end = store_end_of(fields[16]),
		.has_end_time = fields[17] != NULL,
		.end_time = tsv_value(fields[17]),
		.has_kernel_id = tsv_value(fields[18]) != 0,
		.aliases = or_null(fields[19]),
		.machine_id = or_null(fields[20]),
		.marks = or_null(fields[21]),
		.time_source = or_null(fields[22]),
		.source = or_null(fields[25]),
		.is_recorded = tsv_value(fields[26]) != 0,
		.label_is_given = tsv_value(fields[27]) != 0,
	};
	ret->has_last_uptime = fields[23] != NULL;
	ret->last_uptime_us = tsv_value(fields[23]);
	ret->has_last_seen = fields[24] != NULL;
	ret->last_seen = tsv_value(fields[24]);
	ret->has_wall_start = fields[28] != NULL;
	ret->wall_start = tsv_value(fields[28]);
	ret->has_kexec_time = fields[31] != NULL;
	ret->kexec_time = tsv_value(fields[31]);
	ret->kexec_release = or_null(fields[32]);
	*ret_version = (struct boot_version){ strtoull(or_empty(fields[30]), NULL, 10),
					      (enum row_kind)tsv_value(fields[29]),
					      (uint16_t)tsv_value(fields[33]) };
	return true;
}

void clickhouse_boot_write(struct tsv *rows, const struct store_boot *boot,
			   struct boot_version version)
{
	tsv_field(rows, boot->host, '\t');
	tsv_field(rows, boot->boot_id, '\t');
	tsv_number(rows, boot->sequence, '\t');
	tsv_optional(rows, boot->has_time, boot->time, '\t');
	tsv_field(rows, or_empty(boot->release), '\t');
	tsv_field(rows, boot->build, '\t');
	tsv_field(rows, boot->build_id, '\t');
	tsv_field(rows, lineage_boot_name(boot->boot), '\t');
	tsv_field(rows, or_empty(boot->previous_release), '\t');
	tsv_number(rows, boot->has_count ? (int64_t)boot->kexec_count : UNKNOWN, '\t');
	tsv_field(rows, boot->chain, '\t');
	tsv_number(rows, boot->chain_is_complete, '\t');
	tsv_field(rows, boot->stamp, '\t');
	tsv_field(rows, boot->evidence, '\t');
	tsv_field(rows, boot->conflicts, '\t');
	tsv_field(rows, or_empty(boot->label), '\t');
	tsv_field(rows, or_empty(store_end_name(boot->end)), '\t');
	tsv_optional(rows, boot->has_end_time, boot->end_time, '\t');
	tsv_number(rows, boot->has_kernel_id, '\t');
	tsv_field(rows, or_empty(boot->aliases), '\t');
	tsv_field(rows, or_empty(boot->machine_id), '\t');
	tsv_field(rows, or_empty(boot->marks), '\t');
	tsv_field(rows, or_empty(boot->time_source), '\t');
	tsv_optional(rows, boot->has_last_uptime, boot->last_uptime_us, '\t');
	tsv_optional(rows, boot->has_last_seen, boot->last_seen, '\t');
	tsv_field(rows, or_empty(boot->source), '\t');
	tsv_number(rows, boot->is_recorded, '\t');
	tsv_number(rows, boot->label_is_given, '\t');
	tsv_optional(rows, boot->has_wall_start, boot->wall_start, '\t');
	tsv_number(rows, (int64_t)version.kind, '\t');
	tsv_unsigned(rows, version.version, '\t');
	tsv_optional(rows, boot->has_kexec_time, boot->kexec_time, '\t');
	tsv_field(rows, or_empty(boot->kexec_release), '\t');
	tsv_number(rows, version.week, '\n');
}
