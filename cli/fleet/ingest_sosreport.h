/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of a sosreport. It finds the boot in which the sosreport was made, and the lineage of this
 * boot.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H
#define LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H

#include "intake/recognise/event.h"

struct lineage_report;

/**
 * struct ingest_sosreport - a sosreport
 * @path: folder of the sosreport
 * @host: name of the machine, for logs that do not name their host; empty if unknown
 * @boot: the boot in which the sosreport was made; its chain is in @report
 * @report: the lineage of @boot; NULL if the lineage cannot be read
 */
struct ingest_sosreport {
	char *path;
	char host[INTAKE_HOST_SIZE];
	struct intake_boot boot;
	struct lineage_report *report;
};

/* Read a sosreport; return NULL if out of memory, or after an error message. */
struct ingest_sosreport *ingest_sosreport_read(const char *path);

/* Free a sosreport; NULL is ignored. */
void ingest_sosreport_destroy(struct ingest_sosreport *sosreport);

/*
 * Add the facts of the sosreport to @boot, which was found in a log of the same boot. The log alone
 * may not contain enough facts to recognise the boot.
 */
void ingest_sosreport_complete(const struct ingest_sosreport *sosreport, struct intake_boot *boot);

#endif /* LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H */
