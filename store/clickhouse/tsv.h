/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows in TabSeparated format, and SQL literals. */
#ifndef LINEAGE_STORE_CLICKHOUSE_TSV_H
#define LINEAGE_STORE_CLICKHOUSE_TSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct tsv - a growing text; all zeros is an empty text
 * @at: owned; NUL-terminated if not NULL
 * @has_failed: an append failed for lack of memory
 */
struct tsv {
	char *at;
	size_t size;
	size_t capacity;
	bool has_failed;
};

void tsv_deinit(struct tsv *text);
#define TSV_AUTO __attribute__((cleanup(tsv_deinit))) struct tsv

void tsv_append(struct tsv *text, const char *bytes, size_t size);
__attribute__((format(printf, 2, 3))) void tsv_print(struct tsv *text, const char *format, ...);

/* Append a string literal of SQL. */
void tsv_literal(struct tsv *text, const char *value);

/* Append a field of a row and @end, a tab or newline. NULL is written as \N. */
void tsv_field(struct tsv *text, const char *value, char end);
void tsv_number(struct tsv *text, int64_t value, char end);
void tsv_unsigned(struct tsv *text, uint64_t value, char end);
void tsv_optional(struct tsv *text, bool is_known, int64_t value, char end);

/* Return the number in a field; 0 for NULL. A number that is too large is INT64_MAX. */
int64_t tsv_value(const char *field);

/* Types of fields. */
#define TSV_TEXT 't'
#define TSV_NUMBER 'n' /* decimal, or NULL */
#define TSV_COUNT 'c'  /* a kexec count; negative if it is unknown */

/**
 * tsv_has_types() - check that the fields of a row have their types
 * @types: a string with the type of each field
 */
bool tsv_has_types(const char *const *fields, const char *types);

/**
 * tsv_begin() - read the first fields of a row, in place
 * @at: the start of the row; advanced to the next field
 * @ret: @count fields; NULL for \N
 *
 * Return: false if the row has fewer fields, or if these are all its fields.
 */
bool tsv_begin(char **at, const char **ret, size_t count);

/**
 * tsv_row() - read the next row of a response, in place
 * @at: the start of the row; advanced to the next row
 * @ret: @count fields; NULL for \N. A row with another number of fields is an error.
 *
 * Return: 1; 0 after the last row; -EBADMSG.
 */
int tsv_row(char **at, const char **ret, size_t count);

#endif /* LINEAGE_STORE_CLICKHOUSE_TSV_H */
