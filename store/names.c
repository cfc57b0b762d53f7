// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

struct name {
	const char *text;
	uint32_t number;
};

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct name *)left)->text, ((const struct name *)right)->text);
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
	LINEAGE_AUTO_FREE struct name *name = malloc(sizeof(*name));
	LINEAGE_AUTO_FREE char *copy = strdup(text);

	if (!name || !copy || (names->count == names->capacity && grow(names)))
		return -ENOMEM;
	*name = (struct name){ copy, (uint32_t)names->count };
	if (!tsearch(name, &names->index, compare))
		return -ENOMEM;
	*ret = name->number;
	names->texts[names->count++] = copy;
	name = NULL;
	copy = NULL;
	return 0;
}

int store_names_add(struct store_names *names, const char *text, uint32_t *ret)
{
	struct name wanted = { .text = text };
	struct name *const *found = tfind(&wanted, &names->index, compare);

	if (!found)
		return add_new(names, text, ret);
	*ret = (*found)->number;
	return 0;
}

bool store_names_find(const struct store_names *names, const char *text, uint32_t *ret)
{
	struct name wanted = { .text = text };
	struct name *const *found = tfind(&wanted, &names->index, compare);

	if (found)
		*ret = (*found)->number;
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
