// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the stream reader: decompression, growing files, and faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "intake/read/stream.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define NO_FAULT -1
#define TEXT_LINES 4000

struct bytes {
	unsigned char *at;
	size_t size;
};

struct faults {
	int first; /* NO_FAULT */
	unsigned int count;
	uint64_t offset;
};

typedef struct bytes (*pack_function)(struct bytes bytes);

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct faults *faults = data;

	if (faults->count++ == 0) {
		faults->first = (int)fault;
		faults->offset = offset;
	}
}

/* All allocations of a test. free_all() frees them after the test. */
static void *allocated[1024];
static size_t allocated_count;

static struct bytes allocate(size_t size)
{
	struct bytes bytes = { calloc(1, size + 1), size };

	assert_non_null(bytes.at);
	assert_true(allocated_count < COUNT_OF(allocated));
	allocated[allocated_count++] = bytes.at;
	return bytes;
}

static int free_all(void **state)
{
	while (allocated_count > 0)
		free(allocated[--allocated_count]);
	return 0;
}

static struct bytes joined(struct bytes a, struct bytes b)
{
	struct bytes both = allocate(a.size + b.size);

	memcpy(both.at, a.at, a.size);
	memcpy(both.at + a.size, b.at, b.size);
	return both;
}

static struct bytes string(const char *text)
{
	struct bytes bytes = allocate(strlen(text));

	memcpy(bytes.at, text, bytes.size);
	return bytes;
}

/* Distinct lines, for a compressed stream of some length. */
static struct bytes lines(unsigned int count)
{
	struct bytes text = allocate(count * 40);
	unsigned int i;

	text.size = 0;
	for (i = 0; i < count; i++)
		text.size += (size_t)sprintf((char *)text.at + text.size, "[%5u.%06u] line %08x\n",
					     i, i * 7919 % 1000000, i * 2654435761u);
	return text;
}

static struct bytes deflated(struct bytes bytes, int window_bits)
{
	struct bytes out = allocate(bytes.size + 1024);
	z_stream stream = { 0 };

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	stream.next_in = bytes.at;
	stream.avail_in = (uInt)bytes.size;
	stream.next_out = out.at;
	stream.avail_out = (uInt)out.size;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	out.size = stream.total_out;
	deflateEnd(&stream);
	return out;
}

static struct bytes gzipped(struct bytes bytes)
{
	return deflated(bytes, 15 + 16);
}

static struct bytes zlibbed(struct bytes bytes)
{
	return deflated(bytes, 15);
}

static struct bytes xz_with_preset(struct bytes bytes, uint32_t preset)
{
	struct bytes out = allocate(bytes.size + 1024);
	size_t at = 0;

	assert_int_equal(lzma_easy_buffer_encode(preset, LZMA_CHECK_CRC64, NULL, bytes.at,
						 bytes.size, out.at, &at, out.size),
			 LZMA_OK);
	out.size = at;
	return out;
}

static struct bytes xzed(struct bytes bytes)
{
	return xz_with_preset(bytes, 1);
}

static struct bytes zstded(struct bytes bytes)
{
	struct bytes out = allocate(ZSTD_compressBound(bytes.size));
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	out.size = ZSTD_compress2(context, out.at, out.size, bytes.at, bytes.size);
	assert_false(ZSTD_isError(out.size));
	ZSTD_freeCCtx(context);
	return out;
}

static const pack_function packers[] = { gzipped, zlibbed, xzed, zstded };

static int file_with(struct bytes bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.size), (ssize_t)bytes.size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Read a stream to its end, in reads of @step bytes. */
static struct bytes read_all(int fd, size_t step, struct faults *faults)
{
	struct intake_sink sink = { .fault = take_fault, .data = faults };
	struct bytes out = { NULL, 0 };
	struct intake_stream *stream;
	size_t room = 0;
	ssize_t got;

	*faults = (struct faults){ .first = NO_FAULT };
	assert_int_equal(intake_stream_open(fd, &sink, &stream), 0);
	do {
		/* AddressSanitizer copies the whole block at each realloc(), so double its size. */
		if (room < out.size + step) {
			room = 2 * out.size + step;
			out.at = realloc(out.at, room);
			assert_non_null(out.at);
		}
		got = intake_stream_read(stream, out.at + out.size, step);
		assert_true(got >= 0 && (size_t)got <= step);
		out.size += (size_t)got;
	} while (got > 0);
	assert_int_equal(intake_stream_read(stream, out.at, step), 0);
	intake_stream_close(stream);
	return out;
}

