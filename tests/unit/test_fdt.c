// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of core/fdt.c: the bytes that the writer makes, and malformed FDTs. The reader must not
 * read beyond the end of a malformed FDT.
 *
 * The FDTs to read are written by hand. test_fdt_peers.c and test_fdt_dtc.c compare with libfdt and
 * dtc.
 */
#include "support.h"

#include <cmocka.h>

#include "core/fdt.h"

#define HEADER_SIZE 40
#define STRUCTURE_AT 56 /* after the header and an empty list of reservations */
#define FDT_MAX 512

/* A structure block as text; sizes and offsets of names are one byte, for example "\5". */
#define BEGIN "\0\0\0\1"
#define END_NODE "\0\0\0\2"
#define PROPERTY(size, name) "\0\0\0\3\0\0\0" size "\0\0\0" name
#define NOP "\0\0\0\4"
#define END "\0\0\0\11"
#define ROOT BEGIN "\0\0\0\0"
#define BYTES(text) text, sizeof(text) - 1

static const char not_an_fdt[] = "it does not begin with the magic of an FDT";
static const char no_header[] = "the FDT is shorter than its header";
static const char cut[] = "the FDT is truncated, size in bytes";
static const char old_version[] = "the FDT has an old version";
static const char version_to_come[] = "the FDT has a newer version";
static const char structure_outside[] = "the structure block is outside the FDT";
static const char strings_outside[] = "the strings block is outside the FDT";
static const char no_root[] = "the FDT does not begin with a root node";
static const char property_cut[] = "a property of the FDT is truncated";
static const char no_property[] = "the FDT has no such property";

static void put(unsigned char *bytes, size_t at, size_t value)
{
	bytes[at] = (unsigned char)(value >> 24);
	bytes[at + 1] = (unsigned char)(value >> 16);
	bytes[at + 2] = (unsigned char)(value >> 8);
	bytes[at + 3] = (unsigned char)value;
}

/* Write the header and two blocks; return the size of the FDT. */
static size_t make_fdt(unsigned char *fdt, const char *structure, size_t structure_size,
		       const char *strings, size_t strings_size)
{
	size_t strings_at = STRUCTURE_AT + structure_size;
	size_t size = strings_at + strings_size;

	assert_true(size <= FDT_MAX);
	memset(fdt, 0, STRUCTURE_AT);
	put(fdt, 0, 0xd00dfeed);
	put(fdt, 4, size);
	put(fdt, 8, STRUCTURE_AT);
	put(fdt, 12, strings_at);
	put(fdt, 16, HEADER_SIZE);
	put(fdt, 20, 17);
	put(fdt, 24, 16);
	put(fdt, 32, strings_size);
	put(fdt, 36, structure_size);
	memcpy(fdt + STRUCTURE_AT, structure, structure_size);
	memcpy(fdt + strings_at, strings, strings_size);
	return size;
}

/* The FDT of most tests below: a = "12345", b = "67". */
static size_t make_two(unsigned char *fdt)
{
	return make_fdt(fdt,
			BYTES(ROOT PROPERTY("\5", "\0") "12345\0\0\0" PROPERTY(
				"\2", "\2") "67\0\0" END_NODE END),
			BYTES("a\0b\0"));
}

struct answer {
	int error;
	size_t offset; /* offset of the value from the start of the FDT */
	size_t size;
	struct lineage_fault fault;
};

/* Search in a block of exactly @size bytes, at every alignment, with and without a fault. */
static struct answer find(const void *bytes, size_t size, const char *name)
{
	struct answer answers[4];
	size_t shift;

	memset(answers, 0, sizeof(answers));
	for (shift = 0; shift < COUNT_OF(answers); shift++) {
		struct answer *answer = &answers[shift];
		char *block = heap_untouched(shift + size);
		const void *value = &value, *again = &value;
		size_t value_size = 77, again_size = 77;

		memcpy(block + shift, bytes, size);
		answer->error = lineage_fdt_find(block + shift, size, name, &value, &value_size,
						 &answer->fault);
		assert_int_equal(lineage_fdt_find(block + shift, size, name, &again, &again_size,
						  NULL),
				 answer->error);
		assert_ptr_equal(again, value);
		assert_int_equal(again_size, value_size);
		if (answer->error) {
			assert_ptr_equal(value, &value);
			assert_int_equal(value_size, 77);
			assert_non_null(answer->fault.what);
		} else {
			assert_null(answer->fault.what);
			answer->offset = (size_t)((const char *)value - (block + shift));
			answer->size = value_size;
			assert_true(answer->offset <= size && value_size <= size - answer->offset);
		}
		free(block);
		assert_memory_equal(answer, &answers[0], sizeof(*answer));
	}
	return answers[0];
}

