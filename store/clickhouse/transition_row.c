// SPDX-License-Identifier: GPL-2.0-or-later
#include "clickhouse.h"

void clickhouse_read_transition(const char *const *fields, struct store_transition *ret)
{
	int64_t count = tsv_value(fields[3]);

	*ret = (struct store_transition){
		.previous_release = fields[0] && fields[0][0] ? fields[0] : NULL,
		.release = fields[1] && fields[1][0] ? fields[1] : NULL,
		.boot = store_start_of(fields[2]),
		.has_count = count >= 0,
		.kexec_count = count >= 0 ? (uint32_t)count : 0,
		.label = fields[4],
		.is_inferred = tsv_value(fields[5]) == 1,
		.boots = tsv_value(fields[6]),
	};
}
