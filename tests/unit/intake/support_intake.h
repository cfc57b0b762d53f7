/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a decoder make of an input, as one text to compare?
 *
 * A record is a line
 *	HOST BOOT RELEASE SEQUENCE UPTIME TIME CONTEXT LEVEL OFFSET|TEXT
 * with "-" for what is not told, a "u" behind the level where user space wrote it, and a fault a
 * line "!NAME OFFSET". Bytes that do not print are \xNN.
 */
#ifndef LINEAGE_TESTS_SUPPORT_INTAKE_H
#define LINEAGE_TESTS_SUPPORT_INTAKE_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "intake/decode/decoder.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** struct collected - what a sink got; free() its text */
struct collected {
	char *text;
	size_t length;
	size_t room;
	size_t records;
	size_t faults[INTAKE_FAULTS];
};

/** collect() - a sink into @collected, which is zeroed */
struct intake_sink collect(struct collected *collected);

/** decode_in() - all of an input, cut into pieces of @piece bytes, but the first of @first */
struct collected decode_in(const struct intake_decoder *decoder, const char *input, size_t length,
			   size_t first, size_t piece);

/** expect_bytes() - it makes that of it, however the input is cut */
void expect_bytes(const struct intake_decoder *decoder, const char *input, size_t length,
		  const char *text);

/** expect() - the same for a string */
void expect(const struct intake_decoder *decoder, const char *input, const char *text);

#endif /* LINEAGE_TESTS_SUPPORT_INTAKE_H */
