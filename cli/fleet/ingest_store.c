// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_store.h"

#include <json.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "intake/recognise/event.h"
#include "ingest_json.h"
#include "store/store.h"
#include "cli/common/output.h"

#define BATCH_S 2 /* so old a batch is written when an input has been read */

static_assert(INTAKE_HARDWARE_SIZE - 1 <= STORE_LABEL_MAX, "hardware is a label");

static bool fail(struct ingest_store *ingest)
{
	complain("%s", store_error(ingest->store));
	return false;
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

bool ingest_store_open(struct ingest_store *ingest, const char *url)
{
	int error = store_open(url, STORE_WRITE, &ingest->store);

	if (!error)
		return true;
	complain("%s", ingest->store ? store_error(ingest->store) : strerror(-error));
	ingest_store_close(ingest);
	return false;
}

/* Before each addition: begins a batch, or ends a full one and begins the next. */
static bool make_room(struct ingest_store *ingest)
{
	if (ingest->pending == store_batch_max(ingest->store) && !ingest_store_commit(ingest))
		return false;
	if (ingest->pending++ > 0)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &ingest->begun);
	return store_begin_batch(ingest->store) == 0 || fail(ingest);
}

bool ingest_store_commit_old(struct ingest_store *ingest)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ingest->pending == 0 || now.tv_sec - ingest->begun.tv_sec < BATCH_S ||
	       ingest_store_commit(ingest);
}

bool ingest_store_commit(struct ingest_store *ingest)
{
	ingest->pending = 0;
	return store_end_batch(ingest->store) == 0 || fail(ingest);
}

bool ingest_store_boot(struct ingest_store *ingest, const struct intake_boot *event)
{
	struct json_object *chain = intake_chain_to_json(event);
	struct store_boot boot = {
		.host = event->host,
		.boot_id = event->boot_id,
		.has_time = event->has_time,
		.time = event->time,
		.release = or_null(event->release),
		.build = or_null(event->build),
		.boot = event->boot,
		.previous_release = event->has_previous ? event->previous_release : NULL,
		.has_count = event->has_count,
		.kexec_count = event->kexec_count,
		.chain_is_complete = event->chain_is_complete,
		.stamp = or_null(event->stamp),
		.label = ingest->label ? ingest->label : event->hardware,
		.end = STORE_END_UNKNOWN,
	};
	enum store_end before;
	bool is_kept;

	if (!event->host[0]) {
		ingest->hostless++;
		json_object_put(chain);
		return true;
	}
	if (json_object_array_length(chain) > 0)
		boot.chain = json_object_to_json_string_ext(chain, JSON_C_TO_STRING_PLAIN);
	is_kept = make_room(ingest) &&
		  (store_add_boot(ingest->store, &boot, &before) == 0 || fail(ingest));
	json_object_put(chain);
	return is_kept;
}

/* One function a line. */
static char *join_frames(const struct intake_title *title)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < title->frame_count; i++)
		fprintf(stream, "%s%s", i > 0 ? "\n" : "", title->frames[i]);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

bool ingest_store_crash(struct ingest_store *ingest, const struct intake_crash *event)
{
	const struct intake_title *title = &event->title;
	LINEAGE_AUTO_FREE char *frames = join_frames(title);
	struct store_crash crash = {
		.host = event->boot->host,
		.boot_id = event->boot->boot_id,
		.has_time = event->has_time,
		.time = event->time,
		.has_uptime = event->has_uptime,
		.uptime_us = (int64_t)event->uptime_us,
		.title = title->title,
		.type = title->type,
		.frame = or_null(title->frame),
		.module = or_null(title->module),
		.frames = title->frame_count > 0 ? frames : NULL,
		.signature = title->signature,
	};
	bool is_new;

	if (!event->boot->host[0]) {
		ingest->hostless++;
		return true;
	}
	return make_room(ingest) &&
	       (store_add_crash(ingest->store, &crash, &is_new) == 0 || fail(ingest));
}

void ingest_store_close(struct ingest_store *ingest)
{
	store_close(ingest->store);
	ingest->store = NULL;
}
