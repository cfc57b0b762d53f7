/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of many logs in parallel.
 *
 * Each thread takes the next input and reads it to its end. The output is printed in the order of
 * the inputs. The store has one writer at a time.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_WORK_H
#define LINEAGE_CLI_FLEET_INGEST_WORK_H

#include <pthread.h>

#include "intake/log_events.h"
#include "ingest_sosreport.h"
#include "ingest_store.h"
#include "ingest_summary.h"
#include "ingest_talk.h"

/**
 * struct ingest_task - a copy of an input
 * @name: name for messages
 * @paths: array of @count paths; empty for a sosreport itself
 * @host: host of records that do not name a host; empty if unknown
 * @sosreport: the sosreport that contains the input, or NULL
 * @is_of_report: the log covers only the boot in which the sosreport was made
 * @is_done: the input was read
 * @text: output that is not printed yet, @size bytes
 */
struct ingest_task {
	char *name;
	char **paths;
	size_t count;
	char host[INTAKE_HOST_SIZE];
	const struct ingest_sosreport *sosreport;
	bool is_of_report;
	bool is_done;
	char *text;
	size_t size;
};

/**
 * struct ingest_work - all inputs, and the results so far
 * @is_json: print events as JSON
 * @options: how to read
 * @kept: the store for events
 * @tasks: array of @count inputs
 * @sosreports: array of @sosreport_count reports, in the order in which they were found
 * @next: the first input that no thread has taken
 * @turn: the first input whose output is not complete
 * @turn_changed: signalled when @turn changes
 * @boots: number of boots found
 * @crashes: number of crashes found
 * @hostless: number of boots and crashes that are not stored because their host is unknown
 * @summary: crashes by title
 * @talk: counters for the messages about the inputs
 * @is_live: an input may still grow while it is read (--follow or a pipe)
 * @has_store_failed: the store has failed and is no longer used
 * @has_failed: something could not be read or stored
 * @resume: position at which the next run continues in the last input
 * @lock: protects stdout, stderr and the members above that change during a run
 * @start: start of the run, by CLOCK_MONOTONIC
 * @shown: time of the last progress report
 * @bytes: number of bytes read so far
 */
struct ingest_work {
	bool is_json;
	struct intake_options options;
	struct ingest_store kept;
	struct ingest_task *tasks;
	size_t count;
	struct ingest_sosreport **sosreports;
	size_t sosreport_count;
	size_t next;
	size_t turn;
	pthread_cond_t turn_changed;
	uint64_t boots;
	uint64_t crashes;
	uint64_t hostless;
	struct ingest_summary summary;
	struct ingest_talk talk;
	bool is_live;
	bool has_store_failed;
	bool has_failed;
	uint64_t resume;
	pthread_mutex_t lock;
	struct timespec start;
	struct timespec shown;
	uint64_t bytes;
};

/* Set by a signal or after the store has failed. All readers then stop. */
extern volatile int ingest_was_stopped;

/*
 * Add a copy of an input; @host as in struct ingest_task. An input that is part of a sosreport
 * belongs to the last sosreport added. Return 0 or -ENOMEM.
 */
int ingest_work_add(struct ingest_work *work, const struct intake_input *input, const char *host);

/* Add a sosreport itself, before its logs, with its name for messages; return 0 or -ENOMEM. */
int ingest_work_add_sosreport(struct ingest_work *work, const char *path, const char *name);

/* Return the last sosreport added, or NULL. */
const struct ingest_sosreport *ingest_work_sosreport(const struct ingest_work *work);

/* Read all inputs with @jobs threads; return 0 or a negative errno. */
int ingest_work_run(struct ingest_work *work, unsigned int jobs);

/* Free the tasks and the summary, and close the store. */
void ingest_work_deinit(struct ingest_work *work);

/* Free the work at the end of the scope. Initialise the variable in its declaration. */
#define INGEST_AUTO_WORK __attribute__((cleanup(ingest_work_deinit))) struct ingest_work

#endif /* LINEAGE_CLI_FLEET_INGEST_WORK_H */
