// SPDX-License-Identifier: GPL-2.0-or-later
/* Copy the looks of triage --watch. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "kept_boot.h"
#include "lib/cleanup.h"

#define TEXTS 4

/** struct looks - looks in memory; @texts: the texts of each look; owned */
struct looks {
	struct store_look *looks;
	char **texts;
	size_t count;
};

static void deinit_looks(struct looks *looks)
{
	for (size_t i = 0; i < looks->count; i++)
		free(looks->texts[i]);
	free(looks->texts);
	free(looks->looks);
}
#define AUTO_LOOKS __attribute__((cleanup(deinit_looks))) struct looks

static int take_look(const struct store_look *look, void *data)
{
	struct looks *looks = data;
	struct store_look *more =
		reallocarray(looks->looks, looks->count + 1, sizeof(*looks->looks));
	char **texts;

	if (!more)
		return -ENOMEM;
	looks->looks = more;
	texts = reallocarray(looks->texts, looks->count + 1, sizeof(*texts));
	if (!texts)
		return -ENOMEM;
	looks->texts = texts;
	more[looks->count] = *look;
	texts[looks->count] =
		store_texts_keep((const char **const[TEXTS]){ &more[looks->count].watched,
							      &more[looks->count].digest,
							      &more[looks->count].decision,
							      &more[looks->count].found },
				 TEXTS);
	return texts[looks->count] ? looks->count++, 0 : -ENOMEM;
}

static bool is_equal(const struct store_look *a, const struct store_look *b)
{
	return strcmp(a->watched, b->watched) == 0 && a->number == b->number &&
	       a->time == b->time && strcmp(a->digest, b->digest) == 0 &&
	       a->crashes == b->crashes && a->level == b->level &&
	       strcmp(a->decision, b->decision) == 0 && strcmp(a->found, b->found) == 0;
}

/* Return the number of the looks of one value of --watch, of which @first is the first. */
static size_t count_of(const struct looks *looks, size_t first)
{
	size_t count = 1;

	while (first + count < looks->count &&
	       strcmp(looks->looks[first].watched, looks->looks[first + count].watched) == 0)
		count++;
	return count;
}

/* Copy the looks of one value of --watch. */
static int copy_some(struct store_copy *copy, const struct store_look *looks, size_t count)
{
	AUTO_LOOKS there = { 0 };
	int error = store_list_looks(copy->to, looks->watched, take_look, &there);
	size_t common = 0;

	if (error == -EPROTONOSUPPORT) {
		copy->has_lost_looks = true;
		return 0;
	}
	while (common < there.count && common < count &&
	       is_equal(&there.looks[common], &looks[common]))
		common++;
	if (!error && common < there.count && common < count)
		copy->has_lost_looks = true;
	else
		for (size_t i = common; !error && i < count; i++) {
			error = store_add_look(copy->to, &looks[i]);
			copy->looks += !error;
		}
	return error;
}

int store_copy_looks(struct store_copy *copy)
{
	AUTO_LOOKS looks = { 0 };
	int error = store_list_looks(copy->from, NULL, take_look, &looks);

	if (error == -EPROTONOSUPPORT)
		return 0;
	if (error) {
		copy->failed = error == -ENOMEM ? NULL : copy->from;
		return error;
	}
	for (size_t i = 0; !error && i < looks.count; i += count_of(&looks, i))
		error = copy_some(copy, &looks.looks[i], count_of(&looks, i));
	copy->failed = error && error != -ENOMEM ? copy->to : NULL;
	return error;
}
