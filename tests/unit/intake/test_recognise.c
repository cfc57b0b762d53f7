// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the recogniser with made-up logs. Boots and crashes are formatted as one text.
 *
 * A boot is a line
 *	boot HOST RELEASE HOW PREVIOUS COUNT CHAIN SOURCE HARDWARE
 * and a crash is a line
 *	crash HOST UPTIME TITLE[; EFFECT...]
 * with "-" for unknown values. A fault is a line "!NUMBER".
 */
#include "support_intake.h"

#include <inttypes.h>
#include <stdio.h>

#include "intake/decode/wrapper.h"
#include "intake/recognise/recognise.h"

#define FOR_7_3_4                                                                                \
	"kexec_lineage.stamp=1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2," \
	"6.1.0-56-cloud-amd64,36ae3270"
#define BANNER(release) "[    0.000000] Linux version " release " (a@b) (gcc) #1 SMP\n"
#define OOPS(time, function)                          \
	"[" time "] Oops: 0000 [#1] SMP\n"            \
	"[" time "] RIP: 0010:" function "+0x1/0x2\n" \
	"[" time "] ---[ end trace 0000000000000000 ]---\n"

/*
 * @recogniser: under test
 * @printed: events so far
 * @offset: offset of the next line
 * @id: a boot id to compare
 */
struct world {
	struct intake_recogniser *recogniser;
	struct intake_listener listener;
	struct intake_sink sink;
	struct printed printed;
	uint64_t offset;
	char id[INTAKE_BOOT_ID_SIZE];
};

static const char *or_dash(const char *text)
{
	return text && text[0] ? text : "-";
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct world *world = data;

	assert_true(boot->boot_id[0]);
	snprintf(world->id, sizeof(world->id), "%s", boot->boot_id);
	print_text(&world->printed, "boot %s %s %s %s ", or_dash(boot->host),
		   or_dash(boot->release), lineage_boot_name(boot->boot),
		   boot->has_previous ? boot->previous_release : "-");
	if (boot->has_count)
		print_text(&world->printed, "%" PRIu32 " ", boot->kexec_count);
	else
		print_text(&world->printed, "- ");
	for (size_t i = 0; i < boot->chain_length; i++)
		print_text(&world->printed, "%s%s*%" PRIu32, i > 0 ? "," : "",
			   boot->chain[i].release, boot->chain[i].runs);
	print_text(&world->printed, "%s%s %s %s\n", boot->chain_length > 0 ? "" : "-",
		   boot->chain_is_complete ? "." : "", or_dash(boot->source),
		   or_dash(boot->hardware));
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct world *world = data;

	print_text(&world->printed, "crash %s ", or_dash(crash->boot->host));
	if (crash->has_uptime)
		print_text(&world->printed, "%" PRIu64 ".%06" PRIu64, crash->uptime_us / 1000000,
			   crash->uptime_us % 1000000);
	else
		print_text(&world->printed, "-");
	print_text(&world->printed, " ");
	print_crash(&world->printed, crash);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	print_text(&((struct world *)data)->printed, "!%d\n", (int)fault);
}

static struct world *begin(const char *host)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->listener =
		(struct intake_listener){ .boot = take_boot, .crash = take_crash, .data = world };
	world->sink = (struct intake_sink){ .fault = take_fault, .data = world };
	world->recogniser = intake_recogniser_create(&world->listener, &world->sink, host);
	assert_non_null(world->recogniser);
	return world;
}

static void feed_line(struct world *world, const char *host, const char *line, size_t length)
{
	struct intake_record record = { .offset = world->offset };

	intake_line_decode(line, length, &record);
	record.offset = world->offset;
	if (host)
		record.host = intake_text_of(host);
	intake_recogniser_record(world->recogniser, &record);
	world->offset += length + 1;
}

static void feed(struct world *world, const char *host, const char *log)
{
	while (*log) {
		size_t length = strcspn(log, "\n");

		feed_line(world, host, log, length);
		log += length + (log[length] == '\n');
	}
}

static void end(struct world *world, const char *expected)
{
	intake_recogniser_finish(world->recogniser);
	intake_recogniser_destroy(world->recogniser);
	assert_string_equal(world->printed.text, expected);
	free(world);
}

