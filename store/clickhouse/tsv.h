/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows in the format TabSeparated, and text in SQL. */
#ifndef LINEAGE_STORE_CLICKHOUSE_TSV_H
#define LINEAGE_STORE_CLICKHOUSE_TSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct tsv - that grows; all 0 is an empty one
 * @at: owned; NUL-terminated where not NULL
 * @has_failed: there was no memory for all of it
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

/* A string literal of SQL. */
void tsv_literal(struct tsv *text, const char *value);

/* A field of a row, and the tab or newline behind it; NULL is \N. */
void tsv_field(struct tsv *text, const char *value, char end);
void tsv_number(struct tsv *text, int64_t value, char end);
void tsv_optional(struct tsv *text, bool is_known, int64_t value, char end);

/* The number in a field; 0 for NULL. */
int64_t tsv_value(const char *field);

/**
 * tsv_row() - the next row of an answer, in place
 * @at: where it begins; moved behind it
 * @ret: @count fields; NULL for \N. Fewer than @count are an error.
 *
 * Return: 1, 0 behind the last row, or -EBADMSG.
 */
int tsv_row(char **at, const char **ret, size_t count);

#endif /* LINEAGE_STORE_CLICKHOUSE_TSV_H */
