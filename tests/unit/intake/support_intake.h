/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Format the output of a decoder as one text for comparison.
 *
 * A record is a line
 *	HOST BOOT RELEASE SEQUENCE UPTIME TIME CONTEXT LEVEL OFFSET|TEXT
 * with "-" for unknown values and a "u" after the level if user space wrote it. A fault is a line
 * "!NAME OFFSET". Bytes that are not printable are written as \xNN.
 */
#ifndef LINEAGE_TESTS_SUPPORT_INTAKE_H
#define LINEAGE_TESTS_SUPPORT_INTAKE_H

/* cmocka.h needs these headers first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "intake/decode/decoder.h"
#include "intake/recognise/event.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** struct collected - the output of a sink; free() its text */
struct collected {
	char *text;
	size_t length;
	size_t room;
	size_t records;
	size_t faults[INTAKE_FAULTS];
};

/** struct printed - a text that print_text() extends, for comparison; zeroed at first */
struct printed {
	char text[65536];
	size_t length;
};

/** print_text() - append to the text; a text that does not fit fails the test */
__attribute__((format(printf, 2, 3))) void print_text(struct printed *printed, const char *format,
						      ...);

/** print_crash() - append the title and the effects of a crash, and end the line */
void print_crash(struct printed *printed, const struct intake_crash *crash);

/** collect() - return a sink that writes to @collected, which is zeroed */
struct intake_sink collect(struct collected *collected);

/** decode_in() - decode an input: a piece of @first bytes, then pieces of @piece bytes */
struct collected decode_in(const struct intake_decoder *decoder, const char *input, size_t length,
			   size_t first, size_t piece);

/** expect_bytes() - check the output for an input, for all ways to split it */
void expect_bytes(const struct intake_decoder *decoder, const char *input, size_t length,
		  const char *text);

/** expect() - check the output for a string */
void expect(const struct intake_decoder *decoder, const char *input, const char *text);

#endif /* LINEAGE_TESTS_SUPPORT_INTAKE_H */
