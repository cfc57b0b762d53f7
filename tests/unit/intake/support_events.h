/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Check the crashes of made-up logs. Each log is decoded as plain lines. A crash is a line
 *	UPTIME TITLE[; EFFECT...]
 * without the microseconds.
 */
#ifndef LINEAGE_TESTS_SUPPORT_EVENTS_H
#define LINEAGE_TESTS_SUPPORT_EVENTS_H

#include "support_intake.h"

#define CUT "------------[ cut here ]------------\n"
#define END "---[ end trace 0000000000000000 ]---\n"
#define TASK "CPU: 1 PID: 7 Comm: acme Not tainted 6.1.0 #1\n"
#define RIP(function) "RIP: 0010:" function "+0x10/0x20 [acme]\n"
#define STACK(function)                                                                \
	"Call Trace:\n <TASK>\n " function "+0x1/0x2 [acme]\n do_syscall_64+0x1/0x2\n" \
	" </TASK>\n"
#define SOFT(cpu, seconds)                                                            \
	"watchdog: BUG: soft lockup - CPU#" cpu " stuck for " seconds "s! [acme:7]\n" \
	"CPU: " cpu " PID: 7 Comm: acme Not tainted 6.1.0 #1\n" RIP("acme_spin")      \
		STACK("acme_loop")
#define HUNG(seconds)                                                               \
	"INFO: task acme:7 blocked for more than " seconds " seconds.\n"            \
	"      Not tainted 6.1.0 #1\n"                                              \
	"task:acme            state:D stack:0     pid:7     ppid:2\n"               \
	"Call Trace:\n <TASK>\n __schedule+0x1/0x2\n schedule+0x1/0x2\n acme_wait+" \
	"0x1/0x2 [acme]\n kthread+0x1/0x2\n ret_from_fork+0x1/0x2\n </TASK>\n"

#define STALL(ticks, number)                                                        \
	"rcu: INFO: rcu_preempt self-detected stall on CPU\n"                       \
	"rcu: \t1-....: (5249 ticks this GP) idle=a7e/1/0x4000000000000002\n"       \
	"\t(t=" ticks " jiffies g=" number " q=88 ncpus=4)\n" TASK RIP("acme_spin") \
		STACK("acme_loop")
#define ACME_WARNING "WARNING: CPU: 1 PID: 7 at acme.c:7 acme_warn+0x1/0x2 [acme]\n"
#define PANIC "Kernel panic - not syncing: acme is gone\n"
#define OOPS(function) "Oops: 0000 [#1] SMP\n" TASK RIP(function) STACK("acme_x") END

/*
 * A log: parts with the time of their lines, in seconds, and their context.
 * @seconds: 0 for lines without a time
 */
struct part {
	unsigned int seconds;
	const char *lines;
	const char *context;
};

#define PARTS 6

struct test {
	const char *name;
	struct part parts[PARTS];
	const char *expected;
};

/** run_events() - check the crashes of each log */
void run_events(const struct test *tests, size_t count);

/** expect_crashes() - check the crashes of a log */
void expect_crashes(const char *log, const char *expected);

#endif /* LINEAGE_TESTS_SUPPORT_EVENTS_H */
