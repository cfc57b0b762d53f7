// SPDX-License-Identifier: GPL-2.0-or-later
/* Streaming JSON reader (RFC 8259). The input may come in pieces that are cut at any byte. */
#include "json_lexer.h"

#include <ctype.h>
#include <stdlib.h>

#define LITERAL_MAX 64
#define FIRST_ROOM 1024

enum state {
	STATE_BETWEEN, /* between values, at the start of a line or after a value */
	STATE_GARBAGE, /* between values, after text that is not JSON */
	STATE_BRACKET, /* after a "[" that may begin an array */
	STATE_SKIP,    /* skipping to the next newline */
	STATE_VALUE,   /* before a value */
	STATE_KEY,     /* before a key or "}" */
	STATE_COLON,   /* between a key and its value */
	STATE_ARROW,   /* after the "=" of "=>" */
	STATE_AFTER,   /* after a value in an object or array: before "," or the end */
	STATE_STRING,
	STATE_ESCAPE,
	STATE_UNICODE,
	STATE_LITERAL,
};

/**
 * struct intake_json_lexer
 * @state: current state
 * @is_key: the current string is a key
 * @depth: number of open objects and arrays; @is_array has their kinds
 * @start: offset of the start of the open value
 * @bracket: offset of the "[" in STATE_BRACKET
 * @string: the current string: @used bytes in a buffer of @room bytes
 * @digits: number of hexadecimal digits of \u read so far; @unit is their value
 * @high: a high surrogate that waits for its low surrogate, or 0
 */
struct intake_json_lexer {
	const struct intake_json_events *events;
	void *data;
	enum state state;
	bool is_key;
	bool is_cut;
	size_t depth;
	bool is_array[INTAKE_JSON_DEPTH_MAX];
	uint64_t start;
	uint64_t bracket;
	char *string;
	size_t used;
	size_t room;
	unsigned int digits;
	uint32_t unit;
	uint32_t high;
};

static void fail(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	lexer->events->fault(lexer->data, false, offset);
	lexer->depth = 0;
	lexer->state = c == '\n' ? STATE_BETWEEN : STATE_SKIP;
}

static void add(struct intake_json_lexer *lexer, const char *bytes, size_t length)
{
	size_t room = lexer->room;
	char *string;

	if (lexer->used + length > INTAKE_JSON_STRING_MAX) {
		lexer->is_cut = true;
		length = INTAKE_JSON_STRING_MAX - lexer->used;
	}
	while (room < lexer->used + length)
		room *= 2;
	if (room > lexer->room) {
		string = realloc(lexer->string, room);
		if (!string) {
			lexer->is_cut = true;
			return;
		}
		lexer->string = string;
		lexer->room = room;
	}
	if (length > 0)
		memcpy(lexer->string + lexer->used, bytes, length);
	lexer->used += length;
}

/* Add a code point as UTF-8. Add the replacement character for a lone surrogate. */
static void add_code(struct intake_json_lexer *lexer, uint32_t code)
{
	char bytes[4];
	size_t length;

	if (code >= 0xd800 && code < 0xe000)
		code = 0xfffd;
	if (code < 0x80) {
		bytes[0] = (char)code;
		length = 1;
	} else if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
		length = 2;
	} else if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
		length = 3;
	} else {
		bytes[0] = (char)(0xf0 | code >> 18);
		bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
		bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[3] = (char)(0x80 | (code & 0x3f));
		length = 4;
	}
	add(lexer, bytes, length);
}

/* Add a high surrogate whose low surrogate is missing. */
static void flush_surrogate(struct intake_json_lexer *lexer)
{
	if (lexer->high)
		add_code(lexer, lexer->high);
	lexer->high = 0;
}

static void add_unit(struct intake_json_lexer *lexer)
{
	uint32_t unit = lexer->unit;

	if (lexer->high && unit >= 0xdc00 && unit < 0xe000) {
		add_code(lexer, 0x10000 + ((lexer->high - 0xd800) << 10) + (unit - 0xdc00));
		lexer->high = 0;
		return;
	}
	flush_surrogate(lexer);
	if (unit >= 0xd800 && unit < 0xdc00)
		lexer->high = unit;
	else
		add_code(lexer, unit);
}

static void begin_string(struct intake_json_lexer *lexer, bool is_key, enum state state)
{
	lexer->is_key = is_key;
	lexer->is_cut = false;
	lexer->used = 0;
	lexer->high = 0;
	lexer->state = state;
}

