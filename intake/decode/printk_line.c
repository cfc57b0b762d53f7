// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the prefixes of a printed log line. */
#include "printk_line.h"

#include <ctype.h>

#include "sender.h"
#include "time_shape.h"

#define LEVEL_MASK 7 /* a priority is facility * 8 + level (RFC 5424, 6.2.1) */
#define USEC_PER_SEC 1000000U
#define TASK_MAX 48  /* maximum length of a vendor's CPU, task name and number */
#define MONTH_MAX 20 /* maximum length of a month name in UTF-8 */

/* Take "<6>": consoles that print the level, pstore and /proc/kmsg write it. */
static bool take_level(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	uint64_t priority;

	if (!intake_text_take(&rest, "<") || !intake_text_take_number(&rest, &priority) ||
	    priority > 1023 || !intake_text_take(&rest, ">"))
		return false;
	record->level = (int)(priority & LEVEL_MASK);
	record->is_from_user = priority > LEVEL_MASK;
	*text = rest;
	return true;
}

/* Take "kern  :warn  : ", as dmesg --decode writes it (util-linux, dmesg.c). */
static bool take_decoded_level(struct intake_text *text, struct intake_record *record)
{
	static const char *const levels[] = { "emerg", "alert",	 "crit", "err",
					      "warn",  "notice", "info", "debug" };
	struct intake_text rest = *text, facility, level;

	if (!intake_text_take_until(&rest, ":", &facility) || facility.length > 10 ||
	    !intake_text_take_until(&rest, ":", &level) || level.length > 10)
		return false;
	facility = intake_text_trim(facility);
	level = intake_text_trim(level);
	for (int i = 0; i < 8; i++) {
		if (!intake_text_is(level, levels[i]))
			continue;
		record->level = i;
		record->is_from_user = !intake_text_is(facility, "kern");
		intake_text_take(&rest, " ");
		*text = rest;
		return true;
	}
	return false;
}

/* Take "<    0.000009>", the time since the previous line; its value is not used. */
static bool take_delta(struct intake_text *text)
{
	struct intake_text rest = *text;
	uint64_t number;

	if (!intake_text_take(&rest, "<"))
		return false;
	intake_text_take_blanks(&rest);
	if (!intake_text_take_number(&rest, &number) || !intake_text_take(&rest, ".") ||
	    !intake_text_take_number(&rest, &number) || !intake_text_take(&rest, ">"))
		return false;
	*text = rest;
	return true;
}

/* Take "[    5.123456]" or "[    5.123456 <    0.000009>]". */
static bool take_uptime(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	uint64_t seconds;
	int micros;

	if (!intake_text_take(&rest, "["))
		return false;
	intake_text_take_blanks(&rest);
	if (!intake_text_take_number(&rest, &seconds) || !intake_text_take(&rest, ".") ||
	    !intake_time_take_digits(&rest, 6, &micros) || seconds > UINT64_MAX / USEC_PER_SEC - 1)
		return false;
	if (intake_text_take(&rest, " ") && !take_delta(&rest))
		return false;
	intake_text_take(&rest, "s"); /* kernels of Huawei */
	if (!intake_text_take(&rest, "]"))
		return false;
	record->has_uptime = true;
	record->uptime_us = seconds * USEC_PER_SEC + (uint64_t)micros;
	*text = rest;
	return true;
}

static void set_clock(const struct intake_time *time, struct intake_record *record)
{
	record->wall_us = time->wall_us;
	if (time->is_known) {
		record->has_time = true;
		record->time = time->seconds;
	}
}

/*
 * Take "Mar 5 09:14" or "Mar15 09:14", with which dmesg --reltime begins the first line of a
 * minute.
 */