/* Expect an output and only the fault @fault, directly after the output. */
static void expect(struct bytes input, struct bytes output, int fault)
{
	static const size_t steps[] = { 1, 100, 262144 };
	size_t i;

	for (i = input.size > 100000 ? 1 : 0; i < COUNT_OF(steps); i++) {
		int fd = file_with(input);
		struct faults faults;
		struct bytes out = read_all(fd, steps[i], &faults);

		assert_int_equal(out.size, output.size);
		assert_memory_equal(out.at, output.at, out.size);
		assert_int_equal(faults.first, fault);
		assert_int_equal(faults.count, fault != NO_FAULT);
		if (fault != NO_FAULT)
			assert_int_equal(faults.offset, out.size);
		free(out.at);
		close(fd);
	}
}

static void test_plain(void **state)
{
	static const char *const texts[] = { "",
					     "x",
					     "\x1f",
					     "\x1f\x8b",
					     "(",
					     "P*M",
					     "\3757zXZ",
					     "x^2 is a square",
					     "x\x9c, not zlib",
					     "[    0.000000] Linux version\n" };
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++)
		expect(string(texts[i]), string(texts[i]), NO_FAULT);
	expect(lines(TEXT_LINES), lines(TEXT_LINES), NO_FAULT);
}

static void test_compressed(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(packers); i++) {
		struct bytes text = lines(TEXT_LINES), little = string("a");

		expect(packers[i](text), text, NO_FAULT);
		expect(packers[i](little), little, NO_FAULT);
	}
}

/*
 * An empty member is valid. The reader recognises zlib data only by the text that it inflates to,
 * so empty zlib data counts as uncompressed.
 */
static void test_empty_members(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(packers); i++) {
		struct bytes none = string(""), packed = packers[i](none);

		if (packers[i] == zlibbed)
			expect(packed, joined(packed, none), NO_FAULT);
		else
			expect(packed, string(""), NO_FAULT);
	}
}

/* Bytes that look like zlib data but do not inflate to text. */
static void test_zlib_without_text(void **state)
{
	struct bytes binary = allocate(100), packed = zlibbed(binary);

	expect(joined(packed, string("")), packed, NO_FAULT);
}

static void test_members(void **state)
{
	size_t i, j;

	for (i = 0; i < COUNT_OF(packers); i++)
		for (j = 0; j < COUNT_OF(packers); j++) {
			struct bytes a = lines(300), b = string("the second\n");
			struct bytes zeros = allocate(8);
			struct bytes first = joined(packers[i](a), zeros);

			struct bytes second = packers[j](b);

			expect(joined(first, second), joined(a, b), NO_FAULT);
		}
}

static void test_zstd_skippable(void **state)
{
	static const unsigned char skippable[] = {
		0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'
	};
	struct bytes text = lines(50), start = allocate(sizeof(skippable));

	memcpy(start.at, skippable, sizeof(skippable));
	expect(joined(start, zstded(text)), text, NO_FAULT);
}

static void test_cut(void **state)
{
	size_t i, size;

	for (i = 0; i < COUNT_OF(packers); i++) {
		struct bytes text = lines(TEXT_LINES), packed = packers[i](text);

		for (size = packed.size - 1; size > 1000; size -= size / 3) {
			struct bytes cut = { packed.at, size };
			int fd = file_with(cut);
			struct faults faults;
			struct bytes out = read_all(fd, 4096, &faults);

			assert_int_equal(faults.first, INTAKE_FAULT_CUT);
			assert_int_equal(faults.count, 1);
			assert_int_equal(faults.offset, out.size);
			assert_true(out.size <= text.size);
			assert_memory_equal(out.at, text.at, out.size);
			free(out.at);
			close(fd);
		}
	}
}

static void test_damaged(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(packers); i++) {
		struct bytes text = lines(TEXT_LINES), packed = packers[i](text), out;
		struct faults faults;
		int fd;

		memset(packed.at + packed.size / 2, 0xff, 64);
		fd = file_with(packed);
		out = read_all(fd, 4096, &faults);
		assert_int_equal(faults.first, INTAKE_FAULT_COMPRESSION);
		assert_int_equal(faults.count, 1);
		assert_int_equal(faults.offset, out.size);
		assert_true(out.size < text.size);
		close(fd);
		free(out.at);
	}
}

