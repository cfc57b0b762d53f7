// SPDX-License-Identifier: GPL-2.0-or-later
#include "vmcore_ring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define STRUCT_MAX 1024 /* structures have about 24 to 100 bytes */
#define TEXT_MAX 65536	/* text lengths have 16 bits */
#define RELEASE_MAX 64
#define CALLER_IS_CPU 0x80000000u /* printk_caller_id() */

/* The metadata of a record. */
struct head {
	bool has_sequence;
	uint64_t sequence;
	uint64_t time_ns;
	bool has_caller;
	uint32_t caller;
	int level;
	unsigned int facility;
};

struct walk {
	const struct intake_vmcore_memory *memory;
	const struct intake_sink *sink;
	struct intake_text release;
	char *text; /* TEXT_MAX bytes */
	uint64_t offset;
	uint64_t budget; /* maximum remaining bytes of text */
	bool is_incomplete;
	bool has_records;
};

const char *intake_vmcore_info(const char *info, const char *name)
{
	size_t length = strlen(name);

	while (info && *info) {
		if (strncmp(info, name, length) == 0 && info[length] == '=')
			return info + length + 1;
		info = strchr(info, '\n');
		if (info)
			info++;
	}
	return NULL;
}

static bool info_number(const char *info, const char *name, int base, uint64_t *ret)
{
	const char *value = intake_vmcore_info(info, name);
	char *end;

	if (!value || *value == '-' || *value == '\n')
		return false;
	errno = 0;
	*ret = strtoull(value, &end, base);
	return errno == 0 && end != value && (*end == '\n' || *end == '\0');
}

static uint64_t number_at(const struct intake_vmcore_memory *memory, const unsigned char *bytes,
			  unsigned int size)
{
	uint64_t number = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		number = number << 8 | bytes[memory->is_big_endian ? i : size - 1 - i];
	return number;
}

static bool read_number(const struct intake_vmcore_memory *memory, uint64_t address,
			unsigned int size, uint64_t *ret)
{
	unsigned char bytes[8];

	if (!memory->read(memory->data, address, bytes, size))
		return false;
	*ret = number_at(memory, bytes, size);
	return true;
}

static bool read_word(const struct intake_vmcore_memory *memory, uint64_t address, uint64_t *ret)
{
	return read_number(memory, address, memory->word_size, ret);
}

/* Find the release as in uname(2), at most 64 bytes. */
static struct intake_text find_release(const char *info)
{
	const char *release = intake_vmcore_info(info, "OSRELEASE");
	size_t length = release ? strcspn(release, "\n") : 0;

	if (length == 0 || length > RELEASE_MAX)
		return (struct intake_text){ 0 };
	return (struct intake_text){ release, length };
}

static void emit_line(struct walk *walk, struct intake_record *record, const char *text,
		      size_t length)
{
	record->text.at = text;
	record->text.length = length < INTAKE_LINE_MAX ? length : INTAKE_LINE_MAX;
	record->offset = walk->offset;
	walk->sink->record(walk->sink->data, record);
	if (length > INTAKE_LINE_MAX)
		walk->sink->fault(walk->sink->data, INTAKE_FAULT_LONG_LINE, walk->offset);
	walk->offset += length + 1;
}

/*
 * A kernel with module/patches/interface names the previous kernel in VMCOREINFO. If the log lacks
 * its first records, emit the line that KHO printed there. The recogniser checks its values.
 */
static void emit_previous(struct walk *walk, const struct intake_record *first)
{
	const char *release = intake_vmcore_info(walk->memory->info, "KEXECFROM");
	const char *count = intake_vmcore_info(walk->memory->info, "KEXECCOUNT");
	struct intake_record record = *first;
	char line[128];

	if (!first->has_sequence || first->sequence == 0 || !release || !count)
		return;
	snprintf(line, sizeof(line), "KHO: exec from: %.*s (count %.*s)",
		 (int)strcspn(release, "\n"), release, (int)strcspn(count, "\n"), count);
	record.context = INTAKE_CONTEXT_NONE;
	record.context_id = 0;
	record.level = 6; /* KERN_INFO */
	record.is_from_user = false;
	record.text = (struct intake_text){ line, strlen(line) };
	record.offset = walk->offset;
	walk->sink->record(walk->sink->data, &record);
}

