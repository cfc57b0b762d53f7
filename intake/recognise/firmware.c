// SPDX-License-Identifier: GPL-2.0-or-later
#include "firmware.h"

/* struct row - @begins, @has or both are set, and must match */
struct row {
	enum intake_console kind;
	const char *begins;
	const char *has;
};

/*
 * Generated from data/firmware.txt: rows[], ordered by the first byte of .begins; ROWS_WITH_BEGINS,
 * the number of rows that have .begins, which come first; and first_rows[], the first row for each
 * first byte. All texts of the other rows contain a colon.
 */
#include "firmware_rows.h"

static bool matches(const struct row *row, struct intake_text line)
{
	return (!row->begins || intake_text_starts(line, row->begins)) &&
	       (!row->has || intake_text_has(line, row->has));
}

enum intake_console intake_console_classify(struct intake_text line)
{
	size_t i;

	line = intake_text_trim(line);
	if (line.length == 0)
		return INTAKE_CONSOLE_BETWEEN;
	for (i = first_rows[(unsigned char)line.at[0]];
	     i < ROWS_WITH_BEGINS && rows[i].begins[0] == line.at[0]; i++)
		if (matches(&rows[i], line))
			return rows[i].kind;
	if (!intake_text_has(line, ":"))
		return INTAKE_CONSOLE_OTHER;
	for (i = ROWS_WITH_BEGINS; i < sizeof(rows) / sizeof(*rows); i++)
		if (matches(&rows[i], line))
			return rows[i].kind;
	return INTAKE_CONSOLE_OTHER;
}
