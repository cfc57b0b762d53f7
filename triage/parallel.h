/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Divide numbered jobs among threads. */
#ifndef LINEAGE_TRIAGE_PARALLEL_H
#define LINEAGE_TRIAGE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

struct triage_jobs;

/**
 * triage_worker - do jobs until triage_jobs_take() returns false
 * @data: the data of triage_parallel_run(), which all threads share
 *
 * Return: 0 or a negative errno.
 */
typedef int triage_worker(struct triage_jobs *jobs, void *data);

/**
 * triage_parallel_run() - do the jobs 0 to @count - 1, each once
 * @work: called once in each thread. The result of a job must not depend on the order of the jobs.
 *
 * There are at most as many threads as processors. If a thread cannot be created, the others do its
 * jobs. Return: 0, or the error of a worker.
 */
int triage_parallel_run(size_t count, triage_worker *work, void *data);

/** triage_jobs_take() - set @ret to the next job; return false if all were taken, or one failed */
bool triage_jobs_take(struct triage_jobs *jobs, size_t *ret);

#endif /* LINEAGE_TRIAGE_PARALLEL_H */
