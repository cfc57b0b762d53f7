/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of a log as text. */
#ifndef LINEAGE_CLI_FLEET_INGEST_TEXT_H
#define LINEAGE_CLI_FLEET_INGEST_TEXT_H

#include <stdio.h>

struct intake_boot;
struct intake_crash;

/* Print an event as one line. A crash belongs to the boot printed above it. */
void ingest_text_boot(FILE *stream, const struct intake_boot *boot);
void ingest_text_crash(FILE *stream, const struct intake_crash *crash);

#endif /* LINEAGE_CLI_FLEET_INGEST_TEXT_H */
