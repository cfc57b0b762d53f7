// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the reader of printk ring buffers, with valid and corrupt memory, and of crash dump
 * files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "intake/build_features.h"
#include "intake/read/vmcore.h"
#include "intake/read/vmcore_ring.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define BASE 0xffffffff81000000ULL
#define MEMORY_SIZE 65536
/* Layout of the made-up memory: 64 bits, as on x86-64. */
#define PRB 0
#define RING 16
#define DESCS 256
#define INFOS 1024
#define TEXTS 4096
#define COUNT_BITS 3
#define SIZE_BITS 9
#define SIZE (1u << SIZE_BITS)
#define DESC_SIZE 24
#define INFO_SIZE 88
#define FIRST_ID 0x3ffffffffffffffeULL /* close to the wrap-around */
#define FINALIZED 2

static const char new_info[] = "OSRELEASE=6.12.0\n"
			       "SYMBOL(prb)=ffffffff81000000\n"
			       "OFFSET(printk_ringbuffer.desc_ring)=0\n"
			       "OFFSET(printk_ringbuffer.text_data_ring)=48\n"
			       "OFFSET(prb_desc_ring.count_bits)=0\n"
			       "OFFSET(prb_desc_ring.descs)=8\n"
			       "OFFSET(prb_desc_ring.infos)=16\n"
			       "OFFSET(prb_desc_ring.head_id)=24\n"
			       "OFFSET(prb_desc_ring.tail_id)=32\n"
			       "OFFSET(prb_data_ring.size_bits)=0\n"
			       "OFFSET(prb_data_ring.data)=8\n"
			       "OFFSET(prb_data_ring.head_lpos)=16\n"
			       "OFFSET(prb_data_ring.tail_lpos)=24\n"
			       "SIZE(prb_desc)=24\n"
			       "OFFSET(prb_desc.state_var)=0\n"
			       "OFFSET(prb_desc.text_blk_lpos)=8\n"
			       "OFFSET(prb_data_blk_lpos.begin)=0\n"
			       "OFFSET(prb_data_blk_lpos.next)=8\n"
			       "SIZE(printk_info)=88\n"
			       "OFFSET(printk_info.seq)=0\n"
			       "OFFSET(printk_info.ts_nsec)=8\n"
			       "OFFSET(printk_info.text_len)=16\n"
			       "OFFSET(printk_info.caller_id)=20\n";

static const char old_info[] = "OSRELEASE=4.19.0\n"
			       "SYMBOL(log_buf)=ffffffff81000000\n"
			       "SYMBOL(log_buf_len)=ffffffff81000008\n"
			       "SYMBOL(log_first_idx)=ffffffff8100000c\n"
			       "SYMBOL(log_next_idx)=ffffffff81000010\n"
			       "SIZE(printk_log)=16\n"
			       "OFFSET(printk_log.ts_nsec)=0\n"
			       "OFFSET(printk_log.len)=8\n"
			       "OFFSET(printk_log.text_len)=10\n"
			       "OFFSET(printk_log.dict_len)=12\n";

/* The memory of a kernel under construction, and the records read from it. */
struct world {
	unsigned char memory[MEMORY_SIZE];
	bool is_big_endian;
	uint64_t sequence; /* number of the next record */
	uint64_t lpos;	   /* position of the next text */
	uint64_t tail_lpos;
	uint64_t tail_id;
	char said[32768]; /* a line for each record and fault */
	size_t said_length;
	unsigned int records;
	size_t release_length;
};

static void put(struct world *world, uint64_t at, uint64_t value, unsigned int size)
{
	unsigned int i;

	assert_true(at + size <= MEMORY_SIZE);
	for (i = 0; i < size; i++)
		world->memory[at + (world->is_big_endian ? size - 1 - i : i)] =
			(unsigned char)(value >> 8 * i);
}

static bool read_memory(void *data, uint64_t address, void *buffer, size_t size)
{
	struct world *world = data;

	if (address < BASE || address - BASE > MEMORY_SIZE || size > MEMORY_SIZE - (address - BASE))
		return false;
	memcpy(buffer, world->memory + (address - BASE), size);
	return true;
}