/* Emit the lines of one record. */
static void emit(struct walk *walk, const struct head *head, size_t length)
{
	struct intake_record record = {
		.release = walk->release,
		.has_sequence = head->has_sequence,
		.sequence = head->sequence,
		.has_uptime = true,
		.uptime_us = head->time_ns / 1000,
		.level = head->level,
		.is_from_user = head->facility != 0, /* LOG_KERN */
	};
	const char *at = walk->text, *end = at + length, *newline;

	if (head->has_caller) {
		record.context =
			head->caller & CALLER_IS_CPU ? INTAKE_CONTEXT_CPU : INTAKE_CONTEXT_TASK;
		record.context_id = head->caller & ~CALLER_IS_CPU;
	}
	if (!walk->has_records)
		emit_previous(walk, &record);
	walk->has_records = true;
	while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
		emit_line(walk, &record, at, (size_t)(newline - at));
		at = newline + 1;
	}
	emit_line(walk, &record, at, (size_t)(end - at));
}

/*
 * Facility and level follow the text's length in every version: u8 facility; u8 flags:5, level:3.
 */
static void read_priority(const struct intake_vmcore_memory *memory, const unsigned char *bytes,
			  struct head *head)
{
	head->facility = bytes[0];
	head->level = memory->is_big_endian ? bytes[1] & 7 : bytes[1] >> 5;
}

/* --- Linux 5.10 and later --- */

enum field {
	DESC_RING,
	TEXT_RING,
	COUNT_BITS,
	DESCS,
	INFOS,
	HEAD_ID,
	TAIL_ID,
	SIZE_BITS,
	DATA,
	TAIL_LPOS,
	DESC_SIZE,
	STATE,
	BLOCK,
	BEGIN,
	NEXT,
	INFO_SIZE,
	SEQUENCE,
	TIME,
	TEXT_LENGTH,
	CALLER,
	FIELDS,
};

/* The only member of an atomic_long_t is its counter, so both have the same offset. */
static const char *const field_names[FIELDS] = {
	[DESC_RING] = "OFFSET(printk_ringbuffer.desc_ring)",
	[TEXT_RING] = "OFFSET(printk_ringbuffer.text_data_ring)",
	[COUNT_BITS] = "OFFSET(prb_desc_ring.count_bits)",
	[DESCS] = "OFFSET(prb_desc_ring.descs)",
	[INFOS] = "OFFSET(prb_desc_ring.infos)",
	[HEAD_ID] = "OFFSET(prb_desc_ring.head_id)",
	[TAIL_ID] = "OFFSET(prb_desc_ring.tail_id)",
	[SIZE_BITS] = "OFFSET(prb_data_ring.size_bits)",
	[DATA] = "OFFSET(prb_data_ring.data)",
	[TAIL_LPOS] = "OFFSET(prb_data_ring.tail_lpos)",
	[DESC_SIZE] = "SIZE(prb_desc)",
	[STATE] = "OFFSET(prb_desc.state_var)",
	[BLOCK] = "OFFSET(prb_desc.text_blk_lpos)",
	[BEGIN] = "OFFSET(prb_data_blk_lpos.begin)",
	[NEXT] = "OFFSET(prb_data_blk_lpos.next)",
	[INFO_SIZE] = "SIZE(printk_info)",
	[SEQUENCE] = "OFFSET(printk_info.seq)",
	[TIME] = "OFFSET(printk_info.ts_nsec)",
	[TEXT_LENGTH] = "OFFSET(printk_info.text_len)",
	[CALLER] = "OFFSET(printk_info.caller_id)",
};

