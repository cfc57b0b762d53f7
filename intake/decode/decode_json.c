// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for logs in JSON: lines, pretty-printed documents, arrays, and nested objects.
 *
 *	{"log":"[    0.000000] Linux version ...\n","time":"2024-03-05T09:14:00Z"}
 *	{"dmesg":[{"pri":5,"time":0.000000,"msg":"Linux version ..."}, ...]}
 *	{"stream":{"host":"web1"},"values":[["1709630040000000000","Linux version ..."], ...]}
 *
 * Each object at the top level or in an array is a record if it, or an object inside it, has a
 * message field (json_fields.h). The other parts of the record (time, host and others) are taken
 * from the same object, from objects inside it, or from objects around it.
 */
#include <errno.h>
#include <stdlib.h>

#include "decoder.h"
#include "json_entry.h"
#include "json_lexer.h"
#include "likeness.h"
#include "time_text.h"

#define KEY_MAX 64
#define ARENA_MAX ((size_t)8 << 20)
#define LIKENESS 60

/*
 * struct value - value of a part, stored in json->arena; absent if @rank is INTAKE_JSON_RANK_NONE
 */
struct value {
	uint32_t rank;
	bool is_inherited; /* from an object inside this object */
	size_t at;
	size_t length;
};

/**
 * struct frame - an open object or array
 * @name: name of the field with this value; for an element of an array, the name of the array
 * @key: name of the next field
 * @count: number of elements so far
 * @is_pair: a [time, message] array, which is an element of "values"
 * @has_message: it contains a message
 * @arena: size of the arena when the object or array began
 */
struct frame {
	bool is_array;
	bool is_pair;
	bool has_message;
	bool is_bytes;
	char name[KEY_MAX];
	size_t name_length;
	char key[KEY_MAX];
	size_t key_length;
	size_t count;
	size_t arena;
	uint64_t offset;
	struct value values[INTAKE_JSON_PARTS];
};

struct json {
	const struct intake_sink *sink;
	struct intake_json_lexer *lexer;
	size_t depth;
	struct frame frames[INTAKE_JSON_DEPTH_MAX];
	char *arena;
	size_t used;
	size_t room;
	char *clean;
};

static struct intake_text name_of(const struct frame *frame)
{
	return (struct intake_text){ .at = frame->name, .length = frame->name_length };
}

static struct intake_text key_of(const struct frame *frame)
{
	return (struct intake_text){ .at = frame->key, .length = frame->key_length };
}

static bool push(struct json *json, struct intake_text bytes)
{
	size_t room = json->room;
	char *arena;

	if (json->used + bytes.length > ARENA_MAX)
		return false;
	while (room < json->used + bytes.length)
		room *= 2;
	if (room > json->room) {
		arena = realloc(json->arena, room);
		if (!arena)
			return false;
		json->arena = arena;
		json->room = room;
	}
	if (bytes.length > 0)
		memcpy(json->arena + json->used, bytes.at, bytes.length);
	json->used += bytes.length;
	return true;
}

static void report(const struct json *json, enum intake_fault fault, uint64_t offset)
{
	json->sink->fault(json->sink->data, fault, offset);
}

static void set_value(struct json *json, struct frame *frame, enum intake_json_part part,
		      uint32_t rank, struct intake_text text)
{
	struct value *value = &frame->values[part];

	if (text.length == 0 || (rank >= value->rank && !value->is_inherited))
		return;
	*value = (struct value){ .rank = rank, .at = json->used, .length = text.length };
	if (!push(json, text)) {
		value->rank = INTAKE_JSON_RANK_NONE;
		report(json, INTAKE_FAULT_FIELD, frame->offset);
	}
	if (part == INTAKE_JSON_MESSAGE)
		frame->has_message = true;
}

/* Return whether the path "a.b.c" names the current field. Names may contain periods. */
static bool is_path(const struct json *json, const char *path)
{
	const struct frame *frame = &json->frames[json->depth - 1];
	struct intake_text rest = intake_text_of(path), name = key_of(frame);

	for (size_t depth = json->depth;;) {
		if (rest.length == name.length && memcmp(rest.at, name.at, name.length) == 0)
			return true;
		if (rest.length <= name.length || rest.at[rest.length - name.length - 1] != '.' ||
		    memcmp(rest.at + rest.length - name.length, name.at, name.length) != 0)
			return false;
		rest.length -= name.length + 1;
		if (depth == 0)
			return false;
		name = name_of(&json->frames[--depth]);
		if (name.length == 0)
			return false;
	}
}

