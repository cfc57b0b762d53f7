// SPDX-License-Identifier: GPL-2.0-or-later
#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"

#define CAPACITY_MIN 256
/* With fewer counters, to add up those of equal keys takes longer than to store them. */
#define MERGED_MIN (1U << 19)

static size_t hash_of(const uint32_t key[4])
{
	uint64_t hash = ((uint64_t)key[0] << 32 | key[1]) * 0xff51afd7ed558ccd;

	hash ^= hash >> 32;
	hash = (hash ^ ((uint64_t)key[2] << 32 | key[3])) * 0xc4ceb9fe1a85ec53;
	return (size_t)(hash ^ hash >> 32);
}

/* Find the slot of a key, or the empty slot for it. The table has an empty slot. */
static uint32_t *find(const struct triage_tally *tally, const uint32_t key[4])
{
	size_t at = hash_of(key) & (tally->slot_count - 1);

	while (tally->slots[at] != 0 &&
	       memcmp(tally->counters[tally->slots[at] - 1].key, key, 4 * sizeof(key[0])) != 0)
		at = (at + 1) & (tally->slot_count - 1);
	return &tally->slots[at];
}

/* Make room for twice as many counters. */
static int grow(struct triage_tally *tally)
{
	size_t capacity = tally->capacity ? 2 * tally->capacity : CAPACITY_MIN;
	struct triage_counter *counters =
		reallocarray(tally->counters, capacity, sizeof(*counters));

	if (!counters)
		return -ENOMEM;
	tally->counters = counters;
	tally->capacity = capacity;
	return 0;
}

/* Double the table. At most half of its slots are in use. */
static int grow_table(struct triage_tally *tally)
{
	size_t count = tally->capacity ? 4 * tally->capacity : 2 * CAPACITY_MIN;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots || grow(tally)) {
		free(slots);
		return -ENOMEM;
	}
	free(tally->slots);
	tally->slots = slots;
	tally->slot_count = count;
	for (size_t i = 0; i < tally->count; i++)
		*find(tally, tally->counters[i].key) = (uint32_t)i + 1;
	return 0;
}

int triage_tally_add(struct triage_tally *tally, const uint32_t key[4], uint64_t boots,
		     uint32_t *ret)
{
	uint32_t *slot;

	if (tally->count == tally->capacity && grow_table(tally))
		return -ENOMEM;
	slot = find(tally, key);
	if (*slot == 0) {
		if (tally->count == TRIAGE_TALLY_MAX)
			return -ENOSPC;
		memcpy(tally->counters[tally->count].key, key, 4 * sizeof(key[0]));
		tally->counters[tally->count].boots = 0;
		*slot = (uint32_t)++tally->count;
	}
	tally->counters[*slot - 1].boots += boots;
	if (ret)
		*ret = *slot - 1;
	return 0;
}

static int compare_keys(const void *left, const void *right)
{
	const uint32_t *a = ((const struct triage_counter *)left)->key;
	const uint32_t *b = ((const struct triage_counter *)right)->key;

	for (int i = 0; i < 4; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Add up the sorted counters of equal keys. */
static void merge(struct triage_tally *tally)
{
	size_t kept = 0;

	for (size_t i = 0; i < tally->count; i++) {
		struct triage_counter *counters = tally->counters;

		if (kept > 0 && compare_keys(&counters[kept - 1], &counters[i]) == 0)
			counters[kept - 1].boots += counters[i].boots;
		else
			counters[kept++] = counters[i];
	}
	tally->count = kept;
}

void triage_tally_sort(struct triage_tally *tally)
{
	static const struct triage_order by_key = {
		sizeof(struct triage_counter),
		{ offsetof(struct triage_counter, key[0]), offsetof(struct triage_counter, key[1]),
		  offsetof(struct triage_counter, key[2]),
		  offsetof(struct triage_counter, key[3]) },
		4,
	};

	triage_sort(tally->counters, tally->count, &by_key);
	merge(tally);
	free(tally->slots);
	tally->slots = NULL;
	tally->slot_count = 0;
}

int triage_tally_append(struct triage_tally *tally, const uint32_t key[4], uint64_t boots)
{
	bool is_full = tally->count == tally->capacity;

	if (is_full && tally->count >= MERGED_MIN)
		triage_tally_sort(tally);
	if (tally->count == TRIAGE_TALLY_MAX)
		return -ENOSPC;
	if (is_full && tally->count >= tally->capacity / 2 && grow(tally))
		return -ENOMEM;
	tally->counters[tally->count++] =
		(struct triage_counter){ { key[0], key[1], key[2], key[3] }, boots };
	return 0;
}

size_t triage_tally_find(const struct triage_tally *tally, const uint32_t key[4])
{
	struct triage_counter wanted = { .key = { key[0], key[1], key[2], key[3] } };
	size_t low = 0, high = tally->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(&tally->counters[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void triage_tally_deinit(struct triage_tally *tally)
{
	free(tally->counters);
	free(tally->slots);
	*tally = (struct triage_tally){ 0 };
}
