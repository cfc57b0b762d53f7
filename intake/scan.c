// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lines of a quiet log have to be looked at? */
#include "scan.h"

#include <errno.h>
#include <hs.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "intake/read/optional.h"

/*
 * Each row of class.c's table, each line that leads up to one and each line that boot_facts.c
 * learns from has one of these in it; tests/unit/intake/test_scan.c holds them against each other.
 *
 * Hyperscan looks for the last bytes of a word first: words end where those are rare in logs, "exec f" and
 * not "exec from: ". That, and few words, made the search twice as fast (tests/bench/bench_intake.py).
 */
static const char *const words[] = {
	/* boots */
	"Linux v",
	"ommand li",
	"exec f",
	"kexec_li",
	"DMI: ",
	"achine mod",
	/* crashes */
	"BUG: ",
	"BUG ",
	"BUG!",
	"WARNING: ",
	"INFO: ",
	"UBSAN: ",
	"unref", /* "unreferenced object" */
	"nable to hand",
	"[#", /* what die() counts: every oops */
	" panic",
	"PANIC: ",
	"Unhand",
	"Insuff", /* "Insufficient stack space" */
	"ernel stack ov",
	"CFI f",
	"CSD l",
	"LOCKUP",
	"unregister_netdevice: w",
	"Busy in",
	"NETDEV W",
	"nobody c",
	"Machine Ch",
	"achine ch",
	"ut of me",
	"Bad mo",
	"slab er",
	"Slab c",
	"Alignment t",
	/* what leads up to one */
	"[ cut h",
	/* journald's JSON writes what is no UTF-8 as numbers: anything may be in there */
	"\"MESSAGE\":[",
	"\"MESSAGE\" : [",
	NULL,
};

#define WORD_COUNT (sizeof(words) / sizeof(*words) - 1)

struct intake_scan {
	hs_scratch_t *scratch;
};

/* The library's functions. */
static struct {
	__typeof__(&hs_valid_platform) valid_platform;
	__typeof__(&hs_compile_lit_multi) compile;
	__typeof__(&hs_free_compile_error) free_error;
	__typeof__(&hs_alloc_scratch) alloc_scratch;
	__typeof__(&hs_scan) scan;
	__typeof__(&hs_free_scratch) free_scratch;
} hs;

/* Compiled once, for all threads: it takes longer than to read a small log. */
static hs_database_t *database;
static int database_error;
static pthread_once_t database_once = PTHREAD_ONCE_INIT;

static bool load_library(void)
{
	const struct intake_symbol symbols[] = {
		{ "hs_valid_platform", &hs.valid_platform },
		{ "hs_compile_lit_multi", &hs.compile },
		{ "hs_free_compile_error", &hs.free_error },
		{ "hs_alloc_scratch", &hs.alloc_scratch },
		{ "hs_scan", &hs.scan },
		{ "hs_free_scratch", &hs.free_scratch },
	};

	return intake_optional_load(HS_SONAME, symbols, sizeof(symbols) / sizeof(*symbols));
}

const char *const *intake_scan_words(void)
{
	return words;
}

static void make_database(void)
{
	hs_compile_error_t *error = NULL;
	unsigned int flags[WORD_COUNT] = { 0 };
	unsigned int ids[WORD_COUNT];
	size_t lengths[WORD_COUNT];

	if (!load_library() || hs.valid_platform() != HS_SUCCESS) {
		database_error = -ENOTSUP;
		return;
	}
	for (size_t i = 0; i < WORD_COUNT; i++) {
		ids[i] = (unsigned int)i;
		lengths[i] = strlen(words[i]);
	}
	if (hs.compile(words, flags, ids, lengths, WORD_COUNT, HS_MODE_BLOCK, NULL, &database,
		       &error) != HS_SUCCESS) {
		hs.free_error(error);
		database_error = -ENOMEM;
	}
}

int intake_scan_create(struct intake_scan **ret)
{
	struct intake_scan *scan;

	pthread_once(&database_once, make_database);
	if (database_error)
		return database_error;
	scan = calloc(1, sizeof(*scan));
	if (!scan || hs.alloc_scratch(database, &scan->scratch) != HS_SUCCESS) {
		free(scan);
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

/* Anything but 0 ends the scan. */
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

	hs.scan(database, bytes, (unsigned int)length, 0, scan->scratch, take_match, &found);
	return found.count;
}

void intake_scan_destroy(struct intake_scan *scan)
{
	if (!scan)
		return;
	hs.free_scratch(scan->scratch);
	free(scan);
}
