// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conversion of a JSON object to records. The message of the object is a line or the log of a
 * console.
 */
#include "json_entry.h"

#include <math.h>
#include <stdlib.h>

#include "glue.h"
#include "kmsg_header.h"
#include "lane.h"
#include "sender.h"
#include "syslog_words.h"
#include "terminal.h"
#include "time_shape.h"
#include "wrapper.h"

#define USEC_PER_SEC 1000000U
#define NUMBER_MAX 40	 /* maximum length of a number */
#define CONSOLE_LINES 16 /* a message with more lines is the log of a console */
#define EPOCH_MIN 1e9	 /* a smaller number is seconds since the kernel started */
#define EPOCH_MAX 4e9	 /* a larger number is in milliseconds, microseconds or nanoseconds */
#define LEVEL_MASK 7
#define ID_LENGTH 32
#define ID_LENGTH_DASHES 36

static bool is_given(const struct intake_json_entry *entry, enum intake_json_part part)
{
	return entry->parts[part].length > 0;
}

static bool parse_number(struct intake_text text, double *ret)
{
	char number[NUMBER_MAX + 1], *end;

	if (text.length == 0 || text.length > NUMBER_MAX)
		return false;
	memcpy(number, text.at, text.length);
	number[text.length] = '\0';
	*ret = strtod(number, &end);
	return *end == '\0' && isfinite(*ret) && *ret >= 0;
}

static bool parse_count(struct intake_text text, uint64_t *ret)
{
	return intake_text_take_number(&text, ret) && text.length == 0;
}

static void set_uptime(double seconds, struct intake_record *record)
{
	record->has_uptime = true;
	record->uptime_us = (uint64_t)(seconds * USEC_PER_SEC + 0.5);
}

/* Parse a time: a date, seconds since the kernel started, or s, ms, us or ns since 1970. */
static bool set_time(struct intake_text text, struct intake_record *record)
{
	struct intake_time time = { 0 };
	double number;

	if (parse_number(text, &number)) {
		if (number < EPOCH_MIN) {
			set_uptime(number, record);
			return true;
		}
		while (number > EPOCH_MAX)
			number /= 1000;
		record->has_time = true;
		record->time = (int64_t)number;
		record->wall_us = (uint64_t)(number * USEC_PER_SEC);
		return true;
	}
	if (!intake_time_take_shape(&text, &time))
		return false;
	record->wall_us = time.wall_us;
	record->has_time = time.is_known;
	record->time = time.seconds;
	return true;
}

static bool is_id(struct intake_text text)
{
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		bool is_hex = memchr("0123456789abcdefABCDEF", text.at[i], 22);

		if (!is_hex && text.at[i] != '-')
			return false;
		length += is_hex;
	}
	return length == ID_LENGTH && text.length <= ID_LENGTH_DASHES;
}

/* Parse the level: a number with or without the facility, or a name. */
static void set_level(const struct intake_json_entry *entry, struct intake_record *record)
{
	struct intake_text text = entry->parts[INTAKE_JSON_LEVEL], facility;
	uint64_t number;

	if (parse_count(text, &number)) {
		record->level = (int)(number & LEVEL_MASK);
		record->is_from_user = number > LEVEL_MASK;
		return;
	}
	record->level = intake_syslog_level_of(text, &facility);
}

static bool is_kernel_facility(struct intake_text text)
{
	return intake_text_is(text, "0") || intake_text_is(text, "kern") ||
	       intake_text_is(text, "kernel");
}

static void set_caller(struct intake_text text, struct intake_record *record)
{
	enum intake_context context = INTAKE_CONTEXT_TASK;
	uint64_t id;

	if (!intake_text_take(&text, "T")) {
		if (!intake_text_take(&text, "C"))
			return;
		context = INTAKE_CONTEXT_CPU;
	}
	if (!parse_count(text, &id) || id > UINT32_MAX)
		return;
	record->context = context;
	record->context_id = (uint32_t)id;
}

static void set_fault(const struct intake_json_entry *entry, const struct intake_sink *sink)
{
	sink->fault(sink->data, INTAKE_FAULT_FIELD, entry->offset);
}

/* Set the host if the value can be a host name, and not a path or other text. */
static void set_host(const struct intake_json_entry *entry, struct intake_record *record)
{
	struct intake_text host = entry->parts[INTAKE_JSON_HOST];

	if (intake_host_is_valid(host))
		record->host = host;
	else if (host.length > 0)
		record->lane = intake_lane_add(0, host);
	if (record->host.length == 0 && is_given(entry, INTAKE_JSON_CONTAINER))
		record->lane = intake_lane_add(record->lane, entry->parts[INTAKE_JSON_CONTAINER]);
}

static void set_clocks(const struct intake_json_entry *entry, const struct intake_sink *sink,
		       struct intake_record *record)
{
	const struct intake_text *parts = entry->parts;
	uint64_t seconds, micros = 0;

