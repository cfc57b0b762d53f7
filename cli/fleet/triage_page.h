/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Charts of the triage page; each has a table with the same figures. */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_PAGE_H
#define LINEAGE_CLI_FLEET_TRIAGE_PAGE_H

#include <stddef.h>
#include <stdio.h>

#include "triage/cases.h"
#include "triage/exposure.h"

/*
 * Heat map of all transitions: a table with one coloured cell per transition, over all signatures.
 */
void triage_write_heat(const struct triage_exposure *exposure, FILE *stream);

/* Bar chart of the share of boots that crashed by kexec count; @id: number of the case. */
void triage_write_chart(const struct triage_exposure *exposure, const struct triage_case *one,
			size_t id, FILE *stream);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_PAGE_H */
