// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the time, host and program that a syslog daemon writes before a message. */
#include "syslog_prefix.h"

#include "sender.h"
#include "syslog_words.h"
#include "time_shape.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* precedes a message in UTF-8 (RFC 5424, 6.4) */

static bool take_priority(struct intake_text *text)
{
	uint64_t priority;

	return intake_text_take(text, "<") && intake_text_take_number(text, &priority) &&
	       intake_text_take(text, ">");
}

static void take_time(const struct intake_time *time, struct intake_record *record)
{
	record->wall_us = time->wall_us;
	record->has_time = time->is_known;
	record->time = time->seconds;
}

/* Take "TIME HOST kernel: " or one of its variants (syslog_words.h). */
static bool take_old(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };

	if (!intake_time_take_shape(text, &time))
		return false;
	intake_text_take(text, ":"); /* Cisco writes a colon after the time */
	if (!intake_syslog_words_take(text, record))
		return false;
	take_time(&time, record);
	return true;
}

/*
 * Take "-", or any number of [ID NAME="VALUE" ...]. A backslash escapes a bracket inside a value.
 */
static bool take_structured_data(struct intake_text *text)
{
	size_t at = 0;

	if (intake_text_take(text, "-"))
		return true;
	while (at < text->length && text->at[at] == '[') {
		while (at < text->length && text->at[at] != ']')
			at += text->at[at] == '\\' ? 2 : 1;
		if (at >= text->length)
			return false;
		at++;
	}
	*text = intake_text_skip(*text, at);
	return at > 0;
}

/* Take "1 TIME HOST PROGRAM PROCESS MESSAGE-ID STRUCTURED-DATA "; each part may be "-". */
static bool take_new(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };
	struct intake_text program;

	if (!intake_text_take(text, "1 ") ||
	    !(intake_text_take(text, "-") || intake_time_take_iso(text, &time)) ||
	    !intake_text_take(text, " "))
		return false;
	take_time(&time, record);
	record->host = intake_text_take_word(text);
	if (intake_text_is(record->host, "-"))
		record->host.length = 0;
	else if (!intake_host_is_valid(record->host))
		return false;
	if (!intake_text_take(text, " "))
		return false;
	program = intake_text_take_word(text);
	record->is_from_user = !intake_text_is(program, "kernel");
	for (int i = 0; i < 2; i++)
		if (!intake_text_take(text, " ") || intake_text_take_word(text).length == 0)
			return false;
	if (!intake_text_take(text, " ") || !take_structured_data(text))
		return false;
	if (text->length > 0 && !intake_text_take(text, " "))
		return false;
	intake_text_take(text, BYTE_ORDER_MARK);
	/* A daemon that converts a message from RFC 3164 keeps the space after "kernel:". */
	intake_text_take(text, " ");
	return true;
}

/*
 * Take a blank before a digit and a letter that is not ASCII. In some languages, the short name of
 * a month is a number, which is padded to two digits, and a word.
 */
static void take_padding(struct intake_text *text)
{
	if (text->length > 2 && text->at[0] == ' ' && text->at[1] >= '1' && text->at[1] <= '9' &&
	    (text->at[2] & 0x80))
		*text = intake_text_skip(*text, 1);
}

bool intake_syslog_prefix_take(struct intake_text *text, struct intake_record *record)
{
	struct intake_record found = *record;
	struct intake_text rest = *text;

	if (intake_text_starts(rest, "<") && !take_priority(&rest))
		return false;
	take_padding(&rest);
	if (!(intake_text_starts(rest, "1 ") ? take_new : take_old)(&rest, &found))
		return false;
	*record = found;
	*text = rest;
	return true;
}
