// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot_of_report.h"

#include "encoding.h"

static const char *or_null(const char *text)
{
	return text && text[0] ? text : NULL;
}

int store_boot_of_report(const struct lineage_report *report, const struct store_boot_facts *facts,
			 struct store_boot_row *ret)
{
	STORE_AUTO_BOOT_ROW row = { 0 };
	int error = store_chain_encode(report->chain, report->chain_length, &row.chain);

	if (!error)
		error = store_evidence_encode(report->sources, report->source_count, &row.evidence);
	if (!error)
		error = store_conflicts_encode(report->conflicts, report->conflict_count,
					       &row.conflicts);
	if (error)
		return error;
	row.boot = (struct store_boot){
		.host = facts->host,
		.machine_id = or_null(facts->machine_id),
		.boot_id = facts->boot_id,
		.has_kernel_id = true,
		.marks = or_null(facts->marks),
		.has_time = facts->has_time,
		.time = facts->time,
		.time_source = facts->has_time ? "record" : NULL,
		.release = report->release,
		.build = or_null(facts->build),
		.build_id = or_null(facts->build_id),
		.boot = report->boot,
		.previous_release = report->previous_release,
		.has_count = report->has_count,
		.kexec_count = report->kexec_count,
		.chain = row.chain,
		.chain_is_complete = report->chain_is_complete,
		.source = "record",
		.is_recorded = true,
		.stamp = or_null(facts->stamp),
		.evidence = row.evidence,
		.conflicts = row.conflicts,
		.end = STORE_END_RUNNING,
	};
	*ret = row;
	row = (struct store_boot_row){ 0 };
	return 0;
}