/* The two highest bits of a descriptor's state word are its state, the others are its id. */
enum desc_state { DESC_RESERVED, DESC_COMMITTED, DESC_FINALIZED, DESC_REUSABLE };

/* A position without data has bit 0 set: the text could not be stored, or it is an empty line. */
#define LPOS_FAILED 1

struct ring {
	uint64_t fields[FIELDS];
	uint64_t descs;
	uint64_t infos;
	uint64_t count; /* number of descriptors */
	uint64_t head_id;
	uint64_t tail_id;
	uint64_t data;
	uint64_t size; /* size of the text ring */
	uint64_t tail_lpos;
	uint64_t word_mask;
	uint64_t id_mask;
};

struct desc {
	enum desc_state state;
	uint64_t id;
	uint64_t begin;
	uint64_t next;
};

static int find_fields(const struct intake_vmcore_memory *memory, struct ring *ring)
{
	const uint64_t *fields = ring->fields;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (!info_number(memory->info, field_names[i], 10, &ring->fields[i]))
			return -ENODATA;
		if (fields[i] > STRUCT_MAX)
			return -EILSEQ;
	}
	/* Check that each field lies inside its structure. */
	if (fields[STATE] + memory->word_size > fields[DESC_SIZE] ||
	    fields[BLOCK] + fields[BEGIN] + memory->word_size > fields[DESC_SIZE] ||
	    fields[BLOCK] + fields[NEXT] + memory->word_size > fields[DESC_SIZE] ||
	    fields[SEQUENCE] + 8 > fields[INFO_SIZE] || fields[TIME] + 8 > fields[INFO_SIZE] ||
	    fields[TEXT_LENGTH] + 2 > fields[INFO_SIZE] || fields[CALLER] + 4 > fields[INFO_SIZE])
		return -EILSEQ;
	return 0;
}

static int read_ring(const struct intake_vmcore_memory *memory, uint64_t symbol, struct ring *ring)
{
	const uint64_t *fields = ring->fields;
	uint64_t at, count_bits, size_bits;

	if (!read_word(memory, symbol, &at) ||
	    !read_number(memory, at + fields[DESC_RING] + fields[COUNT_BITS], 4, &count_bits) ||
	    !read_word(memory, at + fields[DESC_RING] + fields[DESCS], &ring->descs) ||
	    !read_word(memory, at + fields[DESC_RING] + fields[INFOS], &ring->infos) ||
	    !read_word(memory, at + fields[DESC_RING] + fields[HEAD_ID], &ring->head_id) ||
	    !read_word(memory, at + fields[DESC_RING] + fields[TAIL_ID], &ring->tail_id) ||
	    !read_number(memory, at + fields[TEXT_RING] + fields[SIZE_BITS], 4, &size_bits) ||
	    !read_word(memory, at + fields[TEXT_RING] + fields[DATA], &ring->data) ||
	    !read_word(memory, at + fields[TEXT_RING] + fields[TAIL_LPOS], &ring->tail_lpos))
		return -EIO;
	if (count_bits == 0 || size_bits < 4)
		return -EILSEQ;
	if (count_bits >= 32 || 1ULL << count_bits > INTAKE_VMCORE_RECORDS_MAX || size_bits >= 32 ||
	    1ULL << size_bits > INTAKE_VMCORE_TEXT_MAX)
		return -EFBIG;
	ring->count = 1ULL << count_bits;
	ring->size = 1ULL << size_bits;
	ring->word_mask = memory->word_size == 8 ? UINT64_MAX : UINT32_MAX;
	ring->id_mask = ring->word_mask >> 2;
	return 0;
}

