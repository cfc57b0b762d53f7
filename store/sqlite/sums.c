// SPDX-License-Identifier: GPL-2.0-or-later
#include "sums.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t hash_of(const struct sqlite_sum_key *key)
{
	uint64_t words[sizeof(*key) / sizeof(uint64_t)], hash = 0xcbf29ce484222325;

	_Static_assert(sizeof(words) == sizeof(*key), "the key consists of whole words");
	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		hash = (hash ^ words[i]) * 0xff51afd7ed558ccd;
		hash ^= hash >> 32;
	}
	return (size_t)hash;
}

/* Find the slot of a key, or the empty slot for it. The table has an empty slot. */
static uint32_t *find(const struct sqlite_sums *sums, const struct sqlite_sum_key *key)
{
	size_t at = hash_of(key) & (sums->slot_count - 1);

	while (sums->slots[at] != 0 &&
	       memcmp(&sums->all[sums->slots[at] - 1].key, key, sizeof(*key)) != 0)
		at = (at + 1) & (sums->slot_count - 1);
	return &sums->slots[at];
}

/* Double the table. At most half of its slots are in use. */
static int grow(struct sqlite_sums *sums)
{
	size_t capacity = sums->capacity ? 2 * sums->capacity : 1024;
	struct sqlite_sum *all = reallocarray(sums->all, capacity, sizeof(*all));
	uint32_t *slots;

	if (!all)
		return -ENOMEM;
	sums->all = all;
	slots = calloc(2 * capacity, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(sums->slots);
	sums->slots = slots;
	sums->slot_count = 2 * capacity;
	sums->capacity = capacity;
	for (size_t i = 0; i < sums->count; i++)
		*find(sums, &sums->all[i].key) = (uint32_t)i + 1;
	return 0;
}

int sqlite_sums_add(struct sqlite_sums *sums, const struct sqlite_sum *sum)
{
	struct sqlite_sum *at;
	uint32_t *slot;

	if (sums->count == sums->capacity && grow(sums))
		return -ENOMEM;
	slot = find(sums, &sum->key);
	if (*slot == 0) {
		sums->all[sums->count] = (struct sqlite_sum){ .key = sum->key };
		*slot = (uint32_t)++sums->count;
	}
	at = &sums->all[*slot - 1];
	at->boots += sum->boots;
	at->length_s += sum->length_s;
	at->end_s += sum->end_s;
	return 0;
}

void sqlite_sums_deinit(struct sqlite_sums *sums)
{
	free(sums->all);
	free(sums->slots);
	*sums = (struct sqlite_sums){ 0 };
}
