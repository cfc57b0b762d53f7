/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How are rows written and read as TabSeparated, and text as SQL? */
#ifndef LINEAGE_STORE_CLICKHOUSE_TSV_H
#define LINEAGE_STORE_CLICKHOUSE_TSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct text - that grows; all 0 is an empty one
 * @at: owned; NUL-terminated where not NULL
 * @has_failed: there was no memory for all of it
 */
struct text {
	char *at;
	size_t size;
	size_t capacity;
	bool has_failed;
};

void text_deinit(struct text *text);
#define AUTO_TEXT __attribute__((cleanup(text_deinit))) struct text

void text_append(struct text *text, const char *bytes, size_t size);
__attribute__((format(printf, 2, 3))) void text_print(struct text *text, const char *format, ...);

/* A string literal of SQL. */
void text_literal(struct text *text, const char *value);

/* A field of a row, and the tab or newline behind it; NULL is \N. */
void text_field(struct text *text, const char *value, char end);
void text_number(struct text *text, int64_t value, char end);
void text_optional(struct text *text, bool is_known, int64_t value, char end);

/* The number in a field; 0 for NULL. */
int64_t text_value(const char *field);

/**
 * text_row() - the next row of an answer, in place
 * @at: where it begins; moved behind it
 * @ret: @count fields; NULL for \N. Fewer than @count are an error.
 *
 * Return: 1, 0 behind the last row, or -EBADMSG.
 */
int text_row(char **at, const char **ret, size_t count);

#endif /* LINEAGE_STORE_CLICKHOUSE_TSV_H */