static bool read_desc(const struct walk *walk, const struct ring *ring, uint64_t id,
		      struct desc *ret)
{
	const struct intake_vmcore_memory *memory = walk->memory;
	const uint64_t *fields = ring->fields;
	uint64_t address = ring->descs + (id & (ring->count - 1)) * fields[DESC_SIZE], state;
	unsigned int word = memory->word_size;
	unsigned char bytes[STRUCT_MAX];

	if (!memory->read(memory->data, address, bytes, fields[DESC_SIZE]))
		return false;
	state = number_at(memory, bytes + fields[STATE], word);
	ret->state = (enum desc_state)(state >> (8 * word - 2));
	ret->id = state & ring->id_mask;
	ret->begin = number_at(memory, bytes + fields[BLOCK] + fields[BEGIN], word);
	ret->next = number_at(memory, bytes + fields[BLOCK] + fields[NEXT], word);
	return true;
}

static bool read_info(const struct walk *walk, const struct ring *ring, uint64_t id,
		      struct head *ret, size_t *ret_length)
{
	const struct intake_vmcore_memory *memory = walk->memory;
	const uint64_t *fields = ring->fields;
	uint64_t address = ring->infos + (id & (ring->count - 1)) * fields[INFO_SIZE];
	unsigned char bytes[STRUCT_MAX];

	if (!memory->read(memory->data, address, bytes, fields[INFO_SIZE]))
		return false;
	*ret = (struct head){
		.has_sequence = true,
		.sequence = number_at(memory, bytes + fields[SEQUENCE], 8),
		.time_ns = number_at(memory, bytes + fields[TIME], 8),
		.has_caller = true,
		.caller = (uint32_t)number_at(memory, bytes + fields[CALLER], 4),
		.level = -1,
	};
	/* VMCOREINFO has no offset of facility and level: read them only from the known layout. */
	if (fields[CALLER] == fields[TEXT_LENGTH] + 4)
		read_priority(memory, bytes + fields[TEXT_LENGTH] + 2, ret);
	*ret_length = number_at(memory, bytes + fields[TEXT_LENGTH], 2);
	return true;
}

/*
 * Find a descriptor's text. A block consists of the descriptor's id and the text. A block that
 * would cross the end of the ring is stored at the ring's start. Some kernels also move a block
 * that would end exactly at the end of the ring. In every kernel, @desc->next is the end of the
 * block and shows where the block is.
 */
static bool find_text(const struct walk *walk, const struct ring *ring, const struct desc *desc,
		      uint64_t *ret_address, uint64_t *ret_length)
{
	uint64_t in_ring = ring->size - 1, word = walk->memory->word_size, start, end;

	/* Positions only grow. Everything before the tail is overwritten. */
	if (((desc->begin - ring->tail_lpos) & ring->word_mask) >= ring->size ||
	    ((desc->next - desc->begin - 1) & ring->word_mask) >= ring->size)
		return false;
	start = desc->begin & in_ring;
	end = ((desc->next - 1) & in_ring) + 1;
	if (end <= start)
		start = 0;
	if (end - start < word)
		return false;
	*ret_address = ring->data + start + word;
	*ret_length = end - start - word;
	return true;
}

static bool read_text(struct walk *walk, uint64_t address, uint64_t length)
{
	const struct intake_vmcore_memory *memory = walk->memory;

	if (length > walk->budget)
		return false;
	walk->budget -= length;
	return memory->read(memory->data, address, walk->text, length);
}

static void lose(const struct walk *walk)
{
	walk->sink->fault(walk->sink->data, INTAKE_FAULT_LOST, walk->offset);
}

