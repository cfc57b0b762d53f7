// SPDX-License-Identifier: GPL-2.0-or-later
#include "verdict.h"

#include <stddef.h>

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

const char *triage_doubt_name(enum triage_doubt doubt)
{
	static const char *const names[] = {
		[TRIAGE_DOUBT_NONE] = NULL,
		[TRIAGE_DOUBT_KEXEC_COUNT] = "kexec count",
		[TRIAGE_DOUBT_ONE_MACHINE] = "one machine",
		[TRIAGE_DOUBT_MACHINES] = "machines",
		[TRIAGE_DOUBT_CALENDAR] = "calendar",
		[TRIAGE_DOUBT_BOOT_LENGTH] = "boot length",
		[TRIAGE_DOUBT_CRASHES_ONLY] = "crashes only",
	};

	return names[doubt];
}
