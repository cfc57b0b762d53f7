// SPDX-License-Identifier: GPL-2.0-or-later
#include "rows_of_event.h"

#include <stdio.h>
#include <string.h>

#include "encoding.h"
#include "excerpt.h"
#include "intake/recognise/event.h"

static_assert(INTAKE_HARDWARE_SIZE - 1 <= STORE_LABEL_MAX, "hardware must fit into a label");

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

/*
 * A boot whose kexec failed has the id of its own lost kexec as an alias: the machine may have
 * recorded that this boot starts a kexec.
 */
static void find_aliases(const struct intake_boot *event, char *ret, size_t size)
{
	bool is_part = strncmp(event->boot_id, STORE_PART_PREFIX, strlen(STORE_PART_PREFIX)) == 0;
	const char *const words[][2] = {
		{ STORE_SHORT_ID_PREFIX, event->short_id },
		{ "", event->lost_id },
		{ LINEAGE_LOST_PREFIX, event->has_failed_kexec && !is_part ? event->boot_id : "" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t length = strlen(ret);

		if (words[i][1][0])
			snprintf(ret + length, size - length, "%s%s%s", length > 0 ? " " : "",
				 words[i][0], words[i][1]);
	}
}

int store_boot_of_event(const struct intake_boot *event, const char *label,
			struct store_boot_row *ret)
{
	static const enum store_end ends[] = {
		[INTAKE_END_UNKNOWN] = STORE_END_UNKNOWN, [INTAKE_END_CLEAN] = STORE_END_CLEAN,
		[INTAKE_END_KEXEC] = STORE_END_KEXEC,	  [INTAKE_END_CRASH] = STORE_END_CRASH,
		[INTAKE_END_LOST] = STORE_END_LOST,
	};
	char *chain;
	size_t length = event->has_previous ? event->chain_length : 0;
	int error = store_chain_encode(event->chain, length, &chain);

	if (error)
		return error;
	*ret = (struct store_boot_row){ .chain = chain };
	lineage_marks_encode(&event->marks, ret->marks);
	find_aliases(event, ret->aliases, sizeof(ret->aliases));
	ret->boot = (struct store_boot){
		.host = event->host,
		.boot_id = event->boot_id,
		.has_kernel_id = event->has_kernel_id,
		.aliases = or_null(ret->aliases),
		.machine_id = or_null(event->machine_id),
		.marks = or_null(ret->marks),
		.has_time = event->has_start,
		.time = event->start,
		.time_source = event->has_start ? "log" : NULL,
		.has_wall_start = event->has_wall_start,
		.wall_start = event->wall_start,
		.has_last_uptime = event->has_last_uptime,
		.last_uptime_us = (int64_t)event->last_uptime_us,
		.has_last_seen = event->has_last_seen,
		.last_seen = event->last_seen,
		.release = or_null(event->release),
		.build = or_null(event->build),
		.boot = event->boot,
		.previous_release = event->has_previous ? event->previous_release : NULL,
		.has_count = event->has_count,
		.kexec_count = event->kexec_count,
		.chain = chain,
		.chain_is_complete = event->chain_is_complete,
		.source = event->source,
		.stamp = or_null(event->stamp),
		.label = label ? label : event->hardware,
		.label_is_given = label != NULL,
		.end = ends[event->end],
	};
	return 0;
}

static int encode_frames(const struct intake_title *title, char **ret)
{
	const char *frames[INTAKE_FRAMES_MAX];

	for (size_t i = 0; i < title->frame_count; i++)
		frames[i] = title->frames[i];
	return store_frames_encode(frames, title->frame_count, ret);
}

int store_crash_of_event(const struct intake_crash *event, struct store_crash_row *ret)
{
	const struct intake_title *title = &event->title;
	char *frames;
	int error = encode_frames(title, &frames);

	if (error)
		return error;
	*ret = (struct store_crash_row){ .frames = frames };
	if (event->excerpt) {
		error = store_excerpt_make(event->excerpt, event->boot->host,
					   event->boot->machine_id, &ret->excerpt);
		if (error) {
			free(frames);
			return error;
		}
	}
	ret->crash = (struct store_crash){
		.host = event->boot->host,
		.machine_id = or_null(event->boot->machine_id),
		.boot_id = event->boot->boot_id,
		.has_time = event->has_time,
		.time = event->time,
		.has_uptime = event->has_uptime || event->has_dated_uptime,
		.uptime_us =
			(int64_t)(event->has_uptime ? event->uptime_us : event->dated_uptime_us),
		.title = title->title,
		.type = title->type,
		.frame = or_null(title->frame),
		.module = or_null(title->module),
		.frames = frames,
		.excerpt = ret->excerpt,
		.signature = title->signature,
	};
	return 0;
}
