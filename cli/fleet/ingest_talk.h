/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages about the inputs that were read: a summary line at the end and, with --verbose, one line
 * for each problem. Without --verbose, only files that could not be read completely are named.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_TALK_H
#define LINEAGE_CLI_FLEET_INGEST_TALK_H

#include "intake/log_events.h"

/**
 * struct ingest_talk - counters for the summary
 * @is_verbose: print the problems of each file
 * @files: number of files, including each part of a rotated log
 * @logs: number of inputs; a rotated log with all its parts is one input
 * @skipped: number of inputs that contain no kernel log
 * @empty: number of skipped inputs that are empty
 * @databases: number of skipped inputs that are files of an SQLite database
 * @without_message: number of JSON objects without a known message field in skipped inputs
 * @invalid: number of inputs with invalid lines
 * @failed: number of inputs and folders that could not be read completely
 * @parts: number of boots for which neither the first lines nor a crash was read
 */
struct ingest_talk {
	bool is_verbose;
	uint64_t files;
	uint64_t logs;
	uint64_t skipped;
	uint64_t empty;
	uint64_t databases;
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
 * @events: number of boots and crashes in the input
 * @error: result of reading the input
 */
void ingest_talk_input(struct ingest_talk *talk, const char *name, size_t files, uint64_t events,
		       int error, const struct intake_result *result);

/**
 * ingest_talk_end() - print the summary
 * @events: number of boots and crashes in all inputs
 *
 * Print nothing for a single log without problems, unless it has no events.
 */
void ingest_talk_end(const struct ingest_talk *talk, uint64_t events);

#endif /* LINEAGE_CLI_FLEET_INGEST_TALK_H */
