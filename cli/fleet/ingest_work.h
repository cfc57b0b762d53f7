/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How are many logs read at a time?
 *
 * Each thread takes the next input and reads it from its start to its end. What is told of the inputs is
 * printed in their order, whoever was faster; the store has one writer at a time.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_WORK_H
#define LINEAGE_CLI_FLEET_INGEST_WORK_H

#include <pthread.h>

#include "intake/log_events.h"
#include "ingest_store.h"
#include "ingest_summary.h"

/**
 * struct ingest_task - an input, a copy
 * @name: for people
 * @paths: @count of them
 * @is_done: it was read
 * @text: what it told, @size bytes, until that is printed
 */
struct ingest_task {
	char *name;
	char **paths;
	size_t count;
	bool is_done;
	char *text;
	size_t size;
};

/**
 * struct ingest_work - what there is to do, and what came of it
 * @is_json: print events as JSON
 * @options: how to read
 * @kept: where events are kept
 * @tasks: @count inputs
 * @next: the first one that nobody has taken
 * @turn: the first one that is not printed to its end
 * @turn_changed: that it is another one
 * @boots: how many were told
 * @crashes: how many were told
 * @summary: crashes by title
 * @is_live: what is read comes in as it happens
 * @has_store_failed: nothing is kept any more
 * @has_failed: something could not be read, or kept
 * @resume: of the last input: from where it is to be read again
 * @lock: of all above that changes, and of stdout and stderr
 * @start: when it began, by CLOCK_MONOTONIC
 * @shown: when progress was shown last
 * @bytes: that were read of inputs that are done
 */
struct ingest_work {
	bool is_json;
	struct intake_options options;
	struct ingest_store kept;
	struct ingest_task *tasks;
	size_t count;
	size_t next;
	size_t turn;
	pthread_cond_t turn_changed;
	uint64_t boots;
	uint64_t crashes;
	struct ingest_summary summary;
	bool is_live;
	bool has_store_failed;
	bool has_failed;
	uint64_t resume;
	pthread_mutex_t lock;
	struct timespec start;
	struct timespec shown;
	uint64_t bytes;
};

/* Set by a signal, or where going on makes no sense: whoever reads stops. */
extern volatile int ingest_was_stopped;

/* One more input, which is copied; 0 or -ENOMEM. */
int ingest_work_add(struct ingest_work *work, const struct intake_input *input);

/* Read them all, @jobs at a time; 0 or a negative errno. */
int ingest_work_run(struct ingest_work *work, unsigned int jobs);

/* Free the tasks and the summary, and close the store. */
void ingest_work_deinit(struct ingest_work *work);

/* Deinitialised at the end of the scope; initialise the variable where it is declared. */
#define INGEST_AUTO_WORK __attribute__((cleanup(ingest_work_deinit))) struct ingest_work

#endif /* LINEAGE_CLI_FLEET_INGEST_WORK_H */
