// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for kernel messages in `journalctl -o json`.
 *
 *	{"_TRANSPORT":"kernel","MESSAGE":"Linux version ...","PRIORITY":"5",...}
 *
 * Each line holds one object. A value is a string, an array of numbers (bytes that are not valid
 * UTF-8), or null (without --all, for a value that is too large). If a field occurs more than once,
 * its value is an array of these values (systemd.io/JOURNAL_EXPORT_FORMATS).
 */
#include <errno.h>
#include <json-c/json.h>

#include "journal_entry.h"
#include "likeness.h"
#include "line_decoder.h"

/*
 * A record of 8 KiB takes 41 KiB as an array of numbers. The limit also bounds the memory that
 * json-c needs, which can be hundreds of times the size of a malicious line.
 */
#define LINE_MAX_BYTES (1U << 17)
#define DEPTH_MAX 8 /* an object of nested arrays has depth 4 */
#define LIKENESS_SURE 95

struct journal_json {
	struct intake_line_decoder base;
	struct json_tokener *tokener;
	struct intake_journal_entry entry;
};

static bool is_bytes(struct json_object *array)
{
	size_t count = json_object_array_length(array);

	for (size_t i = 0; i < count; i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		if (!json_object_is_type(item, json_type_int) || json_object_get_int64(item) < 0 ||
		    json_object_get_int64(item) > UINT8_MAX)
			return false;
	}
	return count > 0;
}

static void append_bytes(struct intake_journal_entry *entry, enum intake_journal_field field,
			 struct json_object *array)
{
	size_t count = json_object_array_length(array);

	for (size_t i = 0; i < count; i++) {
		char byte = (char)json_object_get_int(json_object_array_get_idx(array, i));

		intake_journal_entry_append(entry, field,
					    (struct intake_text){ .at = &byte, .length = 1 });
	}
}

/* Add a string, bytes or a number. Return false for any other type. */
static bool add_single(struct intake_journal_entry *entry, enum intake_journal_field field,
		       struct json_object *value)
{
	bool is_array = json_object_is_type(value, json_type_array) && is_bytes(value);

	if (!is_array && !json_object_is_type(value, json_type_string) &&
	    !json_object_is_type(value, json_type_int))
		return false;
	intake_journal_entry_begin(entry, field);
	if (is_array)
		append_bytes(entry, field, value);
	else if (json_object_is_type(value, json_type_string))
		intake_journal_entry_append(
			entry, field,
			(struct intake_text){ .at = json_object_get_string(value),
					      .length =
						      (size_t)json_object_get_string_len(value) });
	else
		intake_journal_entry_append(entry, field,
					    intake_text_of(json_object_get_string(value)));
	return true;
}

static void add_value(struct intake_journal_entry *entry, enum intake_journal_field field,
		      struct json_object *value)
{
	size_t count;

	if (add_single(entry, field, value))
		return;
	if (!json_object_is_type(value, json_type_array)) {
		/* The field exists without a value: has[] stays false. */
		intake_journal_entry_spoil(entry, field);
		return;
	}
	count = json_object_array_length(value);
	for (size_t i = 0; i < count; i++)
		if (!add_single(entry, field, json_object_array_get_idx(value, i)))
			intake_journal_entry_spoil(entry, field);
}

/*
 * Detect entries that are not from the kernel, to avoid parsing most lines of a journal. JSON may
 * escape letters of the word "kernel", but only with "\u".
 */
static bool is_foreign(struct intake_text line)
{
	return intake_text_starts(line, "{") && intake_text_ends(line, "}") &&
	       intake_text_has(line, "\"_TRANSPORT\"") && !intake_text_has(line, "kernel") &&
	       !intake_text_has(line, "\\u");
}

static struct json_object *parse(struct json_tokener *tokener, struct intake_text line)
{
	struct json_object *object;

	json_tokener_reset(tokener);
	object = json_tokener_parse_ex(tokener, line.at, (int)line.length);
	if (json_object_is_type(object, json_type_object) &&
	    json_tokener_get_parse_end(tokener) == line.length)
		return object;
	json_object_put(object);
	return NULL;
}

static void decode_line(void *data, const char *bytes, size_t length, uint64_t offset)
{
	struct journal_json *journal = data;
	const struct intake_sink *sink = journal->base.sink;
	struct intake_text line = intake_text_trim((struct intake_text){ bytes, length });
	struct json_object *object, *value;

	if (line.length == 0 || is_foreign(line))
		return;
	object = parse(journal->tokener, line);
	if (!object) {
		sink->fault(sink->data, INTAKE_FAULT_JSON, offset);
		return;
	}
	intake_journal_entry_reset(&journal->entry, offset);
	for (unsigned int i = 0; i < INTAKE_JOURNAL_FIELDS; i++) {
		enum intake_journal_field field = (enum intake_journal_field)i;

		if (json_object_object_get_ex(object, intake_journal_field_name(field), &value))
			add_value(&journal->entry, field, value);
	}
	json_object_put(object);
	if (!journal->entry.has[INTAKE_JOURNAL_MESSAGE] &&
	    !journal->entry.is_bad[INTAKE_JOURNAL_MESSAGE] &&
	    !journal->entry.has[INTAKE_JOURNAL_TRANSPORT])
		sink->fault(sink->data, INTAKE_FAULT_NO_MESSAGE, offset);
	intake_journal_entry_deliver(&journal->entry, sink);
}

/* Return whether the value of a field is an object, which journald never writes. */
static bool has_object(struct intake_text line)
{
	struct intake_text before;

	while (intake_text_take_until(&line, "\"", &before)) {
		struct intake_text rest = line;

		intake_text_take_blanks(&rest);
		if (!intake_text_take(&rest, ":"))
			continue;
		intake_text_take_blanks(&rest);
		if (intake_text_starts(rest, "{"))
			return true;
	}
	return false;
}

static bool has_field(struct intake_text line, const char *name)
{
	struct intake_text key;

	while (intake_text_take_until(&line, "\"", &key))
		if (intake_text_take(&line, name) && intake_text_starts(line, "\""))
			return true;
	return false;
}

/*
 * Match lines that each contain one object with journald's fields. decode_json.c decodes objects
 * that span several lines, and objects of log shippers, which add their own time field. Do not
 * require the end of the object, since the first line may be longer than @head.
 */
static int likeness(const char *head, size_t length)
{
	struct intake_text text = { .at = head, .length = length };

	text.length = intake_text_find(text, "\n");
	intake_text_take_blanks(&text);
	if (!intake_text_take(&text, "{"))
		return 0;
	intake_text_take_blanks(&text);
	if (!intake_text_starts(text, "\"") || has_object(text))
		return 0;
	if (has_field(text, "__CURSOR") || has_field(text, "__REALTIME_TIMESTAMP"))
		return LIKENESS_SURE;
	return has_field(text, "MESSAGE") && has_field(text, "_TRANSPORT") &&
			       !has_field(text, "date") && !has_field(text, "@timestamp")
		       ? LIKENESS_SURE
		       : 0;
}

static int init(void *state)
{
	struct journal_json *journal = state;

	journal->tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!journal->tokener)
		return -ENOMEM;
	json_tokener_set_flags(journal->tokener, JSON_TOKENER_STRICT);
	return 0;
}

static void deinit(void *state)
{
	struct journal_json *journal = state;

	if (journal->tokener)
		json_tokener_free(journal->tokener);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct journal_json),
	.line_max = LINE_MAX_BYTES,
	.line = decode_line,
	.init = init,
	.deinit = deinit,
};

const struct intake_decoder intake_decoder_journal_json = {
	.name = "journal-json",
	.may_skip_lines = true,
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
