// SPDX-License-Identifier: GPL-2.0-or-later
/* What does a kernel log say about the boot it is of? */
#include "boot_facts.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "core/cmdline.h"
#include "intake/decode/hash.h"
#include "lib/log.h"
#include "lib/merge.h"
#include "intake/decode/text.h"

#define BANNER "Linux version "

void intake_boot_facts_init(struct intake_boot_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->stamp.status = LINEAGE_STATUS_ABSENT;
	facts->log.status = LINEAGE_STATUS_ABSENT;
	facts->digest = INTAKE_HASH_START;
}

bool intake_boot_begins(struct intake_text line)
{
	return intake_text_take(&line, BANNER) &&
	       lineage_release_is_valid(line.at, intake_text_find(line, " "));
}

static void add_to_digest(struct intake_boot_facts *facts, const void *data, size_t length)
{
	facts->digest = intake_hash_add(facts->digest, data, length);
}

static void set_release(struct intake_boot *boot, struct intake_text release)
{
	if (!lineage_release_is_valid(release.at, release.length))
		return;
	memcpy(boot->release, release.at, release.length);
	boot->release[release.length] = '\0';
}

/* "Linux version RELEASE (who@where) (compiler) #1 SMP ..." (init/version.c linux_banner) */
static void learn_banner(struct intake_boot_facts *facts, struct intake_text line)
{
	size_t build;

	intake_text_take(&line, BANNER);
	set_release(&facts->event, intake_text_take_word(&line));
	build = intake_text_find(line, " #");
	if (build < line.length) {
		line = intake_text_trim(intake_text_skip(line, build));
		snprintf(facts->event.build, sizeof(facts->event.build), "%.*s", (int)line.length,
			 line.at);
	}
	facts->has_banner = true;
}

/* "Command line: ..." on x86, "Kernel command line: ..." everywhere; the same one. */
static void learn_cmdline(struct intake_boot_facts *facts, struct intake_text line)
{
	struct lineage_parameter parameter;

	if (lineage_cmdline_find(line.at, line.length, "elfcorehdr", &parameter) > 0)
		facts->kind = LINEAGE_BOOT_CAPTURE;
	if (lineage_cmdline_find(line.at, line.length, LINEAGE_STAMP_NAME, &parameter) == 0 ||
	    !parameter.value || parameter.value_length >= sizeof(facts->event.stamp))
		return;
	memset(&facts->stamp, 0, sizeof(facts->stamp));
	lineage_finding_set_stamp(&facts->stamp, parameter.value, parameter.value_length,
				  "the stamp on the command line");
	memcpy(facts->event.stamp, parameter.value, parameter.value_length);
	facts->event.stamp[parameter.value_length] = '\0';
}

/*
 * "DMI: Vendor Product/Board, BIOS Version Date" (drivers/firmware/dmi_scan.c dmi_format_ids()): a new
 * firmware does not make it other hardware. "Machine model: Model" of a device tree (drivers/of/fdt.c).
 * Not "Hardware name: " of a crash report, which quiet boots do not have.
 */
static bool take_hardware(struct intake_text line, struct intake_text *ret)
{
	if (intake_text_take(&line, "DMI: ")) {
		if (intake_text_starts(line, "Memory slots "))
			return false;
		line.length = intake_text_find(line, ", BIOS ");
	} else {
		if (intake_text_take(&line, "OF: fdt:"))
			intake_text_take_blanks(&line);
		if (!intake_text_take(&line, "Machine model: "))
			return false;
	}
	*ret = intake_text_trim(line);
	return true;
}

/* The reader of /dev/kmsg wants a priority in front of the kernel's own lines. */
static void learn_log_line(struct intake_boot_facts *facts, struct intake_text line)
{
	char text[INTAKE_LINE_MAX + 16];
	int length = snprintf(text, sizeof(text), "6,0,0,-;%.*s", (int)line.length, line.at);

	if (length > 0 && (size_t)length < sizeof(text))
		lineage_log_scan(text, (size_t)length, &facts->log);
	if (intake_text_is(line, "kexec_lineage: cold boot"))
		facts->kind = LINEAGE_BOOT_COLD;
	else if (facts->kind == LINEAGE_BOOT_UNKNOWN && facts->log.status == LINEAGE_STATUS_OK)
		facts->kind = LINEAGE_BOOT_KEXEC;
}

/* "CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1 Debian" (lib/dump_stack.c dump_stack_print_info()) */
static void learn_cpu_line(struct intake_boot_facts *facts, struct intake_text line)
{
	struct intake_text skipped, word, rest;

	if (!intake_text_take_until(&line, " Comm: ", &skipped) ||
	    !(intake_text_take_until(&line, "ainted", &skipped)))
		return;
	intake_text_take(&line, ":");
	rest = line;
	intake_text_take_blanks(&rest);
	word = intake_text_take_word(&rest);
	/* The taint flags stand in between, single letters. */
	while (word.length > 0 && word.length <= 2) {
		intake_text_take_blanks(&rest);
		word = intake_text_take_word(&rest);
	}
	if (word.length > 3 && word.at[0] >= '0' && word.at[0] <= '9' &&
	    intake_text_has(word, ".") && intake_text_starts(intake_text_trim(rest), "#"))
		set_release(&facts->event, word);
}

