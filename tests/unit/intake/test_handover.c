// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the lines before a banner: how a kernel was started, and lost kexecs. Each case is a log
 * and its boots, one line each:
 *	RELEASE HOW PREVIOUS COUNT CHAIN SOURCE[ lost]
 * with "-" for unknown values and "." after a complete chain.
 */
#include "support_intake.h"

#include <inttypes.h>

#include "intake/decode/wrapper.h"
#include "intake/recognise/recognise.h"

/* Lines of consoles. */
#define BANNER(release) "[    0.000000] Linux version " release " (a@b) (gcc) #1 SMP\n"
#define OLD BANNER("6.12") "[  100.000001] usb 1-1: new device\n"
#define STARTS "[  200.000001] kexec_core: Starting new kernel\n"
#define NAMED "[  190.000001] kexec_lineage: kexec to 5.10 (count 1)\n"
#define RESTARTS "[  200.000001] reboot: Restarting system\n"
#define BIOS "SeaBIOS (version 1.16.2-debian-1.16.2-1)\nBooting from Hard Disk...\n"
#define COLD_LINE "[  101.000000] kexec_lineage: cold boot\n"
#define FIRST "6.12 unknown - - - -\n"
#define LOST "- kexec 6.12 - 6.12*1 inferred lost\n"
#define COLD "6.12 cold - 0 - inferred\n"

struct world {
	struct printed printed;
	size_t crashes;
};

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct world *world = data;

	assert_true(boot->boot_id[0]);
	assert_true((boot->end == INTAKE_END_LOST) == (strncmp(boot->boot_id, "lost-", 5) == 0));
	print_text(&world->printed, "%s %s %s ", boot->release[0] ? boot->release : "-",
		   lineage_boot_name(boot->boot),
		   boot->has_previous ? boot->previous_release : "-");
	if (boot->has_count)
		print_text(&world->printed, "%" PRIu32 " ", boot->kexec_count);
	else
		print_text(&world->printed, "- ");
	for (size_t i = 0; i < boot->chain_length; i++)
		print_text(&world->printed, "%s%s*%" PRIu32, i > 0 ? "," : "",
			   boot->chain[i].release, boot->chain[i].runs);
	print_text(&world->printed, "%s%s %s%s\n", boot->chain_length > 0 ? "" : "-",
		   boot->chain_is_complete && boot->chain_length > 0 ? "." : "",
		   boot->source ? boot->source : "-", boot->end == INTAKE_END_LOST ? " lost" : "");
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct world *world = data;

	if (strcmp(crash->title.type, "lost-kexec") != 0)
		return;
	assert_string_equal(crash->title.title, "kexec lost: no sign of life");
	assert_string_equal(crash->title.signature, "lost-kexec");
	assert_int_equal(crash->boot->end, INTAKE_END_LOST);
	world->crashes++;
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
}

/* Feed each line of a log. A form feed at the start of a line stands for an erased screen. */
static void feed(struct intake_recogniser *recogniser, const char *log)
{
	const char *at = log;

	while (*at) {
		struct intake_record record = { .is_erased = *at == '\f' };
		size_t length;

		at += record.is_erased;
		length = strcspn(at, "\n");
		intake_line_decode(at, length, &record);
		record.offset = (uint64_t)(at - log);
		intake_recogniser_record(recogniser, &record);
		at += length + (at[length] == '\n');
	}
}

static void check(const char *log, const char *expected, bool infer)
{
	struct world world = { 0 };
	const struct intake_listener listener = { .boot = take_boot,
						  .crash = take_crash,
						  .data = &world };
	const struct intake_sink sink = { .fault = take_fault, .data = &world };
	struct intake_recogniser *recogniser = intake_recogniser_create(&listener, &sink, "h");
	size_t lost = 0;

	assert_non_null(recogniser);
	if (!infer)
		intake_recogniser_infer_nothing(recogniser);
	feed(recogniser, log);
	intake_recogniser_finish(recogniser);
	intake_recogniser_destroy(recogniser);
	if (strcmp(world.printed.text, expected) != 0)
		fail_msg("log:\n%sboots:\n%sexpected:\n%s", log, world.printed.text, expected);
	for (const char *at = expected; (at = strstr(at, " lost\n")); at++)
		lost++;
	assert_int_equal(world.crashes, lost);
}

