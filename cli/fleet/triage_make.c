// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage_make.h"

#include <errno.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage/exposure_read.h"
#include "triage/machines.h"
#include "triage/same_boots.h"
#include "triage/triage.h"

struct triage_report *triage_make(struct store *store, const char *releases,
				  struct triage_exposure *exposure)
{
	TRIAGE_AUTO_REPORT report = NULL;
	int error = triage_exposure_read(exposure, store);

	if (error)
		complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(store));
	else if (triage_report_create(exposure, releases, &report))
		complain("%s", strerror(ENOMEM));
	else if ((error = triage_machines_check(report, store)) ||
		 (error = triage_same_boots_drop(report, store)))
		complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(store));
	else
		return LINEAGE_TAKE(report);
	return NULL;
}
