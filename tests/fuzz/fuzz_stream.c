// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for streams: reading does not fail or hang, and does not depend on the read sizes. */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "intake/read/stream.h"

/* Maximum output of a run. The limit for expansion is far larger. */
#define OUTPUT_MAX (4u << 20)

struct seen {
	uint64_t size;
	uint32_t hash;
	unsigned int faults;
	uint64_t fault_offset;
	bool is_whole;
};

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct seen *seen = data;

	FUZZ_EXPECT(fault == INTAKE_FAULT_CUT || fault == INTAKE_FAULT_COMPRESSION ||
		    fault == INTAKE_FAULT_WINDOW);
	seen->faults++;
	seen->fault_offset = offset;
}

static struct seen read_all(int fd, size_t step)
{
	struct seen seen = { 0 };
	struct intake_sink sink = { .fault = take_fault, .data = &seen };
	unsigned char *buffer = fuzz_allocate(step);
	struct intake_stream *stream;
	ssize_t got = 1, i;

	FUZZ_EXPECT(lseek(fd, 0, SEEK_SET) == 0);
	FUZZ_EXPECT(intake_stream_open(fd, &sink, &stream) == 0);
	while (got > 0 && seen.size < OUTPUT_MAX) {
		got = intake_stream_read(stream, buffer, step);
		FUZZ_EXPECT(got >= 0 && (size_t)got <= step);
		for (i = 0; i < got; i++)
			seen.hash = seen.hash * 31 + buffer[i];
		seen.size += (uint64_t)got;
	}
	seen.is_whole = got == 0;
	FUZZ_EXPECT(!seen.is_whole || intake_stream_read(stream, buffer, step) == 0);
	intake_stream_close(stream);
	free(buffer);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct seen one, other;

	FUZZ_EXPECT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	one = read_all(fd, 65536);
	FUZZ_EXPECT(one.faults <= 1);
	FUZZ_EXPECT(!one.is_whole || one.faults == 0 || one.fault_offset == one.size);
	other = read_all(fd, 61);
	if (one.is_whole && one.faults == 0)
		FUZZ_EXPECT(other.size == one.size && other.hash == one.hash && other.faults == 0);
	close(fd);
	return 0;
}