static bool take_minute(struct intake_text *text)
{
	struct intake_text rest = *text;
	size_t letters = 0;
	uint64_t day;
	int number;

	while (letters < rest.length && (isalpha((unsigned char)rest.at[letters]) ||
					 (unsigned char)rest.at[letters] >= 0x80))
		letters++;
	if (letters < 2 || letters > MONTH_MAX)
		return false;
	rest = intake_text_skip(rest, letters);
	intake_text_take(&rest, ".");
	intake_text_take_blanks(&rest);
	if (!intake_text_take_number(&rest, &day) || !intake_text_take(&rest, " ") ||
	    !intake_time_take_digits(&rest, 2, &number) || !intake_text_take(&rest, ":") ||
	    !intake_time_take_digits(&rest, 2, &number))
		return false;
	*text = rest;
	return true;
}

/* Take "  +0.000009", with which dmesg --reltime begins the other lines of a minute. */
static bool take_step(struct intake_text *text)
{
	struct intake_text rest = *text;
	uint64_t number;

	intake_text_take_blanks(&rest);
	if (!intake_text_take(&rest, "+") || !intake_text_take_number(&rest, &number) ||
	    !intake_text_take(&rest, ".") || !intake_text_take_number(&rest, &number))
		return false;
	*text = rest;
	return true;
}

/*
 * Take a date and time in brackets, as written by dmesg --ctime, --reltime and --show-delta, and by
 * programs that capture a console.
 *
 *	[Thu Nov 26 04:27:03 2026]  [2026-11-26 04:27:03]  [Nov 26 04:27]  [  +0.000009]
 *	[Thu Nov 26 04:27:03 2026 <    0.000009>]  [<    0.000009>]
 */
static bool take_clock(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	struct intake_time time = { 0 };

	if (!intake_text_take(&rest, "["))
		return false;
	if (!take_delta(&rest) && !take_step(&rest) && !intake_time_take_shape(&rest, &time) &&
	    !take_minute(&rest))
		return false;
	if (intake_text_take(&rest, " ") && !take_delta(&rest))
		return false;
	if (!intake_text_take(&rest, "]"))
		return false;
	set_clock(&time, record);
	*text = rest;
	return true;
}

/* Take "2026-11-26T04:27:03,123456+00:00 " of dmesg --time-format iso, which has no brackets. */
static bool take_bare_clock(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	struct intake_time time = { 0 };

	if (!intake_time_take_iso(&rest, &time) || !intake_text_starts(rest, " "))
		return false;
	set_clock(&time, record);
	*text = rest;
	return true;
}

/*
 * Take a date and time, "[    5.123456]", or both in this order, with or without a blank in
 * between.
 */
static bool take_times(struct intake_text *text, struct intake_record *record)
{
	bool has_clock = take_clock(text, record) || take_bare_clock(text, record);
	struct intake_text rest = *text;

	if (has_clock)
		intake_text_take(&rest, " ");
	if (!take_uptime(&rest, record))
		return has_clock;
	*text = rest;
	return true;
}

/* Take "[T123]" or "[    C0]", which may follow a time. */
static bool take_caller(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	enum intake_context context;
	uint64_t id;

	if (!intake_text_take(&rest, "["))
		return false;
	intake_text_take_blanks(&rest);
	if (intake_text_take(&rest, "T"))
		context = INTAKE_CONTEXT_TASK;
	else if (intake_text_take(&rest, "C"))
		context = INTAKE_CONTEXT_CPU;
	else
		return false;
	if (!intake_text_take_number(&rest, &id) || id > UINT32_MAX ||
	    !intake_text_take(&rest, "]"))
		return false;
	record->context = context;
	record->context_id = (uint32_t)id;
	*text = rest;
	return true;
}

static bool has_letter(struct intake_text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (isalpha((unsigned char)text.at[i]))
			return true;
	return false;
}

