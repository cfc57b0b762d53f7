// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_work.h"

#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ingest_json.h"
#include "ingest_text.h"
#include "cli/common/cleanup.h"
#include "cli/common/output.h"

#define JOBS_MAX 256
/* Maximum size of text kept for one input. A job with more text waits for its turn. */
#define TEXT_MAX (1 << 20)
/* Maximum number of inputs that are read ahead while an earlier input is not complete. */
#define AHEAD_MAX 64
#define PROGRESS_AFTER_S 2.0
#define PROGRESS_EVERY_S 0.5
#define CLEAR_LINE "\r\033[K"

volatile int ingest_was_stopped;

/**
 * struct job - one input that is being read
 * @task: the input
 * @name: its printable name; not owned
 * @stream: buffer for its output
 * @events: number of events found
 * @read: number of bytes of work->bytes that are from this input
 * @host, @boot_id: the last boot that was stored for its crash
 */
struct job {
	struct ingest_work *work;
	struct ingest_task *task;
	const char *name;
	FILE *stream;
	char *text;
	size_t size;
	uint64_t events;
	uint64_t read;
	char host[INTAKE_HOST_SIZE];
	char boot_id[INTAKE_BOOT_ID_SIZE];
};

static struct ingest_task *add_task(struct ingest_work *work, const char *name)
{
	struct ingest_task *tasks =
		reallocarray(work->tasks, work->count + 1, sizeof(*work->tasks));
	struct ingest_task *task;

	if (!tasks)
		return NULL;
	work->tasks = tasks;
	task = &tasks[work->count++];
	*task = (struct ingest_task){ .name = strdup(name) };
	return task->name ? task : NULL;
}

const struct ingest_sosreport *ingest_work_sosreport(const struct ingest_work *work)
{
	return work->sosreport_count > 0 ? work->sosreports[work->sosreport_count - 1] : NULL;
}

int ingest_work_add_sosreport(struct ingest_work *work, const char *path, const char *name)
{
	struct ingest_sosreport **more = reallocarray(work->sosreports, work->sosreport_count + 1,
						      sizeof(*work->sosreports));
	struct ingest_sosreport *sosreport;
	struct ingest_task *task;

	if (!more)
		return -ENOMEM;
	work->sosreports = more;
	sosreport = ingest_sosreport_read(path);
	if (!sosreport)
		return -ENOMEM;
	more[work->sosreport_count++] = sosreport;
	task = add_task(work, name);
	if (task)
		task->sosreport = sosreport;
	return task ? 0 : -ENOMEM;
}

int ingest_work_add(struct ingest_work *work, const struct intake_input *input, const char *host)
{
	struct ingest_task *task = add_task(work, input->name);

	if (!task)
		return -ENOMEM;
	task->sosreport = input->sosreport ? ingest_work_sosreport(work) : NULL;
	task->is_of_report = input->is_of_report;
	task->paths = calloc(input->count, sizeof(*task->paths));
	if (!task->paths)
		return -ENOMEM;
	snprintf(task->host, sizeof(task->host), "%s", host);
	for (; task->count < input->count; task->count++) {
		task->paths[task->count] = strdup(input->paths[task->count]);
		if (!task->paths[task->count])
			return -ENOMEM;
	}
	return 0;
}

void ingest_work_deinit(struct ingest_work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		for (size_t j = 0; j < work->tasks[i].count; j++)
			free(work->tasks[i].paths[j]);
		free(work->tasks[i].paths);
		free(work->tasks[i].text);
		free(work->tasks[i].name);
	}
	free(work->tasks);
	for (size_t i = 0; i < work->sosreport_count; i++)
		ingest_sosreport_destroy(work->sosreports[i]);
	free(work->sosreports);
	work->tasks = NULL;
	work->sosreports = NULL;
	work->sosreport_count = 0;
	work->count = 0;
	ingest_store_close(&work->kept);
	ingest_summary_deinit(&work->summary);
}

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

static bool shows_progress(const struct ingest_work *work)
{
	return isatty(STDERR_FILENO) && seconds_since(&work->start) > PROGRESS_AFTER_S;
}

/* Call with the lock held, before any other output to a terminal. */
static void clear_progress(const struct ingest_work *work)
{
	if (shows_progress(work))
		fputs(CLEAR_LINE, stderr);
}

static void take_progress(void *data, uint64_t bytes)
{
	struct job *job = data;
	struct ingest_work *work = job->work;

	pthread_mutex_lock(&work->lock);
	work->bytes += bytes - job->read;
	job->read = bytes;
	if (shows_progress(work) && seconds_since(&work->shown) > PROGRESS_EVERY_S) {
		clock_gettime(CLOCK_MONOTONIC, &work->shown);
		fprintf(stderr,
			CLEAR_LINE "%s: %" PRIu64 " MB read, %" PRIu64 " boots, %" PRIu64
				   " crashes",
			job->name, work->bytes / 1000000, work->boots, work->crashes);
	}
	pthread_mutex_unlock(&work->lock);
}

