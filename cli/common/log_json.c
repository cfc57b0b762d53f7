// SPDX-License-Identifier: GPL-2.0-or-later
#include "log_json.h"

#include <json.h>
#include <stdio.h>
#include <string.h>

#include "show_json.h"
#include "lib/cleanup.h"
#include "store/rows/encoding.h"
#include "store/store.h"
#include "output.h"

/* Decode a column that holds a JSON list. NULL and malformed text give an empty list. */
static struct json_object *list_to_json(const char *text)
{
	struct json_object *list;

	return store_list_decode(text, &list) ? json_object_new_array() : list;
}

struct json_object *words_to_json(const char *words)
{
	struct json_object *list = json_object_new_array();

	while (words && *words) {
		size_t length = strcspn(words, " ");
		LINEAGE_AUTO_FREE char *word = strndup(words, length);

		if (word)
			json_object_array_add(list, json_text(word));
		words += length;
		words += strspn(words, " ");
	}
	return list;
}

/* Convert microseconds to seconds with six decimal places. */
static struct json_object *seconds_to_json(bool is_known, int64_t time_us)
{
	double seconds = (double)time_us / 1e6;
	char text[32];

	if (!is_known)
		return NULL;
	snprintf(text, sizeof(text), "%.6f", seconds);
	return json_object_new_double_s(seconds, text);
}

struct json_object *crash_to_json(const struct store_crash *crash)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "time", time_to_json(crash->has_time, crash->time));
	json_add(object, "uptime_s", seconds_to_json(crash->has_uptime, crash->uptime_us));
	json_add(object, "title", json_text(crash->title));
	json_add(object, "type", json_text(crash->type));
	json_add(object, "signature", json_text(crash->signature[0] ? crash->signature : NULL));
	return object;
}

/* Of a boot, leave out ids of lost kexecs: they show only that a kexec was not lost. */
static struct json_object *aliases_to_json(const struct store_boot *boot)
{
	struct json_object *words = words_to_json(boot->aliases), *list = json_object_new_array();
	size_t count = json_object_array_length(words);

	for (size_t i = 0; i < count; i++) {
		struct json_object *word = json_object_array_get_idx(words, i);
		bool is_lost = strncmp(json_object_get_string(word), LINEAGE_LOST_PREFIX,
				       strlen(LINEAGE_LOST_PREFIX)) == 0;

		if (!is_lost || boot->end == STORE_END_LOST)
			json_object_array_add(list, json_object_get(word));
	}
	json_object_put(words);
	return list;
}

struct json_object *boot_to_json(const struct store_boot *boot)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "number", json_object_new_int64(-boot->age));
	json_add(object, "boot_id", json_text(boot->boot_id));
	json_add(object, "host", json_text(boot->host));
	json_add(object, "machine_id", json_text(boot->machine_id));
	json_add(object, "aliases", aliases_to_json(boot));
	json_add(object, "time", time_to_json(boot->has_time, boot->time));
	json_add(object, "release", json_text(boot->release));
	json_add(object, "build", json_text(boot->build));
	json_add(object, "build_id", json_text(boot->build_id));
	json_add(object, "boot", json_text(lineage_boot_name(boot->boot)));
	json_add(object, "previous_release", json_text(boot->previous_release));
	json_add(object, "kexec_count", count_to_json(boot->has_count, boot->kexec_count));
	json_add(object, "chain", list_to_json(boot->chain));
	json_add(object, "chain_complete", json_object_new_boolean(boot->chain_is_complete));
	json_add(object, "sources", list_to_json(boot->evidence));
	json_add(object, "conflicts", list_to_json(boot->conflicts));
	json_add(object, "source", json_text(boot->source));
	json_add(object, "last_seen", time_to_json(boot->has_last_seen, boot->last_seen));
	json_add(object, "last_uptime_s",
		 seconds_to_json(boot->has_last_uptime, boot->last_uptime_us));
	json_add(object, "end", json_text(store_end_name(boot->end)));
	json_add(object, "end_time", time_to_json(boot->has_end_time, boot->end_time));
	return object;
}