/* Take "CPU:  COMMAND:  PID]", "PID:COMMAND]" after "(CPU)[", or "pid:PID,cpuCPU,COMMAND]". */
static bool take_task(struct intake_text *text, bool has_cpu, uint64_t *cpu, uint64_t *pid)
{
	struct intake_text inside;
	size_t end;

	if (!intake_text_take_until(text, "]", &inside) || inside.length > TASK_MAX)
		return false;
	if (intake_text_take(&inside, "pid:"))
		return intake_text_take_number(&inside, pid) && intake_text_take(&inside, ",cpu") &&
		       intake_text_take_number(&inside, cpu) && intake_text_starts(inside, ",");
	if (!intake_text_take_number(&inside, has_cpu ? pid : cpu) ||
	    !intake_text_take(&inside, ":") || !has_letter(inside))
		return false;
	if (has_cpu)
		return true;
	for (end = inside.length; end > 0 && inside.at[end - 1] != ':'; end--)
		continue;
	inside = intake_text_skip(inside, end);
	intake_text_take_blanks(&inside);
	return end > 0 && intake_text_take_number(&inside, pid) && inside.length == 0;
}

/*
 * Take the CPU and the task that kernels of Android devices print after the time:
 *
 *	Samsung   "  [0:      swapper/0:    1] text"; "I[" in an interrupt
 *	MediaTek  "  (6)[1822:kworker/6:1]text"; "-(6)[" or ".(6)["
 *	Huawei    "[pid:1822,cpu6,kworker/6:1]text"
 */
static bool take_vendor_caller(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	uint64_t cpu = 0, pid = 0;
	bool has_cpu;

	intake_text_take_blanks(&rest);
	if (rest.length == 0 || !memchr("[(.-I", rest.at[0], 5))
		return false;
	if (rest.at[0] != '[' && rest.at[0] != '(')
		rest = intake_text_skip(rest, 1);
	has_cpu = intake_text_take(&rest, "(");
	if (has_cpu && (!intake_text_take_number(&rest, &cpu) || !intake_text_take(&rest, ")")))
		return false;
	if (!intake_text_take(&rest, "[") || !take_task(&rest, has_cpu, &cpu, &pid) ||
	    pid > UINT32_MAX || cpu > UINT32_MAX)
		return false;
	/* Each CPU has an idle task with the number 0. */
	record->context = pid > 0 ? INTAKE_CONTEXT_TASK : INTAKE_CONTEXT_CPU;
	record->context_id = (uint32_t)(pid > 0 ? pid : cpu);
	*text = rest;
	return true;
}

/*
 * Take "HOST kernel: ", which journalctl -o short-monotonic writes after the time. With
 * --no-hostname, it writes only "kernel: ".
 */
static void take_journal_source(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text, host;

	if (intake_text_take(text, "kernel: "))
		return;
	host = intake_text_take_word(&rest);
	if (!intake_text_take(&rest, " kernel: ") || !intake_host_is_valid(host))
		return;
	if (record->host.length == 0)
		record->host = host;
	*text = rest;
}

bool intake_printk_uptime_take(struct intake_text *text, struct intake_record *record)
{
	return take_uptime(text, record);
}

bool intake_printk_line_decode(const char *line, size_t length, struct intake_record *record)
{
	struct intake_text text = { .at = line, .length = length };
	bool is_prefixed = take_level(&text, record) || take_decoded_level(&text, record);

	if (take_times(&text, record)) {
		struct intake_text caller = text;

		/* The kernel writes no space here; dmesg --ctime and some receivers do. */
		intake_text_take(&caller, " ");
		if (take_caller(&caller, record))
			text = caller;
		else
			take_vendor_caller(&text, record);
		is_prefixed = true;
		intake_text_take(&text, " ");
		/* The utility crash prints the level after the time ("log -m"). */
		if (record->level < 0 && take_level(&text, record))
			intake_text_take(&text, " ");
		take_journal_source(&text, record);
	} else if (take_caller(&text, record)) {
		is_prefixed = true;
		intake_text_take(&text, " ");
	}
	record->text = text;
	return is_prefixed;
}
