/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streaming JSON reader. The input may come in pieces that are cut at any byte, and a value may
 * span any number of lines.
 *
 * Values may be separated by newlines, commas, record separators (RFC 7464), "data: " (server-sent
 * events), "- " (YAML) or nothing. fluent-bit writes "=>" instead of ":" after a key. Text that is
 * not valid JSON is reported and skipped to the next newline, so that one invalid line does not
 * hide the next one.
 */
#ifndef LINEAGE_INTAKE_DECODE_JSON_LEXER_H
#define LINEAGE_INTAKE_DECODE_JSON_LEXER_H

#include "text.h"

#define INTAKE_JSON_DEPTH_MAX 32
#define INTAKE_JSON_STRING_MAX \
	((size_t)4 << 20) /* enough for the 1 MiB of console log that cloud providers return */

enum intake_json_kind {
	INTAKE_JSON_STRING,
	INTAKE_JSON_LITERAL, /* a number, true, false or null */
};

/**
 * struct intake_json_events - callbacks of a lexer
 * @begin: an object or an array begins at @offset
 * @key: the key of the next value in an object, without escapes
 * @scalar: a string without quotes and escapes, or a literal
 * @end: the innermost open object or array ends
 * @fault: the input is invalid; all open values are dropped, without a call of @end. If @is_long is
 *	set, a string was truncated to INTAKE_JSON_STRING_MAX instead, and nothing is dropped
 */
struct intake_json_events {
	void (*begin)(void *data, bool is_array, uint64_t offset);
	void (*key)(void *data, struct intake_text key);
	void (*scalar)(void *data, enum intake_json_kind kind, struct intake_text value);
	void (*end)(void *data);
	void (*fault)(void *data, bool is_long, uint64_t offset);
};

struct intake_json_lexer;

/** intake_json_lexer_create() - create a lexer; return NULL if out of memory */
struct intake_json_lexer *intake_json_lexer_create(const struct intake_json_events *events,
						   void *data);

/**
 * intake_json_lexer_feed() - read more bytes; @offset is the position of the first of them in the
 * input
 */
void intake_json_lexer_feed(struct intake_json_lexer *lexer, const char *bytes, size_t length,
			    uint64_t offset);

/** intake_json_lexer_finish() - end the input; an open value is cut off */
void intake_json_lexer_finish(struct intake_json_lexer *lexer);

/** intake_json_lexer_destroy() - free; NULL is allowed */
void intake_json_lexer_destroy(struct intake_json_lexer *lexer);

#endif /* LINEAGE_INTAKE_DECODE_JSON_LEXER_H */
