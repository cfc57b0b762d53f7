/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one log, from its bytes to events. */
#ifndef LINEAGE_INTAKE_LOG_EVENTS_H
#define LINEAGE_INTAKE_LOG_EVENTS_H

#include "intake/decode/decoder.h"
#include "intake/recognise/event.h"
#include "intake/read/inputs.h"

/**
 * struct intake_fault_count - one kind of bad pieces
 * @count: how many
 * @offset: of the first one
 */
struct intake_fault_count {
	uint64_t count;
	uint64_t offset;
};

/**
 * struct intake_result - how it went
 * @bytes: that were read, decompressed
 * @decoder: what the encoding was taken for; NULL where nothing was read, or it was a vmcore
 * @is_doubtful: no line of its head looks like one of a kernel's
 * @faults: bad pieces, by enum intake_fault
 * @resume: from where a growing file is to be read again: where the boot begins that is the last one
 *	in it; 0 where it is compressed, or no such place is known
 * @error: why reading ended early, one line; empty where it did not
 */
struct intake_result {
	uint64_t bytes;
	const struct intake_decoder *decoder;
	bool is_doubtful;
	struct intake_fault_count faults[INTAKE_FAULTS];
	uint64_t resume;
	char error[256];
};

/**
 * struct intake_options - how to read
 * @decoder: the encoding; NULL to recognise it
 * @host: whose log it is where the log does not tell; may be empty
 * @start: skip so many bytes of a file: the @resume of an earlier reading
 * @follow: go on when the file grows, and in another one that gets its name, until *@stop
 * @stop: set by a signal handler; NULL where nothing stops it
 * @progress: called now and then with the bytes read so far; NULL
 * @data: handed to @progress
 */
struct intake_options {
	const struct intake_decoder *decoder;
	const char *host;
	uint64_t start;
	bool follow;
	const volatile int *stop;
	void (*progress)(void *data, uint64_t bytes);
	void *data;
};

/**
 * intake_read_log() - read one input and tell the listener of its boots and crashes
 * @input: paths to read one after the other; "-" is standard input
 * @ret: how it went, also on failure
 *
 * Return: 0, also where pieces of it were bad; -ENOMEM; the negative errno of opening or reading:
 * what was read until then has been told.
 */
int intake_read_log(const struct intake_input *input, const struct intake_options *options,
		    const struct intake_listener *listener, struct intake_result *ret);

#endif /* LINEAGE_INTAKE_LOG_EVENTS_H */
