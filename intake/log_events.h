/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reader of one log: converts its bytes to events. */
#ifndef LINEAGE_INTAKE_LOG_EVENTS_H
#define LINEAGE_INTAKE_LOG_EVENTS_H

#include "intake/decode/decoder.h"
#include "intake/recognise/event.h"
#include "intake/read/inputs.h"

/**
 * struct intake_fault_count - counter of one fault
 * @count: number of occurrences
 * @offset: offset of the first occurrence
 */
struct intake_fault_count {
	uint64_t count;
	uint64_t offset;
};

/**
 * struct intake_result - result of reading one input
 * @bytes: number of bytes read, decompressed
 * @decoder: the encoding that was detected; NULL if nothing was read or the input was a vmcore
 * @records: number of records of the kernel that were decoded; skipped lines are not counted
 * @is_doubtful: no line in the first INTAKE_HEAD_SIZE bytes looks like a line of a kernel log
 * @is_database: a file of the input is part of an SQLite database, and was not read
 * @faults: counters by enum intake_fault
 * @resume: offset of the last boot, at which to continue reading a growing file; 0 if the file is
 *	compressed or the offset is unknown
 * @error: the reason if reading ended early, as one line; otherwise empty
 */
struct intake_result {
	uint64_t bytes;
	const struct intake_decoder *decoder;
	uint64_t records;
	bool is_doubtful;
	bool is_database;
	struct intake_fault_count faults[INTAKE_FAULTS];
	uint64_t resume;
	char error[256];
};

/**
 * struct intake_options - how to read
 * @decoder: the encoding; NULL to detect it
 * @fields: JSON field names given by the user; zeroed for the known names
 * @host: the host if the log does not name its host; may be empty
 * @start: number of bytes to skip: @resume of an earlier run
 * @infers_nothing: report only lineages that lines of the log state
 *	(intake_recogniser_infer_nothing())
 * @follow: keep reading when the file grows or a new file replaces it, until *@stop is set
 * @stop: set by a signal handler; may be NULL
 * @progress: called regularly with the number of bytes read; may be NULL
 * @data: passed to @progress
 */
struct intake_options {
	const struct intake_decoder *decoder;
	struct intake_field_names fields;
	const char *host;
	uint64_t start;
	bool infers_nothing;
	bool follow;
	const volatile int *stop;
	void (*progress)(void *data, uint64_t bytes);
	void *data;
};

/**
 * intake_read_log() - read one input and report its boots and crashes to the listener
 * @input: paths to read in order; "-" is standard input
 * @ret: the result, also set on failure
 *
 * Return: 0, also if parts of the input are invalid; -ENOMEM; the negative errno of opening or
 * reading. Events found before a failure have been reported.
 */
int intake_read_log(const struct intake_input *input, const struct intake_options *options,
		    const struct intake_listener *listener, struct intake_result *ret);

#endif /* LINEAGE_INTAKE_LOG_EVENTS_H */