static void assert_finds(const void *fdt, size_t size, const char *name, const char *value)
{
	struct answer answer = find(fdt, size, name);

	if (answer.error)
		fail_msg("%s: %s", name, answer.fault.what);
	assert_int_equal(answer.size, strlen(value));
	assert_memory_equal((const char *)fdt + answer.offset, value, answer.size);
}

static void assert_refuses(const void *fdt, size_t size, const char *name, int error,
			   const char *what, size_t offset)
{
	struct answer answer = find(fdt, size, name);

	if (!answer.error)
		fail_msg("found %s, expected the fault: %s", name, what);
	assert_int_equal(answer.error, error);
	assert_string_equal(answer.fault.what, what);
	assert_int_equal(answer.fault.offset, offset);
	assert_false(answer.fault.has_values);
}

static void assert_refuses_values(const void *fdt, size_t size, const char *what, size_t offset,
				  uint32_t found, uint32_t expected)
{
	struct answer answer = find(fdt, size, "a");

	assert_int_equal(answer.error, -EILSEQ);
	assert_string_equal(answer.fault.what, what);
	assert_int_equal(answer.fault.offset, offset);
	assert_true(answer.fault.has_values);
	assert_int_equal(answer.fault.found, found);
	assert_int_equal(answer.fault.expected, expected);
}

/* ---- the magic ---- */

static void knows_its_first_bytes(void **state)
{
	static const unsigned char magic[] = { 0xd0, 0x0d, 0xfe, 0xed };
	unsigned char bytes[] = { 0xd0, 0x0d, 0xfe, 0xed, 0x01, 0x02, 0x03, 0x04 };
	size_t size, i;

	for (size = 0; size <= sizeof(magic); size++) {
		char *exact = heap_copy(magic, size);

		assert_int_equal(lineage_fdt_is(exact, size), size == 4);
		free(exact);
	}
	assert_int_equal(lineage_fdt_total_size(bytes), 0x01020304);
	put(bytes, 4, 0xfffffffe);
	assert_int_equal(lineage_fdt_total_size(bytes), 0xfffffffe);
	for (i = 0; i < 4; i++) {
		bytes[i] ^= 1;
		assert_false(lineage_fdt_is(bytes, sizeof(bytes)));
		bytes[i] ^= 1;
	}
	assert_true(lineage_fdt_is(bytes, sizeof(bytes)));
}

/* ---- write ---- */

static const struct lineage_fdt_property two[] = { { "compatible", "x-v1", 5 },
						   { "b", "\x80", 1 } };

static const unsigned char two_bytes[] = {
	0xd0, 0x0d, 0xfe, 0xed, 0x00, 0x00, 0x00, 0x79, /* magic, total size 121 */
	0x00, 0x00, 0x00, 0x38, 0x00, 0x00, 0x00, 0x6c, /* structure at 56, strings at 108 */
	0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x11, /* reservations at 40, version 17, */
	0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, /* compatible with 16, CPU 0 */
	0x00, 0x00, 0x00, 0x0d, 0x00, 0x00, 0x00, 0x34, /* 13 bytes of strings, 52 of structure */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* no reservation */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, /* a node named "" */
	0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x05, /* a property of 5 bytes, */
	0x00, 0x00, 0x00, 0x00, 'x',  '-',  'v',  '1',	/* its name at 0 */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, /* padding; a property */
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x0b, /* of 1 byte, its name at 11 */
	0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, /* padding; the node's end */
	0x00, 0x00, 0x00, 0x09, 'c',  'o',  'm',  'p',	/* the end */
	'a',  't',  'i',  'b',	'l',  'e',  0x00, 'b',	/* */
	0x00,
};