/* The time to decode a line grows with its length, not exponentially with its prefixes. */
static void decodes_many_prefixes(void **state)
{
	char line[4096] = "", expected[4096];
	struct intake_record record = { .level = 0 };

	while (strlen(line) < sizeof(line) - 64)
		strcat(line, "[a] ");
	strcat(line, "[    1.234567] text");
	memcpy(expected, line, sizeof(line));
	intake_line_decode(line, strlen(line), &record);
	assert_true(record.has_uptime);
	assert_memory_equal(line, expected, sizeof(line));
}

static const struct {
	const char *log;
	const char *expected;
} logs[] = {
	{ "", "" },
	{ "[    1.000000] usb 1-1: new device\n", "" },
	/* Boots and their lineage. */
	{ BANNER("6.1.0"), "boot - 6.1.0 unknown - - - - -\n" },
	{ BANNER("6.1.0") "[    0.000000] DMI: Acme Turbo/Board, BIOS 7 01/01/2020\n",
	  "boot - 6.1.0 unknown - - - - Acme Turbo/Board\n" },
	{ BANNER("7.3.4+deb13-amd64") "[    0.000000] Command line: ro " FOR_7_3_4 "\n",
	  "boot - 7.3.4+deb13-amd64 kexec 7.2.12+deb13-amd64 4 "
	  "7.2.12+deb13-amd64*1,6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64*1. stamp -\n" },
	{ BANNER("7.3.5") "[    0.000000] Command line: ro " FOR_7_3_4 "\n",
	  "boot - 7.3.5 unknown - - - - -\n" },
	{ BANNER("7.2") "[    0.000000] KHO: exec from: 7.1 (count 3)\n",
	  "boot - 7.2 kexec 7.1 3 7.1*1 kho -\n" },
	{ BANNER("7.2") "[    5.000000] kexec_lineage: exec from: 7.1 (count 3)\n"
			"[    5.000000] kexec_lineage: chain: 7.1, 7.0\n"
			"[    5.000000] kexec_lineage: chain, continued: 6.9\n"
			"[    9.000000] kexec_lineage: exec from: 7.1 (count 3)\n",
	  "boot - 7.2 kexec 7.1 3 7.1*1,7.0*1,6.9*1. log -\n" },
	{ BANNER("7.2") "[    0.000000] Command line: elfcorehdr=0x1000\n"
			"[    5.000000] kexec_lineage: exec from: 7.1 (count 1)\n",
	  "boot - 7.2 capture 7.1 1 7.1*1. log -\n" },
	{ BANNER("7.3.4+deb13-amd64") "[    0.000000] Command line: ro " FOR_7_3_4 "\n"
				      "[    5.000000] kexec_lineage: cold boot\n",
	  "boot - 7.3.4+deb13-amd64 cold - 0 -. - -\n" },
	{ BANNER("6.1.0") BANNER("6.2.0"),
	  "boot - 6.1.0 unknown - - - - -\nboot - 6.2.0 unknown - - - - -\n" },
	/* A clock that goes backwards shows another boot whose banner is missing. */
	{ BANNER("6.1.0") OOPS("  100.000000", "acme_a") OOPS("    1.000000", "acme_b"),
	  "boot - 6.1.0 unknown - - - - -\ncrash - 100.000000 Oops in acme_a\n"
	  "boot - - unknown - - - - -\ncrash - 1.000000 Oops in acme_b\n" },
	/* A crash waits for the lineage, which the module prints later. */
	{ BANNER("7.2") OOPS("    2.000000",
			     "acme_a") "[   15.000000] usb 1-1: new device\n"
				       "[   20.000000] kexec_lineage: exec from: 7.1 (count 1)\n",
	  "boot - 7.2 kexec 7.1 1 7.1*1. log -\ncrash - 2.000000 Oops in acme_a\n" },
	{ BANNER("7.2") OOPS("    2.000000",
			     "acme_a") "[  200.000000] usb 1-1: new device\n"
				       "[  200.000000] kexec_lineage: exec from: 7.1 (count 1)\n",
	  "boot - 7.2 unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n" },
	/* A report without a boot. */
	{ OOPS("    2.000000", "acme_a"),
	  "boot - - unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n" },
	{ "[    2.000000] BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
	  "[    2.000000] CPU: 0 PID: 1 Comm: a Not tainted 6.1.0 #1 Debian\n"
	  "[    2.000000] RIP: 0010:acme_a+0x1/0x2\n",
	  "boot - 6.1.0 unknown - - - - -\n"
	  "crash - 2.000000 BUG: unable to handle kernel NULL pointer dereference in acme_a\n" },
	/* Causes and effects. */
	{ OOPS("    2.000000",
	       "acme_a") "[    2.100000] Kernel panic - not syncing: Fatal exception\n",
	  "boot - - unknown - - - - -\n"
	  "crash - 2.000000 Oops in acme_a; kernel panic: Fatal exception\n" },
	{ "[    2.000000] BUG: KASAN: use-after-free in acme_a+0x1/0x2\n"
	  "[    2.000000] ==================================================================\n"
	  "[    2.010000] general protection fault: 0000 [#1] SMP\n"
	  "[    2.010000] RIP: 0010:acme_b+0x1/0x2\n",
	  "boot - - unknown - - - - -\n"
	  "crash - 2.000000 KASAN: use-after-free in acme_a; general protection fault\n" },
	{ OOPS("    2.000000", "acme_a") OOPS("    9.000000", "acme_b"),
	  "boot - - unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n"
	  "crash - 9.000000 Oops in acme_b\n" },
	/* Reports of two tasks, interleaved line by line. */
	{ "[    2.000000][    T1] Oops: 0000 [#1] SMP\n"
	  "[    2.000000][    T2] WARNING: CPU: 0 PID: 2 at a.c:1 "
	  "acme_w+0x1/0x2\n"
	  "[    2.000000][    T1] RIP: 0010:acme_a+0x1/0x2\n"
	  "[    2.000000][    T2] RIP: 0010:acme_w+0x1/0x2\n",
	  "boot - - unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n"
	  "crash - 2.000000 WARNING in acme_w\n" },
	/* In a log with times, a line without a time is from a program. */
	{ "[    2.000000] usb 1-1: new device\nOops: 0000 [#1] SMP\nRIP: 0010:acme_a+0x1/0x2\n",
	  "" },
	{ "Oops: 0000 [#1] SMP\nRIP: 0010:acme_a+0x1/0x2\n",
	  "boot - - unknown - - - - -\ncrash - - Oops in acme_a\n" },
	/* Broken input. */
	{ "[    2.000000] Oops: 0000 [#1]",
	  "boot - - unknown - - - - -\ncrash - 2.000000 Oops (no frame)\n" },
	{ "[    0.000000] Linux version \n[    0.000000] Linux version\n", "" },
	{ BANNER("6.1.0") "[    0.000000] Command line: kexec_lineage.stamp=\n"
			  "[    0.000000] KHO: exec from: \n"
			  "[    0.000000] kexec_lineage: exec from: x\n"
			  "[    0.000000] kexec_lineage: chain: ,\n[    0.000000] DMI: \n",
	  "boot - 6.1.0 unknown - - - - -\n" },
};

