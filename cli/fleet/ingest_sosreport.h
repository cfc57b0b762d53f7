/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a sosreport shows of the boot in which it was made. */
#ifndef LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H
#define LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H

#include "intake/recognise/event.h"

struct lineage_report;

/**
 * struct ingest_sosreport - a sosreport
 * @path: its folder
 * @host: name of its machine, for logs that do not name one; empty if unknown
 * @boot: the boot in which it was made; its chain is in @report
 * @report: the lineage of that boot; NULL if it cannot be read
 */
struct ingest_sosreport {
	char *path;
	char host[INTAKE_HOST_SIZE];
	struct intake_boot boot;
	struct lineage_report *report;
};

/* Read a sosreport; return NULL if out of memory, or after an error message. */
struct ingest_sosreport *ingest_sosreport_read(const char *path);

/* Does nothing for NULL. */
void ingest_sosreport_destroy(struct ingest_sosreport *sosreport);

/*
 * Complete a boot that a log of the same boot shows: the log itself may have nothing by which the
 * boot is recognised.
 */
void ingest_sosreport_complete(const struct ingest_sosreport *sosreport, struct intake_boot *boot);

#endif /* LINEAGE_CLI_FLEET_INGEST_SOSREPORT_H */
