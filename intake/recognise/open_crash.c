// SPDX-License-Identifier: GPL-2.0-or-later
/* A crash whose report is still being printed: its lines, its end, and its effects. */
#include "open_crash.h"

#include <stdio.h>
#include <stdlib.h>

#define USEC_PER_SEC 1000000U
/* A report is over after this silence. A slow console prints a few hundred lines per second. */
#define SILENCE_US (10 * USEC_PER_SEC)
#define SILENCE_RECORDS 1000
/* A crash within this time after a report may be an effect of it. */
#define AFTERMATH_US (5 * USEC_PER_SEC)
#define AFTERMATH_RECORDS 200
/*
 * An oops within this time after a sanitizer report counts as an oops of the same task; an
 * unrelated oops usually comes later.
 */
#define MOMENT_US (USEC_PER_SEC / 10)
/* A report without an end marker is over after this many consecutive lines of other messages. */
#define TALK_LINES 32
/* Maximum number of other records between a line that announces a report and its header. */
#define LEAD_UP_RECORDS 40
/* Maximum number of lines between the header of a hang report and its first stack. */
#define HANG_INTRODUCTION 8
/* Minimum number of '=' in a line that separates reports or ends a sanitizer report. */
#define RULER_LENGTH 32

struct intake_open_crash *intake_open_crash_create(const struct intake_record *record)
{
	struct intake_open_crash *open = calloc(1, sizeof(*open));

	if (!open)
		return NULL;
	if (intake_report_init(&open->report)) {
		intake_open_crash_destroy(open);
		return NULL;
	}
	open->report.is_shared = record->context == INTAKE_CONTEXT_NONE;
	open->context = record->context;
	open->context_id = record->context_id;
	return open;
}

void intake_open_crash_destroy(struct intake_open_crash *open)
{
	if (!open)
		return;
	intake_report_deinit(&open->report);
	free(open);
}

/* A report of a hang includes the lines of other CPUs that are asked to print their stacks. */
bool intake_open_crash_is_in(const struct intake_open_crash *open,
			     const struct intake_record *record)
{
	if (open->context == record->context && open->context_id == record->context_id)
		return true;
	return open->class && open->class->gravity == INTAKE_GRAVITY_HANG &&
	       record->context == INTAKE_CONTEXT_CPU;
}

void intake_open_crash_begin(struct intake_open_crash *open, const struct intake_class *class,
			     const struct intake_record *record)
{
	open->class = class;
	open->report.header = open->report.count;
	open->crash.has_time = record->has_time;
	open->crash.time = record->time;
	open->crash.has_uptime = record->has_uptime;
	open->crash.uptime_us = record->uptime_us;
	open->crash.offset = record->offset;
	intake_open_crash_add(open, record);
}

static bool is_ruler(struct intake_text line)
{
	size_t length = 0;

	while (length < line.length && line.at[length] == '=')
		length++;
	return length >= RULER_LENGTH;
}

/* Match lines of arm's memory dumps: "7d20: ffffff8008a2d000 ...", "beac  ******** ********". */
static bool is_dump(struct intake_text line)
{
	return intake_text_take_hex(&line) &&
	       (intake_text_starts(line, ": ") || intake_text_starts(line, "  "));
}

/*
 * Return whether a line does not look like part of a report. Stacks, memory dumps and lists of
 * locks are indented or contain function offsets.
 */
static bool is_talk(struct intake_text line)
{
	return line.length > 0 && line.at[0] != ' ' && line.at[0] != '\t' &&
	       !intake_text_has(line, "+0x") && !is_dump(line);
}

bool intake_open_crash_needs_all(const struct intake_open_crash *open)
{
	return !open->has_ended || open->last_clock_us == 0;
}

void intake_open_crash_add(struct intake_open_crash *open, const struct intake_record *record)
{
	open->talk = is_talk(record->text) ? open->talk + 1 : 0;
	intake_report_add(&open->report, record->text);
	open->idle = 0;
	open->last_clock_us = intake_record_clock_us(record);
	if (!open->class)
		return;
	if (intake_text_starts(record->text, "---[ end ") || is_ruler(record->text) ||
	    open->report.is_cut || open->talk == TALK_LINES)
		open->has_ended = true;
}