static const unsigned char none_bytes[] = {
	0xd0, 0x0d, 0xfe, 0xed, 0x00, 0x00, 0x00, 0x48, 0x00, 0x00, 0x00, 0x38, 0x00, 0x00, 0x00,
	0x48, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x09,
};

static const struct {
	size_t count;
	const unsigned char *bytes;
	size_t size;
} written[] = {
	{ 0, none_bytes, sizeof(none_bytes) },
	{ 2, two_bytes, sizeof(two_bytes) },
};

/* Buffers of each size up to one byte too large, at an odd address. */
static void writes_these_bytes_where_they_fit(void **state)
{
	size_t i, size;

	for (i = 0; i < COUNT_OF(written); i++) {
		for (size = 0; size <= written[i].size + 9; size++) {
			unsigned char *block = heap_untouched(size + 1);
			unsigned char *buf = block + 1;
			size_t ret_size = 77;
			int error = lineage_fdt_write(two, written[i].count, buf, size, &ret_size);

			if (size < written[i].size) {
				assert_int_equal(error, -ENOSPC);
				assert_int_equal(ret_size, 77);
				assert_true(is_untouched(buf, size));
			} else {
				assert_int_equal(error, 0);
				assert_int_equal(ret_size, written[i].size);
				assert_memory_equal(buf, written[i].bytes, ret_size);
				assert_true(is_untouched(buf + ret_size, size - ret_size));
			}
			free(block);
		}
	}
}

/* Write a value of each size after a value of each size: the padding is correct and zero. */
static void writes_values_of_any_size(void **state)
{
	static const char bytes[] = "0123456789abcdef";
	size_t first, second, i;

	for (first = 0; first <= 9; first++) {
		for (second = 0; second <= 9; second++) {
			const struct lineage_fdt_property properties[] = {
				{ "first", bytes, first },
				{ "second", bytes + 5, second },
				{ "third", bytes, 4 },
			};
			size_t padded_first = (first + 3) / 4 * 4;
			size_t padded_second = (second + 3) / 4 * 4;
			unsigned char *fdt = heap_untouched(FDT_MAX);
			struct answer answer;
			size_t size;

			assert_int_equal(lineage_fdt_write(properties, 3, fdt, FDT_MAX, &size), 0);
			assert_int_equal(size, STRUCTURE_AT + 8 + 3 * 12 + padded_first +
						       padded_second + 4 + 8 + 6 + 7 + 6);
			answer = find(fdt, size, "first");
			assert_int_equal(answer.size, first);
			assert_int_equal(answer.offset, STRUCTURE_AT + 8 + 12);
			assert_memory_equal(fdt + answer.offset, bytes, first);
			for (i = first; i < padded_first; i++)
				assert_int_equal(fdt[answer.offset + i], 0);
			answer = find(fdt, size, "second");
			assert_int_equal(answer.size, second);
			assert_int_equal(answer.offset, STRUCTURE_AT + 8 + 24 + padded_first);
			assert_memory_equal(fdt + answer.offset, bytes + 5, second);
			assert_finds(fdt, size, "third", "0123");
			free(fdt);
		}
	}
}

/* ---- find: the header ---- */

static void rejects_every_truncation(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);
	size_t length;

	assert_finds(fdt, size, "a", "12345");
	assert_finds(fdt, size, "b", "67");
	for (length = 0; length < size; length++) {
		if (length < 4)
			assert_refuses(fdt, length, "a", -EILSEQ, not_an_fdt, 0);
		else if (length < HEADER_SIZE)
			assert_refuses_values(fdt, length, no_header, 0, (uint32_t)length, 40);
		else
			assert_refuses_values(fdt, length, cut, 4, (uint32_t)length,
					      (uint32_t)size);
	}
	put(fdt, 4, 0xffffffff);
	assert_refuses_values(fdt, size, cut, 4, (uint32_t)size, 0xffffffff);
}

/* Bytes after the FDT do not belong to it. */
static void reads_no_further_than_the_fdt(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);

	memset(fdt + size, 0xff, sizeof(fdt) - size);
	assert_finds(fdt, sizeof(fdt), "b", "67");
	put(fdt, 4, size - 1); /* now the last byte of the strings is outside */
	assert_refuses(fdt, sizeof(fdt), "b", -EILSEQ, strings_outside, 12);
}

