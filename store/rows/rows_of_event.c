// SPDX-License-Identifier: GPL-2.0-or-later
#include "rows_of_event.h"

#include <stdio.h>

#include "encoding.h"
#include "intake/recognise/event.h"

static_assert(INTAKE_HARDWARE_SIZE - 1 <= STORE_LABEL_MAX, "hardware must fit into a label");

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
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
	if (event->short_id[0])
		snprintf(ret->alias, sizeof(ret->alias), STORE_SHORT_ID_PREFIX "%s",
			 event->short_id);
	ret->boot = (struct store_boot){
		.host = event->host,
		.boot_id = event->boot_id,
		.has_kernel_id = event->has_kernel_id,
		.aliases = or_null(ret->alias),
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
	ret->crash = (struct store_crash){
		.host = event->boot->host,
		.machine_id = or_null(event->boot->machine_id),
		.boot_id = event->boot->boot_id,
		.has_time = event->has_time,
		.time = event->time,
		.has_uptime = event->has_uptime,
		.uptime_us = (int64_t)event->uptime_us,
		.title = title->title,
		.type = title->type,
		.frame = or_null(title->frame),
		.module = or_null(title->module),
		.frames = frames,
		.signature = title->signature,
	};
	return 0;
}