/* Without timestamps, both times are 0 and every record counts as a moment later. */
static bool is_moment_after(const struct intake_open_crash *open,
			    const struct intake_record *record)
{
	uint64_t clock_us = intake_record_clock_us(record);

	return clock_us < open->last_clock_us + MOMENT_US;
}

bool intake_open_crash_causes(const struct intake_open_crash *open,
			      const struct intake_class *class, const struct intake_record *record)
{
	const struct intake_class *cause = open->class;

	if (!cause)
		return false;
	/* A panic that follows a crash is taken to be its consequence, as with panic_on_oops. */
	if (class->gravity == INTAKE_GRAVITY_PANIC)
		return true;
	/* The code that reports a hang may cause another report before it prints a stack. */
	if (cause->gravity == INTAKE_GRAVITY_HANG && !open->has_ended &&
	    open->report.count - open->report.header < HANG_INTRODUCTION)
		return true;
	/* A header may have a second line, as in "BUG: memory leak", "unreferenced object ...". */
	if (strcmp(cause->type, class->type) == 0 && open->report.count == open->report.header + 1)
		return true;
	/* One hang can be reported by several CPUs or for several tasks. */
	if (class->gravity == INTAKE_GRAVITY_HANG)
		return cause->gravity == INTAKE_GRAVITY_HANG;
	/* A trap follows "kernel BUG at ...", and an oops may occur while an oops is printed. */
	if (class->gravity == INTAKE_GRAVITY_OOPS && cause->gravity == INTAKE_GRAVITY_OOPS)
		return !open->has_ended;
	/* An oops directly after a sanitizer's report is the access that the report shows. */
	if (class->gravity == INTAKE_GRAVITY_OOPS)
		return cause->memory && is_moment_after(open, record);
	/*
	 * A task may oops with a lock held or interrupts off. The exit of the task causes these
	 * reports.
	 */
	if (cause->gravity == INTAKE_GRAVITY_OOPS)
		return strcmp(class->type, "atomic-sleep") == 0 ||
		       strcmp(class->type, "lockdep") == 0;
	return false;
}

void intake_open_crash_note_effect(struct intake_open_crash *open, const struct intake_class *class,
				   const struct intake_record *record)
{
	INTAKE_AUTO_REPORT struct intake_report report = { 0 };
	struct intake_title title;
	char *to;

	/*
	 * Skip a second report of one event: die() after the message with the reason, or a trap
	 * after its BUG.
	 */
	if (!open->has_ended && class->gravity == open->class->gravity)
		return;
	if (open->crash.effect_count > 0 && strcmp(class->type, "oops") == 0)
		return;
	if (open->crash.effect_count == INTAKE_EFFECTS_MAX || intake_report_init(&report))
		return;
	/* Add the lines of the effect to the report of its cause. The header names the effect. */
	intake_report_add(&report, record->text);
	intake_title_make(class, &report, &title);
	to = open->crash.effects[open->crash.effect_count++];
	memcpy(to, title.title, INTAKE_TITLE_SIZE);
	if (strstr(to, " (no frame)"))
		*strstr(to, " (no frame)") = '\0';
}

bool intake_open_crash_is_over(const struct intake_open_crash *open,
			       const struct intake_record *record)
{
	uint64_t silence_us = open->has_ended ? AFTERMATH_US : SILENCE_US;
	unsigned int silence = open->has_ended ? AFTERMATH_RECORDS : SILENCE_RECORDS;
	uint64_t clock_us;

	if (!open->class)
		silence = LEAD_UP_RECORDS;
	if (open->idle > silence)
		return true;
	clock_us = intake_record_clock_us(record);
	return open->last_clock_us > 0 && clock_us > open->last_clock_us &&
	       clock_us - open->last_clock_us > silence_us;
}
