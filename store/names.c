// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

struct store_name {
	const char *text;
	uint32_t number;
};

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct store_name *)left)->text,
		      ((const struct store_name *)right)->text);
}

static int grow(struct store_names *names)
{
	size_t capacity = names->capacity ? 2 * names->capacity : 64;
	char **texts = reallocarray(names->texts, capacity, sizeof(*texts));

	if (!texts)
		return -ENOMEM;
	names->texts = texts;
	names->capacity = capacity;
	return 0;
}

static int add_new(struct store_names *names, const char *text, uint32_t *ret)
{
	LINEAGE_AUTO_FREE struct store_name *name = malloc(sizeof(*name));
	LINEAGE_AUTO_FREE char *copy = strdup(text);

	if (!name || !copy || (names->count == names->capacity && grow(names)))
		return -ENOMEM;
	*name = (struct store_name){ copy, (uint32_t)names->count };
	if (!tsearch(name, &names->index, compare))
		return -ENOMEM;
	*ret = name->number;
	names->last = name;
	names->texts[names->count++] = copy;
	name = NULL;
	copy = NULL;
	return 0;
}

/* Return the place of a string in @recent. */
static size_t place_of(const char *text)
{
	uint32_t hash = 0;

	for (; *text; text++)
		hash = hash * 31 + (unsigned char)*text;
	return (hash ^ hash >> 8) % STORE_NAMES_RECENT;
}

/*
 * Most strings are looked up many times. The tree limits the time if all strings have the same
 * place.
 */
static const struct store_name *find(const struct store_names *names, const char *text,
				     size_t place)
{
	const struct store_name wanted = { .text = text }, *recent = names->recent[place];
	struct store_name *const *found;

	if (recent && strcmp(recent->text, text) == 0)
		return recent;
	found = tfind(&wanted, &names->index, compare);
	return found ? *found : NULL;
}

int store_names_add(struct store_names *names, const char *text, uint32_t *ret)
{
	const struct store_name *found = names->last;
	size_t place;

	if (!found || strcmp(found->text, text) != 0) {
		place = place_of(text);
		found = find(names, text, place);
		if (!found)
			return add_new(names, text, ret);
		names->recent[place] = found;
		names->last = found;
	}
	*ret = found->number;
	return 0;
}

int store_names_keep(struct store_names *names, const char **text)
{
	uint32_t number;

	if (!*text)
		return 0;
	if (store_names_add(names, *text, &number))
		return -ENOMEM;
	*text = names->texts[number];
	return 0;
}

bool store_names_find(const struct store_names *names, const char *text, uint32_t *ret)
{
	const struct store_name *found = find(names, text, place_of(text));

	if (found)
		*ret = found->number;
	return found != NULL;
}

void store_names_deinit(struct store_names *names)
{
	tdestroy(names->index, free);
	for (size_t i = 0; i < names->count; i++)
		free(names->texts[i]);
	free(names->texts);
	*names = (struct store_names){ 0 };
}
