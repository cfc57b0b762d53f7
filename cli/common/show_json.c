// SPDX-License-Identifier: GPL-2.0-or-later
#include "show_json.h"

#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "command.h"
#include "kexec-lineage.h"
#include "output.h"
#include "store/rows/encoding.h"

struct json_object *count_to_json(bool is_known, uint32_t count)
{
	return is_known ? json_object_new_int64(count) : NULL;
}

struct json_object *time_to_json(bool is_known, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm fields;
	char text[80];

	/* RFC 3339 allows four digits for the year. */
	if (!is_known || !gmtime_r(&time, &fields) || fields.tm_year < -1900 ||
	    fields.tm_year > 9999 - 1900)
		return NULL;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", fields.tm_year + 1900,
		 fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min, fields.tm_sec);
	return json_object_new_string(text);
}

/* Exit on an error: the encoders of the store only fail with -ENOMEM. */
static void need_memory(int error)
{
	if (!error)
		return;
	complain("out of memory");
	exit(STATUS_FAILED);
}

struct json_object *chain_to_json(const struct lineage_entry *chain, size_t length)
{
	struct json_object *array;

	need_memory(store_chain_to_json(chain, length, &array));
	return array;
}

struct json_object *report_to_json(const struct lineage_report *report)
{
	struct json_object *object = json_object_new_object();
	struct json_object *sources, *conflicts;

	need_memory(store_evidence_to_json(report->sources, report->source_count, &sources));
	need_memory(store_conflicts_to_json(report->conflicts, report->conflict_count, &conflicts));
	json_add(object, "release", json_text(report->release));
	json_add(object, "boot", json_text(lineage_boot_name(report->boot)));
	json_add(object, "previous_release", json_text(report->previous_release));
	json_add(object, "kexec_count", count_to_json(report->has_count, report->kexec_count));
	json_add(object, "chain", chain_to_json(report->chain, report->chain_length));
	json_add(object, "chain_complete", json_object_new_boolean(report->chain_is_complete));
	json_add(object, "sources", sources);
	json_add(object, "conflicts", conflicts);
	return object;
}