static void test_wrong_checksum(void **state)
{
	struct bytes text = lines(100), packed = gzipped(text);

	packed.at[packed.size - 8] ^= 1;
	expect(packed, text, INTAKE_FAULT_COMPRESSION);
}

static void test_trailing_bytes(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(packers); i++) {
		struct bytes text = lines(100), rest = string("not compressed");

		expect(joined(packers[i](text), rest), text, INTAKE_FAULT_COMPRESSION);
	}
}

static void test_too_much_memory(void **state)
{
	/*
	 * RFC 8878: no checksum, no content size, a window of 2^27 bytes, one raw last block of one
	 * byte.
	 */
	static const unsigned char wide[] = { 0x28,	      0xb5, 0x2f, 0xfd, 0,
					      (27 - 10) << 3, 0x09, 0,	  0,	'a' };
	struct bytes text = lines(100), packed = allocate(sizeof(wide));

	memcpy(packed.at, wide, sizeof(wide));
	expect(packed, string(""), INTAKE_FAULT_WINDOW);
	expect(xz_with_preset(text, 9), string(""), INTAKE_FAULT_WINDOW);
	expect(xz_with_preset(text, 8), text, NO_FAULT);
}

/* A zstd frame of blocks that repeat one byte 128 KiB times. Each block has four bytes. */
static struct bytes bomb(uint64_t size)
{
	static const unsigned char header[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, (17 - 10) << 3 };
	size_t blocks = size >> 17, i;
	struct bytes bytes = allocate(sizeof(header) + 4 * blocks);

	memcpy(bytes.at, header, sizeof(header));
	for (i = 0; i < blocks; i++) {
		uint32_t block = (1u << 17) << 3 | 1 << 1 | (i == blocks - 1);
		unsigned char *at = bytes.at + sizeof(header) + 4 * i;

		at[0] = (unsigned char)block;
		at[1] = (unsigned char)(block >> 8);
		at[2] = (unsigned char)(block >> 16);
		at[3] = 'a';
	}
	return bytes;
}

static uint64_t expand(uint64_t size, struct faults *faults)
{
	struct intake_sink sink = { .fault = take_fault, .data = faults };
	struct bytes packed = bomb(size), buffer = allocate(262144);
	int fd = file_with(packed);
	struct intake_stream *stream;
	uint64_t total = 0;
	ssize_t got;

	*faults = (struct faults){ .first = NO_FAULT };
	assert_int_equal(intake_stream_open(fd, &sink, &stream), 0);
	while ((got = intake_stream_read(stream, buffer.at, buffer.size)) > 0)
		total += (uint64_t)got;
	assert_int_equal(got, 0);
	intake_stream_close(stream);
	close(fd);
	return total;
}

static void test_expansion(void **state)
{
	struct faults faults;
	uint64_t total = expand(2 * INTAKE_EXPANSION_SIZE, &faults);

	assert_true(total > INTAKE_EXPANSION_SIZE);
	assert_true(total < INTAKE_EXPANSION_SIZE + (2 << 20));
	assert_int_equal(faults.first, INTAKE_FAULT_EXPANSION);
	assert_int_equal(faults.count, 1);
	assert_int_equal(faults.offset, total);
	/* An expansion of exactly the limit is allowed. */
	assert_int_equal(expand(INTAKE_EXPANSION_SIZE, &faults), INTAKE_EXPANSION_SIZE);
	assert_int_equal(faults.count, 0);
}

static void append(int fd, const char *text)
{
	assert_int_equal(pwrite(fd, text, strlen(text), lseek(fd, 0, SEEK_END)),
			 (ssize_t)strlen(text));
}

static void expect_text(struct intake_stream *stream, const char *text)
{
	char buffer[64];
	size_t length = strlen(text);

	assert_int_equal(intake_stream_read(stream, buffer, sizeof(buffer)), (ssize_t)length);
	assert_memory_equal(buffer, text, length);
}

