// SPDX-License-Identifier: GPL-2.0-or-later
/* Read the lineage in the stamp on the running kernel's command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "core/cmdline.h"
#include "finding.h"
#include "previous_stamp.h"

void lineage_source_read_stamp(const struct lineage_root *root, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *cmdline = NULL;
	struct lineage_parameter parameter;
	size_t size, stamps;
	int error;

	error = lineage_root_read_cmdline(root, &cmdline, &size);
	if (error) {
		lineage_finding_set_unreadable(finding, error, LINEAGE_CMDLINE_PATH);
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
	lineage_finding_set_stamp(finding, parameter.value, parameter.value_length,
				  "the stamp on the command line");
	if (finding->status == LINEAGE_STATUS_OK)
		finding->history = lineage_previous_stamp_compare(
			root, parameter.value, parameter.value_length, &finding->lineage);
	if (stamps > 1 && finding->status == LINEAGE_STATUS_OK)
		lineage_finding_set(
			finding, LINEAGE_STATUS_OK,
			"%zu stamps on the command line; the last one is used, as the kernel does",
			stamps);
}