static void print_text(struct ingest_work *work, const char *text, size_t size)
{
	if (size == 0)
		return;
	clear_progress(work);
	fwrite(text, 1, size, stdout);
	/* A reader may be waiting for the output. */
	if (work->options.follow)
		fflush(stdout);
}

/* Wait for the turn of the input and print its output so far. Call with the lock held. */
static void print_early(struct job *job)
{
	struct ingest_work *work = job->work;

	while (!work->options.follow && job->task != &work->tasks[work->turn])
		pthread_cond_wait(&work->turn_changed, &work->lock);
	print_text(work, job->text, job->size);
	rewind(job->stream);
}

/* Mark an input as done, and pass the turn to later inputs. Call with the lock held. */
static void pass_turn(struct ingest_work *work, struct ingest_task *task)
{
	task->is_done = true;
	while (work->turn < work->count && work->tasks[work->turn].is_done) {
		struct ingest_task *next = &work->tasks[work->turn++];

		print_text(work, next->text, next->size);
		free(next->text);
		next->text = NULL;
	}
	pthread_cond_broadcast(&work->turn_changed);
}

/* Stop reading: a store that rejects one event would also reject the next. */
static void give_up(struct ingest_work *work)
{
	if (!work->has_store_failed)
		complain("earlier events were saved; fix the problem and rerun. "
			 "Nothing is counted twice.");
	work->has_store_failed = true;
	work->has_failed = true;
	ingest_was_stopped = 1;
}

/* Print an event as one line of JSON, and free @object. */
static void print_event(struct job *job, struct json_object *object)
{
	AUTO_JSON struct json_object *own = object;

	json_add(own, "input", json_text(job->task->name));
	fputs(json_object_to_json_string_ext(own, JSON_C_TO_STRING_SPACED |
							  JSON_C_TO_STRING_NOSLASHESCAPE),
	      job->stream);
	fputc('\n', job->stream);
}

/* Return whether to store events. After a failure, the store is not used again. */
static bool keeps(const struct ingest_work *work)
{
	return work->kept.store && !work->has_store_failed;
}

/*
 * Commit each event of a live input immediately, so that no event is lost if the program is killed.
 */
static void keep_live(struct ingest_work *work)
{
	if (work->is_live && keeps(work) && !ingest_store_commit(&work->kept))
		give_up(work);
}

static void end_event(struct job *job)
{
	keep_live(job->work);
	fflush(job->stream);
	if (job->size > TEXT_MAX || job->work->options.follow)
		print_early(job);
	pthread_mutex_unlock(&job->work->lock);
}

/* Add a boot to the store. Call with the lock held. */
static void keep_boot(const struct job *job, const struct intake_boot *boot)
{
	struct intake_boot completed = *boot;

	if (job->task->is_of_report)
		ingest_sosreport_complete(job->task->sosreport, &completed);
	if (keeps(job->work) && !ingest_store_boot(&job->work->kept, &completed))
		give_up(job->work);
}

/* Store the boot of a crash, if it is not the boot of the crash before it. */
static void keep_boot_of_crash(struct job *job, const struct intake_boot *boot)
{
	if (strcmp(job->host, boot->host) == 0 && strcmp(job->boot_id, boot->boot_id) == 0)
		return;
	snprintf(job->host, sizeof(job->host), "%s", boot->host);
	snprintf(job->boot_id, sizeof(job->boot_id), "%s", boot->boot_id);
	keep_boot(job, boot);
}

/*
 * Only a live input stores a boot when it begins. For other inputs, take_seen() stores it soon, and
 * writing each boot twice would take almost twice as long.
 */
static void take_boot(void *data, const struct intake_boot *boot)
{
	struct job *job = data;
	struct ingest_work *work = job->work;

	job->events++;
	if (work->is_json)
		print_event(job, intake_boot_to_json(boot));
	else
		ingest_text_boot(job->stream, boot);
	pthread_mutex_lock(&work->lock);
	work->boots++;
	work->hostless += work->kept.store && !boot->host[0];
	if (work->is_live)
		keep_boot(job, boot);
	end_event(job);
}

/* Store a boot when its log is complete, with all facts from the log. */
static void take_seen(void *data, const struct intake_boot *boot)
{
	struct job *job = data;
	struct ingest_work *work = job->work;

	pthread_mutex_lock(&work->lock);
	keep_boot(job, boot);
	keep_live(work);
	pthread_mutex_unlock(&work->lock);
}

