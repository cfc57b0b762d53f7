// SPDX-License-Identifier: GPL-2.0-or-later
#include "log_marks.h"

#include <string.h>

#include "core/release.h"
#include "lib/kmsg.h"

#define BANNER "Linux version "
#define LINE_MAX_BYTES 8192 /* as INTAKE_LINE_MAX; longer than any line of the kernel */
#define KERNEL_FACILITY_END 8
#define ESCAPE_SIZE 4 /* \xNN */

/* Read digits up to @end, which is skipped. */
static bool take_number(const char **at, const char *stop, char end, uint64_t *ret)
{
	const char *start = *at;

	for (*ret = 0; *at < stop && **at >= '0' && **at <= '9'; (*at)++) {
		if (*ret > (UINT64_MAX - 9) / 10)
			return false;
		*ret = *ret * 10 + (uint64_t)(**at - '0');
	}
	return *at > start && *at < stop && *(*at)++ == end;
}

static bool is_banner(const char *line, size_t length)
{
	static const size_t size = sizeof(BANNER) - 1;
	const char *blank;

	if (length <= size || memcmp(line, BANNER, size) != 0)
		return false;
	blank = memchr(line + size, ' ', length - size);
	return blank && lineage_release_is_valid(line + size, (size_t)(blank - line) - size);
}

static void add_line(struct lineage_host_log *log, uint64_t uptime_us, const char *line,
		     size_t length)
{
	uint32_t mark;

	if (lineage_line_is_of_program(line, length))
		return;
	log->has_banner = log->has_banner || is_banner(line, length);
	if (lineage_mark_of_line(uptime_us, line, length, &mark)) {
		lineage_samples_add(&log->samples, mark);
		if (log->has_banner && !lineage_first_lines_are_complete(&log->first))
			lineage_marks_add(&log->marks, LINEAGE_MARK_EARLY, mark);
	}
	if (log->has_banner)
		lineage_first_lines_add(&log->first, true, uptime_us);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Return the next byte of a message, in which the kernel escapes bytes (msg_add_ext_text()). */
static char take_byte(const char **at, const char *end)
{
	const char *text = *at;

	if (end - text >= ESCAPE_SIZE && text[0] == '\\' && text[1] == 'x' &&
	    hex_digit(text[2]) >= 0 && hex_digit(text[3]) >= 0) {
		*at += ESCAPE_SIZE;
		return (char)(hex_digit(text[2]) << 4 | hex_digit(text[3]));
	}
	(*at)++;
	return *text;
}

/* Add one mark for each line: a console and the journal also split a message at its newlines. */
static void add_message(struct lineage_host_log *log, uint64_t uptime_us, const char *at,
			const char *end)
{
	char line[LINE_MAX_BYTES];
	size_t length = 0;

	while (at < end) {
		char c = take_byte(&at, end);

		if (c != '\n' && length < sizeof(line))
			line[length++] = c;
		if (c == '\n') {
			add_line(log, uptime_us, line, length);
			length = 0;
		}
	}
	if (length > 0)
		add_line(log, uptime_us, line, length);
}

/* Parse "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];MESSAGE". */
static void add_record(struct lineage_host_log *log, const char *at, const char *end)
{
	uint64_t priority, sequence, uptime_us;
	const char *semicolon;

	if (!take_number(&at, end, ',', &priority) || priority >= KERNEL_FACILITY_END ||
	    !take_number(&at, end, ',', &sequence) || !take_number(&at, end, ',', &uptime_us))
		return;
	semicolon = memchr(at, ';', (size_t)(end - at));
	if (semicolon)
		add_message(log, uptime_us, semicolon + 1, end);
}

void lineage_host_log_add(struct lineage_host_log *log, const char *text, size_t length)
{
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t line = newline ? (size_t)(newline - text) : length;

		add_record(log, text, text + line);
		if (!newline)
			return;
		text += line + 1;
		length -= line + 1;
	}
}

void lineage_host_log_marks(const struct lineage_host_log *log, char ret[LINEAGE_MARKS_SIZE])
{
	struct lineage_marks marks = log->marks;

	lineage_samples_finish(&log->samples, &marks);
	lineage_marks_encode(&marks, ret);
}

static void add_records(const char *text, size_t length, void *data)
{
	lineage_host_log_add(data, text, length);
}

void lineage_host_log_read(const struct lineage_root *root, char ret[LINEAGE_MARKS_SIZE])
{
	struct lineage_host_log log = { 0 };

	/* After an error, the records that were read are still good. */
	lineage_kmsg_read(root, add_records, &log);
	lineage_host_log_marks(&log, ret);
}
