// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Search for the words of scan.h with AVX2 or AVX-512; without both with Hyperscan, or with
 * Vectorscan on CPUs other than x86.
 */
#include "scan.h"

#include <errno.h>
#include <hs.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scan_vector.h"

#define WORDS_MAX 64

/* @vector: if NULL, Hyperscan searches, with @scratch */
struct intake_scan {
	intake_scan_vector *vector;
	hs_scratch_t *scratch;
};

/* All threads share one database, because compiling it takes longer than reading a small log. */
static hs_database_t *database;
static int database_error;
static pthread_once_t database_once = PTHREAD_ONCE_INIT;

static void make_database(void)
{
	const char *const *words = intake_scan_words();
	hs_compile_error_t *error = NULL;
	unsigned int flags[WORDS_MAX] = { 0 };
	unsigned int ids[WORDS_MAX];
	size_t lengths[WORDS_MAX];
	unsigned int count;

	if (hs_valid_platform() != HS_SUCCESS) {
		database_error = -ENOTSUP;
		return;
	}
	for (count = 0; count < WORDS_MAX && words[count]; count++) {
		ids[count] = count;
		lengths[count] = strlen(words[count]);
	}
	if (hs_compile_lit_multi(words, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &database,
				 &error) != HS_SUCCESS) {
		hs_free_compile_error(error);
		database_error = -ENOMEM;
	}
}

int intake_scan_create(struct intake_scan **ret)
{
	intake_scan_vector *vector = intake_scan_vector_get(0);
	struct intake_scan *scan;

	if (!vector)
		return intake_scan_create_hyperscan(ret);
	scan = calloc(1, sizeof(*scan));
	if (!scan)
		return -ENOMEM;
	scan->vector = vector;
	*ret = scan;
	return 0;
}

int intake_scan_create_hyperscan(struct intake_scan **ret)
{
	struct intake_scan *scan;

	pthread_once(&database_once, make_database);
	if (database_error)
		return database_error;
	scan = calloc(1, sizeof(*scan));
	if (!scan || hs_alloc_scratch(database, &scan->scratch) != HS_SUCCESS) {
		intake_scan_destroy(scan);
		return -ENOMEM;
	}
	*ret = scan;
	return 0;
}

struct found {
	size_t *ends;
	size_t count;
	size_t max;
};

/* Store the end of a match. Return a value other than 0 to end the scan. */
static int take_match(unsigned int id, unsigned long long from, unsigned long long to,
		      unsigned int flags, void *data)
{
	struct found *found = data;

	found->ends[found->count++] = (size_t)to;
	return found->count == found->max;
}

size_t intake_scan_find(struct intake_scan *scan, const char *bytes, size_t length, size_t *ret,
			size_t count)
{
	struct found found = { .ends = ret, .max = count };

	if (scan->vector)
		return scan->vector(bytes, length, ret, count);
	hs_scan(database, bytes, (unsigned int)length, 0, scan->scratch, take_match, &found);
	return found.count;
}

void intake_scan_destroy(struct intake_scan *scan)
{
	if (!scan)
		return;
	hs_free_scratch(scan->scratch);
	free(scan);
}