/*
 * Find the part that the current field contains. If the user has named the field of a part, the
 * known names of this part are not used.
 */
static uint32_t find_part(const struct json *json, enum intake_json_part *ret)
{
	const struct frame *frame = &json->frames[json->depth - 1];
	const struct intake_field_names *names = json->sink->fields;
	const char *const own[] = { [INTAKE_JSON_MESSAGE] = names ? names->message : NULL,
				    [INTAKE_JSON_TIME] = names ? names->time : NULL,
				    [INTAKE_JSON_HOST] = names ? names->host : NULL };
	uint32_t rank;

	for (unsigned int i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] && is_path(json, own[i])) {
			*ret = (enum intake_json_part)i;
			return 0;
		}
	rank = intake_json_field_find(name_of(frame), key_of(frame), ret);
	if (rank != INTAKE_JSON_RANK_NONE && *ret < sizeof(own) / sizeof(own[0]) && own[*ret])
		return INTAKE_JSON_RANK_NONE;
	return rank;
}

static void begin(void *data, bool is_array, uint64_t offset)
{
	struct json *json = data;
	const struct frame *parent = json->depth > 0 ? &json->frames[json->depth - 1] : NULL;
	struct frame *frame = &json->frames[json->depth++];

	memset(frame, 0, sizeof(*frame));
	frame->is_array = is_array;
	frame->offset = offset;
	frame->arena = json->used;
	for (int i = 0; i < INTAKE_JSON_PARTS; i++)
		frame->values[i].rank = INTAKE_JSON_RANK_NONE;
	if (!parent)
		return;
	frame->name_length = parent->is_array ? parent->name_length : parent->key_length;
	memcpy(frame->name, parent->is_array ? parent->name : parent->key, frame->name_length);
	frame->is_pair = is_array && parent->is_array && intake_text_is(name_of(parent), "values");
}

static void key(void *data, struct intake_text text)
{
	struct json *json = data;
	struct frame *frame = &json->frames[json->depth - 1];

	/* A longer name is not a known field name. */
	if (text.length > KEY_MAX)
		text.length = 0;
	frame->key_length = text.length;
	if (text.length > 0)
		memcpy(frame->key, text.at, text.length);
}

/* Add one byte: journald writes a message that is not valid UTF-8 as an array of numbers. */
static void add_byte(struct json *json, struct frame *frame, struct intake_text text)
{
	uint64_t number;
	char byte;

	if (!intake_text_take_number(&text, &number) || text.length > 0 || number > UINT8_MAX)
		return;
	byte = (char)number;
	frame->is_bytes = push(json, (struct intake_text){ .at = &byte, .length = 1 });
}

static void take_element(struct json *json, struct frame *frame, enum intake_json_kind kind,
			 struct intake_text text)
{
	size_t index = frame->count++;

	if (frame->is_pair) {
		if (index < 2)
			set_value(json, frame, index == 0 ? INTAKE_JSON_TIME : INTAKE_JSON_MESSAGE,
				  0, text);
	} else if (kind == INTAKE_JSON_LITERAL) {
		add_byte(json, frame, text);
	} else {
		/* journald writes a field that occurs more than once as an array of its values. */
		if (index > 0)
			push(json, intake_text_of("\n"));
		frame->is_bytes = push(json, text);
	}
}

static void scalar(void *data, enum intake_json_kind kind, struct intake_text text)
{
	struct json *json = data;
	struct frame *frame = &json->frames[json->depth - 1];
	enum intake_json_part part;
	uint32_t rank;

	if (frame->is_array) {
		take_element(json, frame, kind, text);
		return;
	}
	rank = find_part(json, &part);
	if (rank == INTAKE_JSON_RANK_NONE)
		return;
	/* A message must be a string. Ignore null. */
	if (kind == INTAKE_JSON_LITERAL &&
	    (part == INTAKE_JSON_MESSAGE || intake_text_is(text, "null")))
		return;
	set_value(json, frame, part, rank, text);
}