static void rejects_another_magic(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);

	fdt[3] ^= 1;
	assert_refuses(fdt, size, "a", -EILSEQ, not_an_fdt, 0);
}

static const struct {
	size_t at;
	uint32_t value;
	const char *what; /* NULL: valid */
} versions[] = {
	{ 20, 0, old_version }, { 20, 16, old_version },     { 20, 17, NULL },
	{ 20, 18, NULL },	{ 20, 0xffffffff, NULL },    { 24, 0, NULL },
	{ 24, 17, NULL },	{ 24, 18, version_to_come }, { 24, 0xffffffff, version_to_come },
};

static void knows_its_version(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(versions); i++) {
		unsigned char fdt[FDT_MAX];
		size_t size = make_two(fdt);

		put(fdt, versions[i].at, versions[i].value);
		if (versions[i].what)
			assert_refuses_values(fdt, size, versions[i].what, versions[i].at,
					      versions[i].value, 17);
		else
			assert_finds(fdt, size, "a", "12345");
	}
}

/* Positions of a block in an FDT of 112 bytes: start at @at, size at @size_at. */
static const struct {
	uint32_t start;
	uint32_t size;
	bool fits;
} places[] = {
	{ 0, 40, false },	    { 36, 4, false },	      { 40, 0, true },
	{ 40, 72, true },	    { 40, 73, false },	      { 40, 0xffffffff, false },
	{ 56, 56, true },	    { 56, 57, false },	      { 56, 0xfffffff0, false },
	{ 108, 4, true },	    { 108, 5, false },	      { 112, 0, true },
	{ 112, 1, false },	    { 116, 0, false },	      { 116, 0xfffffffc, false },
	{ 0x80000000, 0, false },   { 0xfffffffc, 4, false }, { 0xfffffffc, 0, false },
	{ 0xfffffffc, 112, false },
};

static void keeps_both_blocks_inside(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);
	size_t i;

	assert_int_equal(size, 112);
	for (i = 0; i < COUNT_OF(places); i++) {
		struct answer answer;

		make_two(fdt);
		put(fdt, 8, places[i].start);
		put(fdt, 36, places[i].size);
		answer = find(fdt, size, "none");
		if (places[i].fits)
			assert_string_not_equal(answer.fault.what, structure_outside);
		else
			assert_refuses(fdt, size, "none", -EILSEQ, structure_outside, 8);

		make_two(fdt);
		put(fdt, 12, places[i].start);
		put(fdt, 32, places[i].size);
		if (places[i].fits)
			assert_refuses(fdt, size, "none", -ENODATA, no_property, 0);
		else
			assert_refuses(fdt, size, "none", -EILSEQ, strings_outside, 12);
	}
}

/* Tags are aligned to 4 bytes; strings are not aligned. */
static void aligns_the_structure_only(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);
	size_t shift;

	for (shift = 1; shift < 4; shift++) {
		size = make_two(fdt);
		put(fdt, 8, STRUCTURE_AT - shift);
		assert_refuses(fdt, size, "a", -EILSEQ, structure_outside, 8);

		size = make_two(fdt);
		memmove(fdt + 108 + shift, fdt + 108, 4);
		put(fdt, 4, size + shift);
		put(fdt, 12, 108 + shift);
		assert_finds(fdt, size + shift, "b", "67");
	}
}

/* ---- find: the structure ---- */

/* Truncate the structure block after each of its bytes; later bytes are not read. */
static void truncates_the_structure_everywhere(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t size = make_two(fdt);
	size_t length;

	for (length = 0; length <= 52; length++) {
		put(fdt, 36, length);
		if (length < 8)
			assert_refuses(fdt, size, "a", -EILSEQ, no_root, 8);
		else if (length < 12)
			assert_refuses(fdt, size, "a", -ENODATA, no_property, 0);
		else if (length < 25)
			assert_refuses(fdt, size, "a", -EILSEQ, property_cut, 8);
		else
			assert_finds(fdt, size, "a", "12345");

		/* The second property starts after the padding of the first one: 28 bytes. */
		if (length < 8)
			assert_refuses(fdt, size, "b", -EILSEQ, no_root, 8);
		else if (length < 12 || (length >= 25 && length < 32))
			assert_refuses(fdt, size, "b", -ENODATA, no_property, 0);
		else if (length < 42)
			assert_refuses(fdt, size, "b", -EILSEQ, property_cut, 8);
		else
			assert_finds(fdt, size, "b", "67");
	}
}

