// SPDX-License-Identifier: GPL-2.0-or-later
#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS_MAX 8

/**
 * struct triage_jobs - jobs that several threads do
 * @next: the next job; it can exceed @count
 * @error: the error of a worker, or 0
 */
struct triage_jobs {
	triage_worker *work;
	void *data;
	size_t count;
	atomic_size_t next;
	atomic_int error;
};

bool triage_jobs_take(struct triage_jobs *jobs, size_t *ret)
{
	if (atomic_load(&jobs->error))
		return false;
	*ret = atomic_fetch_add(&jobs->next, 1);
	return *ret < jobs->count;
}

static void *run(void *data)
{
	struct triage_jobs *jobs = data;
	int error = jobs->work(jobs, jobs->data);

	if (error)
		atomic_store(&jobs->error, error);
	return NULL;
}

int triage_parallel_run(size_t count, triage_worker *work, void *data)
{
	struct triage_jobs jobs = { .work = work, .data = data, .count = count };
	pthread_t threads[THREADS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = cpus > THREADS_MAX ? THREADS_MAX : cpus > 1 ? (size_t)cpus : 1;
	size_t created = 0;

	if (wanted > count)
		wanted = count;
	while (created + 1 < wanted && pthread_create(&threads[created], NULL, run, &jobs) == 0)
		created++;
	run(&jobs);
	while (created > 0)
		pthread_join(threads[--created], NULL);
	return atomic_load(&jobs.error);
}