static void take_record(void *data, const struct intake_record *record)
{
	struct world *world = data;

	assert_true(record->text.length <= INTAKE_LINE_MAX);
	assert_null(memchr(record->text.at, '\n', record->text.length));
	assert_true(record->has_uptime);
	assert_int_equal(record->release.length, world->release_length);
	world->records++;
	if (record->text.length > 100)
		return;
	world->said_length += (size_t)snprintf(
		world->said + world->said_length, sizeof(world->said) - world->said_length,
		"%d,%d,%llu,%c%u%s;%.*s\n", record->level,
		record->has_sequence ? (int)record->sequence : -1,
		(unsigned long long)record->uptime_us, "-TC"[record->context], record -> context_id,
		record -> is_from_user ? ",user" : "", (int)record->text.length, record->text.at);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct world *world = data;

	world->said_length += (size_t)snprintf(world->said + world->said_length,
					       sizeof(world->said) - world->said_length, "%s\n",
					       fault == INTAKE_FAULT_LOST	 ? "lost"
					       : fault == INTAKE_FAULT_VMCORE	 ? "incomplete"
					       : fault == INTAKE_FAULT_LONG_LINE ? "long"
										 : "other fault");
}

static void put_head(struct world *world)
{
	uint64_t head_id = FIRST_ID + world->sequence - 1;

	put(world, PRB, BASE + RING, 8);
	put(world, RING, COUNT_BITS, 4);
	put(world, RING + 8, BASE + DESCS, 8);
	put(world, RING + 16, BASE + INFOS, 8);
	put(world, RING + 24, head_id & (UINT64_MAX >> 2), 8);
	put(world, RING + 32, (FIRST_ID + world->tail_id) & (UINT64_MAX >> 2), 8);
	put(world, RING + 48, SIZE_BITS, 4);
	put(world, RING + 56, BASE + TEXTS, 8);
	put(world, RING + 64, world->lpos, 8);
	put(world, RING + 72, world->tail_lpos, 8);
}

static uint64_t slot(uint64_t sequence)
{
	return (FIRST_ID + sequence) % (1u << COUNT_BITS);
}

static void put_desc(struct world *world, uint64_t sequence, unsigned int state, uint64_t begin,
		     uint64_t next)
{
	uint64_t at = DESCS + slot(sequence) * DESC_SIZE;

	put(world, at, (uint64_t)state << 62 | ((FIRST_ID + sequence) & (UINT64_MAX >> 2)), 8);
	put(world, at + 8, begin, 8);
	put(world, at + 16, next, 8);
}

static void put_info(struct world *world, uint64_t sequence, size_t length, unsigned int priority,
		     uint32_t caller)
{
	uint64_t at = INFOS + slot(sequence) * INFO_SIZE;
	unsigned int level = priority % 8;

	put(world, at, sequence, 8);
	put(world, at + 8, 1000000000 + sequence * 1000999, 8);
	put(world, at + 16, length, 2);
	put(world, at + 18, priority / 8, 1);
	put(world, at + 19, world->is_big_endian ? level : level << 5, 1);
	put(world, at + 20, caller, 4);
}

/*
 * As in data_alloc(): a block that does not fit before the end of the ring begins at the start of
 * the ring.
 */
static void add(struct world *world, unsigned int priority, uint32_t caller, const char *text)
{
	uint64_t length = strlen(text), size = (8 + length + 7) / 8 * 8;
	uint64_t begin = world->lpos, next = begin + size, at = begin % SIZE;

	if (begin / SIZE != (next - 1) / SIZE) {
		at = 0;
		next = (begin / SIZE + 1) * SIZE + size;
	}
	memcpy(world->memory + TEXTS + at + 8, text, length);
	put(world, TEXTS + at, (FIRST_ID + world->sequence) & (UINT64_MAX >> 2), 8);
	put_desc(world, world->sequence, FINALIZED, begin, next);
	put_info(world, world->sequence, length, priority, caller);
	world->lpos = next;
	world->sequence++;
	put_head(world);
}

static int read_world(struct world *world, const char *info)
{
	struct intake_vmcore_memory memory = { .info = info,
					       .read = read_memory,
					       .data = world,
					       .is_big_endian = world->is_big_endian,
					       .word_size = 8 };
	struct intake_sink sink = { take_record, take_fault, world };
	const char *release = intake_vmcore_info(info, "OSRELEASE"), *error = NULL;
	int result;

	world->release_length = release ? strcspn(release, "\n") : 0;
	result = intake_vmcore_ring_read(&memory, &sink, &error);
	assert_int_equal(result != 0, error != NULL);
	return result;
}