static void finds_boots_and_crashes(void **state)
{
	for (size_t i = 0; i < COUNT_OF(logs); i++) {
		struct world *world = begin("");

		print_message("  %zu: %.*s\n", i, (int)strcspn(logs[i].log, "\n"), logs[i].log);
		feed(world, NULL, logs[i].log);
		end(world, logs[i].expected);
	}
}

static void keeps_hosts_apart(void **state)
{
	struct world *world = begin("elsewhere");

	feed(world, "one", BANNER("6.1.0") "[    2.000000] Oops: 0000 [#1] SMP\n");
	feed(world, "two", BANNER("6.2.0") "[    2.000000] RIP: 0010:acme_two+0x1/0x2\n");
	feed(world, NULL, BANNER("6.3.0"));
	feed(world, "one", "[    2.000000] RIP: 0010:acme_one+0x1/0x2\n");
	end(world, "boot two 6.2.0 unknown - - - - -\nboot elsewhere 6.3.0 unknown - - - - -\n"
		   "boot one 6.1.0 unknown - - - - -\ncrash one 2.000000 Oops in acme_one\n");
}

static void forgets_the_oldest_host(void **state)
{
	struct world *world = begin("");
	char expected[64], name[32];

	feed(world, "first", BANNER("6.1.0"));
	for (int i = 1; i <= INTAKE_HOSTS_MAX; i++) {
		snprintf(name, sizeof(name), "host%d", i);
		feed(world, name, "[    1.000000] quiet\n");
	}
	snprintf(expected, sizeof(expected), "!%d\nboot first 6.1.0 unknown - - - - -\n",
		 INTAKE_FAULT_TOO_MANY_HOSTS);
	end(world, expected);
}

