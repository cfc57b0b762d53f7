// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SQL functions that convert line marks.
 *
 * marks_bytes(text) returns the binary form (mark_bytes.h), or text that has none unchanged.
 * marks_text(bytes) is the inverse. It fails with SQLITE_CORRUPT for other bytes.
 */
#include "mark_bytes.h"
#include "sqlite.h"

static void marks_bytes(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	unsigned char bytes[SQLITE_MARK_BYTES_MAX];
	size_t size = text ? sqlite_marks_pack(text, bytes) : 0;

	(void)count;
	if (size > 0)
		sqlite3_result_blob(context, bytes, (int)size, SQLITE_TRANSIENT);
	else
		sqlite3_result_value(context, values[0]);
}

static void marks_text(sqlite3_context *context, int count, sqlite3_value **values)
{
	char text[LINEAGE_MARKS_SIZE];

	(void)count;
	if (sqlite3_value_type(values[0]) != SQLITE_BLOB)
		sqlite3_result_value(context, values[0]);
	else if (sqlite_marks_unpack(sqlite3_value_blob(values[0]),
				     (size_t)sqlite3_value_bytes(values[0]), text))
		sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_error_code(context, SQLITE_CORRUPT);
}

int sqlite_add_mark_functions(struct sqlite *sqlite)
{
	const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC;
	int result = sqlite3_create_function(sqlite->database, "marks_bytes", 1, flags, NULL,
					     marks_bytes, NULL, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_create_function(sqlite->database, "marks_text", 1, flags, NULL,
						 marks_text, NULL, NULL);
	return sqlite_check(sqlite, result);
}
