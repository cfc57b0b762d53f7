// SPDX-License-Identifier: GPL-2.0-or-later
#include "first_lines.h"

#include <string.h>

bool lineage_first_lines_are_complete(const struct lineage_first_lines *first)
{
	return first->times >= LINEAGE_FIRST_LINES_TIMES ||
	       first->lines >= LINEAGE_FIRST_LINES_MAX ||
	       (!first->is_timed && first->lines >= LINEAGE_FIRST_LINES_WITHOUT_TIME_MAX);
}

void lineage_first_lines_add(struct lineage_first_lines *first, bool has_uptime, uint64_t uptime_us)
{
	first->lines++;
	first->is_timed = first->is_timed || has_uptime;
	if (uptime_us != first->uptime_us)
		first->times++;
	first->uptime_us = uptime_us;
}

bool lineage_line_is_of_program(const char *text, size_t length)
{
	const char *bracket = length > 0 ? memchr(text, '[', length) : NULL;
	size_t at, digits;

	if (!bracket || bracket == text || memchr(text, ' ', (size_t)(bracket - text)))
		return false;
	at = (size_t)(bracket - text) + 1;
	for (digits = at; digits < length && text[digits] >= '0' && text[digits] <= '9'; digits++)
		;
	return digits > at && length - digits >= 3 && memcmp(text + digits, "]: ", 3) == 0;
}
