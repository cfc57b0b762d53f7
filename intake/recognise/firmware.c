// SPDX-License-Identifier: GPL-2.0-or-later
#include "firmware.h"

/* struct row - @begins, @has or both are set, and must match */
struct row {
	enum intake_console kind;
	const char *begins;
	const char *has;
};

#include "firmware_rows.h"

enum intake_console intake_console_classify(struct intake_text line)
{
	line = intake_text_trim(line);
	if (line.length == 0)
		return INTAKE_CONSOLE_BETWEEN;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if ((!rows[i].begins || intake_text_starts(line, rows[i].begins)) &&
		    (!rows[i].has || intake_text_has(line, rows[i].has)))
			return rows[i].kind;
	return INTAKE_CONSOLE_OTHER;
}
