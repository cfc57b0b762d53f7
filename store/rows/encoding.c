// SPDX-License-Identifier: GPL-2.0-or-later
#include "encoding.h"

#include <errno.h>
#include <json.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/printable.h"

static void put_json(struct json_object **object)
{
	json_object_put(*object);
}
#define AUTO_JSON __attribute__((cleanup(put_json))) struct json_object

static void free_tokener(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}
#define AUTO_TOKENER __attribute__((cleanup(free_tokener))) struct json_tokener

/* Take ownership of @value. NULL is JSON null. */
static int add(struct json_object *object, const char *key, struct json_object *value)
{
	AUTO_JSON *owned = value;

	if (json_object_object_add(object, key, value))
		return -ENOMEM;
	owned = NULL;
	return 0;
}

static int text_to_json(const char *text, struct json_object **ret)
{
	LINEAGE_AUTO_FREE char *clean = NULL;
	int error = lineage_printable(text, &clean);

	if (error)
		return error;
	*ret = json_object_new_string(clean);
	return *ret ? 0 : -ENOMEM;
}

static int add_text(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value = NULL;
	int error = text ? text_to_json(text, &value) : 0;

	return error ? error : add(object, key, value);
}

static int add_number(struct json_object *object, const char *key, bool is_known, uint32_t number)
{
	struct json_object *value = is_known ? json_object_new_int64(number) : NULL;

	return is_known && !value ? -ENOMEM : add(object, key, value);
}

static int fill_entry(struct json_object *object, const struct lineage_entry *entry)
{
	int error = add_text(object, "release", entry->release);

	return error ? error : add_number(object, "runs", true, entry->runs);
}

static int entry_to_json(const void *chain, size_t i, struct json_object **ret)
{
	AUTO_JSON *object = json_object_new_object();
	int error = object ? fill_entry(object, (const struct lineage_entry *)chain + i) : -ENOMEM;

	if (!error)
		*ret = LINEAGE_TAKE(object);
	return error;
}

static int fill_evidence(struct json_object *object, const struct lineage_evidence *evidence)
{
	int error = add_text(object, "source", evidence->source);

	if (!error)
		error = add_text(object, "status", lineage_status_name(evidence->status));
	if (!error)
		error = add_text(object, "previous_release", evidence->previous_release);
	if (!error)
		error = add_number(object, "kexec_count", evidence->has_count,
				   evidence->kexec_count);
	return error ? error : add_text(object, "detail", evidence->detail);
}

static int evidence_to_json(const void *sources, size_t i, struct json_object **ret)
{
	AUTO_JSON *object = json_object_new_object();
	int error = object ? fill_evidence(object, (const struct lineage_evidence *)sources + i)
			   : -ENOMEM;

	if (!error)
		*ret = LINEAGE_TAKE(object);
	return error;
}

static int conflict_to_json(const void *conflicts, size_t i, struct json_object **ret)
{
	return text_to_json(((const char *const *)conflicts)[i], ret);
}

/* Convert one element of a C array to JSON. */
typedef int element_to_json(const void *list, size_t i, struct json_object **ret);

static int list_to_json(const void *list, size_t count, element_to_json *convert,
			struct json_object **ret)
{
	AUTO_JSON *array = json_object_new_array();

	if (!array)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		AUTO_JSON *element = NULL;
		int error = convert(list, i, &element);

		if (error)
			return error;
		if (json_object_array_add(array, element))
			return -ENOMEM;
		element = NULL;
	}
	*ret = LINEAGE_TAKE(array);
	return 0;
}

int store_chain_to_json(const struct lineage_entry *chain, size_t length, struct json_object **ret)
{
	return list_to_json(chain, length, entry_to_json, ret);
}

int store_evidence_to_json(const struct lineage_evidence *sources, size_t count,
			   struct json_object **ret)
{
	return list_to_json(sources, count, evidence_to_json, ret);
}

int store_conflicts_to_json(const char *const *conflicts, size_t count, struct json_object **ret)
{
	return list_to_json(conflicts, count, conflict_to_json, ret);
}

