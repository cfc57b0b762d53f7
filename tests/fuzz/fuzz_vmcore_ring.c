// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the reader of the printk ring buffer: it stays inside the memory and terminates.
 *
 * An input is a byte of flags, VMCOREINFO with a terminating NUL, and the memory at BASE.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>

#include "intake/read/vmcore_ring.h"

#define BASE 0x1000
#define IS_BIG_ENDIAN 1
#define IS_32_BIT 2

struct memory {
	const uint8_t *bytes;
	size_t size;
	uint64_t text;
	unsigned int records;
	unsigned int faults;
};

static bool read_memory(void *data, uint64_t address, void *buffer, size_t size)
{
	const struct memory *memory = data;

	if (address < BASE || address - BASE > memory->size ||
	    size > memory->size - (address - BASE))
		return false;
	memcpy(buffer, memory->bytes + (address - BASE), size);
	return true;
}

static void take_record(void *data, const struct intake_record *record)
{
	struct memory *memory = data;

	FUZZ_EXPECT(record->text.length <= INTAKE_LINE_MAX);
	FUZZ_EXPECT(record->text.length == 0 ||
		    !memchr(record->text.at, '\n', record->text.length));
	FUZZ_EXPECT(record->level >= -1 && record->level <= 7);
	FUZZ_EXPECT(record->release.length <= 64);
	FUZZ_EXPECT(record->offset >= memory->text);
	memory->text = record->offset;
	memory->records++;
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct memory *memory = data;

	FUZZ_EXPECT(fault == INTAKE_FAULT_VMCORE || fault == INTAKE_FAULT_LOST ||
		    fault == INTAKE_FAULT_LONG_LINE);
	memory->faults++;
}

static bool is_known(int error)
{
	return error == 0 || error == -ENODATA || error == -EIO || error == -EILSEQ ||
	       error == -EFBIG;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory = { 0 };
	struct intake_sink sink = { take_record, take_fault, &memory };
	struct intake_vmcore_memory kernel = { .read = read_memory, .data = &memory };
	const uint8_t *end = size > 1 ? memchr(data + 1, '\0', size - 1) : NULL;
	const char *why = NULL;
	char *info;
	int error;

	if (!end)
		return 0;
	info = fuzz_allocate((size_t)(end - data));
	memcpy(info, data + 1, (size_t)(end - data));
	memory.bytes = end + 1;
	memory.size = size - (size_t)(end + 1 - data);
	kernel.info = info;
	kernel.is_big_endian = data[0] & IS_BIG_ENDIAN;
	kernel.word_size = data[0] & IS_32_BIT ? 4 : 8;
	error = intake_vmcore_ring_read(&kernel, &sink, &why);
	FUZZ_EXPECT(is_known(error) && (error != 0) == (why != NULL));
	FUZZ_EXPECT(error == 0 || memory.records + memory.faults == 0);
	/* A record needs a descriptor or a line of text, so the number of records is limited. */
	FUZZ_EXPECT(memory.records <= INTAKE_VMCORE_RECORDS_MAX + INTAKE_VMCORE_TEXT_MAX);
	free(info);
	return 0;
}
