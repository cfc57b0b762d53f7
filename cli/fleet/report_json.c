// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_json.h"

#include <json.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "report_sections.h"
#include "store/rows/encoding.h"
#include "triage_known.h"
#include "triage/figure.h"
#include "triage/sentences.h"

static struct json_object *whole(uint64_t number)
{
	return json_object_new_int64((int64_t)number);
}

/* Add a text and free it. */
static void add_text(struct json_object *object, const char *key, char *text)
{
	LINEAGE_AUTO_FREE char *own = text;

	json_add(object, key, json_text(own));
}

static struct json_object *sentences_to_json(const struct report_facts *facts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < triage_sentences_count(facts->one); i++) {
		LINEAGE_AUTO_FREE char *text =
			triage_sentences_get(facts->report->exposure, facts->one, i);

		if (text)
			json_object_array_add(array, json_text(text));
	}
	return array;
}

static struct json_object *name_of(const struct report_facts *facts, size_t index)
{
	if (index == SIZE_MAX)
		return NULL;
	return json_text(facts->report->exposure->releases.texts[facts->releases[index].release]);
}

static struct json_object *releases_to_json(const struct report_facts *facts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < facts->release_count; i++) {
		struct json_object *object = json_object_new_object();

		json_add(object, "release", name_of(facts, i));
		json_add(object, "boots", whole(facts->releases[i].boots));
		json_add(object, "crashed", whole(facts->releases[i].crashed));
		json_object_array_add(array, object);
	}
	return array;
}

/* Make an array of kernels, oldest first. @ret_is_complete: no kernel is missing */
static struct json_object *chain_of(const char *chain, bool *ret_is_complete)
{
	struct json_object *array = json_object_new_array();
	const char *release;
	uint32_t runs;
	size_t length;

	*ret_is_complete = true;
	while ((release = report_chain_next(&chain, &length, &runs))) {
		LINEAGE_AUTO_FREE char *name = strndup(release, length);
		struct json_object *kernel;

		if (length == 0) {
			*ret_is_complete = false;
			continue;
		}
		kernel = json_object_new_object();
		json_add(kernel, "release", json_text(name));
		json_add(kernel, "runs", whole(runs));
		json_object_array_add(array, kernel);
	}
	return array;
}

static struct json_object *chains_to_json(const struct report_facts *facts)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < facts->chains.names.count; i++) {
		struct json_object *object = json_object_new_object();
		bool is_complete;

		json_add(object, "kernels", chain_of(facts->chains.rows[i].name, &is_complete));
		json_add(object, "complete", json_object_new_boolean(is_complete));
		json_add(object, "crashed", whole(facts->chains.rows[i].crashed));
		json_object_array_add(array, object);
	}
	return array;
}

/* @name: key of the texts. @has_boots: the boots without the crash are counted */
static struct json_object *rows_to_json(const struct report_tally *tally, const char *name,
					bool has_boots)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < tally->names.count; i++) {
		struct json_object *object = json_object_new_object();

		json_add(object, name, json_text(tally->rows[i].name));
		if (has_boots)
			json_add(object, "boots", whole(tally->rows[i].boots));
		json_add(object, "crashed", whole(tally->rows[i].crashed));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *frames_to_json(const char *text)
{
	struct json_object *array = json_object_new_array();
	const char *frame;
	size_t length;

	while (text && (frame = store_frames_next(&text, &length))) {
		LINEAGE_AUTO_FREE char *line = strndup(frame, length);

		json_object_array_add(array, json_text(line));
	}
	return array;
}

/* Make an array of lines; null for NULL. */
static struct json_object *lines_to_json(const char *text)
{
	struct json_object *array = text ? json_object_new_array() : NULL;

	for (const char *at = text; at && *at;) {
		const char *end = strchrnul(at, '\n');
		LINEAGE_AUTO_FREE char *line = strndup(at, (size_t)(end - at));

		json_object_array_add(array, json_text(line));
		at = *end ? end + 1 : end;
	}
	return array;
}

void report_print_json(const struct report_facts *facts)
{
	const struct triage_exposure *exposure = facts->report->exposure;
	const struct triage_signature *example = &exposure->signatures[facts->one->signature];
	struct json_object *object = json_object_new_object();
	bool is_pooled = triage_is_pooled(exposure, facts->one->release);

	json_add(object, "version", json_text(VERSION));
	add_text(object, "subject", report_subject(facts));
	json_add(object, "signature",
		 json_text(exposure->signature_names.texts[facts->one->signature]));
	json_add(object, "title", json_text(example->title));
	json_add(object, "type", json_text(example->type));
	json_add(object, "module", json_text(example->module));
	json_add(object, "release",
		 is_pooled ? NULL : json_text(exposure->releases.texts[facts->one->release]));
	json_add(object, "verdict", json_text(triage_verdict_name(facts->dependence.verdict)));
	json_add(object, "boots", whole(facts->one->boots));
	json_add(object, "crashed", whole(facts->one->crashes));
	json_add(object, "sentences", sentences_to_json(facts));
	json_add(object, "known", triage_known_to_json(facts->bug));
	json_add(object, "first_bad", name_of(facts, facts->first_bad));
	json_add(object, "last_good", name_of(facts, facts->last_good));
	json_add(object, "releases", releases_to_json(facts));
	json_add(object, "chains", chains_to_json(facts));
	json_add(object, "labels", rows_to_json(&facts->labels, "label", true));
	json_add(object, "hosts",
		 facts->hosts.names.count > 0 ? rows_to_json(&facts->hosts, "host", false) : NULL);
	json_add(object, "excerpt", lines_to_json(facts->excerpt));
	json_add(object, "frames", frames_to_json(example->frames));
	json_print(object);
}