static void expect(struct world *world, const char *info, const char *said)
{
	world->said_length = 0;
	world->said[0] = '\0';
	world->records = 0;
	assert_int_equal(read_world(world, info), 0);
	assert_string_equal(world->said, said);
}

static struct world *new_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	*state = world;
	return world;
}

static int free_world(void **state)
{
	free(*state);
	return 0;
}

static void fill(struct world *world)
{
	add(world, 6, 0, "Linux version 6.12.1");
	add(world, 4, 0x80000003, "from an interrupt");
	add(world, 12, 77, "two\nlines");
	add(world, 0, 1, "");
}

static const char filled[] = "6,0,1000000,T0;Linux version 6.12.1\n"
			     "4,1,1001000,C3;from an interrupt\n"
			     "4,2,1002001,T77,user;two\n"
			     "4,2,1002001,T77,user;lines\n"
			     "0,3,1003002,T1;\n";

static void test_new(void **state)
{
	struct world *world = new_world(state);

	fill(world);
	expect(world, new_info, filled);
	/* An empty line has no block. Its position is NO_LPOS. */
	put_desc(world, 3, FINALIZED, 3, 3);
	expect(world, new_info, filled);
}

static void test_big_endian(void **state)
{
	struct world *world = new_world(state);

	world->is_big_endian = true;
	fill(world);
	expect(world, new_info, filled);
}

/*
 * Texts that wrap around the ring. One block would cross the end of the ring. Another block ends
 * exactly at the end of the ring, and is stored differently before and since Linux 6.18.
 */
static void test_around(void **state)
{
	struct world *world = new_world(state);
	char text[SIZE];
	size_t lead;

	for (lead = 400; lead < SIZE - 24; lead += 8) {
		memset(world, 0, sizeof(*world));
		memset(text, 'x', sizeof(text));
		text[lead - 8] = '\0';
		add(world, 6, 0, text);
		add(world, 6, 0, "0123456789abcdef0123456789abcdef");
		world->tail_id = 1;
		world->tail_lpos = lead;
		put_head(world);
		expect(world, new_info, "6,1,1001000,T0;0123456789abcdef0123456789abcdef\n");
	}
	/*
	 * If a block would end exactly at the end of the ring, Linux before 6.18 stores it at the
	 * start of the ring.
	 */
	memset(world, 0, sizeof(*world));
	text[SIZE - 40 - 8] = '\0';
	add(world, 6, 0, text);
	add(world, 6, 0, "0123456789abcdef0123456789abcdef");
	memmove(world->memory + TEXTS + 8, world->memory + TEXTS + SIZE - 32, 32);
	memset(world->memory + TEXTS + SIZE - 40, 0, 40);
	put_desc(world, 1, FINALIZED, SIZE - 40, SIZE + 40);
	world->tail_id = 1;
	world->tail_lpos = SIZE - 40;
	put_head(world);
	expect(world, new_info, "6,1,1001000,T0;0123456789abcdef0123456789abcdef\n");
}

static void test_many(void **state)
{
	struct world *world = new_world(state);
	char text[32], said[1024] = "";
	unsigned int i;

	for (i = 0; i < 100; i++) {
		sprintf(text, "record %u", i);
		add(world, 6, i, text);
		if (i >= 92)
			sprintf(said + strlen(said), "6,%u,%llu,T%u;record %u\n", i,
				(1000000000 + i * 1000999ULL) / 1000, i, i);
	}
	world->tail_id = 92;
	world->tail_lpos = world->lpos - 8 * 24;
	put_head(world);
	expect(world, new_info, said);
}

static void test_states(void **state)
{
	static const char *const wanted[] = { "", "6,0,1000000,T0;record\n",
					      "6,0,1000000,T0;record\n", "" };
	struct world *world = new_world(state);
	unsigned int i;

	add(world, 6, 0, "record");
	for (i = 0; i < COUNT_OF(wanted); i++) {
		put_desc(world, 0, i, 0, 16);
		expect(world, new_info, wanted[i]);
	}
	put_desc(world, 8, FINALIZED, 0, 16); /* the slot belongs to another id */
	expect(world, new_info, "");
}

