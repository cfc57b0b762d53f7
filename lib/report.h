/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands behind a public report? The library's own view of it. */
#ifndef LINEAGE_LIB_REPORT_H
#define LINEAGE_LIB_REPORT_H

#include "kexec-lineage.h"
#include "merge.h"

/**
 * struct lineage_report_private - a report and what its pointers point to
 * @report: what the caller sees; first, so that its address is this one's
 */
struct lineage_report_private {
	struct lineage_report report;
	struct lineage_merged merged;
	char *cmdline;
	struct lineage_entry *chain;
	struct lineage_evidence sources[LINEAGE_SOURCES];
	const char *conflicts[LINEAGE_CONFLICTS_MAX];
};

/**
 * lineage_report_publish() - fill the public report from the merge
 * @private: @merged is settled and @cmdline set; on failure the caller destroys it
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_report_publish(struct lineage_report_private *private);

/** lineage_report_merged() - the merge behind a report */
static inline const struct lineage_merged *
lineage_report_merged(const struct lineage_report *report)
{
	return &((const struct lineage_report_private *)report)->merged;
}

#endif /* LINEAGE_LIB_REPORT_H */
