// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for logs of plain lines: dmesg, serial consoles, syslog files, vmcore-dmesg.
 *
 * wrapper.h removes the prefixes of a line. This file handles the rest: control sequences of
 * terminals, the host named in the first line of a broadcast, the boot id that journalctl prints
 * above its lines (journal_mark.h), and lanes (lane.h), whose detection needs several lines.
 */
#include <errno.h>
#include <stdlib.h>

#include "glue.h"
#include "journal_mark.h"
#include "line_decoder.h"
#include "sender.h"
#include "syslog_words.h"
#include "terminal.h"
#include "wrapper.h"

#define HELD_MAX 16
/* Number of lines before a broadcast in which the line that it repeats is searched. */
#define RECENT_MAX 64

/*
 * Whether the lines of a log have a prefix of unknown shape. The output of a program that runs into
 * a line of the kernel also looks like a prefix, but does not occur again. Lines are therefore held
 * until the same prefix occurs a second time, or until a line without a prefix arrives.
 */
enum lanes {
	LANES_UNKNOWN,
	LANES_ON,
	LANES_OFF,
};

/* struct held - a line that is held until it is known whether there are lanes */
struct held {
	char *line;
	size_t length;
	uint64_t offset;
	uint64_t lane;
	bool is_erased;
};

/**
 * struct printk
 * @lanes: whether the log has lanes
 * @held: array of @held_count lines that are held while @lanes is LANES_UNKNOWN
 * @has_syslog: a line certainly had a syslog prefix
 * @has_uptimes: a line had the kernel's time in its normal place
 * @is_erased: the screen was erased after the last line
 * @clean: buffer for a line without control sequences
 * @host: host of the last broadcast; may be empty
 * @mark: boot of the current lines, for text output of journalctl
 * @recent: times of the last RECENT_MAX of @recent_count lines that are not broadcasts
 */
struct printk {
	struct intake_line_decoder base;
	enum lanes lanes;
	bool has_syslog;
	bool has_uptimes;
	bool is_erased;
	size_t held_count;
	struct held held[HELD_MAX];
	char *clean;
	char host[INTAKE_HOST_MAX];
	size_t host_length;
	struct intake_journal_mark mark;
	uint64_t recent[RECENT_MAX];
	size_t recent_count;
};

static bool is_dated(const struct intake_record *record)
{
	return record->wall_us > 0 || record->has_time;
}

static void decode_again(struct intake_text line, enum intake_syslog syslog,
			 struct intake_record *record)
{
	*record = (struct intake_record){ .offset = record->offset,
					  .syslog = syslog,
					  .is_erased = record->is_erased };
	intake_line_decode(line.at, line.length, record);
}

/*
 * The meaning of a line can depend on other lines. "DATE WORD WORD: " is a syslog prefix only if
 * an earlier line of the file certainly had a syslog prefix. If a kernel time follows other text,
 * the kernel's part of the line begins at that time. But if the line has a date, and no line so far
 * had a kernel time in its normal place, this kernel time is part of the message.
 */
static void decode(struct printk *printk, struct intake_text line, struct intake_record *record)
{
	intake_line_decode(line.at, line.length, record);
	if (record->syslog == INTAKE_SYSLOG_SURE)
		printk->has_syslog = true;
	if (record->syslog == INTAKE_SYSLOG_DOUBTFUL && !printk->has_syslog)
		decode_again(line, INTAKE_SYSLOG_REFUSED, record);
	if (record->has_uptime && !record->is_glued)
		printk->has_uptimes = true;
	if (!record->is_glued || printk->has_uptimes || !is_dated(record))
		return;
	/* The text before the kernel time may be a prefix that every line has. */
	if (record->lane != 0 && printk->lanes != LANES_OFF)
		return;
	record->has_uptime = false;
	record->lane = 0;
	record->text = record->unglued;
}

static void deliver(struct printk *printk, struct intake_record *record)
{
	struct intake_record next;

	intake_journal_mark_apply(&printk->mark, record);
	/* A host name is more specific than a lane. */
	if (printk->lanes != LANES_ON || record->host.length > 0)
		record->lane = 0;
	while (intake_glue_split(record, &next)) {
		printk->base.sink->record(printk->base.sink->data, record);
		*record = next;
	}
	printk->base.sink->record(printk->base.sink->data, record);
}

/* Decode the held lines, now that it is known whether there are lanes. */
static void release(struct printk *printk, enum lanes lanes)
{
	printk->lanes = lanes;
	for (size_t i = 0; i < printk->held_count; i++) {
		struct held *held = &printk->held[i];
		struct intake_record record = { .offset = held->offset,
						.is_erased = held->is_erased };

		decode(printk, (struct intake_text){ held->line, held->length }, &record);
		deliver(printk, &record);
		free(held->line);
	}
	printk->held_count = 0;
}