static void test_lost(void **state)
{
	struct world *world = new_world(state);

	fill(world);
	put_desc(world, 0, FINALIZED, 1, 1);			/* FAILED_LPOS */
	put_desc(world, 1, FINALIZED, 8 * SIZE, 8 * SIZE + 32); /* the text is not written yet */
	put_desc(world, 2, FINALIZED, 48, 48);
	put_desc(world, 3, FINALIZED, 48, 52); /* no room for the id */
	expect(world, new_info, "lost\nlost\nlost\nlost\n");
}

static void test_long_text(void **state)
{
	struct world *world = new_world(state);

	/* The length is larger than the block: only the block is read. */
	add(world, 6, 0, "12345678");
	put_info(world, 0, 65535, 6, 0);
	expect(world, new_info, "6,0,1000000,T0;12345678\n");
}

static void test_long_line(void **state)
{
	struct world *world = new_world(state);

	add(world, 6, 0, "");
	put(world, RING + 48, 14, 4);
	memset(world->memory + TEXTS, 'x', 1 << 14);
	put_desc(world, 0, FINALIZED, 0, 10008);
	put_info(world, 0, 10000, 6, 0);
	expect(world, new_info, "long\n");
	assert_int_equal(world->records, 1);
}

/* All descriptors share one text: the output is limited to the size of the ring. */
static void test_budget(void **state)
{
	struct world *world = new_world(state);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		add(world, 6, 0, "");
		put_desc(world, i, FINALIZED, 0, 208);
		put_info(world, i, 200, 6, 0);
	}
	expect(world, new_info, "incomplete\n");
	assert_int_equal(world->records, SIZE / 200);
}

static void test_missing_pages(void **state)
{
	struct world *world = new_world(state);

	fill(world);
	put(world, RING + 56, BASE + MEMORY_SIZE - 16, 8);
	expect(world, new_info, "0,3,1003002,T1;\nincomplete\n"); /* the record has no text */
	put_head(world);
	put(world, RING + 16, BASE - 1024, 8);
	expect(world, new_info, "incomplete\n");
}

static void test_nonsense(void **state)
{
	struct world *world = new_world(state);

	fill(world);
	put(world, RING + 32, 99, 8); /* more ids than descriptors: the newest ids are used */
	read_world(world, new_info);
	assert_memory_equal(world->said, filled, sizeof(filled) - 1);
	assert_string_equal(world->said + sizeof(filled) - 1, "incomplete\n");
	put_head(world);
	put(world, RING, 23, 4);
	assert_int_equal(read_world(world, new_info), -EFBIG);
	put(world, RING, 0xffffffff, 4);
	assert_int_equal(read_world(world, new_info), -EFBIG);
	put(world, RING, 0, 4);
	assert_int_equal(read_world(world, new_info), -EILSEQ);
	put_head(world);
	put(world, RING + 48, 27, 4);
	assert_int_equal(read_world(world, new_info), -EFBIG);
	put(world, RING + 48, 0, 4);
	assert_int_equal(read_world(world, new_info), -EILSEQ);
	put(world, PRB, 0, 8);
	assert_int_equal(read_world(world, new_info), -EIO);
}

/* VMCOREINFO with a line missing, or with an invalid number. */
static void test_info(void **state)
{
	struct world *world = new_world(state);
	const char *line, *end;
	char info[2048];

	fill(world);
	for (line = strchr(new_info, '\n') + 1; *line; line = end + 1) {
		const char *value = strchr(line, '=') + 1;

		end = strchr(line, '\n');
		sprintf(info, "%.*s%s", (int)(line - new_info), new_info, end + 1);
		if (strstr(line, "head_lpos") && strstr(line, "head_lpos") < end)
			assert_int_equal(read_world(world, info), 0);
		else
			assert_int_equal(read_world(world, info), -ENODATA);
		if (strncmp(line, "SYMBOL", 6) == 0)
			continue;
		sprintf(info, "%.*s%s%s", (int)(value - new_info), new_info, "-1", end);
		read_world(world, info);
		sprintf(info, "%.*s%s%s", (int)(value - new_info), new_info, "4096", end);
		read_world(world, info);
	}
	assert_int_equal(read_world(world, ""), -ENODATA);
	assert_string_equal(intake_vmcore_info("A=1\nBA=2\nB=3\n", "B"), "3\n");
	assert_null(intake_vmcore_info("A=1\nBA=2\nB=3", "C"));
}

