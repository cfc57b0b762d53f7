// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for line marks of /dev/kmsg: the text form is valid, and reading record by record
 * gives the same marks.
 */
#include "fuzz.h"

#include "host/log_marks.h"

static void expect_valid(const char *text)
{
	struct lineage_marks marks;
	char again[LINEAGE_MARKS_SIZE];

	lineage_marks_decode(text, &marks);
	lineage_marks_encode(&marks, again);
	FUZZ_EXPECT(strcmp(text, again) == 0);
	FUZZ_EXPECT(marks.lists[LINEAGE_MARK_CRASH].count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_host_log once = { 0 }, twice = { 0 };
	char *text = fuzz_allocate(size);
	char marks[LINEAGE_MARKS_SIZE], others[LINEAGE_MARKS_SIZE];
	const char *newline;
	size_t first;

	memcpy(text, data, size);
	lineage_host_log_add(&once, text, size);
	lineage_host_log_marks(&once, marks);
	expect_valid(marks);
	newline = memchr(text, '\n', size);
	first = newline ? (size_t)(newline + 1 - text) : size;
	lineage_host_log_add(&twice, text, first);
	lineage_host_log_add(&twice, text + first, size - first);
	lineage_host_log_marks(&twice, others);
	FUZZ_EXPECT(strcmp(marks, others) == 0);
	free(text);
	return 0;
}
