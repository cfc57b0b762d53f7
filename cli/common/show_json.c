// SPDX-License-Identifier: GPL-2.0-or-later
#include "show_json.h"

#include <json.h>
#include <stdio.h>
#include <time.h>

#include "kexec-lineage.h"
#include "output.h"

struct json_object *count_to_json(bool is_known, uint32_t count)
{
	return is_known ? json_object_new_int64(count) : NULL;
}

struct json_object *time_to_json(bool is_known, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm fields;
	char text[80];

	/* RFC 3339 has four digits for the year. */
	if (!is_known || !gmtime_r(&time, &fields) || fields.tm_year < -1900 ||
	    fields.tm_year > 9999 - 1900)
		return NULL;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", fields.tm_year + 1900,
		 fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min, fields.tm_sec);
	return json_object_new_string(text);
}

struct json_object *chain_to_json(const struct lineage_entry *chain, size_t length)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < length; i++) {
		struct json_object *entry = json_object_new_object();

		json_add(entry, "release", json_text(chain[i].release));
		json_add(entry, "runs", json_object_new_int64(chain[i].runs));
		json_object_array_add(array, entry);
	}
	return array;
}

static struct json_object *sources_to_json(const struct lineage_report *report)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < report->source_count; i++) {
		const struct lineage_evidence *evidence = &report->sources[i];
		struct json_object *entry = json_object_new_object();

		json_add(entry, "source", json_text(evidence->source));
		json_add(entry, "status", json_text(lineage_status_name(evidence->status)));
		json_add(entry, "previous_release", json_text(evidence->previous_release));
		json_add(entry, "kexec_count",
			 count_to_json(evidence->has_count, evidence->kexec_count));
		json_add(entry, "detail", json_text(evidence->detail));
		json_object_array_add(array, entry);
	}
	return array;
}

struct json_object *report_to_json(const struct lineage_report *report)
{
	struct json_object *conflicts = json_object_new_array();
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < report->conflict_count; i++)
		json_object_array_add(conflicts, json_text(report->conflicts[i]));
	json_add(object, "release", json_text(report->release));
	json_add(object, "boot", json_text(lineage_boot_name(report->boot)));
	json_add(object, "previous_release", json_text(report->previous_release));
	json_add(object, "kexec_count", count_to_json(report->has_count, report->kexec_count));
	json_add(object, "chain", chain_to_json(report->chain, report->chain_length));
	json_add(object, "chain_complete", json_object_new_boolean(report->chain_is_complete));
	json_add(object, "sources", sources_to_json(report));
	json_add(object, "conflicts", conflicts);
	return object;
}
