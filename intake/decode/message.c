// SPDX-License-Identifier: GPL-2.0-or-later
/* Splitting of a multi-line message into lines. */
#include "message.h"

#include <string.h>

#define ESCAPE_SIZE 4 /* \xNN */

static void deliver_line(const struct intake_sink *sink, struct intake_record *record,
			 struct intake_text line)
{
	while (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	if (line.length > INTAKE_LINE_MAX) {
		sink->fault(sink->data, INTAKE_FAULT_LONG_LINE, record->offset);
		line.length = INTAKE_LINE_MAX;
	}
	record->text = line;
	sink->record(sink->data, record);
}

void intake_message_deliver(const struct intake_sink *sink, struct intake_record *record,
			    struct intake_text text)
{
	do {
		const char *newline = text.length > 0 ? memchr(text.at, '\n', text.length) : NULL;
		struct intake_text line = text;

		if (newline)
			line.length = (size_t)(newline - text.at);
		deliver_line(sink, record, line);
		if (!newline)
			return;
		text.at = newline + 1;
		text.length -= line.length + 1;
	} while (text.length > 0);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool take_escape(struct intake_text text, char *ret)
{
	int high, low;

	if (text.length < ESCAPE_SIZE || text.at[1] != 'x')
		return false;
	high = hex_digit(text.at[2]);
	low = hex_digit(text.at[3]);
	if (high < 0 || low < 0)
		return false;
	*ret = (char)(16 * high + low);
	return true;
}

/* Unescape a text; the result is never longer. Return whether every escape was valid. */
static bool unescape(struct intake_text text, char *ret, size_t *ret_length)
{
	bool is_good = true;
	size_t used = 0;

	while (text.length > 0) {
		size_t taken = 1;

		ret[used] = text.at[0];
		if (text.at[0] == '\\') {
			if (take_escape(text, &ret[used]))
				taken = ESCAPE_SIZE;
			else
				is_good = false;
		}
		used++;
		text.at += taken;
		text.length -= taken;
	}
	*ret_length = used;
	return is_good;
}

void intake_message_deliver_escaped(const struct intake_sink *sink, struct intake_record *record,
				    struct intake_text text)
{
	char bytes[INTAKE_LINE_MAX];
	size_t length;

	/* Most messages contain no escape and need no copy. */
	if (text.length == 0 || !memchr(text.at, '\\', text.length)) {
		intake_message_deliver(sink, record, text);
		return;
	}
	if (text.length > sizeof(bytes)) {
		sink->fault(sink->data, INTAKE_FAULT_LONG_LINE, record->offset);
		text.length = sizeof(bytes);
	}
	if (!unescape(text, bytes, &length))
		sink->fault(sink->data, INTAKE_FAULT_ESCAPE, record->offset);
	intake_message_deliver(sink, record, (struct intake_text){ .at = bytes, .length = length });
}
