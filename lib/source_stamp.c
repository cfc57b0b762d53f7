// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lineage does the running kernel's command line show? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cmdline.h"
#include "evidence.h"

#define CMDLINE_PATH "proc/cmdline"
#define CMDLINE_READ_LIMIT (1 << 20)

static void take_stamp(const struct lineage_parameter *parameter, struct lineage_finding *finding)
{
	struct lineage_stamp stamp;
	struct lineage_fault fault;
	struct lineage_run newest;
	size_t position = 0;
	int error;

	error = lineage_stamp_parse(parameter->value, parameter->value_length, &stamp, &fault);
	if (error) {
		lineage_finding_set_fault(finding, error, "the stamp on the command line", &fault);
		return;
	}
	finding->status = LINEAGE_STATUS_OK;
	finding->kind = stamp.kind;
	memcpy(finding->made_for, stamp.made_for, sizeof(finding->made_for));
	finding->has_count = true;
	finding->lineage = stamp.lineage;
	if (lineage_chain_next(&stamp.lineage, &position, &newest) == 0)
		memcpy(finding->previous_release, newest.release, sizeof(newest.release));
}

void lineage_source_read_stamp(const struct lineage_root *root, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *cmdline = NULL;
	struct lineage_parameter parameter;
	size_t size, stamps;
	int error;

	error = lineage_root_read(root, CMDLINE_PATH, CMDLINE_READ_LIMIT, &cmdline, &size);
	if (error) {
		lineage_finding_set_unreadable(finding, error, CMDLINE_PATH);
		return;
	}
	stamps = lineage_cmdline_find(cmdline, size, LINEAGE_STAMP_NAME, &parameter);
	if (stamps == 0) {
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "no " LINEAGE_STAMP_PREFIX " on the command line");
		return;
	}
	if (!parameter.value) {
		lineage_finding_set(finding, LINEAGE_STATUS_MALFORMED,
				    "the stamp on the command line has no value");
		return;
	}
	take_stamp(&parameter, finding);
	if (stamps > 1 && finding->status == LINEAGE_STATUS_OK)
		lineage_finding_set(
			finding, LINEAGE_STATUS_OK,
			"%zu stamps on the command line; the last one counts, as for the kernel",
			stamps);
}
