// SPDX-License-Identifier: GPL-2.0-or-later
/* Collection of the facts about one boot from its log. */
#include "boot_facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/cmdline.h"
#include "intake/decode/hash.h"
#include "intake/decode/text.h"
#include "lib/lost_kexec.h"
#include "release_line.h"

#define BANNER "Linux version "
/* The kernel prints all its lines about KHO before this uptime. */
#define KHO_OVER_US (60 * 1000000ULL)

void intake_boot_facts_init(struct intake_boot_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->digest = INTAKE_HASH_START;
}

void intake_boot_facts_deinit(struct intake_boot_facts *facts)
{
	free(facts->lines);
	free(facts->chain);
	intake_origin_deinit(&facts->origin);
	memset(facts, 0, sizeof(*facts));
}

/*
 * A reset may cut the banner, and the firmware's first line may follow in the same line: "Linux
 * version 5.1SeaBIOS (version 1.16.2)". The release is complete only if " (USER@HOST" follows.
 */
bool intake_boot_begins(struct intake_text line)
{
	struct intake_text release, builder;

	if (!intake_text_take(&line, BANNER))
		return false;
	release = intake_text_take_word(&line);
	return lineage_release_is_valid(release.at, release.length) &&
	       intake_text_take(&line, " (") && intake_text_take_until(&line, "@", &builder) &&
	       !intake_text_has(builder, " ");
}

static uint64_t hash_banner(struct intake_text line)
{
	line = intake_text_trim(line);
	return intake_hash_add(INTAKE_HASH_START, line.at, line.length);
}

