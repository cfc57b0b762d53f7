// SPDX-License-Identifier: GPL-2.0-or-later
/* The share of an input's first lines that match an encoding. */
#include "likeness.h"

bool intake_head_take_line(struct intake_text *head, struct intake_text *ret)
{
	if (!intake_text_take_until(head, "\n", ret))
		return false;
	while (ret->length > 0 && ret->at[ret->length - 1] == '\r')
		ret->length--;
	return true;
}

int intake_head_share(const char *head, size_t length, bool (*is_like)(struct intake_text line))
{
	struct intake_text rest = { .at = head, .length = length }, line;
	size_t lines = 0, alike = 0;

	while (intake_head_take_line(&rest, &line)) {
		if (line.length == 0)
			continue;
		lines++;
		alike += is_like(line);
	}
	if (lines == 0)
		return rest.length > 0 && is_like(rest) ? 100 : 0;
	return (int)(100 * alike / lines);
}
