// SPDX-License-Identifier: GPL-2.0-or-later
/* The words that a line must have to begin a boot or a crash report. */
#include "scan.h"

#include <stddef.h>

/*
 * Each row of class.c's table, each line that leads up to one and each line that boot_facts.c
 * learns from has one of these in it; tests/unit/intake/test_scan.c holds them against each other.
 *
 * Hyperscan looks for the last bytes of a word first: words end where those are rare in logs, "exec f" and
 * not "exec from: ". That, and few words, made the search twice as fast (tests/bench/bench_intake.py).
 */
static const char *const words[] = {
	/* boots */
	"Linux v",
	"ommand li",
	"exec f",
	"kexec_li",
	"DMI: ",
	"achine mod",
	/* crashes */
	"BUG: ",
	"BUG ",
	"BUG!",
	"WARNING: ",
	"INFO: ",
	"UBSAN: ",
	"unref", /* "unreferenced object" */
	"nable to hand",
	"[#", /* what die() counts: every oops */
	" panic",
	"PANIC: ",
	"Unhand",
	"Insuff", /* "Insufficient stack space" */
	"ernel stack ov",
	"CFI f",
	"CSD l",
	"LOCKUP",
	"unregister_netdevice: w",
	"Busy in",
	"NETDEV W",
	"nobody c",
	"Machine Ch",
	"achine ch",
	"ut of me",
	"Bad mo",
	"slab er",
	"Slab c",
	"Alignment t",
	/* what leads up to one */
	"[ cut h",
	/* journald's JSON writes what is no UTF-8 as numbers: anything may be in there */
	"\"MESSAGE\":[",
	"\"MESSAGE\" : [",
	NULL,
};

const char *const *intake_scan_words(void)
{
	return words;
}
