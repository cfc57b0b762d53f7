// SPDX-License-Identifier: GPL-2.0-or-later
/* A crash whose report is still being printed: its lines, its end, and its effects. */
#include "open_crash.h"

#include <stdio.h>
#include <stdlib.h>

#include "plumbing.h"
#include "task_line.h"

#define USEC_PER_SEC 1000000U
/*
 * A report is over after this silence. A slow console prints a few hundred lines per second. If the
 * log has no times, the records are counted.
 */
#define SILENCE_US (10 * USEC_PER_SEC)
#define SILENCE_RECORDS 1000
/*
 * nmi_trigger_cpumask_backtrace() of Linux waits ten seconds for the stacks of other CPUs, longer
 * in a VM whose CPUs do not run all the time.
 */
#define STACKS_US (120 * USEC_PER_SEC)
/* A crash within this time after a report may be an effect of it. */
#define AFTERMATH_US (5 * USEC_PER_SEC)
#define AFTERMATH_RECORDS 200
/* Most effects follow within this time. A live recogniser then reports the crash. */
#define MOST_EFFECTS_US USEC_PER_SEC
/* After a panic, other CPUs may run for some time, and the dying kernel may report more crashes. */
#define PANIC_US (60 * USEC_PER_SEC)
/* After this many consecutive lines of other messages, a report may be over. */
#define TALK_LINES 32
/* Maximum number of other records between a line that announces a report and its header. */
#define LEAD_UP_RECORDS 40
/* Minimum number of '=' in a line that separates reports or ends a sanitizer report. */
#define RULER_LENGTH 32
/*
 * Length of the line before SLUB's dump of an object (mm/slub.c slab_bug()). Before Linux 4.10,
 * KASAN printed this dump before its stack.
 */
#define SLUB_RULER_LENGTH 77

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
	free(open->excerpt);
	free(open);
}

bool intake_open_crash_is_of(const struct intake_open_crash *open,
			     const struct intake_record *record)
{
	return open->context == record->context && open->context_id == record->context_id;
}

/* A report of a hang includes the lines of other CPUs that are asked to print their stacks. */
bool intake_open_crash_is_in(const struct intake_open_crash *open,
			     const struct intake_record *record)
{
	if (intake_open_crash_is_of(open, record))
		return true;
	return open->class && open->class->gravity == INTAKE_GRAVITY_HANG &&
	       record->context == INTAKE_CONTEXT_CPU;
}

/* A panic of the kernel ends the boot, but not a panic of firmware. */
static bool panics(const struct intake_class *class)
{
	return class->gravity == INTAKE_GRAVITY_PANIC && strcmp(class->type, "panic") == 0 &&
	       class->die == INTAKE_DIE_NOTHING;
}

/* die() numbers oopses. */
static void note_die(struct intake_open_crash *open, const struct intake_record *record)
{
	open->has_died = open->has_died || intake_text_has(record->text, "[#");
}

static void set_class(struct intake_open_crash *open, const struct intake_class *class)
{
	open->class = class;
	open->report.header = open->report.count;
	open->searched = open->report.header + 1;
	open->has_stack = false;
	open->has_panicked = panics(class);
	open->is_certain = class->die != INTAKE_DIE_CONFIRMS;
}

/* Lines before the header are not needed if they leave too little room for it. */
static void make_room(struct intake_open_crash *open)
{
	if (open->report.is_cut || intake_report_is_half_full(&open->report))
		intake_report_clear(&open->report);
}

void intake_open_crash_begin(struct intake_open_crash *open, const struct intake_class *class,
			     const struct intake_record *record)
{
	make_room(open);
	set_class(open, class);
	note_die(open, record);
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
	return length >= RULER_LENGTH && length != SLUB_RULER_LENGTH;
}

/* Check for the last line of a report. A panic is the end of all of them. */
static bool ends_report(const struct intake_open_crash *open, const struct intake_record *record)
{
	if (intake_text_starts(record->text, "---[ end Kernel panic"))
		return true;
	return intake_open_crash_is_of(open, record) &&
	       (intake_text_starts(record->text, "---[ end ") || is_ruler(record->text));
}

/* Match lines of arm's memory dumps: "7d20: ffffff8008a2d000 ...", "beac  ******** ********". */
static bool is_dump(struct intake_text line)
{
	return intake_text_take_hex(&line) &&
	       (intake_text_starts(line, ": ") || intake_text_starts(line, "  "));
}

