// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot_row.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *or_null(const char *text)
{
	return text && text[0] ? text : NULL;
}

bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret, uint64_t *ret_version)
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
		.label = fields[15] ? fields[15] : "",
		.end = store_end_of(fields[16]),
		.has_end_time = fields[17] != NULL,
		.end_time = tsv_value(fields[17]),
	};
	*ret_version = strtoull(fields[18] ? fields[18] : "0", NULL, 10);
	return true;
}

void clickhouse_boot_write(struct tsv *rows, const struct kept_boot *kept, uint64_t version)
{
	const struct store_boot *boot = &kept->boot;
	const char *end = store_end_name(boot->end);

	tsv_field(rows, boot->host, '\t');
	tsv_field(rows, boot->boot_id, '\t');
	tsv_number(rows, boot->sequence, '\t');
	tsv_optional(rows, boot->has_time, boot->time, '\t');
	tsv_field(rows, boot->release ? boot->release : "", '\t');
	tsv_field(rows, boot->build, '\t');
	tsv_field(rows, boot->build_id, '\t');
	tsv_field(rows, lineage_boot_name(boot->boot), '\t');
	tsv_field(rows, boot->previous_release ? boot->previous_release : "", '\t');
	tsv_number(rows, boot->has_count ? (int64_t)boot->kexec_count : -1, '\t');
	tsv_field(rows, boot->chain, '\t');
	tsv_number(rows, boot->chain_is_complete, '\t');
	tsv_field(rows, boot->stamp, '\t');
	tsv_field(rows, boot->evidence, '\t');
	tsv_field(rows, boot->conflicts, '\t');
	tsv_field(rows, boot->label, '\t');
	tsv_field(rows, end ? end : "", '\t');
	tsv_optional(rows, boot->has_end_time, boot->end_time, '\t');
	tsv_print(rows, "%" PRIu64 "\n", version);
}
