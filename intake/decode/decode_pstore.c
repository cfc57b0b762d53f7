// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for records of /sys/fs/pstore.
 *
 *	Panic#1 Part2
 *	<6>[    5.140900][    T1] older lines
 *	Panic#1 Part1
 *	<0>[    5.140950][    T1] the last lines
 *
 * At an oops or a panic the kernel saves the end of its log in parts of the size that the storage
 * accepts. Part 1 is the newest; the lines in each part are in chronological order (pstore_dump(),
 * Linux fs/pstore/platform.c). The input may contain the parts in any order, and parts of several
 * dumps, so all parts are kept and sorted at the end. The count in the header numbers the dumps of
 * a boot. A later dump of the same boot repeats lines of an earlier one; repeated lines are
 * dropped. ramoops writes a line "====TIME-D" first (ramoops_write_kmsg_hdr(), Linux
 * fs/pstore/ram.c). systemd-pstore may write a line "dmesg-efi-NUMBER:" before a part in dmesg.txt.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "likeness.h"
#include "line_decoder.h"
#include "printk_line.h"

#define HELD_MAX ((size_t)4 << 20)
#define PARTS_MAX 1024
#define HEADER_MAX 64	/* "Emergency#4294967295 Part4294967295" */
#define REPEATED_MIN 16 /* a shorter line may contain no time, and be repeated by chance */
#define LIKENESS_SURE 98

/* kmsg_dump_reason_str() in Linux kernel/printk/printk.c; the last three were removed in 5.8. */
static const char *const reasons[] = { "Panic",	  "Oops",    "Emergency", "Shutdown",
				       "Unknown", "Restart", "Halt",	  "Poweroff" };
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

/* Header of each stored line. */
struct line_head {
	uint64_t offset;
	size_t length;
};

struct part {
	size_t reason;
	uint64_t count;
	uint64_t number;
	uint64_t offset;
	char *bytes; /* line_head, line, line_head, line... */
	size_t used;
	size_t room;
};

struct pstore {
	struct intake_line_decoder base;
	struct part *parts; /* PARTS_MAX */
	size_t part_count;
	size_t held;
	bool is_in_part; /* the current line is in the last part */
};

/* Parse a complete "REASON#COUNT PartNUMBER". */
static bool parse_header(struct intake_text line, struct part *ret)
{
	struct part part = { 0 };
	struct intake_text name;

	if (line.length > HEADER_MAX || !intake_text_take_until(&line, "#", &name))
		return false;
	while (part.reason < REASONS && !intake_text_is(name, reasons[part.reason]))
		part.reason++;
	if (part.reason == REASONS || !intake_text_take_number(&line, &part.count) ||
	    !intake_text_take(&line, " Part") || !intake_text_take_number(&line, &part.number) ||
	    line.length > 0)
		return false;
	*ret = part;
	return true;
}

/* Match other lines that may precede a part. */
static bool is_preamble(struct intake_text line)
{
	uint64_t number;

	if (intake_text_take(&line, "===="))
		return intake_text_take_number(&line, &number) && intake_text_take(&line, ".") &&
		       intake_text_take_number(&line, &number) &&
		       (line.length == 0 || intake_text_is(line, "-D") ||
			intake_text_is(line, "-C"));
	return intake_text_starts(line, "dmesg-") && intake_text_ends(line, ":") &&
	       !intake_text_has(line, " ");
}

/*
 * Find a header that follows a truncated part in the same line. Without a header, return the length
 * of the line.
 */
static size_t find_header(struct intake_text line, struct part *ret)
{
	size_t at = line.length > HEADER_MAX ? line.length - HEADER_MAX : 0;

	if (line.length == 0 || !isdigit((unsigned char)line.at[line.length - 1]))
		return line.length;
	while (at < line.length && !parse_header(intake_text_skip(line, at), ret))
		at++;
	return at;
}

/* Sort by dump, then from old to new. */
static int compare_parts(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	if (a->number != b->number)
		return a->number > b->number ? -1 : 1;
	return 0;
}

static bool is_same_dump(const struct part *a, const struct part *b)
{
	return a->count == b->count && a->reason == b->reason;
}

/* Return the line at @at and advance @at to the next line. */
static struct intake_text line_at(const struct part *part, size_t *at, uint64_t *ret_offset)
{
	struct line_head head;
	struct intake_text line;

	memcpy(&head, part->bytes + *at, sizeof(head));
	line = (struct intake_text){ .at = part->bytes + *at + sizeof(head),
				     .length = head.length };
	*at += sizeof(head) + head.length;
	*ret_offset = head.offset;
	return line;
}

static void deliver_line(const struct pstore *pstore, struct intake_text line, uint64_t offset)
{
	struct intake_record record = { .level = -1 };

	intake_printk_line_decode(line.at, line.length, &record);
	record.offset = offset;
	pstore->base.sink->record(pstore->base.sink->data, &record);
}

/* Find the last line of an earlier dump in these parts. Return false if it is not there. */
static bool find_repeated(const struct part *parts, size_t count, struct intake_text last,
			  size_t *ret_part, size_t *ret_at)
{
	if (last.length < REPEATED_MIN)
		return false;
	for (size_t i = 0; i < count; i++) {
		for (size_t at = 0; at < parts[i].used;) {
			uint64_t offset;
			struct intake_text line = line_at(&parts[i], &at, &offset);

			if (line.length != last.length ||
			    memcmp(line.at, last.at, last.length) != 0)
				continue;
			*ret_part = i;
			*ret_at = at;
			return true;
		}
	}
	return false;
}