static struct intake_text text_of(const struct json *json, const struct value *value)
{
	return (struct intake_text){ .at = json->arena + value->at, .length = value->length };
}

/* Deliver the message of the frame at @depth, with the other parts from the frames around it. */
static void deliver(struct json *json, size_t depth)
{
	struct frame *frame = &json->frames[depth];
	struct intake_json_entry entry = { .offset = frame->offset, .clean = json->clean };

	for (int part = 0; part < INTAKE_JSON_PARTS; part++) {
		for (size_t i = depth + 1; i > 0 && entry.parts[part].length == 0; i--) {
			const struct value *value = &json->frames[i - 1].values[part];

			if (value->rank != INTAKE_JSON_RANK_NONE)
				entry.parts[part] = text_of(json, value);
			if (part == INTAKE_JSON_MESSAGE)
				break;
		}
	}
	intake_json_entry_deliver(&entry, json->sink);
	frame->values[INTAKE_JSON_MESSAGE].rank = INTAKE_JSON_RANK_NONE;
}

/* Pass the parts of an object to the outer object, unless the outer object has better parts. */
static void give(struct json *json, const struct frame *frame, struct frame *parent)
{
	for (int part = 0; part < INTAKE_JSON_PARTS; part++) {
		const struct value *from = &frame->values[part];
		struct value *to = &parent->values[part];

		if (from->rank == INTAKE_JSON_RANK_NONE)
			continue;
		if (part == INTAKE_JSON_MESSAGE && to->rank != INTAKE_JSON_RANK_NONE) {
			/*
			 * If two objects inside one object have a message, deliver the first
			 * message.
			 */
			if (!to->is_inherited)
				continue;
			deliver(json, json->depth - 1);
		} else if (to->rank <= from->rank) {
			continue;
		}
		*to = *from;
		to->is_inherited = true;
	}
}

/* End an array whose elements are bytes or the values of one field. */
static void end_bytes(struct json *json, const struct frame *frame, struct frame *parent)
{
	struct value value = { .at = frame->arena, .length = json->used - frame->arena };
	enum intake_json_part part;
	uint32_t rank = find_part(json, &part);

	if (rank == INTAKE_JSON_RANK_NONE || rank >= parent->values[part].rank) {
		json->used = frame->arena;
		return;
	}
	value.rank = rank;
	parent->values[part] = value;
	if (part == INTAKE_JSON_MESSAGE)
		parent->has_message = true;
}

/* Report a document, or an element of a top-level array, that contains no message. */
static void check_message(const struct json *json, const struct frame *frame)
{
	bool is_record = json->depth == 0 || (json->depth == 1 && json->frames[0].is_array);

	if (is_record && !frame->has_message && !(frame->is_array && frame->count == 0))
		report(json, INTAKE_FAULT_NO_MESSAGE, frame->offset);
}

static void end(void *data)
{
	struct json *json = data;
	struct frame *frame = &json->frames[json->depth - 1];
	struct frame *parent = json->depth > 1 ? frame - 1 : NULL;
	bool is_record = !frame->is_array && (!parent || parent->is_array);

	if (frame->values[INTAKE_JSON_MESSAGE].rank != INTAKE_JSON_RANK_NONE &&
	    (is_record || frame->is_pair))
		deliver(json, json->depth - 1);
	json->depth--;
	check_message(json, frame);
	if (parent)
		parent->has_message = parent->has_message || frame->has_message;
	if (parent && parent->is_array)
		parent->count++;
	if (parent && frame->is_array && frame->is_bytes && !parent->is_array)
		end_bytes(json, frame, parent);
	else if (parent && !frame->is_array && !parent->is_array)
		give(json, frame, parent);
	else
		json->used = frame->arena;
}

static void fault(void *data, bool is_long, uint64_t offset)
{
	struct json *json = data;

	report(json, is_long ? INTAKE_FAULT_LONG_LINE : INTAKE_FAULT_JSON, offset);
	if (is_long)
		return;
	/* The document was cut off: deliver the messages that are complete. */
	while (json->depth > 0) {
		if (json->frames[json->depth - 1].values[INTAKE_JSON_MESSAGE].rank !=
		    INTAKE_JSON_RANK_NONE)
			deliver(json, json->depth - 1);
		json->depth--;
	}
	json->used = 0;
}

