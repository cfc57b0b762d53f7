// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that the build id is found among ELF notes, and that no byte after their end is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/notes.h"

#define UNTOUCHED "untouched"

/* Notes under construction. All numbers are in the byte order of the machine. */
struct notes {
	unsigned char bytes[512];
	size_t size;
};

static void add_padded(struct notes *notes, const void *bytes, size_t size)
{
	memcpy(notes->bytes + notes->size, bytes, size);
	notes->size += (size + 3) & ~(size_t)3;
}

static void add_note(struct notes *notes, const char *name, size_t name_size, uint32_t type,
		     const void *content, size_t size)
{
	uint32_t header[] = { (uint32_t)name_size, (uint32_t)size, type };

	add_padded(notes, header, sizeof(header));
	add_padded(notes, name, name_size);
	add_padded(notes, content, size);
}

/* Copy the notes to the heap with their exact size, so that a sanitizer sees every overrun. */
static void expect(const struct notes *notes, int error, const char *id)
{
	char found[LINEAGE_HOST_BUILD_ID_SIZE] = UNTOUCHED;
	void *exact = malloc(notes->size);

	memcpy(exact, notes->bytes, notes->size);
	assert_int_equal(lineage_host_notes_find_build_id(exact, notes->size, found), error);
	assert_string_equal(found, error ? UNTOUCHED : id);
	free(exact);
}

static void test_found(void **state)
{
	struct notes notes = { 0 };

	add_note(&notes, "Xen", 4, 6, "linux", 5);
	add_note(&notes, "", 0, 3, "", 0);
	add_note(&notes, "GNU", 4, 1, "abi", 3);
	add_note(&notes, "GNU", 4, 3, "\x00\x1f\xf0", 3);
	add_note(&notes, "GNU", 4, 3, "\xff", 1);
	expect(&notes, 0, "001ff0");
}

static void test_lengths(void **state)
{
	static const unsigned char bytes[65];
	struct notes notes = { 0 };
	char id[LINEAGE_HOST_BUILD_ID_SIZE];

	memset(id, '0', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	add_note(&notes, "GNU", 4, 3, bytes, 64);
	expect(&notes, 0, id);
	notes = (struct notes){ 0 };
	add_note(&notes, "GNU", 4, 3, bytes, 65);
	expect(&notes, -ENODATA, NULL);
	notes = (struct notes){ 0 };
	add_note(&notes, "GNU", 4, 3, bytes, 0);
	expect(&notes, -ENODATA, NULL);
}

static void test_none(void **state)
{
	struct notes notes = { 0 };

	expect(&notes, -ENODATA, NULL);
	add_note(&notes, "GNU", 3, 3, "abc", 3);
	add_note(&notes, "GNX", 4, 3, "abc", 3);
	expect(&notes, -ENODATA, NULL);
	notes.size += 11; /* too short for another header */
	expect(&notes, -ENODATA, NULL);
}

static void test_cut(void **state)
{
	struct notes notes = { 0 };
	size_t whole;

	add_note(&notes, "GNU", 4, 3, "abcde", 5);
	whole = notes.size;
	for (notes.size = 12; notes.size < whole; notes.size++)
		expect(&notes, -EILSEQ, NULL);
	expect(&notes, 0, "6162636465");
}

static void test_huge(void **state)
{
	static const uint32_t sizes[][2] = {
		{ UINT32_MAX, 0 }, { 0, UINT32_MAX }, { UINT32_MAX, UINT32_MAX }, { 5, 0 }, { 0, 5 }
	};
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t header[] = { sizes[i][0], sizes[i][1], 3, 0 };
		struct notes notes = { 0 };

		add_padded(&notes, header, sizeof(header));
		expect(&notes, -EILSEQ, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_none),  cmocka_unit_test(test_cut),
		cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
