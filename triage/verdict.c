// SPDX-License-Identifier: GPL-2.0-or-later
#include "verdict.h"

const char *triage_verdict_name(enum triage_verdict verdict)
{
	static const char *const names[] = {
		[TRIAGE_NONE] = "none",
		[TRIAGE_LEAD] = "lead",
		[TRIAGE_SUSPECT] = "suspect",
		[TRIAGE_INVERSE] = "associated",
		[TRIAGE_ASSOCIATED] = "associated",
	};

	return names[verdict];
}
