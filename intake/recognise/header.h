/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the line that begins a crash report, without what the kernel puts in front of it. */
#ifndef LINEAGE_INTAKE_RECOGNISE_HEADER_H
#define LINEAGE_INTAKE_RECOGNISE_HEADER_H

#include "crash_report.h"

/** intake_header_text() - a line without blanks, brackets and pr_fmt()'s words ("watchdog: ", "rcu: ") in front */
struct intake_text intake_header_text(struct intake_text line);

/** intake_header_of() - the same for the line that begins a report */
struct intake_text intake_header_of(const struct intake_report *report);

#endif /* LINEAGE_INTAKE_RECOGNISE_HEADER_H */
