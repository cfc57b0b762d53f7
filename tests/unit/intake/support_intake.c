// SPDX-License-Identifier: GPL-2.0-or-later
/* Format the output of a decoder as one text for comparison. */
#include "support_intake.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

static const char *const fault_names[INTAKE_FAULTS] = {
	[INTAKE_FAULT_LONG_LINE] = "LONG_LINE",	  [INTAKE_FAULT_ESCAPE] = "ESCAPE",
	[INTAKE_FAULT_HEADER] = "HEADER",	  [INTAKE_FAULT_JSON] = "JSON",
	[INTAKE_FAULT_NO_MESSAGE] = "NO_MESSAGE", [INTAKE_FAULT_FIELD] = "FIELD",
	[INTAKE_FAULT_FRAGMENT] = "FRAGMENT",	  [INTAKE_FAULT_LOST] = "LOST",
	[INTAKE_FAULT_BACKWARDS] = "BACKWARDS",	  [INTAKE_FAULT_TOO_MANY_HOSTS] = "TOO_MANY_HOSTS",
};

static void append(struct collected *collected, const char *bytes, size_t length)
{
	if (collected->length + length >= collected->room) {
		collected->room = 2 * (collected->length + length) + 64;
		collected->text = realloc(collected->text, collected->room);
		assert_non_null(collected->text);
	}
	memcpy(collected->text + collected->length, bytes, length);
	collected->length += length;
	collected->text[collected->length] = '\0';
}

__attribute__((format(printf, 2, 3))) static void append_format(struct collected *collected,
								const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	append(collected, text, strlen(text));
}

static void append_text(struct collected *collected, struct intake_text text, const char *end)
{
	for (size_t i = 0; i < text.length; i++) {
		if (isprint((unsigned char)text.at[i]))
			append(collected, &text.at[i], 1);
		else
			append_format(collected, "\\x%02x", (unsigned char)text.at[i]);
	}
	append(collected, end, strlen(end));
}

static void append_known(struct collected *collected, struct intake_text text)
{
	if (text.length == 0)
		append(collected, "- ", 2);
	else
		append_text(collected, text, " ");
}

static void append_number(struct collected *collected, bool is_known, uint64_t number)
{
	if (is_known)
		append_format(collected, "%" PRIu64 " ", number);
	else
		append(collected, "- ", 2);
}

static void take_record(void *data, const struct intake_record *record)
{
	static const char contexts[] = { '-', 'T', 'C' };
	struct collected *collected = data;

	assert_true(record->text.length <= INTAKE_LINE_MAX);
	collected->records++;
	append_known(collected, record->host);
	append_known(collected, record->boot_id);
	append_known(collected, record->release);
	append_number(collected, record->has_sequence, record->sequence);
	append_number(collected, record->has_uptime, record->uptime_us);
	append_number(collected, record->has_time, (uint64_t)record->time);
	append(collected, &contexts[record->context], 1);
	if (record->context != INTAKE_CONTEXT_NONE)
		append_format(collected, "%" PRIu32, record->context_id);
	append_format(collected, " %d%s %" PRIu64 "|", record->level,
		      record->is_from_user ? "u" : "", record->offset);
	append_text(collected, record->text, "\n");
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct collected *collected = data;

	assert_true(fault < INTAKE_FAULTS);
	collected->faults[fault]++;
	append_format(collected, "!%s %" PRIu64 "\n", fault_names[fault], offset);
}

struct intake_sink collect(struct collected *collected)
{
	memset(collected, 0, sizeof(*collected));
	append(collected, "", 0);
	return (struct intake_sink){ .record = take_record,
				     .fault = take_fault,
				     .data = collected };
}

struct collected decode_in(const struct intake_decoder *decoder, const char *input, size_t length,
			   size_t first, size_t piece)
{
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *state = decoder->create(decoder, &sink);
	size_t at = 0;

	assert_non_null(state);
	while (at < length) {
		size_t size = at == 0 && first > 0 ? first : piece;
		char *exact;

		if (size > length - at)
			size = length - at;
		/*
		 * Allocate each piece at its exact size and free it before the next one, so that
		 * AddressSanitizer detects overruns.
		 */
		exact = malloc(size);
		memcpy(exact, input + at, size);
		decoder->feed(state, exact, size, at);
		free(exact);
		at += size;
	}
	decoder->finish(state);
	decoder->destroy(state);
	return collected;
}

void expect_bytes(const struct intake_decoder *decoder, const char *input, size_t length,
		  const char *text)
{
	struct collected collected = decode_in(decoder, input, length, length, length);

	assert_string_equal(collected.text, text);
	free(collected.text);
	for (size_t piece = 1; piece <= 3; piece++) {
		collected = decode_in(decoder, input, length, 0, piece);
		assert_string_equal(collected.text, text);
		free(collected.text);
	}
	for (size_t first = 1; first < length && length < 4096; first++) {
		collected = decode_in(decoder, input, length, first, length);
		assert_string_equal(collected.text, text);
		free(collected.text);
	}
}

void expect(const struct intake_decoder *decoder, const char *input, const char *text)
{
	expect_bytes(decoder, input, strlen(input), text);
}

void print_text(struct printed *printed, const char *format, ...)
{
	size_t room = sizeof(printed->text) - printed->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(printed->text + printed->length, room, format, arguments);
	va_end(arguments);
	assert_true(length >= 0 && (size_t)length < room);
	printed->length += (size_t)length;
}

void print_crash(struct printed *printed, const struct intake_crash *crash)
{
	print_text(printed, "%s%s", crash->title.title, crash->is_cut ? " (cut)" : "");
	for (size_t i = 0; i < crash->effect_count; i++)
		print_text(printed, "; %s", crash->effects[i]);
	print_text(printed, "\n");
}