struct log_case {
	const char *log;
	const char *expected;
};

static void check_all(const struct log_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(cases[i].log, cases[i].expected, true);
}

static void infers_kexecs(void **state)
{
	static const struct log_case cases[] = {
		{ OLD STARTS BANNER("5.10"), FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		{ OLD "[  200.000001] kexec: Starting new kernel\n" BANNER("5.10"),
		  FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		{ OLD NAMED BANNER("5.10"), FIRST "5.10 kexec 6.12 1 6.12*1 inferred\n" },
		{ OLD NAMED STARTS BANNER("5.10"), FIRST "5.10 kexec 6.12 1 6.12*1 inferred\n" },
		/* Lines of the purgatory, the decompressor and an arm64 kernel, and blank lines. */
		{ OLD STARTS
		  "[  200.000002] Bye!\nI'm in purgatory\n\nDecompressing Linux... "
		  "Parsing ELF... done.\nBooting the kernel.\n"
		  "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd0c1]\n"
		  "[-- MARK -- Tue Mar  5 09:14:00 2024]\n" BANNER("5.10"),
		  FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		/* Two consoles print the same line. */
		{ OLD STARTS STARTS BANNER("5.10"), FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		/* Lines before the banner of several architectures. */
		{ OLD STARTS "[    0.000000] microcode: updated early\n"
			     "[    0.000000] Booting Linux on hartid 0\n" BANNER("5.10"),
		  FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		/* kexec --real-mode, and a kexec of iPXE, do not pass through firmware. */
		{ OLD STARTS "I'm in purgatory\nearly console in setup code\n" BANNER("5.10"),
		  FIRST "5.10 unknown - - - -\n" },
		/* Firmware without text erased the screen. `kexec --real-mode` also does this. */
		{ OLD STARTS "\f" BANNER("6.12"), FIRST "6.12 unknown - - - -\n" },
		{ OLD NAMED STARTS "\f\n" BANNER("5.10"), FIRST "5.10 unknown - - - -\n" },
		{ OLD "[  200.000001] Starting crashdump kernel...\n\f" BANNER("6.12"),
		  FIRST "6.12 unknown - - - -\n" },
		/* A program erased the screen before the kexec. */
		{ OLD "\f" STARTS BANNER("5.10"), FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		{ OLD NAMED "\f" STARTS BANNER("5.10"),
		  FIRST "5.10 kexec 6.12 1 6.12*1 inferred\n" },
		/* The new kernel continues the count and the chain of the old kernel. */
		{ BIOS OLD STARTS BANNER("5.10") STARTS BANNER("5.10") STARTS BANNER("6.1"),
		  COLD "5.10 kexec 6.12 1 6.12*1. inferred\n"
		       "5.10 kexec 5.10 2 5.10*1,6.12*1. inferred\n"
		       "6.1 kexec 5.10 3 5.10*2,6.12*1. inferred\n" },
		{ OLD "[  101.000000] KHO: exec from: 6.1 (count 4)\n" STARTS BANNER("5.10"),
		  ("6.12 kexec 6.1 4 6.1*1 kho\n"
		   "5.10 kexec 6.12 5 6.12*1,6.1*1 inferred\n") },
		/* The release in the module's line contradicts the banner. */
		{ OLD NAMED STARTS BANNER("5.11"), FIRST "5.11 unknown - - - -\n" },
		/* A capture kernel. */
		{ OLD "[  200.000001] Starting crashdump kernel...\n[  200.000002] Bye!\n" BANNER(
			  "6.12"),
		  FIRST "6.12 capture - - - inferred\n" },
		{ OLD STARTS BANNER("6.12") "[    0.000000] Command line: elfcorehdr=1\n",
		  FIRST "6.12 capture - - - -\n" },
		{ OLD BANNER("6.12") "[    0.000000] OF: fdt: Reserving 1 KiB of memory at "
				     "0x83fffffff000 for elfcorehdr\n",
		  FIRST "6.12 capture - - - -\n" },
	};

	check_all(cases, COUNT_OF(cases));
}

static void finds_lost_kexecs(void **state)
{
	static const struct log_case cases[] = {
		{ OLD STARTS BIOS BANNER("6.12"), FIRST LOST COLD },
		{ OLD STARTS BIOS "\nProbing EDD (edd=off to disable)... ok\n" BANNER("6.12"),
		  FIRST LOST COLD },
		{ OLD STARTS "Bye!\nU-Boot 2024.01\n"
			     "[    0.000000] Booting Linux on physical CPU 0x0\n" BANNER("6.12"),
		  FIRST LOST COLD },
		{ OLD STARTS "GRUB loading.\n" OLD STARTS "EFI stub: Loaded initrd\n" OLD,
		  FIRST LOST COLD "- kexec 6.12 1 6.12*1. inferred lost\n" COLD },
		/* The module's line names the lost kernel, even if the console is quiet. */
		{ OLD NAMED STARTS BIOS BANNER("6.12"),
		  FIRST "5.10 kexec 6.12 1 6.12*1 log lost\n" COLD },
		{ OLD NAMED BIOS BANNER("6.12"), FIRST "5.10 kexec 6.12 1 6.12*1 log lost\n" COLD },
		{ OLD "[  190.000001] kexec_lineage: kexec to unknown release (count 7)\n" BIOS OLD,
		  FIRST "- kexec 6.12 7 6.12*1 log lost\n" COLD },
		{ OLD NAMED
		  "[  191.000001] kexec_lineage: kexec to unknown release (count 2)\n" BIOS OLD,
		  FIRST "- kexec 6.12 2 6.12*1 log lost\n" COLD },
		/* The old kernel starts the new kernel after it has shut down its devices. */
		{ OLD NAMED
		  "[  191.000001] sd 0:0:0:0: [sda] Synchronizing SCSI cache\n" STARTS BIOS OLD,
		  FIRST "5.10 kexec 6.12 1 6.12*1 log lost\n" COLD },
		{ OLD "[  190.000001] kexec_lineage: kexec to \n" BIOS OLD,
		  FIRST "- kexec 6.12 - 6.12*1 log lost\n" COLD },
		{ OLD STARTS "\f" BIOS "\f" BANNER("6.12"), FIRST LOST COLD },
		{ OLD STARTS "\f" OLD COLD_LINE, FIRST LOST "6.12 cold - 0 - -\n" },
		/* The next boot's own lines show a cold boot. Netconsole has no firmware lines. */
		{ OLD STARTS OLD COLD_LINE, FIRST LOST "6.12 cold - 0 - -\n" },
		{ OLD NAMED OLD COLD_LINE, FIRST "5.10 kexec 6.12 1 6.12*1 log lost\n"
						 "6.12 cold - 0 - -\n" },
		/* The capture kernel was not started by this kexec. */
		{ OLD "[  200.000001] Starting crashdump kernel...\n" BIOS OLD, FIRST COLD },
		/* After a power cut, a panic or a watchdog reset, the next boot is cold. */
		{ OLD BIOS OLD, FIRST COLD },
		{ OLD "[  200.000001] Rebooting in 10 seconds..\n" OLD, FIRST COLD },
		{ OLD RESTARTS OLD, FIRST COLD },
		{ OLD "[  200.000001] reboot: machine restart\n" OLD, FIRST COLD },
		{ OLD RESTARTS "[  200.000002] ACPI MEMORY or I/O RESET_REG.\n" OLD, FIRST COLD },
		{ BIOS OLD, COLD },
	};

	check_all(cases, COUNT_OF(cases));
}

static void invents_no_lost_kexec(void **state)
{
	static const struct log_case cases[] = {
		/* The input ends, before or after lines of the firmware. */
		{ OLD STARTS, FIRST },
		{ OLD STARTS BIOS, FIRST },
		/* The kexec failed and the machine was restarted. */
		{ OLD NAMED RESTARTS BIOS OLD, FIRST COLD },
		{ OLD STARTS RESTARTS BIOS OLD, FIRST COLD },
		/* The old kernel hung while it shut down its devices, or continued to run. */
		{ OLD NAMED "[  191.000001] sd 0:0:0:0: [sda] Synchronizing SCSI cache\n" BIOS OLD,
		  FIRST COLD },
		{ OLD STARTS "[  300.000001] usb 1-1: new device\n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[  300.000001] usb 1-1: new device\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		/* A kernel whose banner is missing ran in between, and started the last kernel. */
		{ OLD STARTS "[  300.000001] kexec_core: Starting new kernel\n" BANNER("5.10"),
		  FIRST "5.10 unknown - - - -\n" },
		{ OLD STARTS "[  300.000001] kexec_core: Starting new kernel\n" BIOS OLD,
		  FIRST COLD },
		{ OLD BIOS "[  300.000001] kexec_core: Starting new kernel\n" BANNER("5.10"),
		  FIRST "5.10 unknown - - - -\n" },
		{ OLD STARTS "\nweb1 login: root\n"
			     "[  300.000001] kexec_core: Starting new kernel\n" BANNER("5.10"),
		  FIRST "5.10 unknown - - - -\n" },
		{ OLD NAMED STARTS "[  300.000001] kexec_lineage: kexec to 5.4 (count 2)\n"
				   "[  300.000002] kexec_core: Starting new kernel\n" BANNER("5.4"),
		  FIRST "5.4 unknown - - - -\n" },
		{ OLD STARTS "[  215.000001] EXT4-fs (sda1): warning\n" BIOS OLD, FIRST COLD },
		/*
		 * After a panic, a capture kernel whose banner is missing starts the next kernel.
		 */
		{ OLD "[  150.000001] Kernel panic - not syncing: sysrq\n" STARTS BANNER("5.10"),
		  FIRST "5.10 unknown - - - -\n" },
		/* The old kernel crashed after it had reported the start. */
		{ OLD STARTS "[  200.500001] BUG: unable to handle page fault\n" BIOS OLD,
		  FIRST COLD },
		/* A program printed the text. */
		{ OLD "Starting new kernel\n" BIOS OLD, FIRST COLD },
		{ OLD "[  200.000001] Starting new kernel test\n" BIOS OLD, FIRST COLD },
		/*
		 * A banner of which the end is missing, with and without its time; and other lines
		 * that show that the kernel ran.
		 */
		{ OLD STARTS "[    0.000000] Linux vers\n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.000000] Linux version 5.1\n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.000000] Linux version 5.10 \n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "Linux ver" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.000000] Linux version " BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.000000] Linux version 5.1" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.500001] ata1: error\n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "[    0.000000] Booting Linux on physical CPU 0x0\n" BIOS OLD,
		  FIRST COLD },
		{ OLD STARTS "\nweb1 login: \n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "text of unknown origin\n" BIOS OLD, FIRST COLD },
		{ OLD STARTS "text of unknown origin\n" OLD, FIRST "6.12 unknown - - - -\n" },
		/* A program on a running system prints lines like those of a boot loader. */
		{ OLD "Booting from local disk via kexec\n" OLD, FIRST "6.12 unknown - - - -\n" },
		{ OLD "\tVendor: American Megatrends Inc.\n" OLD, FIRST "6.12 unknown - - - -\n" },
		/* A kernel whose banner is missing ran after the restart. */
		{ OLD RESTARTS BIOS "web1 login: \n" OLD, FIRST "6.12 unknown - - - -\n" },
		{ OLD RESTARTS BIOS "[   12.000001] usb 1-1: new device\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		{ OLD RESTARTS "[  500.000001] usb 1-1: new device\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		{ OLD "[  200.000001] Rebooting in 60 seconds for an update\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		{ OLD "[  200.000001] Power down unused regulators\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		{ OLD "GRUB loading.\n[  150.000001] usb 1-1: new device\n" OLD,
		  FIRST "6.12 unknown - - - -\n" },
		{ OLD BIOS "[  OK  ] Started Session 1.\n" OLD, FIRST "6.12 unknown - - - -\n" },
		/* A console that starts in the middle does not name the old kernel. */
		{ STARTS BIOS OLD, COLD },
		{ STARTS OLD, FIRST },
		/* The new kernel's own lines report another lineage. */
		{ OLD STARTS BIOS OLD "[  101.000000] KHO: exec from: 6.1 (count 4)\n",
		  FIRST "6.12 kexec 6.1 4 6.1*1 kho\n" },
		{ OLD STARTS OLD "[  101.000000] kexec_lineage: exec from: 6.1 (count 4)\n",
		  FIRST "6.12 kexec 6.1 4 6.1*1 log\n" },
		/* A kernel without a console may have run in this time. */
		{ "2026-01-01T00:03:20Z [  200.000000] Linux version 6.12 (a@b) #1\n"
		  "2026-01-01T00:03:20Z [  200.000001] kexec_core: Starting new kernel\n"
		  "2026-01-01T01:00:00Z SeaBIOS (version 1.16.2)\n"
		  "2026-01-01T01:00:00Z [    0.000000] Linux version 6.12 (a@b) #1\n",
		  FIRST COLD },
		{ "2026-01-01T00:03:20Z [  200.000000] Linux version 6.12 (a@b) #1\n"
		  "2026-01-01T00:03:20Z [  200.000001] kexec_core: Starting new kernel\n"
		  "2026-01-01T00:10:00Z SeaBIOS (version 1.16.2)\n"
		  "2026-01-01T00:10:00Z [    0.000000] Linux version 6.12 (a@b) #1\n",
		  FIRST LOST COLD },
	};

	check_all(cases, COUNT_OF(cases));
}

/* Linux 7.1 and later print their lineage only after a kexec. */
static void infers_cold_boots_from_kho(void **state)
{
#define KHO_BOOT(release, cmdline) \
	BANNER(release)            \
	"[    0.000000] Command line: " cmdline "\n[    9.000001] Run /init as init\n"
#define KHO_KEXEC                                          \
	BANNER("7.3")                                      \
	"[    0.000000] Command line: ro\n"                \
	"[    0.000000] KHO: found kexec handover data.\n" \
	"[    0.700000] KHO: exec from: 7.3 (count 1)\n"   \
	"[    9.000001] Run /init as init process\n"
#define NO_KHO                                                            \
	BANNER("7.3")                                                     \
	"[    0.000000] Command line: BOOT_IMAGE=/vmlinuz ro kho=on\n"    \
	"[    0.000000] Unknown kernel command line parameters "          \
	"\"BOOT_IMAGE=/vmlinuz kho=on\", will be passed to user space.\n" \
	"[    9.000001] Run /init as init process\n"
	static const struct log_case cases[] = {
		{ KHO_BOOT("7.3", "BOOT_IMAGE=/boot/vmlinuz kho=on"), "7.3 cold - 0 - inferred\n" },
		{ KHO_BOOT("7.3", "BOOT_IMAGE=/boot/vmlinuz"), "7.3 unknown - - - -\n" },
		{ KHO_BOOT("7.3", "BOOT_IMAGE=/boot/vmlinuz kho=off"), "7.3 unknown - - - -\n" },
		{ KHO_BOOT("7.0", "BOOT_IMAGE=/boot/vmlinuz kho=on"), "7.0 unknown - - - -\n" },
		{ KHO_BOOT("7.3", "kho=on"), "7.3 unknown - - - -\n" },
		{ BANNER("7.3") "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz kho=on\n",
		  "7.3 unknown - - - -\n" },
		{ BANNER("7.3") "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz kho=on\n"
				"[    0.000000] KHO: setup: handover FDT (0x1) is incompatible\n"
				"[    9.000001] Run /init as init process\n",
		  "7.3 unknown - - - -\n" },
		{ KHO_BOOT("7.3", "kho=on") KHO_BOOT("7.3", "kho=on"),
		  "7.3 unknown - - - -\n7.3 cold - 0 - inferred\n" },
		{ KHO_BOOT("6.12", "ro") KHO_BOOT("7.3", "kho=on"),
		  "6.12 unknown - - - -\n7.3 unknown - - - -\n" },
		/* KHO is enabled without a parameter. */
		{ KHO_KEXEC KHO_BOOT("7.3", "ro") KHO_BOOT("7.3", "ro"),
		  "7.3 kexec 7.3 1 7.3*1. kho\n7.3 cold - 0 - inferred\n"
		  "7.3 cold - 0 - inferred\n" },
		{ KHO_KEXEC KHO_BOOT("7.3", "kho=off"),
		  "7.3 kexec 7.3 1 7.3*1. kho\n7.3 unknown - - - -\n" },
		/* Another kernel ran in between, and a boot loader started the last kernel. */
		{ KHO_KEXEC KHO_BOOT("6.12", "ro") KHO_BOOT("7.3", "BOOT_IMAGE=/boot/vmlinuz"),
		  "7.3 kexec 7.3 1 7.3*1. kho\n6.12 unknown - - - -\n7.3 cold - 0 - inferred\n" },
		{ KHO_KEXEC KHO_BOOT("6.12", "ro") KHO_BOOT("7.3", "ro"),
		  "7.3 kexec 7.3 1 7.3*1. kho\n6.12 unknown - - - -\n7.3 unknown - - - -\n" },
		/*
		 * A kernel with the same release but another build does not show the default of
		 * this build.
		 */
		{ KHO_KEXEC "[    0.000000] Linux version 7.3 (a@c) (gcc) #2 SMP\n"
			    "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz\n"
			    "[    9.000001] Run /init as init process\n",
		  "7.3 kexec 7.3 1 7.3*1. kho\n7.3 unknown - - - -\n" },
		/*
		 * The previous kernel reports data that it received, but hands over nothing itself.
		 */
		{ BANNER("7.3") "[    0.000000] Command line: ro\n"
				"[    0.000000] KHO: found kexec handover data.\n"
				"[    9.000001] Run /init as init process\n" KHO_BOOT("7.3", "ro")
					KHO_BOOT("7.3", "kho=on"),
		  "7.3 unknown - - - -\n7.3 unknown - - - -\n7.3 unknown - - - -\n" },
		/* The kernel was built without KHO. */
		{ NO_KHO NO_KHO, "7.3 unknown - - - -\n7.3 unknown - - - -\n" },
		/* There was no memory for KHO. */
		{ BANNER("7.3") "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz kho=on\n"
				"[    0.000000] KHO: Failed to reserve scratch area, disabling "
				"kexec handover\n"
				"[    9.000001] Run /init as init process\n",
		  "7.3 unknown - - - -\n" },
		/* A kexec by kexec_load() hands over nothing. */
		{ KHO_BOOT("7.3", "kho=on") STARTS KHO_BOOT("7.3", "kho=on"),
		  "7.3 unknown - - - -\n7.3 kexec 7.3 - 7.3*1 inferred\n" },
	};

	check_all(cases, COUNT_OF(cases));
}

/* A program prints /proc/version, or writes it to /dev/kmsg: the text of the banner. */
static void ignores_copies_of_a_banner(void **state)
{
#define COPY(release) "Linux version " release " (a@b) (gcc) #1 SMP\n"
#define NEW(release) FIRST release " unknown - - - -\n"
	static const struct log_case cases[] = {
		{ OLD COPY("6.12") "[  101.000000] usb 1-1: new device\n", FIRST },
		{ OLD "[  101.000000] " COPY("6.12") "[  102.000000] usb 1-1: new device\n",
		  FIRST },
		{ OLD "[  101.000000] " COPY("5.10") "[  102.000000] usb 1-1: new device\n",
		  FIRST },
		{ OLD "[  100.000001] " COPY("6.12"), FIRST },
		/* The copy shows that the kernel runs, so it was not restarted here. */
		{ OLD STARTS "[  300.000001] usb 1-1: new device\n[  301.000000] " COPY("6.12"),
		  FIRST },
		{ OLD STARTS "[  300.000001] usb 1-1: new device\n" COPY("6.12"), FIRST },
		{ OLD COPY("6.12") BIOS OLD, FIRST COLD },
		/* The log begins in the middle of a boot. */
		{ "[  100.000001] usb 1-1: new device\n" COPY("6.12"), "" },
		{ "[  100.000001] usb 1-1: new device\n" COPY("6.12") BIOS OLD, COLD },
		/* Kernels that print no times follow a kernel that prints times. */
		{ OLD COPY("5.10"), NEW("5.10") },
		{ OLD STARTS COPY("6.12"), FIRST "6.12 kexec 6.12 - 6.12*1 inferred\n" },
		{ OLD BIOS COPY("6.12"), FIRST COLD },
		{ OLD "[  200.000001] Kernel panic - not syncing: sysrq\n" COPY("6.12"),
		  NEW("6.12") },
		{ COPY("6.12") "usb 1-1: new device\n" COPY("6.12"), NEW("6.12") },
		/* Syslog names the program of each line, and this line is from the kernel. */
		{ "Mar  5 09:14:00 h kernel: [  100.000001] usb 1-1: new device\n"
		  "Mar  5 09:15:00 h kernel: " COPY("6.12"),
		  FIRST },
		/* A clock that starts late, or that a kexec does not reset. */
		{ OLD "[    0.080000] " COPY("6.12"), NEW("6.12") },
		{ OLD STARTS "[  200.000002] " COPY("5.10"),
		  FIRST "5.10 kexec 6.12 - 6.12*1 inferred\n" },
		{ OLD RESTARTS "[  200.000002] " COPY("6.12"), FIRST COLD },
		/* A terminal added the times. */
		{ "[ 1234.567890] " COPY(
			  "6.12") "[ 1235.567890] usb 1-1: new device\n"
				  "[ 1290.567890] " COPY(
					  "6.12") "[ 1291.567890] usb 1-1: new device\n",
		  FIRST FIRST },
		/* The kernel died before its clock ran. */
		{ BANNER("6.12") BANNER("6.12"), FIRST FIRST },
		{ BANNER("6.12") "[    0.000000] x86/fpu: x87\n[    0.080000] " COPY("6.12"),
		  NEW("6.12") },
	};

	check_all(cases, COUNT_OF(cases));
}

static void infers_nothing_on_request(void **state)
{
	static const struct log_case cases[] = {
		{ OLD STARTS BANNER("5.10"), FIRST "5.10 unknown - - - -\n" },
		{ BIOS OLD STARTS BIOS OLD, FIRST FIRST },
		{ OLD NAMED STARTS BIOS OLD, FIRST FIRST },
		{ OLD STARTS OLD COLD_LINE, FIRST "6.12 cold - 0 - -\n" },
		{ OLD NAMED OLD COLD_LINE, FIRST "5.10 kexec 6.12 1 6.12*1 log lost\n"
						 "6.12 cold - 0 - -\n" },
		{ KHO_BOOT("7.3", "BOOT_IMAGE=/boot/vmlinuz kho=on"), "7.3 unknown - - - -\n" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(cases[i].log, cases[i].expected, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(infers_kexecs),
		cmocka_unit_test(finds_lost_kexecs),
		cmocka_unit_test(invents_no_lost_kexec),
		cmocka_unit_test(infers_cold_boots_from_kho),
		cmocka_unit_test(ignores_copies_of_a_banner),
		cmocka_unit_test(infers_nothing_on_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
