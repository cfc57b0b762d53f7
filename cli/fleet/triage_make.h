/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All steps from a store to a report of triage. */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_MAKE_H
#define LINEAGE_CLI_FLEET_TRIAGE_MAKE_H

#include "store/store.h"
#include "triage/cases.h"

/**
 * triage_make() - read a store, compare its boots and check the findings
 * @releases: compare only these releases, as in struct triage_selection; NULL for all
 * @exposure: filled; @period and @skips_inferred are set
 *
 * Return: the report, which must not outlive @exposure; NULL after an error message.
 */
struct triage_report *triage_make(struct store *store, const char *releases,
				  struct triage_exposure *exposure);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_MAKE_H */