/* If the first record was overwritten, the line with the previous kernel is made of VMCOREINFO. */
static void test_previous(void **state)
{
	struct world *world = new_world(state);
	char info[2048], said[512];

	fill(world);
	sprintf(info, "%sKEXECFROM=6.12.9-a+b\nKEXECCOUNT=3\n", new_info);
	expect(world, info, filled);
	world->tail_id = 1;
	put_head(world);
	sprintf(said, "6,1,1001000,-0;KHO: exec from: 6.12.9-a+b (count 3)\n%s",
		strchr(filled, '\n') + 1);
	expect(world, info, said);
	*strstr(info, "KEXECCOUNT") = '\0';
	expect(world, info, strchr(filled, '\n') + 1);
}

/* --- before Linux 5.10 --- */

#define LOG_BUFFER 4096
#define LOG_SIZE 256

static void put_log_head(struct world *world, uint64_t first, uint64_t next)
{
	put(world, 0, BASE + LOG_BUFFER, 8);
	put(world, 8, LOG_SIZE, 4);
	put(world, 12, first, 4);
	put(world, 16, next, 4);
}

/* Return the position of the next record. */
static uint64_t add_log(struct world *world, uint64_t at, unsigned int priority, const char *text)
{
	uint64_t length = (16 + strlen(text) + 3) / 4 * 4;

	put(world, LOG_BUFFER + at, 2000000000, 8);
	put(world, LOG_BUFFER + at + 8, length, 2);
	put(world, LOG_BUFFER + at + 10, strlen(text), 2);
	put(world, LOG_BUFFER + at + 12, 0, 2);
	put(world, LOG_BUFFER + at + 14, priority / 8, 1);
	put(world, LOG_BUFFER + at + 15, world->is_big_endian ? priority % 8 : (priority % 8) << 5,
	    1);
	memcpy(world->memory + LOG_BUFFER + at + 16, text, strlen(text));
	return at + length;
}

static void test_old(void **state)
{
	struct world *world = new_world(state);
	uint64_t next = add_log(world, 0, 5, "first");

	next = add_log(world, next, 11, "two\nlines");
	put_log_head(world, 0, next);
	expect(world, old_info,
	       "5,-1,2000000,-0;first\n3,-1,2000000,-0,user;two\n"
	       "3,-1,2000000,-0,user;lines\n");
	/* Wrap-around: a record without a length refers to the start. */
	add_log(world, 200, 6, "last");
	put(world, LOG_BUFFER + 220 + 8, 0, 2);
	put_log_head(world, 200, 24);
	expect(world, old_info, "6,-1,2000000,-0;last\n5,-1,2000000,-0;first\n");
	put_log_head(world, 200, 200);
	expect(world, old_info, "");
}

static void test_old_caller(void **state)
{
	static const char start[] = "SIZE(log)=20\nOFFSET(log.ts_nsec)=0\nOFFSET(log.len)=8\n"
				    "OFFSET(log.text_len)=10\nOFFSET(log.dict_len)=12\n";
	struct world *world = new_world(state);
	char info[1024];

	strcpy(info, start);
	memcpy(info + sizeof(start) - 1, old_info, strstr(old_info, "SIZE(") - old_info);
	info[sizeof(start) - 1 + (size_t)(strstr(old_info, "SIZE(") - old_info)] = '\0';
	put_log_head(world, 0, add_log(world, 0, 5, "....text"));
	put(world, LOG_BUFFER + 10, 4, 2);
	put(world, LOG_BUFFER + 16, 0x80000001, 4);
	expect(world, info, "5,-1,2000000,C1;text\n");
}

static void test_old_nonsense(void **state)
{
	struct world *world = new_world(state);
	uint64_t next = add_log(world, 0, 5, "first");

	put_log_head(world, 0, next + 4); /* not at a record */
	expect(world, old_info, "5,-1,2000000,-0;first\nincomplete\n");
	put_log_head(world, 0, next);
	put(world, LOG_BUFFER + 8, 15, 2); /* shorter than its header */
	expect(world, old_info, "incomplete\n");
	put(world, LOG_BUFFER + 8, 1000, 2); /* longer than the buffer */
	expect(world, old_info, "incomplete\n");
	add_log(world, 0, 5, "first");
	put(world, LOG_BUFFER + 10, 9, 2); /* the text is longer than the record */
	expect(world, old_info, "incomplete\n");
	put_log_head(world, LOG_SIZE - 8, 0); /* no room for a header */
	expect(world, old_info, "incomplete\n");
	put_log_head(world, LOG_SIZE, 0);
	assert_int_equal(read_world(world, old_info), -EILSEQ);
	put(world, 8, 0x10000000, 4);
	assert_int_equal(read_world(world, old_info), -EFBIG);
}