static void take_record(struct walk *walk, const struct ring *ring, uint64_t id)
{
	uint64_t address = 0, room = 0;
	struct desc desc;
	struct head head;
	size_t length;

	if (!read_desc(walk, ring, id, &desc) || !read_info(walk, ring, id, &head, &length)) {
		walk->is_incomplete = true;
		return;
	}
	/* The record was being written when the kernel crashed, or was already freed. */
	if (desc.id != id || desc.state == DESC_RESERVED || desc.state == DESC_REUSABLE)
		return;
	if (desc.begin == LPOS_FAILED && desc.next == LPOS_FAILED) {
		lose(walk);
		return;
	}
	if (!(desc.begin & 1) && !find_text(walk, ring, &desc, &address, &room)) {
		lose(walk);
		return;
	}
	if (length > room)
		length = room;
	if (length > 0 && !read_text(walk, address, length))
		walk->is_incomplete = true;
	else
		emit(walk, &head, length);
}

static int walk_ring(struct walk *walk, uint64_t symbol)
{
	struct ring ring = { 0 };
	uint64_t count, i;
	int error = find_fields(walk->memory, &ring);

	if (!error)
		error = read_ring(walk->memory, symbol, &ring);
	if (error)
		return error;
	count = ((ring.head_id - ring.tail_id) & ring.id_mask) + 1;
	if (count > ring.count) {
		walk->is_incomplete = true;
		count = ring.count;
	}
	walk->budget = ring.size;
	for (i = count; i > 0; i--)
		take_record(walk, &ring, (ring.head_id - (i - 1)) & ring.id_mask);
	return 0;
}

/* --- Linux 3.5 to 5.9 --- */

enum log_field { LOG_SIZE, LOG_TIME, LOG_LENGTH, LOG_TEXT_LENGTH, LOG_DICT_LENGTH, LOG_FIELDS };

static const char *const log_names[2][LOG_FIELDS] = {
	{ "SIZE(printk_log)", "OFFSET(printk_log.ts_nsec)", "OFFSET(printk_log.len)",
	  "OFFSET(printk_log.text_len)", "OFFSET(printk_log.dict_len)" },
	{ "SIZE(log)", "OFFSET(log.ts_nsec)", "OFFSET(log.len)", "OFFSET(log.text_len)",
	  "OFFSET(log.dict_len)" }, /* before Linux 3.11 */
};

/* Offset of the caller, which exists only with CONFIG_PRINTK_CALLER (Linux 5.1 and later). */
#define LOG_CALLER 16

struct log {
	uint64_t fields[LOG_FIELDS];
	uint64_t buffer;
	uint64_t size;
	uint64_t first;
	uint64_t next;
};

static int find_log_fields(const struct intake_vmcore_memory *memory, struct log *log)
{
	const uint64_t *fields = log->fields;
	size_t name = intake_vmcore_info(memory->info, log_names[0][LOG_SIZE]) ? 0 : 1, i;

	for (i = 0; i < LOG_FIELDS; i++) {
		if (!info_number(memory->info, log_names[name][i], 10, &log->fields[i]))
			return -ENODATA;
		if (fields[i] > STRUCT_MAX)
			return -EILSEQ;
	}
	/* Facility and level follow the dictionary's length. */
	if (fields[LOG_TIME] + 8 > fields[LOG_SIZE] || fields[LOG_LENGTH] + 2 > fields[LOG_SIZE] ||
	    fields[LOG_TEXT_LENGTH] + 2 > fields[LOG_SIZE] ||
	    fields[LOG_DICT_LENGTH] + 4 > fields[LOG_SIZE])
		return -EILSEQ;
	return 0;
}

static int read_log(const struct intake_vmcore_memory *memory, struct log *log)
{
	uint64_t buffer, size, first, next;

	if (!info_number(memory->info, "SYMBOL(log_buf)", 16, &buffer) ||
	    !info_number(memory->info, "SYMBOL(log_buf_len)", 16, &size) ||
	    !info_number(memory->info, "SYMBOL(log_first_idx)", 16, &first) ||
	    !info_number(memory->info, "SYMBOL(log_next_idx)", 16, &next))
		return -ENODATA;
	if (!read_word(memory, buffer, &log->buffer) || !read_number(memory, size, 4, &log->size) ||
	    !read_number(memory, first, 4, &log->first) ||
	    !read_number(memory, next, 4, &log->next))
		return -EIO;
	if (log->size > INTAKE_VMCORE_TEXT_MAX)
		return -EFBIG;
	return log->first >= log->size || log->next >= log->size ? -EILSEQ : 0;
}

