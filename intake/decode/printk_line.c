// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the prefixes of a printed log line. */
#include "printk_line.h"

#include "syslog_prefix.h"
#include "text.h"
#include "time_text.h"

#define LEVEL_MASK 7 /* a priority is facility * 8 + level (RFC 5424, 6.2.1) */
#define USEC_PER_SEC 1000000U
#define GLUED_MAX 256 /* maximum length of a prompt in bytes */

/* "<6>", written by consoles that print the level, pstore and /proc/kmsg. */
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

/* "kern  :warn  : ", as dmesg --decode writes it (util-linux, dmesg.c). */
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

/* "[    5.123456]" */
static bool take_uptime(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;
	uint64_t seconds;
	int micros;

	if (!intake_text_take(&rest, "["))
		return false;
	intake_text_take_blanks(&rest);
	if (!intake_text_take_number(&rest, &seconds) || !intake_text_take(&rest, ".") ||
	    !intake_time_take_digits(&rest, 6, &micros) || !intake_text_take(&rest, "]") ||
	    seconds > UINT64_MAX / USEC_PER_SEC - 1)
		return false;
	record->has_uptime = true;
	record->uptime_us = seconds * USEC_PER_SEC + (uint64_t)micros;
	*text = rest;
	return true;
}

/* "Thu Nov 26 04:27:03 2026", in the reader's clock and time zone. */
static bool take_ctime(struct intake_text *text, struct intake_time *ret)
{
	uint64_t year;

	return intake_text_take_word(text).length == 3 && intake_text_take(text, " ") &&
	       intake_time_take_syslog(text, ret) && intake_text_take(text, " ") &&
	       intake_text_take_number(text, &year);
}

/*
 * "[Thu Nov 26 04:27:03 2026]", "[2026-11-26 04:27:03]": dmesg --ctime and programs that record a
 * console.
 */
static bool take_clock(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text, other;
	struct intake_time time = { 0 };

	if (!intake_text_take(&rest, "["))
		return false;
	other = rest;
	if (!intake_time_take_iso(&rest, &time)) {
		rest = other;
		if (!take_ctime(&rest, &time))
			return false;
	}
	if (!intake_text_take(&rest, "]"))
		return false;
	record->wall_us = time.wall_us;
	if (time.is_known) {
		record->has_time = true;
		record->time = time.seconds;
	}
	*text = rest;
	return true;
}

/* "[    5.123456]", a clock time, or a clock time followed by an uptime with an optional space. */
static bool take_times(struct intake_text *text, struct intake_record *record)
{
	bool has_clock = take_clock(text, record);
	struct intake_text rest = *text;

	if (has_clock)
		intake_text_take(&rest, " ");
	if (!take_uptime(&rest, record))
		return has_clock;
	*text = rest;
	return true;
}

/* "[T123]" or "[    C0]", after a time with an optional space between. */
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

/* journalctl -o short-monotonic writes the host and "kernel:" after the time. */
static void take_journal_source(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text, host = intake_text_take_word(&rest);

	if (!intake_text_take(&rest, " kernel: ") || !intake_host_is_valid(host))
		return;
	if (record->host.length == 0)
		record->host = host;
	*text = rest;
}

/* "login:", "root@host:~#", "$", ">", "** 12 printk messages dropped **" */
static bool is_prompt(struct intake_text before)
{
	return before.length > 0 && memchr(":#$>*", before.at[before.length - 1], 5);
}

/*
 * A prompt of user space may precede the line ("login: [ 16.305150] ..."). A console also reports
 * dropped messages without a newline: "** 12 printk messages dropped ** [ ...".
 */
static bool skip_to_glued_uptime(struct intake_text *text)
{
	struct intake_text rest = *text, skipped;
	struct intake_record ignored = { 0 };

	while (intake_text_take_until(&rest, " [", &skipped)) {
		struct intake_text bracket = { .at = rest.at - 1, .length = rest.length + 1 };
		struct intake_text probe = bracket;

		if (bracket.at - text->at > GLUED_MAX)
			return false;
		if (is_prompt(skipped) && take_uptime(&probe, &ignored)) {
			*text = bracket;
			return true;
		}
	}
	return false;
}

bool intake_printk_line_decode(const char *line, size_t length, struct intake_record *record)
{
	struct intake_text text = { .at = line, .length = length };
	bool is_prefixed;

	record->level = -1;
	is_prefixed = intake_syslog_prefix_take(&text, record);
	if (take_level(&text, record) || take_decoded_level(&text, record))
		is_prefixed = true;
	if (!is_prefixed && !intake_text_starts(text, "["))
		skip_to_glued_uptime(&text);
	if (take_times(&text, record)) {
		struct intake_text caller = text;

		/* The kernel writes no space here; dmesg --ctime and some receivers do. */
		intake_text_take(&caller, " ");
		if (take_caller(&caller, record))
			text = caller;
		is_prefixed = true;
		intake_text_take(&text, " ");
		take_journal_source(&text, record);
	} else if (take_caller(&text, record)) {
		is_prefixed = true;
		intake_text_take(&text, " ");
	}
	record->text = text;
	return is_prefixed;
}
