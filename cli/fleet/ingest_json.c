// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_json.h"

#include <json.h>
#include <stdio.h>

#include "intake/recognise/event.h"
#include "cli/common/log_json.h"
#include "cli/common/show_json.h"
#include "cli/common/output.h"

static struct json_object *text_or_null(const char *text)
{
	return json_text(text[0] ? text : NULL);
}

/* [{"release": ..., "runs": ...}, ...] */
static struct json_object *intake_chain_to_json(const struct intake_boot *boot)
{
	return chain_to_json(boot->chain, boot->has_previous ? boot->chain_length : 0);
}

/* Add the members that boot and crash events share. */
static void add_boot(struct json_object *object, const struct intake_boot *boot, bool has_time,
		     int64_t time)
{
	json_add(object, "host", text_or_null(boot->host));
	json_add(object, "boot_id", text_or_null(boot->boot_id));
	json_add(object, "time", time_to_json(has_time, time));
	json_add(object, "release", text_or_null(boot->release));
	json_add(object, "previous_release",
		 json_text(boot->has_previous ? boot->previous_release : NULL));
	json_add(object, "kexec_count", count_to_json(boot->has_count, boot->kexec_count));
}

struct json_object *intake_boot_to_json(const struct intake_boot *boot)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "event", json_text("boot"));
	add_boot(object, boot, boot->has_time, boot->time);
	json_add(object, "boot", json_text(lineage_boot_name(boot->boot)));
	json_add(object, "chain", intake_chain_to_json(boot));
	json_add(object, "source", json_text(boot->source));
	json_add(object, "end", json_text(boot->end == INTAKE_END_LOST ? "lost" : NULL));
	json_add(object, "hardware", text_or_null(boot->hardware));
	return object;
}

/* Convert an uptime to seconds with six decimal places. */
static struct json_object *uptime_to_json(const struct intake_crash *crash)
{
	char text[32];

	if (!crash->has_uptime)
		return NULL;
	snprintf(text, sizeof(text), "%.6f", (double)crash->uptime_us / 1e6);
	return json_object_new_double_s((double)crash->uptime_us / 1e6, text);
}

struct json_object *intake_crash_to_json(const struct intake_crash *crash)
{
	const struct intake_title *title = &crash->title;
	struct json_object *object = json_object_new_object();
	struct json_object *frames = json_object_new_array();
	struct json_object *effects = json_object_new_array();

	for (size_t i = 0; i < title->frame_count; i++)
		json_object_array_add(frames, json_text(title->frames[i]));
	for (size_t i = 0; i < crash->effect_count; i++)
		json_object_array_add(effects, json_text(crash->effects[i]));
	json_add(object, "event", json_text("crash"));
	add_boot(object, crash->boot, crash->has_time, crash->time);
	json_add(object, "title", json_text(title->title));
	json_add(object, "type", json_text(title->type));
	json_add(object, "frame", text_or_null(title->frame));
	json_add(object, "module", text_or_null(title->module));
	json_add(object, "frames", frames);
	json_add(object, "signature", text_or_null(title->signature));
	json_add(object, "uptime_s", uptime_to_json(crash));
	json_add(object, "effects", effects);
	json_add(object, "is_cut", json_object_new_boolean(crash->is_cut));
	json_add(object, "offset", json_object_new_int64((int64_t)crash->offset));
	return object;
}