/* Hold a line until it is known whether there are lanes. Return false if it is not held. */
static bool hold(struct printk *printk, struct intake_text line, const struct intake_record *record)
{
	struct held *held = &printk->held[printk->held_count];

	for (size_t i = 0; i < printk->held_count; i++)
		if (printk->held[i].lane == record->lane) {
			release(printk, LANES_ON);
			return false;
		}
	if (printk->held_count == HELD_MAX) {
		release(printk, LANES_OFF);
		return false;
	}
	held->line = malloc(line.length > 0 ? line.length : 1);
	if (!held->line)
		return false;
	memcpy(held->line, line.at, line.length);
	held->length = line.length;
	held->offset = record->offset;
	held->lane = record->lane;
	held->is_erased = record->is_erased;
	printk->held_count++;
	return true;
}

/* Take "Message from syslogd@HOST at DATE ..." or "Broadcast message from ...@HOST (DATE):". */
static bool take_broadcast(struct printk *printk, struct intake_text line)
{
	struct intake_text before, word, host;

	if (!intake_text_starts(line, "Message from ") &&
	    !intake_text_starts(line, "Broadcast message from "))
		return false;
	if (!intake_text_take_until(&line, " from ", &before))
		return false;
	word = intake_text_take_word(&line);
	if (!intake_text_has(word, "@") || !intake_syslog_host_of(word, &host))
		return false;
	printk->host_length = host.length;
	if (host.length > 0)
		memcpy(printk->host, host.at, host.length);
	return true;
}

/* Match the text of a broadcast: " kernel:[  622.400000] text", "kernel[1234]: text" */
static bool is_of_broadcast(struct intake_text line)
{
	intake_text_take_blanks(&line);
	return intake_text_starts(line, "kernel:") || intake_text_starts(line, "kernel[");
}

/*
 * Return whether a broadcast repeats a line: a terminal on a console shows the line of the kernel,
 * and then the broadcast of the syslog daemon.
 */
static bool is_repeated(const struct printk *printk, const struct intake_record *record)
{
	for (size_t i = 0; i < printk->recent_count && i < RECENT_MAX; i++)
		if (printk->recent[i] == record->uptime_us)
			return true;
	return false;
}

static void take_text(struct printk *printk, struct intake_text line, uint64_t offset)
{
	struct intake_record record = { .offset = offset, .is_erased = printk->is_erased };

	if (take_broadcast(printk, line) || intake_journal_mark_take(&printk->mark, line, offset))
		return;
	printk->is_erased = false;
	decode(printk, line, &record);
	if (printk->host_length > 0 && record.host.length == 0 && is_of_broadcast(line)) {
		if (record.has_uptime && is_repeated(printk, &record))
			return;
		record.host = (struct intake_text){ printk->host, printk->host_length };
	} else if (record.has_uptime) {
		printk->recent[printk->recent_count++ % RECENT_MAX] = record.uptime_us;
	}
	if (printk->lanes == LANES_UNKNOWN && record.lane == 0 &&
	    (record.has_uptime || is_dated(&record)))
		release(printk, LANES_OFF);
	if (printk->lanes == LANES_UNKNOWN && record.lane != 0 && hold(printk, line, &record))
		return;
	deliver(printk, &record);
}

static void take_line(void *data, const char *bytes, size_t length, uint64_t offset)
{
	struct printk *printk = data;
	struct intake_text line = { .at = bytes, .length = length }, text;

	if (!intake_terminal_is_needed(line)) {
		take_text(printk, line, offset);
		return;
	}
	text = (struct intake_text){ .at = printk->clean,
				     .length = intake_terminal_clean(line, printk->clean) };
	while (intake_terminal_take_line(&text, &line, &printk->is_erased))
		take_text(printk, line, offset);
}

/* Match any text: this encoding is used if no other encoding matches. */
static int likeness(const char *head, size_t length)
{
	return 1;
}

static int init(void *state)
{
	struct printk *printk = state;

	printk->base.lines.ends_at_nuls = true;
	printk->clean = malloc(INTAKE_LINE_MAX);
	return printk->clean ? 0 : -ENOMEM;
}

static void finish(void *state)
{
	release(state, LANES_OFF);
}

static void deinit(void *state)
{
	struct printk *printk = state;

	free(printk->clean);
	for (size_t i = 0; i < printk->held_count; i++)
		free(printk->held[i].line);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct printk),
	.line_max = INTAKE_LINE_MAX,
	.line = take_line,
	.init = init,
	.finish = finish,
	.deinit = deinit,
};

const struct intake_decoder intake_decoder_printk = {
	.name = "printk",
	.may_skip_lines = true,
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