/* Return whether a line has a function with an offset, or is a frame of a decoded stack. */
static bool has_frame(const struct intake_open_crash *open, struct intake_text line)
{
	struct intake_frame frame;

	return intake_text_has(line, "+0x") ||
	       (intake_frame_parse(line, &frame) &&
		intake_decoding_accepts(&open->decoding, line, &frame));
}

/*
 * Return whether a line does not look like part of a report. Stacks, memory dumps and lists of
 * locks are indented or contain function offsets.
 */
static bool is_talk(const struct intake_open_crash *open, struct intake_text line)
{
	return line.length > 0 && line.at[0] != ' ' && line.at[0] != '\t' &&
	       !has_frame(open, line) && !is_dump(line);
}

bool intake_open_crash_needs_all(const struct intake_open_crash *open)
{
	return !open->has_ended || open->last_clock_us == 0;
}

/*
 * Return whether a line is a frame of the outermost functions of a stack, which any user process or
 * kernel thread has: "do_syscall_64+0x5c/0xc0", "kthread+0xd7/0xf0". Frames that the unwinder
 * guesses do not count.
 */
static bool is_outermost(const struct intake_open_crash *open, struct intake_text line)
{
	struct intake_frame frame;

	return intake_frame_parse(line, &frame) && frame.is_reliable &&
	       intake_decoding_accepts(&open->decoding, line, &frame) &&
	       (intake_plumbing_reasons(frame.function) & INTAKE_PLUMBING_SYSCALL) != 0;
}

/* Return whether a line ends the stack of a task, also if the unwinder guessed all frames. */
static bool is_end_of_stack(struct intake_text line)
{
	intake_text_take_blanks(&line);
	return intake_text_starts(line, "</TASK>");
}

bool intake_open_crash_has_stack(struct intake_open_crash *open)
{
	while (!open->has_stack && open->searched < open->report.count) {
		struct intake_text line = intake_report_line(&open->report, open->searched++);

		open->has_stack = is_outermost(open, line) || is_end_of_stack(line);
	}
	return open->has_stack;
}

/* Note what a line after the header shows about the parts that were printed so far. */
static void note_parts(struct intake_open_crash *open, struct intake_text line)
{
	if (intake_text_starts(line, "------------[ cut"))
		open->has_cut = true;
	else if (intake_text_starts(line, "CPU: ") || intake_text_starts(line, "Pid: ") ||
		 intake_text_starts(line, "Modules linked in"))
		open->has_task = true;
}

void intake_open_crash_add(struct intake_open_crash *open, const struct intake_record *record)
{
	bool is_other;

	intake_decoding_note(&open->decoding, record->text);
	is_other = is_talk(open, record->text);
	open->talk = is_other ? open->talk + 1 : 0;
	/* Keep room for the lines of the report among many lines of other messages. */
	if (!is_other || !intake_report_is_half_full(&open->report))
		intake_report_add(&open->report, record->text);
	if (!is_other || !open->class || open->talk <= TALK_LINES) {
		open->idle = 0;
		open->last_clock_us = intake_record_clock_us(record);
	}
	if (!open->class)
		return;
	if (open->report.count > open->report.header + 1)
		note_parts(open, record->text);
	if (ends_report(open, record) || open->report.is_cut ||
	    (open->talk == TALK_LINES && intake_open_crash_has_stack(open)))
		open->has_ended = true;
}

bool intake_open_crash_is_quiet(const struct intake_open_crash *open)
{
	return open->has_ended || open->talk >= TALK_LINES;
}

bool intake_open_crash_task(const struct intake_open_crash *open, uint64_t *ret)
{
	for (size_t i = open->report.header; i < open->report.count; i++)
		if (intake_task_line(intake_report_line(&open->report, i), ret))
			return true;
	return false;
}

bool intake_open_crash_is_reported(const struct intake_open_crash *open)
{
	return open->class && open->is_certain &&
	       (!open->is_repeated || open->crash.effect_count > 0);
}

static void add_line(struct intake_open_crash *open, const struct intake_record *record)
{
	if (!open->has_ended)
		intake_open_crash_add(open, record);
}

