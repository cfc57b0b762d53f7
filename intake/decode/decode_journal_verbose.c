// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for kernel messages in `journalctl -o verbose`.
 *
 *	Tue 2024-03-05 09:14:00.000000 UTC [s=1f0a;i=0;b=2f0b...9e11;m=0;t=61;x=77]
 *	    _TRANSPORT=kernel
 *	    MESSAGE=Linux version ...
 *
 * The brackets contain the cursor, where b is the boot id and m the microseconds since the start of
 * the boot, in hexadecimal (output_verbose() in systemd src/shared/logs-show.c). Further lines of a
 * value are indented to the column after the equals sign.
 */
#include <ctype.h>

#include "journal_entry.h"
#include "likeness.h"
#include "line_decoder.h"
#include "time_shape.h"

#define FIELD_INDENT "    "
#define LIKENESS 95
#define NUMBER_ROOM 24

struct journal_verbose {
	struct intake_line_decoder base;
	struct intake_journal_entry entry;
	bool is_in_entry;
	enum intake_journal_field field; /* field of the previous line */
};

static void set_field(struct intake_journal_entry *entry, enum intake_journal_field field,
		      struct intake_text value)
{
	intake_journal_entry_begin(entry, field);
	intake_journal_entry_append(entry, field, value);
}

static void set_number(struct intake_journal_entry *entry, enum intake_journal_field field,
		       uint64_t number)
{
	char text[NUMBER_ROOM];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	set_field(entry, field,
		  (struct intake_text){ .at = text + at, .length = sizeof(text) - at });
}

static bool parse_hex(struct intake_text text, uint64_t *ret)
{
	uint64_t number = 0;

	if (text.length == 0 || text.length > 15)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		int c = tolower((unsigned char)text.at[i]);

		if (!isxdigit(c))
			return false;
		number = number * 16 + (uint64_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	*ret = number;
	return true;
}

/* Parse one "KEY=VALUE" of a cursor. */
static void take_cursor_field(struct intake_journal_entry *entry, struct intake_text field)
{
	uint64_t number;

	if (intake_text_take(&field, "b="))
		set_field(entry, INTAKE_JOURNAL_BOOT_ID, field);
	else if (intake_text_take(&field, "m=") && parse_hex(field, &number))
		set_number(entry, INTAKE_JOURNAL_MONOTONIC, number);
}

/* Parse the first line of an entry. Return false for any other line. @entry may be NULL. */
static bool take_header(struct intake_text line, struct intake_journal_entry *entry)
{
	struct intake_text cursor;
	struct intake_time time = { 0 };

	if (!intake_time_take_shape(&line, &time))
		return false;
	/* Skip the name of the time zone. */
	if (!intake_text_starts(line, " [")) {
		if (!intake_text_take(&line, " "))
			return false;
		intake_text_take_word(&line);
	}
	if (!intake_text_take(&line, " [s=") || !intake_text_take_until(&line, "]", &cursor))
		return false;
	if (!entry)
		return true;
	while (cursor.length > 0) {
		struct intake_text field = { .at = cursor.at,
					     .length = intake_text_find(cursor, ";") };

		take_cursor_field(entry, field);
		cursor = intake_text_skip(cursor, field.length);
		intake_text_take(&cursor, ";");
	}
	if (time.is_known && time.seconds > 0)
		set_number(entry, INTAKE_JOURNAL_REALTIME, (uint64_t)time.seconds * 1000000);
	return true;
}

static bool take_name(struct intake_text *line, struct intake_text *ret)
{
	size_t length = intake_text_find(*line, "=");

	if (length == 0 || length == line->length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isupper((unsigned char)line->at[i]) && !isdigit((unsigned char)line->at[i]) &&
		    line->at[i] != '_')
			return false;
	*ret = (struct intake_text){ .at = line->at, .length = length };
	*line = intake_text_skip(*line, length + 1);
	return true;
}

static void end_entry(struct journal_verbose *journal)
{
	if (journal->is_in_entry)
		intake_journal_entry_deliver(&journal->entry, journal->base.sink);
	journal->is_in_entry = false;
}

static void take_field(struct journal_verbose *journal, struct intake_text line)
{
	struct intake_text name;

	if (line.length > 0 && line.at[0] != ' ' && take_name(&line, &name)) {
		journal->field = intake_journal_field_find(name);
		if (journal->field < INTAKE_JOURNAL_FIELDS)
			set_field(&journal->entry, journal->field, line);
		return;
	}
	/* The line continues the previous field. Only the message is needed. */
	if (journal->field != INTAKE_JOURNAL_MESSAGE)
		return;
	intake_text_take_blanks(&line);
	set_field(&journal->entry, INTAKE_JOURNAL_MESSAGE, line);
}

static void decode_line(void *data, const char *bytes, size_t length, uint64_t offset)
{
	struct journal_verbose *journal = data;
	const struct intake_sink *sink = journal->base.sink;
	struct intake_text line = { .at = bytes, .length = length };

	if (journal->is_in_entry && intake_text_take(&line, FIELD_INDENT)) {
		take_field(journal, line);
		return;
	}
	/* "-- Boot ID --", "-- No entries --" */
	if (length == 0 || intake_text_starts(line, "-- "))
		return;
	if (!take_header(line, NULL)) {
		sink->fault(sink->data, INTAKE_FAULT_HEADER, offset);
		return;
	}
	end_entry(journal);
	intake_journal_entry_reset(&journal->entry, offset);
	take_header(line, &journal->entry);
	journal->is_in_entry = true;
	journal->field = INTAKE_JOURNAL_FIELDS;
}

static int likeness(const char *head, size_t length)
{
	struct intake_text rest = { .at = head, .length = length }, line;

	while (intake_head_take_line(&rest, &line))
		if (line.length > 0 && !intake_text_starts(line, "-- "))
			return take_header(line, NULL) ? LIKENESS : 0;
	return 0;
}

static void finish(void *state)
{
	end_entry(state);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct journal_verbose),
	.line_max = INTAKE_LINE_MAX,
	.line = decode_line,
	.finish = finish,
};

const struct intake_decoder intake_decoder_journal_verbose = {
	.name = "journal-verbose",
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