static const struct intake_json_events events = {
	.begin = begin,
	.key = key,
	.scalar = scalar,
	.end = end,
	.fault = fault,
};

static void destroy(void *state)
{
	struct json *json = state;

	if (!json)
		return;
	intake_json_lexer_destroy(json->lexer);
	free(json->arena);
	free(json->clean);
	free(json);
}

static void *create(const struct intake_decoder *decoder, const struct intake_sink *sink)
{
	struct json *json = calloc(1, sizeof(*json));

	if (!json)
		return NULL;
	json->sink = sink;
	json->room = 4096;
	json->lexer = intake_json_lexer_create(&events, json);
	json->arena = malloc(json->room);
	json->clean = malloc(INTAKE_LINE_MAX);
	if (json->lexer && json->arena && json->clean)
		return json;
	destroy(json);
	return NULL;
}

static void feed(void *state, const char *bytes, size_t length, uint64_t offset)
{
	struct json *json = state;

	intake_json_lexer_feed(json->lexer, bytes, length, offset);
}

static void finish(void *state)
{
	struct json *json = state;

	intake_json_lexer_finish(json->lexer);
}

/* Skip "TIME<tab>TAG<tab>", which fluentd writes before an object. */
static void skip_columns(struct intake_text *text)
{
	struct intake_text rest = *text, tag;
	struct intake_time time;

	if (intake_time_take_iso(&rest, &time) && intake_text_take(&rest, "\t") &&
	    intake_text_take_until(&rest, "\t", &tag) && intake_text_starts(rest, "{"))
		*text = rest;
}

/*
 * Skip what fluent-bit writes before an object: "[0] TAG: " or "TAG: " as text, then "[TIME, " or
 * "[[TIME, {}], ".
 */
static void skip_event(struct intake_text *text)
{
	struct intake_text rest = *text, tag;
	uint64_t number;

	if (intake_text_take(&rest, "[") && intake_text_take_number(&rest, &number) &&
	    intake_text_take(&rest, "] ") && intake_text_take_until(&rest, ": ", &tag)) {
		*text = rest;
	} else {
		rest = *text;
		if (!intake_text_starts(rest, "["))
			intake_text_take_until(&rest, ": ", &tag);
	}
	if (!intake_text_take(&rest, "["))
		return;
	intake_text_take(&rest, "[");
	if (!intake_text_take_number(&rest, &number))
		return;
	if (intake_text_take(&rest, "."))
		intake_text_take_number(&rest, &number);
	intake_text_take(&rest, ",");
	intake_text_take_blanks(&rest);
	intake_text_take(&rest, "{}], ");
	if (intake_text_starts(rest, "{"))
		*text = rest;
}

/* Skip separators of values: a record separator, "data: " of an event, "- " of a list. */
static void skip_separators(struct intake_text *text)
{
	intake_text_take(text, "\036");
	intake_text_take(text, "data: ");
	intake_text_take(text, "- ");
}

static void skip_space(struct intake_text *text)
{
	while (text->length > 0 && memchr(" \t\r\n", text->at[0], 4))
		*text = intake_text_skip(*text, 1);
}

/* Return whether a text begins like an object with a field or like an array of objects. */
static bool is_json(struct intake_text text)
{
	skip_space(&text);
	skip_separators(&text);
	skip_columns(&text);
	skip_event(&text);
	if (intake_text_take(&text, "[")) {
		skip_space(&text);
		if (text.length == 0)
			return false;
	}
	if (!intake_text_take(&text, "{"))
		return false;
	skip_space(&text);
	return intake_text_starts(text, "\"");
}

/* Allow some lines that are not JSON, because container engines and collectors write them. */
static int likeness(const char *head, size_t length)
{
	if (is_json((struct intake_text){ .at = head, .length = length }))
		return LIKENESS;
	return intake_head_share(head, length, is_json) * LIKENESS / 100 > LIKENESS / 2 ? LIKENESS
											: 0;
}

const struct intake_decoder intake_decoder_json = {
	.name = "json",
	.likeness = likeness,
	.create = create,
	.feed = feed,
	.finish = finish,
	.destroy = destroy,
};