static const struct {
	const char *structure;
	size_t size;
} rootless[] = {
	{ BYTES("") },
	{ BYTES(END) },
	{ BYTES(NOP NOP) },
	{ BYTES(END_NODE END) },
	{ BYTES(PROPERTY("\0", "\0") END) },
	{ BYTES(BEGIN) },
	{ BYTES(NOP BEGIN "\0\0\0") },
	{ BYTES(BEGIN "a\0\0\0" PROPERTY("\0", "\0") END_NODE END) },
	{ BYTES(BEGIN "\1\0\0\0" PROPERTY("\0", "\0") END_NODE END) },
	{ BYTES("\0\0\0\0" ROOT PROPERTY("\0", "\0") END_NODE END) },
	{ BYTES("\1\0\0\1\0\0\0\0" PROPERTY("\0", "\0") END_NODE END) },
};

static void requires_a_root_node_first(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t i;

	for (i = 0; i < COUNT_OF(rootless); i++) {
		size_t size = make_fdt(fdt, rootless[i].structure, rootless[i].size, BYTES("a\0"));

		assert_refuses(fdt, size, "a", -EILSEQ, no_root, 8);
	}
}

/* The strings block: "abc" at 0, "bc" and "c" inside it, "x" at 4, "y" without a NUL. */
static const struct {
	const char *structure;
	size_t size;
	const char *name;
	const char *value; /* NULL: not found */
} found[] = {
	{ BYTES(ROOT END_NODE END), "abc", NULL },
	{ BYTES(ROOT PROPERTY("\0", "\0") END_NODE END), "abc", "" },
	{ BYTES(ROOT PROPERTY("\4", "\0") "1234" END_NODE END), "abc", "1234" },
	{ BYTES(ROOT PROPERTY("\4", "\1") "1234" END_NODE END), "bc", "1234" },
	{ BYTES(ROOT PROPERTY("\4", "\3") "1234" END_NODE END), "", "1234" },
	{ BYTES(ROOT PROPERTY("\4", "\0") "1234" END_NODE END), "ab", NULL },
	{ BYTES(ROOT PROPERTY("\4", "\0") "1234" END_NODE END), "abcd", NULL },
	{ BYTES(ROOT PROPERTY("\4", "\4") "1234" END_NODE END), "x", "1234" },
	/* A name that has no NUL inside the block, or is outside of it, is not found. */
	{ BYTES(ROOT PROPERTY("\4", "\6") "1234" END_NODE END), "y", NULL },
	{ BYTES(ROOT PROPERTY("\4", "\7") "1234" END_NODE END), "", NULL },
	{ BYTES(ROOT PROPERTY("\4", "\10") "1234" END_NODE END), "", NULL },
	{ BYTES(ROOT "\0\0\0\3\0\0\0\4\377\377\377\377"
		     "1234" END_NODE END),
	  "c", NULL },
	{ BYTES(ROOT "\0\0\0\3\0\0\0\4\377\377\377\377"
		     "1234" PROPERTY("\1", "\2") "5" END),
	  "c", "5" },
	/* The first of two properties of one name is found. */
	{ BYTES(ROOT PROPERTY("\1", "\0") "1\0\0\0" PROPERTY("\1", "\0") "2\0\0\0" END_NODE END),
	  "abc", "1" },
	{ BYTES(NOP NOP ROOT NOP PROPERTY("\1", "\0") "1\0\0\0" NOP NOP PROPERTY(
		  "\1", "\4") "2\0\0\0" NOP END_NODE NOP END),
	  "x", "2" },
	{ BYTES(ROOT NOP), "abc", NULL },
	/* Only properties of the root before its first node are found. */
	{ BYTES(ROOT BEGIN "abc\0" PROPERTY("\1", "\0") "1\0\0\0" END_NODE END_NODE END), "abc",
	  NULL },
	{ BYTES(ROOT BEGIN "abc\0" END_NODE PROPERTY("\1", "\0") "1\0\0\0" END_NODE END), "abc",
	  NULL },
	{ BYTES(ROOT END_NODE PROPERTY("\1", "\0") "1\0\0\0" END), "abc", NULL },
	{ BYTES(ROOT END PROPERTY("\1", "\0") "1\0\0\0" END), "abc", NULL },
	{ BYTES(ROOT "\0\0\0\5" PROPERTY("\1", "\0") "1\0\0\0" END), "abc", NULL },
	{ BYTES(ROOT PROPERTY("\1", "\4") "1\0\0\0" BEGIN "n\0\0\0" END_NODE END_NODE END), "x",
	  "1" },
	/* The block may end after a property, even an empty one, and without padding. */
	{ BYTES(ROOT PROPERTY("\0", "\0")), "abc", "" },
	{ BYTES(ROOT PROPERTY("\0", "\0")), "x", NULL },
	{ BYTES(ROOT PROPERTY("\1", "\0") "1"), "abc", "1" },
	{ BYTES(ROOT PROPERTY("\1", "\0") "1"), "x", NULL },
	{ BYTES(ROOT PROPERTY("\1", "\0") "1\0\0\0"), "x", NULL },
};