static int print(struct json_object *list, char **ret)
{
	const char *text = json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN);
	char *copy = text ? strdup(text) : NULL;

	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

static int encode(const void *list, size_t count, element_to_json *convert, char **ret)
{
	AUTO_JSON *array = NULL;
	int error = count > 0 ? list_to_json(list, count, convert, &array) : 0;

	if (!error && !array)
		*ret = NULL;
	return error || !array ? error : print(array, ret);
}

int store_chain_encode(const struct lineage_entry *chain, size_t length, char **ret)
{
	return encode(chain, length, entry_to_json, ret);
}

int store_evidence_encode(const struct lineage_evidence *sources, size_t count, char **ret)
{
	return encode(sources, count, evidence_to_json, ret);
}

int store_conflicts_encode(const char *const *conflicts, size_t count, char **ret)
{
	return encode(conflicts, count, conflict_to_json, ret);
}

static int parse(const char *text, struct json_object **ret)
{
	AUTO_TOKENER *tokener = json_tokener_new();
	size_t size = strlen(text) + 1;

	if (!tokener)
		return -ENOMEM;
	if (size > INT32_MAX)
		return -EILSEQ;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	*ret = json_tokener_parse_ex(tokener, text, (int)size);
	return json_tokener_get_error(tokener) == json_tokener_success ? 0 : -EILSEQ;
}

int store_list_decode(const char *text, struct json_object **ret)
{
	AUTO_JSON *list = NULL;
	int error = parse(text ? text : "[]", &list);

	if (!error && !json_object_is_type(list, json_type_array))
		error = -EILSEQ;
	if (!error)
		*ret = LINEAGE_TAKE(list);
	return error;
}

/* Count one more run of the newest kernel. Return false if its release is not @release. */
static bool add_run(struct json_object *newest, const char *release)
{
	struct json_object *name = NULL, *runs = NULL;

	if (!json_object_object_get_ex(newest, "release", &name) ||
	    !json_object_object_get_ex(newest, "runs", &runs) ||
	    strcmp(json_object_get_string(name), release) != 0)
		return false;
	if (json_object_get_int64(runs) < UINT32_MAX)
		json_object_int_inc(runs, 1);
	return true;
}

/* Append the elements of @more to @list. */
static int append_all(struct json_object *list, struct json_object *more)
{
	for (size_t i = 0; i < json_object_array_length(more); i++) {
		struct json_object *element = json_object_get(json_object_array_get_idx(more, i));

		if (json_object_array_add(list, element)) {
			json_object_put(element);
			return -ENOMEM;
		}
	}
	return 0;
}

int store_chain_extend(const char *chain, const char *release, char **ret)
{
	const struct lineage_entry entry = { release, 1 };
	AUTO_JSON *older = NULL;
	AUTO_JSON *list = NULL;
	struct json_object *newest;
	int error = store_list_decode(chain, &older);

	if (!error)
		error = list_to_json(&entry, 1, entry_to_json, &list);
	if (error)
		return error;
	newest = json_object_array_get_idx(list, 0);
	release = json_object_get_string(json_object_object_get(newest, "release"));
	if (add_run(json_object_array_get_idx(older, 0), release))
		return print(older, ret);
	error = append_all(list, older);
	return error ? error : print(list, ret);
}

int store_frames_encode(const char *const *frames, size_t count, char **ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	char *at;

	for (size_t i = 0; i < count; i++) {
		if (!frames[i][0] || strchr(frames[i], '\n'))
			return -EILSEQ;
		size += strlen(frames[i]) + 1;
	}
	if (count > 0) {
		at = text = malloc(size);
		if (!text)
			return -ENOMEM;
		for (size_t i = 0; i < count; i++) {
			at = stpcpy(at, frames[i]);
			*at++ = i + 1 < count ? '\n' : '\0';
		}
	}
	*ret = LINEAGE_TAKE(text);
	return 0;
}

const char *store_frames_next(const char **at, size_t *ret_length)
{
	const char *frame = *at;

	if (!*frame)
		return NULL;
	*ret_length = strcspn(frame, "\n");
	*at = frame + *ret_length;
	if (**at)
		++*at;
	return frame;
}
