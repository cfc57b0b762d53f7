/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private part of a report. */
#ifndef LINEAGE_LIB_REPORT_H
#define LINEAGE_LIB_REPORT_H

#include "kexec-lineage.h"
#include "merge.h"

/**
 * struct lineage_report_private - a report and the objects that it points to
 * @report: the public part; first, so that a pointer to it also points to this struct
 * @merged: findings of the sources, and the lineage merged from them
 * @cmdline: command line of the running kernel; owned; NULL if it cannot be read
 * @chain: the chain as an array; owned
 * @sources: the findings in the form of the public header
 * @conflicts: the conflicts of @merged
 */
struct lineage_report_private {
	struct lineage_report report;
	struct lineage_merge merged;
	char *cmdline;
	struct lineage_entry *chain;
	struct lineage_evidence sources[LINEAGE_SOURCES];
	const char *conflicts[LINEAGE_CONFLICTS_MAX];
};

/**
 * lineage_report_publish() - fill the public report from the merge
 * @owned: the report, with @merged and @cmdline set; on failure the caller destroys it
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_report_publish(struct lineage_report_private *owned);

static inline void lineage_cleanup_report(struct lineage_report_private **owned)
{
	lineage_report_destroy((struct lineage_report *)*owned);
}

/* lineage_report_destroy() at the end of the scope; NULL is ignored. */
#define LINEAGE_AUTO_REPORT __attribute__((cleanup(lineage_cleanup_report)))

/** lineage_report_merged() - findings and lineage of a report that lineage_report_create() made */
static inline const struct lineage_merge *lineage_report_merged(const struct lineage_report *report)
{
	return &((const struct lineage_report_private *)report)->merged;
}

#endif /* LINEAGE_LIB_REPORT_H */