static struct intake_text string_of(const struct intake_json_lexer *lexer)
{
	return (struct intake_text){ .at = lexer->string, .length = lexer->used };
}

static void end_string(struct intake_json_lexer *lexer, uint64_t offset)
{
	flush_surrogate(lexer);
	if (lexer->is_cut)
		lexer->events->fault(lexer->data, true, offset);
	if (lexer->is_key) {
		lexer->events->key(lexer->data, string_of(lexer));
		lexer->state = STATE_COLON;
		return;
	}
	lexer->events->scalar(lexer->data, INTAKE_JSON_STRING, string_of(lexer));
	lexer->state = STATE_AFTER;
}

static void begin(struct intake_json_lexer *lexer, bool is_array, uint64_t offset)
{
	if (lexer->depth == INTAKE_JSON_DEPTH_MAX) {
		fail(lexer, 0, offset);
		return;
	}
	if (lexer->depth == 0)
		lexer->start = offset;
	lexer->is_array[lexer->depth++] = is_array;
	lexer->events->begin(lexer->data, is_array, offset);
	lexer->state = is_array ? STATE_VALUE : STATE_KEY;
}

static void end(struct intake_json_lexer *lexer, bool is_array, char c, uint64_t offset)
{
	if (lexer->is_array[lexer->depth - 1] != is_array) {
		fail(lexer, c, offset);
		return;
	}
	lexer->depth--;
	lexer->events->end(lexer->data);
	lexer->state = lexer->depth > 0 ? STATE_AFTER : STATE_BETWEEN;
}

/* Take the first byte of a value. "]" ends an array here, so a comma may precede it. */
static void take_value(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (c == '"') {
		begin_string(lexer, false, STATE_STRING);
	} else if (c == '{' || c == '[') {
		begin(lexer, c == '[', offset);
	} else if (c == ']') {
		end(lexer, true, c, offset);
	} else if (isalnum((unsigned char)c) || c == '-') {
		begin_string(lexer, false, STATE_LITERAL);
		add(lexer, &c, 1);
	} else {
		fail(lexer, c, offset);
	}
}

static void take_after(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (c == ',')
		lexer->state = lexer->is_array[lexer->depth - 1] ? STATE_VALUE : STATE_KEY;
	else if (c == '}' || c == ']')
		end(lexer, c == ']', c, offset);
	else
		fail(lexer, c, offset);
}

static void take_key(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (c == '"')
		begin_string(lexer, true, STATE_STRING);
	else if (c == '}')
		end(lexer, false, c, offset);
	else
		fail(lexer, c, offset);
}

/* Take a byte between values. Separators are not reported as faults. */
static void take_between(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (c == '{') {
		begin(lexer, false, offset);
	} else if (c == '[' && lexer->state == STATE_BETWEEN) {
		lexer->state = STATE_BRACKET;
		lexer->bracket = offset;
	} else if (c == '\n') {
		if (lexer->state == STATE_GARBAGE)
			lexer->events->fault(lexer->data, false, lexer->start);
		lexer->state = STATE_BETWEEN;
	} else if (lexer->state == STATE_BETWEEN && !memchr(" \t\r,]}-\036", c, 8)) {
		lexer->state = STATE_GARBAGE;
		lexer->start = offset;
	}
}

/* Take the byte after "[": "[    0.000000] text" is not an array of records. */
static void take_bracket(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (isspace((unsigned char)c))
		return;
	if (c != '{' && c != '[' && c != ']') {
		lexer->state = STATE_GARBAGE;
		lexer->start = lexer->bracket;
		return;
	}
	begin(lexer, true, lexer->bracket);
	take_value(lexer, c, offset);
}

static void take_escape(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name = c ? strchr(names, c) : NULL;

	if (c == 'u') {
		lexer->digits = 0;
		lexer->unit = 0;
		lexer->state = STATE_UNICODE;
	} else if (name) {
		flush_surrogate(lexer);
		add(lexer, &values[name - names], 1);
		lexer->state = STATE_STRING;
	} else {
		fail(lexer, c, offset);
	}
}