/* Events are reported as soon as the log is quiet, and are not repeated later. */
static void reports_open_crashes_when_the_log_is_quiet(void **state)
{
	static const char boot_and_crash[] =
		"boot - 6.1.0 unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n";
	struct world *world = begin("");

	feed(world, NULL, BANNER("6.1.0") OOPS("    2.000000", "acme_a"));
	assert_string_equal(world->printed.text, "");
	intake_recogniser_pause(world->recogniser);
	assert_string_equal(world->printed.text, boot_and_crash);
	feed(world, NULL, "[    3.000000] kexec_lineage: exec from: 7.1 (count 3)\n");
	end(world, boot_and_crash);
}

/* The same log always has the same id. A boot with other times has another id. */
static void gives_boots_an_id(void **state)
{
	static const char *const same[] = { BANNER("6.1.0") "[    0.000007] a\n",
					    BANNER("6.1.0") "[    0.000007] a\n",
					    BANNER("6.1.0") "[    0.000008] a\n" };
	char ids[COUNT_OF(same)][INTAKE_BOOT_ID_SIZE];

	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct world *world = begin("");

		feed(world, NULL, same[i]);
		intake_recogniser_finish(world->recogniser);
		memcpy(ids[i], world->id, sizeof(ids[i]));
		intake_recogniser_destroy(world->recogniser);
		free(world);
	}
	assert_string_equal(ids[0], ids[1]);
	assert_string_not_equal(ids[0], ids[2]);
}

/* The id does not depend on lines of programs, because not every log contains these lines. */
static void ignores_programs_in_the_id(void **state)
{
	static const char *const same[] = {
		BANNER("6.1.0") "[    0.000007] a\n[    0.000008] b\n",
		BANNER("6.1.0") "[    0.000007] a\n[    0.000007] systemd[1]: Hello.\n"
				"Loading, please wait...\n[    0.000008] b\n",
		BANNER("6.1.0") "<30>[    0.000001] systemd[1]: Hello.\n[    0.000007] a\n"
				"[    0.000007] (udev)[17]: x\n[    0.000008] b\n",
	};
	char ids[COUNT_OF(same)][INTAKE_BOOT_ID_SIZE];

	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct world *world = begin("");

		feed(world, NULL, same[i]);
		intake_recogniser_finish(world->recogniser);
		memcpy(ids[i], world->id, sizeof(ids[i]));
		intake_recogniser_destroy(world->recogniser);
		free(world);
		assert_string_equal(ids[0], ids[i]);
	}
}

static void take_part(void *data, const struct intake_boot *boot)
{
	struct world *world = data;

	print_text(&world->printed, "part %s %" PRIu64 ".%06" PRIu64, or_dash(boot->host),
		   boot->last_uptime_us / 1000000, boot->last_uptime_us % 1000000);
	if (boot->has_start)
		print_text(&world->printed, " start %" PRId64, boot->start);
	if (boot->has_wall_start)
		print_text(&world->printed, " wall %" PRId64, boot->wall_start);
	if (boot->has_count)
		print_text(&world->printed, " %s %" PRIu32, boot->previous_release,
			   boot->kexec_count);
	print_text(&world->printed, " %s\n",
		   strncmp(boot->boot_id, "part-", 5) == 0 ? "-" : boot->boot_id);
}