static void finds_the_roots_properties(void **state)
{
	unsigned char fdt[FDT_MAX];
	size_t i;

	for (i = 0; i < COUNT_OF(found); i++) {
		size_t size = make_fdt(fdt, found[i].structure, found[i].size,
				       BYTES("abc\0x\0y")); /* 7 bytes */

		if (found[i].value)
			assert_finds(fdt, size, found[i].name, found[i].value);
		else
			assert_refuses(fdt, size, found[i].name, -ENODATA, no_property, 0);
	}
}

/* The size of a value is limited by the end of the block; the sum does not wrap. */
static const struct {
	uint32_t size;
	const char *what; /* fault of a search for the next property "b" */
} value_sizes[] = {
	{ 4, NULL },
	{ 5, NULL },
	{ 8, NULL },
	{ 9, no_property }, /* the tag is invalid */
	{ 32, no_property },
	{ 33, property_cut },
	{ 0x7fffffff, property_cut },
	{ 0x80000000, property_cut },
	{ 0xfffffff3, property_cut },
	{ 0xfffffffc, property_cut },
	{ 0xfffffffd, property_cut },
	{ 0xffffffff, property_cut },
};

static void bounds_a_values_size(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(value_sizes); i++) {
		unsigned char fdt[FDT_MAX];
		size_t size = make_two(fdt);
		const char *what = value_sizes[i].what;

		put(fdt, STRUCTURE_AT + 12, value_sizes[i].size);
		if (what == property_cut) {
			assert_refuses(fdt, size, "a", -EILSEQ, what, 8);
			assert_refuses(fdt, size, "b", -EILSEQ, what, 8);
		} else {
			assert_int_equal(find(fdt, size, "a").size, value_sizes[i].size);
		}
		if (value_sizes[i].size == 5 || value_sizes[i].size == 8)
			assert_finds(fdt, size, "b", "67");
		else if (what == no_property)
			assert_refuses(fdt, size, "b", -ENODATA, what, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_first_bytes),
		cmocka_unit_test(writes_these_bytes_where_they_fit),
		cmocka_unit_test(writes_values_of_any_size),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(reads_no_further_than_the_fdt),
		cmocka_unit_test(rejects_another_magic),
		cmocka_unit_test(knows_its_version),
		cmocka_unit_test(keeps_both_blocks_inside),
		cmocka_unit_test(aligns_the_structure_only),
		cmocka_unit_test(truncates_the_structure_everywhere),
		cmocka_unit_test(requires_a_root_node_first),
		cmocka_unit_test(finds_the_roots_properties),
		cmocka_unit_test(bounds_a_values_size),
	};

	return cmocka_run_group_tests_name("fdt", tests, NULL, NULL);
}
