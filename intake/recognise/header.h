/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removal of the kernel's prefixes from the first line of a crash report. */
#ifndef LINEAGE_INTAKE_RECOGNISE_HEADER_H
#define LINEAGE_INTAKE_RECOGNISE_HEADER_H

#include "crash_report.h"

/** intake_header_text() - remove spaces, brackets and pr_fmt() prefixes ("watchdog: ", "rcu: ") */
struct intake_text intake_header_text(struct intake_text line);

/** intake_header_take_program() - take "COMM(PID): ", which die() of sparc prints first */
bool intake_header_take_program(struct intake_text *header);

/** intake_header_of() - intake_header_text() of the header line of a report */
struct intake_text intake_header_of(const struct intake_report *report);

#endif /* LINEAGE_INTAKE_RECOGNISE_HEADER_H */
