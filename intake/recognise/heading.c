// SPDX-License-Identifier: GPL-2.0-or-later
/* Lookup of the lines that begin a section of a crash report. */
#include "heading.h"

struct heading {
	const char *text;
	enum intake_heading kind;
};

/*
 * Generated from data/sections.txt: headings[], ordered by the first byte of .text, and
 * first_headings[], the first row for each first byte.
 */
#include "heading_rows.h"

enum intake_heading intake_heading_of(struct intake_text line)
{
	const size_t count = sizeof(headings) / sizeof(*headings);

	if (line.length == 0)
		return INTAKE_HEADING_NONE;
	for (size_t i = first_headings[(unsigned char)line.at[0]];
	     i < count && headings[i].text[0] == line.at[0]; i++)
		if (intake_text_starts(line, headings[i].text))
			return headings[i].kind;
	return INTAKE_HEADING_NONE;
}