/* If the banner is missing, the lines of a crash report name the release. */
static void learns_the_release_from_reports(void **state)
{
	static const struct {
		const char *line;
		const char *release;
	} lines[] = {
		{ "CPU: 0 PID: 1 Comm: init Not tainted 6.1.0-18-acme #1 Acme 6.1.76-1",
		  "6.1.0-18-acme" },
		{ "CPU: 0 UID: 0 PID: 1 Comm: init Tainted: G        W          6.11.0 #1",
		  "6.11.0" },
		{ "CPU: 5 PID: 0 Comm: swapper/5 Tainted: G           OE  ------------   "
		  "3.10.0-957.el7 #1",
		  "3.10.0-957.el7" },
		{ "      Not tainted 6.1.0-18-acme #1 Acme 7.4", "6.1.0-18-acme" },
		{ "      Tainted: P           OE      6.1.0-18-acme #1", "6.1.0-18-acme" },
		{ "6.1.77 #1 Not tainted", "6.1.77" },
		{ "Pid: 9113, comm: acmed Not tainted 2.6.32-504.el6.x86_64 #1 Acme X360",
		  "2.6.32-504.el6.x86_64" },
		{ "Pid: 1, comm: init Not tainted (2.6.18-4-686 #1) Acme X360", "2.6.18-4-686" },
		{ "CPU: 0    Tainted: G        W   (2.6.35.3 #4)", "2.6.35.3" },
		{ "REGS: c0000001 TRAP: 0300   Not tainted  (5.10.0-acme)", "5.10.0-acme" },
		{ "EFLAGS: 00010286   (2.6.16-2-686 #1)", "2.6.16-2-686" },
		/* Lines without a release. */
		{ "EFLAGS: 00010286 CPU: 0", "-" },
		{ "=== acme (Not tainted): Acme", "-" },
		{ "acme: at acme.c:1 (Not tainted)", "-" },
		{ "Tainted: [W]=WARN, [O]=OOT_MODULE", "-" },
		{ "acme: the water is Not tainted by 1.2.3 #4", "-" },
		{ "acme: Not tainted v1.2.3 #4", "-" },
		{ "Not tainted", "-" },
		{ "Tainted: ", "-" },
	};
	char expected[256];

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct world *world = begin("");

		feed(world, NULL, "Oops: 0000 [#1] SMP\n");
		feed(world, NULL, lines[i].line);
		feed(world, NULL, "RIP: 0010:acme_a+0x1/0x2\n");
		snprintf(expected, sizeof(expected),
			 "boot - %s unknown - - - - -\ncrash - - Oops in acme_a\n",
			 lines[i].release);
		print_message("  %s\n", lines[i].line);
		end(world, expected);
	}
}

#define ISO "2026-01-01T00:01:40Z h kernel: "
#define OLD "Jan  1 00:00:10 h kernel: "

/* A rotated log may begin in the middle of a boot. */
static void reports_parts_of_boots(void **state)
{
	static const struct {
		const char *log;
		const char *expected;
	} parts[] = {
		{ "", "" },
		{ "[    1.000001] usb 1-1: new device\n", "" },
		{ "no log at all\n", "" },
		{ ISO "[  100.000001] usb 1-1: new device\n",
		  "part h 100.000001 start 1767225600 -\n" },
		{ OLD "[  100.000001] usb 1-1: new device\n",
		  "part h 100.000001 wall 63071910 -\n" },
		{ ISO "[  100.000001] kexec_lineage: exec from: 7.1 (count 3)\n",
		  "part h 100.000001 start 1767225600 7.1 3 -\n" },
		{ "[    5.000001] kexec_lineage: boot 01234567-89ab-cdef-0123-456789abcdef\n",
		  "part - 5.000001 01234567-89ab-cdef-0123-456789abcdef\n" },
		/* A boot with a banner or a crash is reported as a boot, not as a part. */
		{ BANNER("6.1.0") ISO "[  100.000001] usb 1-1: new device\n",
		  "boot - 6.1.0 unknown - - - - -\npart h 100.000001 start 1767225600 -\n" },
		{ OOPS("    2.000000", "acme_a"),
		  "boot - - unknown - - - - -\ncrash - 2.000000 Oops in acme_a\n" },
		/* The end of one boot, and the start of the next boot. */
		{ ISO "[  100.000001] reboot: Restarting system\n" ISO BANNER("6.1.0"),
		  "part h 100.000001 start 1767225600 -\nboot h 6.1.0 cold - 0 - inferred -\n" },
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct world *world = begin("");

		world->listener.part = take_part;
		feed(world, NULL, parts[i].log);
		end(world, parts[i].expected);
	}
}