/* Open the file again: lseek() in append() must not move the stream's position. */
static void test_growing(void **state)
{
	char path[] = "/tmp/lineage-stream-XXXXXX";
	int writer = mkstemp(path), reader = open(path, O_RDONLY | O_CLOEXEC);
	struct faults faults = { .first = NO_FAULT };
	struct intake_sink sink = { .fault = take_fault, .data = &faults };
	struct intake_stream *stream;

	assert_true(writer >= 0 && reader >= 0);
	unlink(path);
	assert_int_equal(intake_stream_open(reader, &sink, &stream), 0);
	expect_text(stream, "");
	append(writer, "one\n");
	expect_text(stream, "one\n");
	expect_text(stream, "");
	append(writer, "two\n");
	expect_text(stream, "two\n");
	expect_text(stream, "");
	assert_int_equal(faults.count, 0);
	assert_int_equal(ftruncate(writer, 3), 0);
	expect_text(stream, "");
	expect_text(stream, "");
	assert_int_equal(faults.first, INTAKE_FAULT_CHANGED);
	assert_int_equal(faults.count, 1);
	assert_int_equal(faults.offset, 8);
	append(writer, "12345three\n");
	expect_text(stream, "three\n");
	assert_int_equal(faults.count, 1);
	intake_stream_close(stream);
	close(writer);
	close(reader);
}

/* Files in /proc report wrong sizes, which is not a fault. */
static void test_proc(void **state)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	struct faults faults;
	struct bytes out;

	if (fd < 0)
		skip();
	out = read_all(fd, 100, &faults);
	assert_true(out.size > 0);
	assert_int_equal(faults.count, 0);
	free(out.at);
	close(fd);
}

static void test_pipe(void **state)
{
	struct bytes text = string("through a pipe\n"), packed = xzed(text);
	struct faults faults = { .first = NO_FAULT };
	struct intake_sink sink = { .fault = take_fault, .data = &faults };
	struct intake_stream *stream;
	char buffer[64];
	size_t i, held = 0;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(intake_stream_open(ends[0], &sink, &stream), 0);
	/* Write one byte at a time, and read after each. */
	for (i = 0; i < packed.size; i++) {
		ssize_t got;

		assert_int_equal(write(ends[1], packed.at + i, 1), 1);
		while ((got = intake_stream_read(stream, buffer + held, sizeof(buffer) - held)) > 0)
			held += (size_t)got;
		assert_int_equal(got, -EAGAIN);
	}
	close(ends[1]);
	assert_int_equal(intake_stream_read(stream, buffer + held, sizeof(buffer) - held), 0);
	assert_int_equal(held, text.size);
	assert_memory_equal(buffer, text.at, held);
	assert_int_equal(faults.count, 0);
	intake_stream_close(stream);
	close(ends[0]);
}

/* Each read reports the error, and earlier bytes are not lost. */
static void test_failure(void **state)
{
	struct faults faults = { .first = NO_FAULT };
	struct intake_sink sink = { .fault = take_fault, .data = &faults };
	struct intake_stream *stream;
	char buffer[16];
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(intake_stream_open(fd, &sink, &stream), 0);
	assert_int_equal(intake_stream_read(stream, buffer, sizeof(buffer)), -EISDIR);
	assert_int_equal(intake_stream_read(stream, buffer, sizeof(buffer)), -EISDIR);
	assert_int_equal(faults.count, 0);
	intake_stream_close(stream);
	intake_stream_close(NULL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_plain, free_all),
		cmocka_unit_test_teardown(test_compressed, free_all),
		cmocka_unit_test_teardown(test_empty_members, free_all),
		cmocka_unit_test_teardown(test_zlib_without_text, free_all),
		cmocka_unit_test_teardown(test_members, free_all),
		cmocka_unit_test_teardown(test_zstd_skippable, free_all),
		cmocka_unit_test_teardown(test_cut, free_all),
		cmocka_unit_test_teardown(test_damaged, free_all),
		cmocka_unit_test_teardown(test_wrong_checksum, free_all),
		cmocka_unit_test_teardown(test_trailing_bytes, free_all),
		cmocka_unit_test_teardown(test_too_much_memory, free_all),
		cmocka_unit_test_teardown(test_expansion, free_all),
		cmocka_unit_test_teardown(test_growing, free_all),
		cmocka_unit_test_teardown(test_proc, free_all),
		cmocka_unit_test_teardown(test_pipe, free_all),
		cmocka_unit_test_teardown(test_failure, free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
