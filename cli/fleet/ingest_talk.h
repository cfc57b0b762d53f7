/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages about what was read: one line at the end, and a line for each problem of a file with
 * --verbose. Only files that could not be read, or not to their end, are named without it.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_TALK_H
#define LINEAGE_CLI_FLEET_INGEST_TALK_H

#include "intake/log_events.h"

/**
 * struct ingest_talk - what was read so far
 * @is_verbose: print the problems of each file
 * @files: number of files, parts of logs included
 * @logs: number of inputs; a log with its parts is one
 * @skipped: number of inputs without any kernel log
 * @empty: number of those that have no bytes
 * @without_message: number of JSON objects in them that have no known message field
 * @invalid: number of inputs with parts that were not understood
 * @failed: number of inputs and folders that could not be read, or not to their end
 * @parts: number of boots of which neither the first lines nor a crash was read
 */
struct ingest_talk {
	bool is_verbose;
	uint64_t files;
	uint64_t logs;
	uint64_t skipped;
	uint64_t empty;
	uint64_t without_message;
	uint64_t invalid;
	uint64_t failed;
	uint64_t parts;
};

/** ingest_talk_failure() - report a path that could not be read; @why: one line */
void ingest_talk_failure(struct ingest_talk *talk, const char *path, const char *why);

/**
 * ingest_talk_input() - count an input, and report its problems
 * @name: printable name
 * @files: number of files of the input
 * @events: number of boots and crashes in it
 * @error: result of reading it
 */
void ingest_talk_input(struct ingest_talk *talk, const char *name, size_t files, uint64_t events,
		       int error, const struct intake_result *result);

/**
 * ingest_talk_end() - print the summary
 * @events: number of boots and crashes in all inputs
 *
 * A single log without problems needs none, unless nothing was found.
 */
void ingest_talk_end(const struct ingest_talk *talk, uint64_t events);

#endif /* LINEAGE_CLI_FLEET_INGEST_TALK_H */