/* More lineage lines than the limit: the newest lines are used. */
static void keeps_the_newest_lines_of_lineage(void **state)
{
	struct world *world = begin("");
	char line[128];

	feed(world, NULL, BANNER("7.2"));
	for (int i = 1; i <= 1000; i++) {
		snprintf(line, sizeof(line),
			 "[    5.000000] kexec_lineage: exec from: 7.1 (count %d)\n", i);
		feed(world, NULL, line);
	}
	end(world, "boot - 7.2 kexec 7.1 1000 7.1*1 log -\n");
}

/* The module prints its line with each oops, but the chain only once. The chain is kept. */
static void keeps_the_chain_through_many_oopses(void **state)
{
	struct world *world = begin("");

	feed(world, NULL,
	     BANNER("7.2") "[    5.000000] kexec_lineage: exec from: 7.1 (count 2)\n"
			   "[    5.000000] kexec_lineage: chain: 7.1, 7.0\n");
	for (int i = 0; i < 1000; i++)
		feed(world, NULL, "[    6.000000] kexec_lineage: exec from: 7.1 (count 2)\n");
	end(world, "boot - 7.2 kexec 7.1 2 7.1*1,7.0*1. log -\n");
}

/* A crash as netconsole sends it: numbered records, and the release of the kernel. */
static void feed_packets(struct world *world, const char *release, uint64_t sequence,
			 double uptime_s)
{
	static const char *const lines[] = { "Oops: 0000 [#1] SMP", "RIP: 0010:acme_a+0x1/0x2",
					     "---[ end trace 0000000000000000 ]---" };

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct intake_record record = {
			.release = intake_text_of(release),
			.has_sequence = true,
			.sequence = sequence + i,
			.has_uptime = true,
			.uptime_us = (uint64_t)(uptime_s * 1e6),
			.level = -1,
			.text = intake_text_of(lines[i]),
			.offset = world->offset++,
		};

		intake_recogniser_record(world->recogniser, &record);
	}
}

/*
 * The first lines of each boot are lost, and the uptimes do not show where the second boot begins.
 * The sequence number or the release shows it.
 */
static void separates_boots_by_number_and_release(void **state)
{
	struct world *world = begin("db");

	feed_packets(world, "6.1.0", 40, 8);
	feed_packets(world, "6.1.0", 30, 7);
	feed_packets(world, "6.2.0", 60, 9);
	end(world, "boot db 6.1.0 unknown - - - - -\ncrash db 8.000000 Oops in acme_a\n"
		   "boot db 6.1.0 unknown - - - - -\ncrash db 7.000000 Oops in acme_a\n"
		   "boot db 6.2.0 unknown - - - - -\ncrash db 9.000000 Oops in acme_a\n");
}

/* After a panic, a clock that goes back by a second shows another boot. */
static void separates_boots_after_a_panic(void **state)
{
	struct world *world = begin("");

	feed(world, NULL,
	     OOPS("    8.000000", "acme_a") "[    8.100000] Kernel panic - not syncing: Fatal exception\n" OOPS(
		     "    7.000000", "acme_b"));
	end(world, "boot - - unknown - - - - -\n"
		   "crash - 8.000000 Oops in acme_a; kernel panic: Fatal exception\n"
		   "boot - - unknown - - - - -\ncrash - 7.000000 Oops in acme_b\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_many_prefixes),
		cmocka_unit_test(finds_boots_and_crashes),
		cmocka_unit_test(keeps_hosts_apart),
		cmocka_unit_test(forgets_the_oldest_host),
		cmocka_unit_test(reports_open_crashes_when_the_log_is_quiet),
		cmocka_unit_test(gives_boots_an_id),
		cmocka_unit_test(ignores_programs_in_the_id),
		cmocka_unit_test(learns_the_release_from_reports),
		cmocka_unit_test(reports_parts_of_boots),
		cmocka_unit_test(keeps_the_newest_lines_of_lineage),
		cmocka_unit_test(keeps_the_chain_through_many_oopses),
		cmocka_unit_test(separates_boots_by_number_and_release),
		cmocka_unit_test(separates_boots_after_a_panic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