void intake_open_crash_note_name(struct intake_open_crash *open, const struct intake_class *class,
				 const struct intake_record *record)
{
	/* The report must have the header, also if it has ended. */
	make_room(open);
	set_class(open, class);
	note_die(open, record);
	intake_open_crash_add(open, record);
}

void intake_open_crash_note_same(struct intake_open_crash *open, const struct intake_class *class,
				 const struct intake_record *record)
{
	open->is_certain = open->is_certain || class->die != INTAKE_DIE_CONFIRMS;
	open->has_panicked = open->has_panicked || panics(class);
	note_die(open, record);
	add_line(open, record);
}

static bool has_effect(const struct intake_open_crash *open, const char *title)
{
	for (size_t i = 0; i < open->crash.effect_count; i++)
		if (strcmp(open->crash.effects[i], title) == 0)
			return true;
	return false;
}

bool intake_open_crash_is_whole(const struct intake_open_crash *open)
{
	if (!intake_open_crash_is_reported(open) || open->was_reported || open->doubt_of > 0)
		return false;
	if (open->has_ended || open->class->gravity != INTAKE_GRAVITY_HANG)
		return true;
	for (size_t i = open->report.header + 1; i < open->report.count; i++)
		if (has_frame(open, intake_report_line(&open->report, i)))
			return true;
	return false;
}

bool intake_open_crash_is_due(const struct intake_open_crash *open,
			      const struct intake_record *record)
{
	return open->has_ended && open->last_clock_us > 0 && intake_open_crash_is_whole(open) &&
	       intake_record_clock_us(record) > open->last_clock_us + MOST_EFFECTS_US;
}

/* Add the title of an effect. If there is no room, a panic replaces the last one. */
static void add_effect(struct intake_open_crash *open, const struct intake_class *class,
		       const char *title)
{
	if (has_effect(open, title))
		return;
	if (open->crash.effect_count < INTAKE_EFFECTS_MAX)
		open->crash.effect_count++;
	else if (!panics(class))
		return;
	memcpy(open->crash.effects[open->crash.effect_count - 1], title, INTAKE_TITLE_SIZE);
}

/* Make the title of an effect from its header. */
static void name_effect(struct intake_open_crash *open, const struct intake_class *class,
			const struct intake_record *record)
{
	INTAKE_AUTO_REPORT struct intake_report report = { 0 };
	struct intake_title title;
	char *missing;

	/* die() follows the message with the reason. */
	if (open->crash.effect_count > 0 && strcmp(class->type, "oops") == 0)
		return;
	if (intake_report_init(&report))
		return;
	intake_report_add(&report, record->text);
	intake_title_make(class, &report, &title);
	missing = strstr(title.title, " (no frame)");
	if (missing)
		*missing = '\0';
	add_effect(open, class, title.title);
}

/*
 * The lines of a panic, and of reports from the exit of a task, are added to the report of their
 * cause. An oops while the report is printed ends the report.
 */
void intake_open_crash_note_effect(struct intake_open_crash *open, const struct intake_class *class,
				   const struct intake_record *record)
{
	name_effect(open, class, record);
	open->effects |= 1U << class->gravity;
	open->has_panicked = open->has_panicked || panics(class);
	add_line(open, record);
	if (class->gravity == INTAKE_GRAVITY_OOPS)
		open->has_ended = true;
}

/* Return whether the last line asks other CPUs for their stacks. */
static bool awaits_stacks(const struct intake_open_crash *open)
{
	return open->report.count > 0 &&
	       intake_text_starts(
		       intake_text_trim(intake_report_line(&open->report, open->report.count - 1)),
		       "Sending NMI from CPU ");
}

bool intake_open_crash_is_over(const struct intake_open_crash *open,
			       const struct intake_record *record)
{
	uint64_t silence_us = open->has_ended ? AFTERMATH_US : SILENCE_US;
	unsigned int silence = open->has_ended ? AFTERMATH_RECORDS : SILENCE_RECORDS;
	uint64_t clock_us = intake_record_clock_us(record);

	if (open->has_panicked && open->has_ended)
		silence_us = PANIC_US;
	if (!open->class)
		silence = LEAD_UP_RECORDS;
	if (open->last_clock_us == 0 || clock_us == 0 || !open->class)
		return open->idle > silence;
	if (clock_us <= open->last_clock_us || clock_us - open->last_clock_us <= silence_us)
		return false;
	return !awaits_stacks(open) || clock_us - open->last_clock_us > STACKS_US;
}
