/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is an event of a log to people? */
#ifndef LINEAGE_CLI_FLEET_INGEST_TEXT_H
#define LINEAGE_CLI_FLEET_INGEST_TEXT_H

#include <stdio.h>

struct intake_boot;
struct intake_crash;

/* One line each; a crash belongs to the boot above it. */
void ingest_text_boot(FILE *stream, const struct intake_boot *boot);
void ingest_text_crash(FILE *stream, const struct intake_crash *crash);

#endif /* LINEAGE_CLI_FLEET_INGEST_TEXT_H */