static void take_unicode(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (!isxdigit((unsigned char)c)) {
		fail(lexer, c, offset);
		return;
	}
	lexer->unit = lexer->unit * 16 + (uint32_t)(isdigit((unsigned char)c)
							    ? c - '0'
							    : tolower((unsigned char)c) - 'a' + 10);
	if (++lexer->digits < 4)
		return;
	add_unit(lexer);
	lexer->state = STATE_STRING;
}

/*
 * Take a byte of a number or word. Return false if it already ended; the byte must be taken again.
 */
static bool take_literal(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (isalnum((unsigned char)c) || memchr("+-.", c, 3)) {
		if (lexer->used == LITERAL_MAX)
			fail(lexer, c, offset);
		else
			add(lexer, &c, 1);
		return true;
	}
	lexer->events->scalar(lexer->data, INTAKE_JSON_LITERAL, string_of(lexer));
	lexer->state = STATE_AFTER;
	return false;
}

/*
 * Take bytes of a string up to the next escape or the end of the string. Return the number of bytes
 * taken.
 */
static size_t take_string(struct intake_json_lexer *lexer, const char *bytes, size_t length,
			  uint64_t offset)
{
	size_t size = 0;

	while (size < length && bytes[size] != '"' && bytes[size] != '\\' && bytes[size] != '\n')
		size++;
	if (size > 0) {
		flush_surrogate(lexer);
		add(lexer, bytes, size);
	}
	if (size == length)
		return size;
	if (bytes[size] == '"')
		end_string(lexer, offset + size);
	else if (bytes[size] == '\\')
		lexer->state = STATE_ESCAPE;
	else
		fail(lexer, '\n', offset + size);
	return size + 1;
}

static void take_byte(struct intake_json_lexer *lexer, char c, uint64_t offset)
{
	if (lexer->state == STATE_LITERAL && take_literal(lexer, c, offset))
		return;
	if (lexer->state == STATE_SKIP) {
		if (c == '\n')
			lexer->state = STATE_BETWEEN;
	} else if (lexer->state <= STATE_GARBAGE) {
		take_between(lexer, c, offset);
	} else if (lexer->state == STATE_BRACKET) {
		take_bracket(lexer, c, offset);
	} else if (lexer->state == STATE_ESCAPE) {
		take_escape(lexer, c, offset);
	} else if (lexer->state == STATE_UNICODE) {
		take_unicode(lexer, c, offset);
	} else if (isspace((unsigned char)c)) {
		return;
	} else if (lexer->state == STATE_VALUE) {
		take_value(lexer, c, offset);
	} else if (lexer->state == STATE_KEY) {
		take_key(lexer, c, offset);
	} else if (lexer->state == STATE_AFTER) {
		take_after(lexer, c, offset);
	} else if (c == (lexer->state == STATE_COLON ? ':' : '>')) {
		lexer->state = STATE_VALUE;
	} else if (lexer->state == STATE_COLON && c == '=') {
		lexer->state = STATE_ARROW;
	} else {
		fail(lexer, c, offset);
	}
}

struct intake_json_lexer *intake_json_lexer_create(const struct intake_json_events *events,
						   void *data)
{
	struct intake_json_lexer *lexer = calloc(1, sizeof(*lexer));

	if (!lexer)
		return NULL;
	lexer->events = events;
	lexer->data = data;
	lexer->room = FIRST_ROOM;
	lexer->string = malloc(lexer->room);
	if (lexer->string)
		return lexer;
	free(lexer);
	return NULL;
}

void intake_json_lexer_feed(struct intake_json_lexer *lexer, const char *bytes, size_t length,
			    uint64_t offset)
{
	size_t at = 0;

	while (at < length) {
		if (lexer->state == STATE_STRING) {
			at += take_string(lexer, bytes + at, length - at, offset + at);
		} else {
			take_byte(lexer, bytes[at], offset + at);
			at++;
		}
	}
}

void intake_json_lexer_finish(struct intake_json_lexer *lexer)
{
	/* If the document was cut off inside a string, deliver the received part of the string. */
	if (lexer->state == STATE_STRING && !lexer->is_key)
		end_string(lexer, lexer->start);
	if (lexer->depth > 0 || lexer->state == STATE_GARBAGE)
		lexer->events->fault(lexer->data, false, lexer->start);
	lexer->depth = 0;
	lexer->state = STATE_BETWEEN;
}

void intake_json_lexer_destroy(struct intake_json_lexer *lexer)
{
	if (!lexer)
		return;
	free(lexer->string);
	free(lexer);
}