/* --- the file --- */

static void test_recognise(void **state)
{
	unsigned char elf[20] = { 0x7f, 'E', 'L', 'F', 2, ELFDATA2LSB, [16] = ET_CORE };

	assert_true(intake_vmcore_recognise((char *)elf, sizeof(elf)));
	assert_false(intake_vmcore_recognise((char *)elf, 17));
	elf[EI_DATA] = ELFDATA2MSB;
	assert_false(intake_vmcore_recognise((char *)elf, sizeof(elf)));
	elf[16] = 0;
	elf[17] = ET_CORE;
	assert_true(intake_vmcore_recognise((char *)elf, sizeof(elf)));
	elf[17] = ET_EXEC;
	assert_false(intake_vmcore_recognise((char *)elf, sizeof(elf)));
	assert_true(intake_vmcore_recognise("KDUMP   ....", 12));
	assert_true(intake_vmcore_recognise("DISKDUMP", 8));
	assert_true(intake_vmcore_recognise("makedumpfile\0\0\0\0", 16));
	assert_false(intake_vmcore_recognise("makedumpfile is a program", 25));
	assert_false(intake_vmcore_recognise("KDUMP", 5));
	assert_false(intake_vmcore_recognise("", 0));
}

static void expect_refused(struct world *world, int fd, int result, const char *part)
{
	struct intake_sink sink = { take_record, take_fault, world };
	struct intake_vmcore vmcore;
	char error[256] = "";

	world->said_length = 0;
	assert_int_equal(intake_vmcore_read(fd, &sink, &vmcore, error, sizeof(error)), result);
	assert_non_null(strstr(error, part));
	assert_string_equal(world->said, "incomplete\n");
	assert_string_equal(vmcore.release, "");
	assert_false(vmcore.has_crash_time);
}

static void expect_bytes_refused(struct world *world, const void *bytes, size_t size, int result,
				 const char *part)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	expect_refused(world, fd, result, part);
	close(fd);
}

static void test_refused(void **state)
{
	struct world *world = new_world(state);
	Elf64_Ehdr core = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_CORE,
			    .e_machine = EM_X86_64,
			    .e_version = EV_CURRENT,
			    .e_phoff = sizeof(core),
			    .e_ehsize = sizeof(core),
			    .e_phentsize = sizeof(Elf64_Phdr) };
	const char *unreadable =
		intake_has_vmcore ? "cannot be read"
				  : "this build cannot read crash dumps (configured without the "
				    "feature vmcore)";
	const char *flattened = intake_has_vmcore ? "makedumpfile -R" : unreadable;
	int error = intake_has_vmcore ? -EILSEQ : -ENOTSUP;
	int ends[2];

	expect_bytes_refused(world, "", 0, error, unreadable);
	expect_bytes_refused(world, "no dump", 7, error, unreadable);
	expect_bytes_refused(world, "makedumpfile\0\0\0\0", 16, error, flattened);
	expect_bytes_refused(world, "KDUMP   cut", 11, error, unreadable);
	expect_bytes_refused(world, &core, sizeof(core), error, "");
	assert_int_equal(pipe(ends), 0);
	expect_refused(world, ends[0], -EBADF, "must be a regular file");
	close(ends[0]);
	close(ends[1]);
}

#define WORLD_TEST(function) cmocka_unit_test_teardown(function, free_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_new),
		WORLD_TEST(test_big_endian),
		WORLD_TEST(test_around),
		WORLD_TEST(test_many),
		WORLD_TEST(test_states),
		WORLD_TEST(test_lost),
		WORLD_TEST(test_previous),
		WORLD_TEST(test_info),
		WORLD_TEST(test_long_text),
		WORLD_TEST(test_long_line),
		WORLD_TEST(test_budget),
		WORLD_TEST(test_missing_pages),
		WORLD_TEST(test_nonsense),
		WORLD_TEST(test_old),
		WORLD_TEST(test_old_caller),
		WORLD_TEST(test_old_nonsense),
		cmocka_unit_test(test_recognise),
		WORLD_TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