	if (is_given(entry, INTAKE_JSON_TIME) && !set_time(parts[INTAKE_JSON_TIME], record))
		set_fault(entry, sink);
	if (is_given(entry, INTAKE_JSON_UPTIME_US)) {
		if (parse_count(parts[INTAKE_JSON_UPTIME_US], &record->uptime_us))
			record->has_uptime = true;
		else
			set_fault(entry, sink);
	} else if (parse_count(parts[INTAKE_JSON_SECONDS], &seconds) && seconds < UINT32_MAX) {
		if (!parse_count(parts[INTAKE_JSON_MICROS], &micros) || micros >= USEC_PER_SEC)
			micros = 0;
		record->has_uptime = true;
		record->uptime_us = seconds * USEC_PER_SEC + micros;
	}
}

static void fill(const struct intake_json_entry *entry, const struct intake_sink *sink,
		 struct intake_record *record)
{
	const struct intake_text *parts = entry->parts;

	set_host(entry, record);
	set_clocks(entry, sink, record);
	if (is_given(entry, INTAKE_JSON_LEVEL))
		set_level(entry, record);
	if (is_given(entry, INTAKE_JSON_FACILITY))
		record->is_from_user = !is_kernel_facility(parts[INTAKE_JSON_FACILITY]);
	if (is_id(parts[INTAKE_JSON_BOOT_ID]))
		record->boot_id = parts[INTAKE_JSON_BOOT_ID];
	else if (is_given(entry, INTAKE_JSON_BOOT_ID))
		set_fault(entry, sink);
	if (is_id(parts[INTAKE_JSON_MACHINE_ID]) &&
	    parts[INTAKE_JSON_MACHINE_ID].length == ID_LENGTH)
		record->machine_id = parts[INTAKE_JSON_MACHINE_ID];
	set_caller(parts[INTAKE_JSON_CALLER], record);
}

/* Values from the prefixes of the line take precedence; the object supplies the missing ones. */
static void merge(const struct intake_record *object, bool is_kernel, struct intake_record *line)
{
	line->offset = object->offset;
	line->boot_id = object->boot_id;
	line->machine_id = object->machine_id;
	if (line->host.length == 0) {
		line->host = object->host;
		line->lane = object->lane;
	}
	if (line->level < 0)
		line->level = object->level;
	if (!line->has_time && line->wall_us == 0) {
		line->has_time = object->has_time;
		line->time = object->time;
		line->wall_us = object->wall_us;
	}
	if (line->context == INTAKE_CONTEXT_NONE) {
		line->context = object->context;
		line->context_id = object->context_id;
	}
	if (object->is_from_user || (!is_kernel && !line->has_uptime))
		line->is_from_user = true;
}

/* Decode a line of the console, or extended netconsole: "6,416,1758426,-;text". */
static void decode_line(struct intake_text line, struct intake_record *record)
{
	struct intake_kmsg_header header;

	if (intake_line_decode(line.at, line.length, record) ||
	    !intake_kmsg_header_take(&line, &header) || header.is_fragment)
		return;
	intake_kmsg_header_fill(&header, record);
	record->text = line;
}

static void deliver_line(const struct intake_json_entry *entry, const struct intake_sink *sink,
			 const struct intake_record *object, struct intake_text line)
{
	struct intake_text program = entry->parts[INTAKE_JSON_PROGRAM], text;
	bool is_kernel = program.length == 0 || intake_text_is(program, "kernel");
	bool is_erased = false;
	struct intake_record record, next;

	if (line.length > INTAKE_LINE_MAX) {
		sink->fault(sink->data, INTAKE_FAULT_LONG_LINE, entry->offset);
		line.length = INTAKE_LINE_MAX;
	}
	text = (struct intake_text){ .at = entry->clean,
				     .length = intake_terminal_clean(line, entry->clean) };
	/* If the screen was erased after the last line, an empty line reports it. */
	while (intake_terminal_take_line(&text, &line, &is_erased) || is_erased) {
		record =
			(struct intake_record){ .level = -1, .is_erased = is_erased, .text = line };
		is_erased = false;
		/* journald and others store the kernel time separately, without a prefix. */
		if (object->has_uptime) {
			record.has_uptime = true;
			record.uptime_us = object->uptime_us;
		} else {
			decode_line(line, &record);
		}
		merge(object, is_kernel, &record);
		while (!object->has_uptime && intake_glue_split(&record, &next)) {
			sink->record(sink->data, &record);
			record = next;
		}
		sink->record(sink->data, &record);
	}
}

static size_t count_lines(struct intake_text text)
{
	size_t count = 0;
	struct intake_text line;

	while (count <= CONSOLE_LINES && intake_text_take_until(&text, "\n", &line))
		count++;
	return count;
}

void intake_json_entry_deliver(const struct intake_json_entry *entry,
			       const struct intake_sink *sink)
{
	struct intake_record object = { .level = -1, .offset = entry->offset };
	struct intake_text text = entry->parts[INTAKE_JSON_MESSAGE];

	if (is_given(entry, INTAKE_JSON_TRANSPORT) &&
	    !intake_text_is(entry->parts[INTAKE_JSON_TRANSPORT], "kernel"))
		return;
	fill(entry, sink, &object);
	if (count_lines(text) > CONSOLE_LINES) {
		object.has_time = false;
		object.wall_us = 0;
	}
	while (text.length > 0) {
		struct intake_text line = { .at = text.at, .length = intake_text_find(text, "\n") };

		text = intake_text_skip(text,
					line.length < text.length ? line.length + 1 : line.length);
		deliver_line(entry, sink, &object, line);
	}
}