bool intake_boot_facts_has_id(const struct intake_boot_facts *facts)
{
	if (!facts->has_banner || facts->digest_times >= INTAKE_BOOT_ID_TIMES ||
	    facts->digest_lines >= INTAKE_BOOT_ID_LINES)
		return true;
	return !facts->digest_is_timed && facts->digest_lines >= INTAKE_BOOT_ID_LINES_WITHOUT_TIME;
}

static void learn_id(struct intake_boot_facts *facts, const struct intake_record *record)
{
	facts->digest_lines++;
	facts->digest_is_timed = facts->digest_is_timed || record->has_uptime;
	if (record->uptime_us != facts->digest_uptime_us)
		facts->digest_times++;
	facts->digest_uptime_us = record->uptime_us;
	add_to_digest(facts, &record->uptime_us, sizeof(record->uptime_us));
	add_to_digest(facts, record->text.at, record->text.length);
	/* Without any time two boots of one machine differ in where they are in the log only. */
	if (intake_record_clock_us(record) == 0 && !record->has_uptime)
		add_to_digest(facts, &record->offset, sizeof(record->offset));
}

void intake_boot_facts_name_by(struct intake_boot_facts *facts, const struct intake_record *record)
{
	if (!facts->has_banner && facts->digest_lines == 0)
		learn_id(facts, record);
}

void intake_boot_facts_learn(struct intake_boot_facts *facts, const struct intake_record *record)
{
	struct intake_text line = record->text, rest = line;
	struct intake_boot *boot = &facts->event;

	if (record->has_time && !boot->has_time) {
		boot->has_time = true;
		boot->time = record->time;
	}
	if (!record->is_from_user && intake_boot_begins(line))
		learn_banner(facts, line);
	if (!intake_boot_facts_has_id(facts))
		learn_id(facts, record);
	if (record->is_from_user)
		return;
	if (intake_text_take(&rest, "Command line: ") ||
	    intake_text_take(&rest, "Kernel command line: "))
		learn_cmdline(facts, rest);
	else if (intake_text_starts(line, "KHO: exec from: ") ||
		 intake_text_starts(line, "kexec_lineage: "))
		learn_log_line(facts, line);
	else if (take_hardware(line, &rest) && !boot->hardware[0])
		snprintf(boot->hardware, sizeof(boot->hardware), "%.*s", (int)rest.length, rest.at);
	else if (!boot->release[0])
		learn_cpu_line(facts, line);
}

static const char *source_of(const struct lineage_merge *merged, bool has_stamp)
{
	const struct lineage_finding *log = &merged->findings[LINEAGE_SOURCE_LOG];

	if (!merged->has_previous)
		return NULL;
	if (log->status == LINEAGE_STATUS_OK && !log->is_stale)
		return log->is_metadata ? "kho" : "log";
	return has_stamp ? "stamp" : NULL;
}

/*
 * The same rules as for the running system. A log does not show the boot loader's type: a stamp
 * that is not stale stands for a kexec, since no cold boot keeps one that was made for it.
 */
void intake_boot_facts_settle(struct intake_boot_facts *facts)
{
	LINEAGE_AUTO_FREE struct lineage_merge *merged = calloc(1, sizeof(*merged));
	struct intake_boot *boot = &facts->event;

	if (!merged)
		return;
	memcpy(merged->release, boot->release, sizeof(merged->release));
	merged->boot.boot = facts->kind;
	for (size_t i = 0; i < LINEAGE_SOURCES; i++)
		merged->findings[i].status = LINEAGE_STATUS_ABSENT;
	merged->findings[LINEAGE_SOURCE_STAMP] = facts->stamp;
	merged->findings[LINEAGE_SOURCE_LOG] = facts->log;
	lineage_merge(merged);
	boot->boot = merged->boot.boot;
	boot->has_previous = merged->has_previous;
	memcpy(boot->previous_release, merged->previous_release, sizeof(boot->previous_release));
	boot->has_count = merged->has_count;
	boot->lineage = merged->lineage;
	boot->source = source_of(merged, facts->stamp.status == LINEAGE_STATUS_OK);
	if (boot->boot == LINEAGE_BOOT_UNKNOWN && boot->has_previous)
		boot->boot = LINEAGE_BOOT_KEXEC;
	if (!boot->boot_id[0])
		snprintf(boot->boot_id, sizeof(boot->boot_id), "log-%016" PRIx64, facts->digest);
}