/* Read the record at @at. Return its length, 0 if the rest of the buffer is unused, -1 on error. */
static int64_t take_log(struct walk *walk, const struct log *log, uint64_t at)
{
	const struct intake_vmcore_memory *memory = walk->memory;
	const uint64_t *fields = log->fields;
	unsigned char bytes[STRUCT_MAX];
	struct head head = { 0 };
	uint64_t length, text_length;

	if (log->size - at < fields[LOG_SIZE] ||
	    !memory->read(memory->data, log->buffer + at, bytes, fields[LOG_SIZE]))
		return -1;
	length = number_at(memory, bytes + fields[LOG_LENGTH], 2);
	if (length == 0)
		return 0;
	text_length = number_at(memory, bytes + fields[LOG_TEXT_LENGTH], 2);
	if (length < fields[LOG_SIZE] || length > log->size - at ||
	    text_length > length - fields[LOG_SIZE])
		return -1;
	head.time_ns = number_at(memory, bytes + fields[LOG_TIME], 8);
	read_priority(memory, bytes + fields[LOG_DICT_LENGTH] + 2, &head);
	head.has_caller = fields[LOG_SIZE] >= LOG_CALLER + 4;
	if (head.has_caller)
		head.caller = (uint32_t)number_at(memory, bytes + LOG_CALLER, 4);
	if (!read_text(walk, log->buffer + at + fields[LOG_SIZE], text_length))
		return -1;
	emit(walk, &head, text_length);
	return (int64_t)length;
}

static int walk_log(struct walk *walk)
{
	struct log log = { 0 };
	bool is_last_round;
	uint64_t at;
	int error = find_log_fields(walk->memory, &log);

	if (!error)
		error = read_log(walk->memory, &log);
	if (error)
		return error;
	walk->budget = log.size;
	at = log.first;
	is_last_round = log.first <= log.next;
	while (at != log.next) {
		int64_t length = at < log.size ? take_log(walk, &log, at) : 0;

		/*
		 * The buffer wraps at most once, and the last record ends exactly at log.next.
		 */
		if (length < 0 || (is_last_round && (length == 0 || at > log.next))) {
			walk->is_incomplete = true;
			break;
		}
		is_last_round |= length == 0;
		at = length == 0 ? 0 : at + (uint64_t)length;
	}
	return 0;
}

static const char *error_text(int error)
{
	switch (error) {
	case -ENODATA:
		return "VMCOREINFO does not describe the log";
	case -EIO:
		return "the log is not in the dump";
	case -EFBIG:
		return "the log buffer is larger than any kernel configuration allows";
	case -ENOMEM:
		return "out of memory";
	default:
		return "the log buffer is corrupt";
	}
}

int intake_vmcore_ring_read(const struct intake_vmcore_memory *memory,
			    const struct intake_sink *sink, const char **ret_error)
{
	LINEAGE_AUTO_FREE char *text = malloc(TEXT_MAX);
	struct walk walk = {
		.memory = memory, .sink = sink, .release = find_release(memory->info), .text = text
	};
	uint64_t symbol;
	int error;

	if (!text)
		error = -ENOMEM;
	else if (memory->word_size != 4 && memory->word_size != 8)
		error = -EILSEQ;
	else if (info_number(memory->info, "SYMBOL(prb)", 16, &symbol))
		error = walk_ring(&walk, symbol);
	else
		error = walk_log(&walk);
	if (error)
		*ret_error = error_text(error);
	else if (walk.is_incomplete)
		sink->fault(sink->data, INTAKE_FAULT_VMCORE, walk.offset);
	return error;
}
