/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Helpers for all fuzz targets: a check, and an allocation of exact size. */
#ifndef LINEAGE_TESTS_FUZZ_H
#define LINEAGE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer keeps the input of a run that aborts. */
#define FUZZ_EXPECT(condition)                                                           \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, \
				#condition);                                             \
			abort();                                                         \
		}                                                                        \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Allocate exactly @size bytes on the heap, so that AddressSanitizer sees every overrun. */
static inline void *fuzz_allocate(size_t size)
{
	void *block = malloc(size > 0 ? size : 1);

	FUZZ_EXPECT(block);
	return block;
}

/* Copy the input as a NUL-terminated text, on the heap. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = fuzz_allocate(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif /* LINEAGE_TESTS_FUZZ_H */
