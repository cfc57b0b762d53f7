// SPDX-License-Identifier: GPL-2.0-or-later
#include "verdict.h"

const char *triage_verdict_name(enum triage_verdict verdict)
{
	static const char *const names[] = {
		[TRIAGE_NOT_SEEN] = "not seen", [TRIAGE_LEAD] = "lead",
		[TRIAGE_SUSPECT] = "suspect",	[TRIAGE_SAFER] = "safer",
		[TRIAGE_GUILTY] = "guilty",
	};

	return names[verdict];
}