/*
 * Deliver one dump, except its lines up to @last, the last line of the previous dump. Set @last to
 * the last line of this dump.
 */
static void deliver_dump(const struct pstore *pstore, const struct part *parts, size_t count,
			 struct intake_text *last)
{
	size_t first = 0, at = 0;

	find_repeated(parts, count, *last, &first, &at);
	for (size_t i = first; i < count; i++, at = 0) {
		if (i > 0 && parts[i - 1].number - parts[i].number > 1)
			pstore->base.sink->fault(pstore->base.sink->data, INTAKE_FAULT_FRAGMENT,
						 parts[i].offset);
		while (at < parts[i].used) {
			uint64_t offset;
			struct intake_text line = line_at(&parts[i], &at, &offset);

			deliver_line(pstore, line, offset);
			*last = line;
		}
	}
}

static void deliver_all(struct pstore *pstore)
{
	struct intake_text last = { 0 };
	size_t count;

	qsort(pstore->parts, pstore->part_count, sizeof(pstore->parts[0]), compare_parts);
	for (size_t i = 0; i < pstore->part_count; i += count) {
		for (count = 1; i + count < pstore->part_count; count++)
			if (!is_same_dump(&pstore->parts[i], &pstore->parts[i + count]))
				break;
		deliver_dump(pstore, &pstore->parts[i], count, &last);
	}
	for (size_t i = 0; i < pstore->part_count; i++)
		free(pstore->parts[i].bytes);
	pstore->part_count = 0;
	pstore->held = 0;
	pstore->is_in_part = false;
}

/* A second part with equal numbers is from another boot, since each boot counts from 1. */
static void begin_part(struct pstore *pstore, struct part part, uint64_t offset)
{
	part.offset = offset;
	for (size_t i = 0; i < pstore->part_count; i++) {
		if (compare_parts(&pstore->parts[i], &part) == 0) {
			deliver_all(pstore);
			break;
		}
	}
	if (pstore->part_count == PARTS_MAX) {
		pstore->base.sink->fault(pstore->base.sink->data, INTAKE_FAULT_FRAGMENT, offset);
		deliver_all(pstore);
	}
	pstore->parts[pstore->part_count++] = part;
	pstore->is_in_part = true;
}

static bool make_room(struct part *part, size_t size)
{
	size_t room = part->room > 0 ? part->room : 1024;
	char *bytes;

	while (room < part->used + size)
		room *= 2;
	if (room == part->room)
		return true;
	bytes = realloc(part->bytes, room);
	if (!bytes)
		return false;
	part->bytes = bytes;
	part->room = room;
	return true;
}

/*
 * The limit for sorting is reached: deliver the stored parts and store the rest of this part as a
 * new one.
 */
static void flush_parts(struct pstore *pstore, uint64_t offset)
{
	struct part part = pstore->parts[pstore->part_count - 1];

	pstore->base.sink->fault(pstore->base.sink->data, INTAKE_FAULT_FRAGMENT, offset);
	deliver_all(pstore);
	part.bytes = NULL;
	part.used = 0;
	part.room = 0;
	begin_part(pstore, part, offset);
}

static void add_line(struct pstore *pstore, struct intake_text line, uint64_t offset)
{
	struct line_head head = { .offset = offset, .length = line.length };
	size_t size = sizeof(head) + line.length;
	struct part *part;

	if (pstore->held + size > HELD_MAX)
		flush_parts(pstore, offset);
	part = &pstore->parts[pstore->part_count - 1];
	if (!make_room(part, size)) {
		pstore->base.sink->fault(pstore->base.sink->data, INTAKE_FAULT_FRAGMENT, offset);
		return;
	}
	memcpy(part->bytes + part->used, &head, sizeof(head));
	if (line.length > 0)
		memcpy(part->bytes + part->used + sizeof(head), line.at, line.length);
	part->used += size;
	pstore->held += size;
}

static void decode_line(void *data, const char *bytes, size_t length, uint64_t offset)
{
	struct pstore *pstore = data;
	struct intake_text line = { .at = bytes, .length = length };
	struct part part;
	size_t header;

	if (is_preamble(line)) {
		pstore->is_in_part = false;
		return;
	}
	header = find_header(line, &part);
	line.length = header;
	if (pstore->is_in_part && (header > 0 || length == 0))
		add_line(pstore, line, offset);
	else if (header > 0)
		pstore->base.sink->fault(pstore->base.sink->data, INTAKE_FAULT_HEADER, offset);
	if (header < length)
		begin_part(pstore, part, offset + header);
}

static int likeness(const char *head, size_t length)
{
	struct intake_text rest = { .at = head, .length = length }, line;
	struct part part;

	while (intake_head_take_line(&rest, &line)) {
		if (parse_header(line, &part))
			return LIKENESS_SURE;
		if (!is_preamble(line))
			break;
	}
	return 0;
}

static int init(void *state)
{
	struct pstore *pstore = state;

	pstore->parts = calloc(PARTS_MAX, sizeof(pstore->parts[0]));
	return pstore->parts ? 0 : -ENOMEM;
}

static void finish(void *state)
{
	deliver_all(state);
}

static void deinit(void *state)
{
	struct pstore *pstore = state;

	for (size_t i = 0; i < pstore->part_count; i++)
		free(pstore->parts[i].bytes);
	free(pstore->parts);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct pstore),
	.line_max = INTAKE_LINE_MAX,
	.line = decode_line,
	.init = init,
	.finish = finish,
	.deinit = deinit,
};

const struct intake_decoder intake_decoder_pstore = {
	.name = "pstore",
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
