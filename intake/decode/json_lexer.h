/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A streaming reader of JSON: values of any size, in any layout, cut anywhere.
 *
 * Values may follow each other with or without newlines, commas, record separators (RFC 7464),
 * "data: " (server-sent events) or "- " (YAML) between them. What is not valid JSON is reported,
 * skipped to the next newline, and reading goes on there, so that one bad line does not hide the
 * next.
 */
#ifndef LINEAGE_INTAKE_DECODE_JSON_LEXER_H
#define LINEAGE_INTAKE_DECODE_JSON_LEXER_H

#include "text.h"

#define INTAKE_JSON_DEPTH_MAX 32
#define INTAKE_JSON_STRING_MAX \
	((size_t)4 << 20) /* a console of 1 MiB, as cloud providers return it, fits */

enum intake_json_kind {
	INTAKE_JSON_STRING,
	INTAKE_JSON_LITERAL, /* a number, true, false or null */
};

/**
 * struct intake_json_events - what a lexer calls
 * @begin: an object or an array begins at @offset
 * @key: of the next value in an object; without escapes
 * @scalar: a string without quotes and escapes, or a literal
 * @end: the object or array that began last ends
 * @fault: what was open is dropped: none of it will end. @is_long: a string was longer than
 *	INTAKE_JSON_STRING_MAX and is cut; nothing is dropped
 */
struct intake_json_events {
	void (*begin)(void *data, bool is_array, uint64_t offset);
	void (*key)(void *data, struct intake_text key);
	void (*scalar)(void *data, enum intake_json_kind kind, struct intake_text value);
	void (*end)(void *data);
	void (*fault)(void *data, bool is_long, uint64_t offset);
};

struct intake_json_lexer;

/** intake_json_lexer_create() - NULL if there is no memory */
struct intake_json_lexer *intake_json_lexer_create(const struct intake_json_events *events,
						   void *data);

/** intake_json_lexer_feed() - read more bytes, whose first one is at @offset */
void intake_json_lexer_feed(struct intake_json_lexer *lexer, const char *bytes, size_t length,
			    uint64_t offset);

/** intake_json_lexer_finish() - the input ended: a value that is open is cut */
void intake_json_lexer_finish(struct intake_json_lexer *lexer);

/** intake_json_lexer_destroy() - NULL is fine */
void intake_json_lexer_destroy(struct intake_json_lexer *lexer);

#endif /* LINEAGE_INTAKE_DECODE_JSON_LEXER_H */
