// SPDX-License-Identifier: GPL-2.0-or-later
/* Separation of records that are in one line, because a console lost the newline between them. */
#include "glue.h"

#include "printk_line.h"

#define STAMP_MIN 14 /* "[    5.123456]", Linux kernel/printk/printk.c print_time() */
#define LATER_MAX_US 60000000U

/* Return the length of "<6>" at the end of a text; 0 if it does not end so. */
static size_t level_length(struct intake_text text)
{
	size_t length = 0;

	if (!intake_text_ends(text, ">"))
		return 0;
	while (length < text.length && length < 5 && text.at[text.length - 1 - length] != '<')
		length++;
	return length < text.length && text.at[text.length - 1 - length] == '<' ? length + 1 : 0;
}

/* Decode the record at the start of @text if it may follow @record. */
static bool decode_next(const struct intake_record *record, struct intake_text text,
			struct intake_record *ret)
{
	struct intake_record next = *record;

	next.has_uptime = false;
	next.level = -1;
	next.context = INTAKE_CONTEXT_NONE;
	next.context_id = 0;
	if (!intake_printk_line_decode(text.at, text.length, &next) || !next.has_uptime ||
	    next.uptime_us < record->uptime_us ||
	    next.uptime_us - record->uptime_us > LATER_MAX_US || next.text.at[-1] != ' ')
		return false;
	*ret = next;
	return true;
}

bool intake_glue_split(struct intake_record *record, struct intake_record *ret)
{
	struct intake_text rest = record->text;

	if (!record->has_uptime || record->syslog != INTAKE_SYSLOG_NONE)
		return false;
	while (rest.length > STAMP_MIN) {
		const char *bracket = memchr(rest.at + 1, '[', rest.length - 1);
		struct intake_text before = { .at = record->text.at }, next;
		size_t level;

		if (!bracket)
			return false;
		rest = intake_text_skip(rest, (size_t)(bracket - rest.at));
		before.length = (size_t)(bracket - before.at);
		level = level_length(before);
		next = (struct intake_text){ .at = rest.at - level, .length = rest.length + level };
		if (rest.length < STAMP_MIN || (rest.at[1] != ' ' && rest.at[6] != '.') ||
		    (record->level >= 0) != (level > 0) || !decode_next(record, next, ret))
			continue;
		record->text.length = before.length - level;
		return true;
	}
	return false;
}
