// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reader of a sosreport. It finds the boot in which the sosreport was made, and the lineage of this
 * boot.
 */
#include "ingest_sosreport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/machine_history.h"
#include "intake/recognise/boot_facts.h"
#include "kexec-lineage.h"
#include "lib/cleanup.h"

static void destroy(struct ingest_sosreport **sosreport)
{
	ingest_sosreport_destroy(*sosreport);
}

#define AUTO_SOSREPORT __attribute__((cleanup(destroy))) struct ingest_sosreport

/* Find the best source that names the previous kernel. */
static const char *source_of(const struct lineage_report *report)
{
	static const char *const names[] = { "module", "kho", "stamp", "log" };

	for (size_t i = 0; report->previous_release && i < sizeof(names) / sizeof(*names); i++)
		for (size_t j = 0; j < report->source_count; j++) {
			const struct lineage_evidence *evidence = &report->sources[j];

			if (strcmp(evidence->source, names[i]) == 0 &&
			    evidence->status == LINEAGE_STATUS_OK && !evidence->is_stale)
				return names[i];
		}
	return NULL;
}

static void take_lineage(const struct lineage_report *report, struct intake_boot *boot)
{
	if (report->release)
		snprintf(boot->release, sizeof(boot->release), "%s", report->release);
	intake_boot_set_lineage(boot, report);
	boot->source = source_of(report);
}

static void take_facts(const struct lineage_host_facts *facts, struct ingest_sosreport *sosreport)
{
	struct intake_boot *boot = &sosreport->boot;

	snprintf(sosreport->host, sizeof(sosreport->host), "%s",
		 facts->name[0] ? facts->name : facts->machine_id);
	snprintf(boot->host, sizeof(boot->host), "%s", sosreport->host);
	snprintf(boot->machine_id, sizeof(boot->machine_id), "%s", facts->machine_id);
	snprintf(boot->boot_id, sizeof(boot->boot_id), "%s", facts->boot_id);
	boot->has_kernel_id = facts->boot_id[0] != '\0';
	snprintf(boot->build, sizeof(boot->build), "%s", facts->build);
	snprintf(boot->stamp, sizeof(boot->stamp), "%s", facts->stamp);
	boot->has_time = boot->has_start = facts->has_time;
	boot->time = boot->start = facts->time;
}

struct ingest_sosreport *ingest_sosreport_read(const char *path)
{
	const struct context context = { .root = path };
	AUTO_SOSREPORT *sosreport = calloc(1, sizeof(*sosreport));
	struct lineage_host_facts facts;

	if (!sosreport)
		return NULL;
	sosreport->path = strdup(path);
	if (!sosreport->path || !history_facts(&context, &facts))
		return NULL;
	take_facts(&facts, sosreport);
	if (lineage_report_create(path, &sosreport->report) == 0)
		take_lineage(sosreport->report, &sosreport->boot);
	return LINEAGE_TAKE(sosreport);
}

void ingest_sosreport_destroy(struct ingest_sosreport *sosreport)
{
	if (!sosreport)
		return;
	lineage_report_destroy(sosreport->report);
	free(sosreport->path);
	free(sosreport);
}

void ingest_sosreport_complete(const struct ingest_sosreport *sosreport, struct intake_boot *boot)
{
	const struct intake_boot *own = &sosreport->boot;

	if (own->has_kernel_id && !boot->has_kernel_id)
		snprintf(boot->short_id, sizeof(boot->short_id), "%.8s", own->boot_id);
	if (!boot->machine_id[0] && strcmp(boot->host, own->host) == 0)
		memcpy(boot->machine_id, own->machine_id, sizeof(boot->machine_id));
}
