/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What are the pictures of the triage page? Each has a table beside it that says the same. */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_PAGE_H
#define LINEAGE_CLI_FLEET_TRIAGE_PAGE_H

#include <stdio.h>

#include "triage/triage.h"

/* All transitions: how many boots crashed, whatever the crash. A table whose cells have colours. */
void triage_write_heat(const struct triage_exposure *exposure, FILE *stream);

/* The share of boots that crashed, by kexec count; @id: of the chart among those of the page. */
void triage_write_chart(const struct triage_count_trend *count_trend, size_t id, FILE *stream);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_PAGE_H */