/* Store a part of a boot, but do not print it: only the store may contain the rest of the boot. */
static void take_part(void *data, const struct intake_boot *boot)
{
	struct job *job = data;
	struct ingest_work *work = job->work;

	pthread_mutex_lock(&work->lock);
	work->talk.parts++;
	if (keeps(work) && !ingest_store_part(&work->kept, boot))
		give_up(work);
	keep_live(work);
	pthread_mutex_unlock(&work->lock);
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct job *job = data;
	struct ingest_work *work = job->work;

	job->events++;
	if (work->is_json)
		print_event(job, intake_crash_to_json(crash));
	else
		ingest_text_crash(job->stream, crash);
	pthread_mutex_lock(&work->lock);
	work->crashes++;
	work->hostless += work->kept.store && !crash->boot->host[0];
	if (!work->is_json)
		ingest_summary_add(&work->summary, crash->title.title);
	if (!work->is_live)
		keep_boot_of_crash(job, crash->boot);
	if (keeps(work) && !ingest_store_crash(&work->kept, crash))
		give_up(work);
	end_event(job);
}

/* Count a finished input. Call with the lock held. */
static void end_job(struct job *job, int error, const struct intake_result *result)
{
	struct ingest_work *work = job->work;

	fclose(job->stream);
	job->task->text = job->text;
	job->task->size = job->size;
	pass_turn(work, job->task);
	if (keeps(work) && !ingest_store_commit_old(&work->kept))
		give_up(work);
	clear_progress(work);
	/* Count the logs of a sosreport, not the sosreport itself. */
	if (job->task->count > 0)
		ingest_talk_input(&work->talk, job->name, job->task->count, job->events, error,
				  result);
	work->has_failed = work->has_failed || work->talk.failed > 0;
	work->bytes += result->bytes > job->read ? result->bytes - job->read : 0;
	work->resume = result->resume;
}

/* Report the boot of a sosreport as an event, unless nothing is known about the boot. */
static int read_sosreport(const struct ingest_sosreport *sosreport,
			  const struct intake_listener *listener, struct intake_result *ret)
{
	*ret = (struct intake_result){ 0 };
	if (sosreport->boot.release[0] || sosreport->boot.has_kernel_id) {
		listener->boot(listener->data, &sosreport->boot);
		listener->seen(listener->data, &sosreport->boot);
	}
	return 0;
}

static int do_task(struct ingest_work *work, struct ingest_task *task)
{
	LINEAGE_AUTO_FREE char *name = printable(task->name);
	struct job job = { .work = work, .task = task, .name = name };
	struct intake_listener listener = { .boot = take_boot,
					    .crash = take_crash,
					    .seen = take_seen,
					    .part = take_part,
					    .data = &job };
	struct intake_input input = { .name = task->name,
				      .paths = (const char *const *)task->paths,
				      .count = task->count };
	struct intake_options options = work->options;
	struct intake_result result;
	int error;

	job.stream = open_memstream(&job.text, &job.size);
	if (!job.stream) {
		pthread_mutex_lock(&work->lock);
		pass_turn(work, task);
		pthread_mutex_unlock(&work->lock);
		return -ENOMEM;
	}
	options.host = task->host;
	options.progress = take_progress;
	options.data = &job;
	if (task->count == 0)
		error = read_sosreport(task->sosreport, &listener, &result);
	else
		error = intake_read_log(&input, &options, &listener, &result);
	pthread_mutex_lock(&work->lock);
	end_job(&job, error, &result);
	pthread_mutex_unlock(&work->lock);
	return error == -ENOMEM ? error : 0;
}

static struct ingest_task *take_task(struct ingest_work *work)
{
	struct ingest_task *task = NULL;

	pthread_mutex_lock(&work->lock);
	while (!work->options.follow && work->next < work->count &&
	       work->next >= work->turn + AHEAD_MAX)
		pthread_cond_wait(&work->turn_changed, &work->lock);
	if (work->next < work->count && !ingest_was_stopped)
		task = &work->tasks[work->next++];
	pthread_mutex_unlock(&work->lock);
	return task;
}

static void *do_tasks(void *data)
{
	struct ingest_work *work = data;
	struct ingest_task *task;

	while ((task = take_task(work)))
		if (do_task(work, task))
			return work; /* a result other than NULL means out of memory */
	return NULL;
}

int ingest_work_run(struct ingest_work *work, unsigned int jobs)
{
	pthread_t threads[JOBS_MAX];
	unsigned int started = 0;
	void *failed = NULL;

	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->turn_changed, NULL);
	clock_gettime(CLOCK_MONOTONIC, &work->start);
	work->shown = work->start;
	if (jobs > work->count)
		jobs = (unsigned int)work->count;
	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	/* This thread also reads inputs. If no other thread can be created, it reads all. */
	while (started + 1 < jobs && pthread_create(&threads[started], NULL, do_tasks, work) == 0)
		started++;
	failed = do_tasks(work);
	for (unsigned int i = 0; i < started; i++) {
		void *result;

		pthread_join(threads[i], &result);
		failed = failed ? failed : result;
	}
	if (keeps(work) && !ingest_store_commit(&work->kept))
		give_up(work);
	clear_progress(work);
	pthread_cond_destroy(&work->turn_changed);
	pthread_mutex_destroy(&work->lock);
	return failed ? -ENOMEM : 0;
}