bool intake_boot_facts_have_banner(const struct intake_boot_facts *facts, struct intake_text line)
{
	return facts->has_banner && facts->banner == hash_banner(line);
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

/*
 * Evaluate "Linux version RELEASE (who@where) (compiler) #1 SMP ..." (linux_banner in Linux
 * init/version.c).
 */
static void learn_banner(struct intake_boot_facts *facts, struct intake_text line)
{
	size_t build;

	facts->banner = hash_banner(line);
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

/* Evaluate the lineage with the library. Return NULL if out of memory. */
static struct lineage_report *ask_library(const struct intake_boot_facts *facts)
{
	const struct intake_boot *boot = &facts->event;
	const struct lineage_log_facts log = {
		.size = sizeof(log),
		.release = boot->release[0] ? boot->release : NULL,
		.boot = facts->is_capture ? LINEAGE_BOOT_CAPTURE : LINEAGE_BOOT_UNKNOWN,
		.stamp = boot->stamp[0] ? boot->stamp : NULL,
		.lines = facts->lines,
	};
	struct lineage_report *report = NULL;

	lineage_report_create_from_log(&log, &report);
	return report;
}

static const struct lineage_evidence *find_evidence(const struct lineage_report *report,
						    const char *source)
{
	for (size_t i = 0; i < report->source_count; i++)
		if (strcmp(report->sources[i].source, source) == 0)
			return &report->sources[i];
	return NULL;
}

static bool is_read(const struct lineage_evidence *evidence)
{
	return evidence && evidence->status == LINEAGE_STATUS_OK;
}

/* Check whether the boot kind is known after a new fact about the lineage. */
static void look_for_lineage(struct intake_boot_facts *facts)
{
	struct lineage_report *report = facts->is_settled ? NULL : ask_library(facts);

	if (!report)
		return;
	facts->has_lineage =
		report->boot != LINEAGE_BOOT_UNKNOWN || is_read(find_evidence(report, "stamp"));
	lineage_report_destroy(report);
}

/* Match a value that the kernel reads as true (Linux lib/kstrtox.c kstrtobool()). */
static bool is_true(const struct lineage_parameter *parameter)
{
	return parameter->value_length > 0 &&
	       (memchr("1yYtT", parameter->value[0], 5) ||
		(parameter->value_length == 2 && memcmp(parameter->value, "on", 2) == 0));
}

/*
 * Evaluate the text after "Command line: " on x86, or after "Kernel command line: ". All
 * architectures print the second line, which has the same text.
 */
static void learn_cmdline(struct intake_boot_facts *facts, struct intake_text line)
{
	struct lineage_parameter parameter;
	char *stamp = facts->event.stamp;

	if (lineage_cmdline_find(line.at, line.length, "elfcorehdr", &parameter) > 0)
		facts->is_capture = true;
	if (lineage_cmdline_find(line.at, line.length, LINEAGE_STAMP_NAME, &parameter) > 0 &&
	    parameter.value && parameter.value_length < sizeof(facts->event.stamp)) {
		memcpy(stamp, parameter.value, parameter.value_length);
		stamp[parameter.value_length] = '\0';
	}
	if (lineage_cmdline_find(line.at, line.length, "kho", &parameter) > 0) {
		facts->kho.is_on = is_true(&parameter);
		facts->kho.is_off = !facts->kho.is_on;
	}
	facts->kho.has_loader =
		lineage_cmdline_find(line.at, line.length, "BOOT_IMAGE", &parameter) > 0;
	look_for_lineage(facts);
}

/*
 * Take "DMI: Vendor Product/Board, BIOS Version Date" (Linux drivers/firmware/dmi_scan.c
 * dmi_format_ids()). The BIOS version is dropped, since a firmware update does not change the
 * hardware. With a device tree, the line is "Machine model: Model" (Linux drivers/of/fdt.c).
 * "Hardware name: " is not used, since only crash reports contain it.
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

static bool is_exec_from(struct intake_text line)
{
	return intake_text_has(line, ": exec from: ");
}

/* Detect a repeated "exec from" line. The module prints this line again with every oops. */
static bool is_repeated(const struct intake_boot_facts *facts, struct intake_text line)
{
	struct intake_text rest = { .at = facts->lines, .length = facts->lines_length };
	struct intake_text kept, last = { 0 };

	while (intake_text_take_until(&rest, "\n", &kept))
		if (is_exec_from(kept))
			last = kept;
	return is_exec_from(line) && last.length == line.length &&
	       memcmp(last.at, line.at, line.length) == 0;
}

/* Drop the oldest lines if there is no room. A later line has precedence. */
static void drop_oldest(struct intake_boot_facts *facts, size_t needed)
{
	size_t max = facts->is_live ? INTAKE_LINEAGE_LINES_LIVE_MAX : INTAKE_LINEAGE_LINES_MAX;

	while (facts->lines_length > 0 && facts->lines_length + needed > max) {
		struct intake_text kept = { .at = facts->lines, .length = facts->lines_length };
		size_t length = intake_text_find(kept, "\n") + 1;

		facts->lines_length -= length;
		memmove(facts->lines, facts->lines + length, facts->lines_length);
	}
}

/*
 * Match only lines that the library reads. Other lines of the module are not kept, because they
 * could displace the lines that are needed.
 */
static bool is_lineage_line(struct intake_text line)
{
	static const char *const beginnings[] = {
		"KHO: exec from: ",
		"kexec_lineage: exec from: ",
		"kexec_lineage: chain: ",
		"kexec_lineage: chain, continued: ",
		"kexec_lineage: cold boot",
		"kexec_lineage: stamp not used: ",
		"kexec_lineage: the boot loader is not kexec, but ",
	};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (intake_text_starts(line, beginnings[i]))
			return true;
	return false;
}

/* The library ignores a line that contains a NUL. */
static void learn_lineage_line(struct intake_boot_facts *facts, struct intake_text line)
{
	char *lines;

	if (facts->is_settled || memchr(line.at, '\0', line.length) || is_repeated(facts, line))
		return;
	drop_oldest(facts, line.length + 1);
	lines = realloc(facts->lines, facts->lines_length + line.length + 2);
	if (!lines)
		return;
	memcpy(lines + facts->lines_length, line.at, line.length);
	facts->lines_length += line.length;
	lines[facts->lines_length++] = '\n';
	lines[facts->lines_length] = '\0';
	facts->lines = lines;
	look_for_lineage(facts);
}

bool intake_boot_facts_has_id(const struct intake_boot_facts *facts)
{
	return !facts->has_banner || lineage_first_lines_are_complete(&facts->first_lines);
}

/*
 * Lines of programs are not part of the digest, because other logs of the boot lack them. On a
 * console, lines without a time may be from programs.
 */
static bool is_in_digest(const struct intake_boot_facts *facts, const struct intake_record *record)
{
	return intake_lifetime_is_kernels(record) &&
	       (record->has_uptime || !facts->first_lines.is_timed);
}

static void learn_id(struct intake_boot_facts *facts, const struct intake_record *record)
{
	if (!is_in_digest(facts, record))
		return;
	lineage_first_lines_add(&facts->first_lines, record->has_uptime, record->uptime_us);
	add_to_digest(facts, &record->uptime_us, sizeof(record->uptime_us));
	add_to_digest(facts, record->text.at, record->text.length);
	/* Without any time, only the position in the log distinguishes two boots of one machine. */
	if (intake_record_clock_us(record) == 0 && !record->has_uptime)
		add_to_digest(facts, &record->offset, sizeof(record->offset));
}

void intake_boot_facts_name_by(struct intake_boot_facts *facts, const struct intake_record *record)
{
	if (!facts->has_banner && facts->first_lines.lines == 0)
		learn_id(facts, record);
}

static void learn_part(struct intake_boot_facts *facts, const struct intake_record *record)
{
	if (facts->part_digest != 0 || !record->has_uptime || !intake_lifetime_is_kernels(record))
		return;
	facts->part_digest =
		intake_hash_add(INTAKE_HASH_START, &record->uptime_us, sizeof(record->uptime_us));
	facts->part_digest =
		intake_hash_add(facts->part_digest, record->text.at, record->text.length);
}

bool intake_boot_facts_name_part(const struct intake_boot_facts *facts, struct intake_boot *ret)
{
	size_t marks = 0;

	for (int kind = 0; kind < LINEAGE_MARK_KINDS; kind++)
		marks += ret->marks.lists[kind].count;
	if (!ret->has_last_uptime ||
	    !(ret->has_kernel_id || ret->has_start || ret->has_wall_start || marks > 1))
		return false;
	if (!ret->boot_id[0])
		snprintf(ret->boot_id, sizeof(ret->boot_id), "part-%016" PRIx64,
			 facts->part_digest);
	return true;
}

/* Return whether a text is lower-case hex digits, with dashes at the positions of @shape. */
static bool is_id(struct intake_text id, const char *shape)
{
	if (id.length != strlen(shape))
		return false;
	for (size_t i = 0; i < id.length; i++)
		if (shape[i] == '-' ? id.at[i] != '-'
				    : !id.at[i] || !strchr("0123456789abcdef", id.at[i]))
			return false;
	return true;
}

/* Evaluate "kexec_lineage: boot BOOT_ID", which the module prints when it is loaded. */
static void learn_kernel_id(struct intake_boot_facts *facts, struct intake_text id)
{
	/* Linux drivers/char/random.c */
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	struct intake_boot *boot = &facts->event;

	id = intake_text_trim(id);
	facts->has_module |= is_id(id, shape);
	if (boot->has_kernel_id || facts->is_settled || !is_id(id, shape))
		return;
	memcpy(boot->boot_id, id.at, id.length);
	boot->boot_id[id.length] = '\0';
	boot->has_kernel_id = true;
}

/*
 * Take " boot DIGITS" off the end of a line. The module appends these first digits of the kernel's
 * boot id to the line that it prints with a crash.
 */
static void take_short_id(struct intake_boot *boot, struct intake_text *line)
{
	static const char prefix[] = " boot ";
	static const char shape[] = "xxxxxxxx";
	size_t size = strlen(prefix) + strlen(shape);
	struct intake_text id;

	if (line->length < size)
		return;
	id = intake_text_skip(*line, line->length - size);
	if (!intake_text_take(&id, prefix) || !is_id(id, shape))
		return;
	if (!boot->has_kernel_id)
		memcpy(boot->short_id, id.at, id.length);
	line->length -= size;
}

/* Return whether the kernel prints "KHO: exec from: " after each kexec (Linux 7.1 and later). */
static bool prints_metadata(const char *release)
{
	struct intake_text text = intake_text_of(release);
	uint64_t major, minor;

	return intake_text_take_number(&text, &major) && intake_text_take(&text, ".") &&
	       intake_text_take_number(&text, &minor) && (major > 7 || (major == 7 && minor >= 1));
}

/* Return whether Kexec HandOver is enabled and the kernel prints its metadata. */
bool intake_boot_facts_has_kho(const struct intake_boot_facts *facts)
{
	const struct intake_kho_facts *kho = &facts->kho;

	return !kho->is_off && !kho->is_unsupported && !kho->has_failed &&
	       (kho->is_on || kho->is_default || kho->has_metadata) &&
	       prints_metadata(facts->event.release);
}

static bool is_known_build(const struct intake_kho_builds *builds, uint64_t banner)
{
	for (size_t i = 0; builds && i < builds->count && i < INTAKE_KHO_BUILDS; i++)
		if (builds->banners[i] == banner)
			return true;
	return false;
}

void intake_kho_builds_add(struct intake_kho_builds *builds, const struct intake_boot_facts *facts)
{
	const struct intake_kho_facts *kho = &facts->kho;

	if (facts->has_banner && kho->has_metadata && !kho->is_on && !kho->is_off &&
	    !is_known_build(builds, facts->banner))
		builds->banners[builds->count++ % INTAKE_KHO_BUILDS] = facts->banner;
}

/*
 * Evaluate the lines of KHO about data of the previous kernel (Linux
 * kernel/liveupdate/kexec_handover.c). kho_populate() reports any data. An fs_initcall reads the
 * metadata and prints the last of these lines, before the kernel frees its init sections.
 */
static void learn_kho(struct intake_boot_facts *facts, struct intake_text line)
{
	struct intake_kho_facts *kho = &facts->kho;

	if (intake_text_take(&line, "KHO: ")) {
		kho->has_metadata = kho->has_metadata || intake_text_starts(line, "exec from: ") ||
				    intake_text_starts(line, "kexec-metadata ");
		kho->has_data = kho->has_data || kho->has_metadata ||
				intake_text_starts(line, "found kexec handover data") ||
				intake_text_starts(line, "setup: ") ||
				intake_text_starts(line, "disabling KHO revival");
		kho->has_failed = kho->has_failed ||
				  intake_text_ends(line, "disabling kexec handover") ||
				  intake_text_starts(line, "disabled in the kdump kernel");
	} else if (intake_text_take(&line, "Unknown kernel command line parameters ")) {
		/* Linux init/main.c print_unknown_bootoptions() */
		kho->is_unsupported =
			intake_text_has(line, "\"kho=") || intake_text_has(line, " kho=");
	} else if (intake_text_starts(line, "Freeing unused kernel image") ||
		   intake_text_starts(line, "Run /")) {
		kho->is_over = true;
	}
}

/*
 * Match "OF: fdt: Reserving N KiB of memory at ADDRESS for elfcorehdr" (Linux drivers/of/fdt.c). On
 * arm64 this line shows a capture kernel, whose command line has no elfcorehdr.
 */
static bool reserves_elfcorehdr(struct intake_text line)
{
	return intake_text_starts(line, "OF: fdt: Reserving ") &&
	       intake_text_ends(intake_text_trim(line), " for elfcorehdr");
}

void intake_boot_facts_learn(struct intake_boot_facts *facts, const struct intake_record *record)
{
	struct intake_text line = record->text, rest = line;
	struct intake_boot *boot = &facts->event;

	if (record->has_time && !boot->has_time) {
		boot->has_time = true;
		boot->time = record->time;
	}
	if (!record->is_from_user && intake_boot_begins(line)) {
		learn_banner(facts, line);
		facts->banner_us = record->has_uptime ? record->uptime_us : 0;
	} else if (!boot->release[0]) {
		set_release(boot, record->release);
	}
	intake_lifetime_learn(&facts->lifetime, boot, record, !intake_boot_facts_has_id(facts));
	if (!intake_boot_facts_has_id(facts))
		learn_id(facts, record);
	if (!facts->has_banner)
		learn_part(facts, record);
	if (record->is_from_user)
		return;
	if (intake_text_starts(line, "kexec_lineage: "))
		take_short_id(boot, &line);
	learn_kho(facts, line);
	if (reserves_elfcorehdr(line))
		facts->is_capture = true;
	if (intake_text_take(&rest, "Command line: ") ||
	    intake_text_take(&rest, "Kernel command line: "))
		learn_cmdline(facts, rest);
	else if (is_lineage_line(line))
		learn_lineage_line(facts, line);
	else if (intake_text_take(&rest, "kexec_lineage: boot "))
		learn_kernel_id(facts, rest);
	else if (take_hardware(line, &rest) && !boot->hardware[0])
		snprintf(boot->hardware, sizeof(boot->hardware), "%.*s", (int)rest.length, rest.at);
	else if (!boot->release[0] && intake_release_line_take(line, &rest))
		set_release(boot, rest);
}

/* Name the source of the previous release. */
static const char *source_of(const struct lineage_report *report)
{
	const struct lineage_evidence *log = find_evidence(report, "log");

	if (!report->previous_release)
		return NULL;
	if (is_read(log) && !log->is_stale)
		return log->is_metadata ? "kho" : "log";
	return is_read(find_evidence(report, "stamp")) ? "stamp" : NULL;
}

/* Copy entries and releases to one allocation. Keeping the report would take much more memory. */
static struct lineage_entry *copy_chain(const struct lineage_report *report)
{
	size_t size = report->chain_length * sizeof(struct lineage_entry) + 1;
	struct lineage_entry *entries;
	char *name;

	for (size_t i = 0; i < report->chain_length; i++)
		size += strlen(report->chain[i].release) + 1;
	entries = malloc(size);
	if (!entries)
		return NULL;
	name = (char *)(entries + report->chain_length);
	for (size_t i = 0; i < report->chain_length; i++) {
		entries[i] =
			(struct lineage_entry){ .release = name, .runs = report->chain[i].runs };
		name = stpcpy(name, report->chain[i].release) + 1;
	}
	return entries;
}

void intake_boot_set_lineage(struct intake_boot *boot, const struct lineage_report *report)
{
	boot->boot = report->boot;
	boot->has_previous = report->previous_release != NULL;
	if (boot->has_previous)
		snprintf(boot->previous_release, sizeof(boot->previous_release), "%s",
			 report->previous_release);
	boot->has_count = report->has_count;
	boot->kexec_count = report->kexec_count;
	boot->chain = report->chain;
	boot->chain_length = report->chain_length;
	boot->chain_is_complete = report->chain_is_complete;
}

static void take_report(struct intake_boot_facts *facts, const struct lineage_report *report)
{
	struct intake_boot *boot = &facts->event;

	intake_boot_set_lineage(boot, report);
	free(facts->chain);
	facts->chain = report->chain_length > 0 ? copy_chain(report) : NULL;
	boot->chain = facts->chain;
	boot->chain_length = facts->chain ? report->chain_length : 0;
	boot->source = source_of(report);
}

/*
 * A kernel that hands over data with KHO does so at each kexec_file_load(). If a kernel that
 * supports KHO received no data, the boot is therefore cold if the previous kernel hands over data,
 * or if a boot loader started the kernel.
 */
static bool is_cold_by_kho(const struct intake_boot_facts *facts)
{
	const struct intake_boot *boot = &facts->event;
	bool is_over =
		facts->kho.is_over || (boot->has_last_uptime && boot->last_uptime_us > KHO_OVER_US);

	return intake_boot_facts_has_kho(facts) && !facts->kho.has_data && is_over &&
	       (facts->origin.has_kho || facts->kho.has_loader);
}

/*
 * If the kernel's own lines do not show its lineage, use the conclusion from the lines before the
 * banner.
 */
static void take_origin(struct intake_boot_facts *facts)
{
	struct intake_boot *boot = &facts->event;
	const struct intake_boot *next = facts->origin.next;
	enum lineage_boot kind = facts->origin.boot;

	if (!facts->infer || !facts->has_banner || boot->boot != LINEAGE_BOOT_UNKNOWN ||
	    boot->has_previous)
		return;
	if (kind == LINEAGE_BOOT_UNKNOWN && is_cold_by_kho(facts))
		kind = LINEAGE_BOOT_COLD;
	if (kind == LINEAGE_BOOT_UNKNOWN)
		return;
	boot->boot = kind;
	boot->source = "inferred";
	boot->has_count = kind == LINEAGE_BOOT_COLD;
	if (kind != LINEAGE_BOOT_KEXEC)
		return;
	boot->has_previous = true;
	memcpy(boot->previous_release, next->previous_release, sizeof(boot->previous_release));
	boot->has_count = next->has_count;
	boot->kexec_count = next->kexec_count;
	boot->chain = facts->origin.chain;
	boot->chain_length = next->chain_length;
	boot->chain_is_complete = next->chain_is_complete;
}

/* The module does not see that a kexec starts on Linux before 6.1 (module/started.c). */
bool intake_boot_facts_prints_kexec(const struct intake_boot_facts *facts)
{
	return facts->has_module && strtoul(facts->event.release, NULL, 10) >= 6;
}

/* The boot is the kernel that the previous boot of the log started: its kexec was not lost. */
static void take_lost_id(struct intake_boot_facts *facts)
{
	const struct intake_boot *next = facts->origin.next;
	struct intake_boot *boot = &facts->event;

	if (facts->origin.boot != LINEAGE_BOOT_KEXEC || boot->boot != LINEAGE_BOOT_KEXEC ||
	    !next->boot_id[strlen(LINEAGE_LOST_PREFIX)] ||
	    (boot->has_previous && strcmp(boot->previous_release, next->previous_release) != 0))
		return;
	memcpy(boot->lost_id, next->boot_id, sizeof(boot->lost_id));
}

/* Unless more lines may follow, free the lineage lines, which are not used again. */
void intake_boot_facts_settle(struct intake_boot_facts *facts)
{
	struct lineage_report *report = facts->is_settled ? NULL : ask_library(facts);
	struct intake_boot *boot = &facts->event;

	facts->kho.is_default =
		facts->has_banner && is_known_build(facts->kho_builds, facts->banner);
	if (report) {
		take_report(facts, report);
		take_origin(facts);
		take_lost_id(facts);
	}
	lineage_report_destroy(report);
	if (!facts->is_live) {
		facts->is_settled = true;
		free(facts->lines);
		facts->lines = NULL;
		facts->lines_length = 0;
	}
	/* If the log has no printk times, use the time of the first line. */
	if (!boot->has_start && facts->has_banner && boot->has_time) {
		boot->has_start = true;
		boot->start = boot->time;
	}
	if (!boot->boot_id[0])
		snprintf(boot->boot_id, sizeof(boot->boot_id), "log-%016" PRIx64, facts->digest);
}

void intake_boot_facts_settle_part(struct intake_boot_facts *facts)
{
	if (!facts->has_banner && facts->lines && intake_boot_facts_name_part(facts, &facts->event))
		intake_boot_facts_settle(facts);
}
