// SPDX-License-Identifier: GPL-2.0-or-later
/* Choose the seals and totals whose sums are right. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "seals.h"

/* Longer lists of weeks would exceed the largest query of a server, so the oldest are counted. */
#define SEALS_MAX 4000

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Collect the states of a week in one table, sorted. Return their number. */
static size_t collect(const struct week_states *from, uint16_t week, size_t table, const char **ret)
{
	size_t count = 0;

	for (size_t i = 0; i < from->count; i++)
		if (from->list[i].week == week && from->list[i].states[table][0])
			ret[count++] = from->list[i].states[table];
	qsort(ret, count, sizeof(*ret), compare_texts);
	return count;
}

bool clickhouse_has_sums(const struct week_seals *seals, const struct week_state *seal)
{
	const char *found = CLICKHOUSE_NO_SUMS;

	for (size_t i = 0; i < seals->sums.count; i++)
		if (seals->sums.list[i].seal == seal->seal)
			found = seals->sums.list[i].sums;
	return strcmp(found, seal->sums) == 0;
}

/* A state only grows, so the states in the seals of two shards cannot be exchanged. */
bool clickhouse_is_sealed(const struct week_seals *seals, uint16_t week, const char **scratch)
{
	for (size_t table = 0; table < STATES; table++) {
		size_t count = collect(&seals->now, week, table, scratch);
		const char **others = scratch + count;

		if (collect(&seals->seals, week, table, others) != count)
			return false;
		for (size_t i = 0; i < count; i++)
			if (strcmp(scratch[i], others[i]) != 0)
				return false;
	}
	for (size_t i = 0; i < seals->seals.count; i++)
		if (seals->seals.list[i].week == week &&
		    !clickhouse_has_sums(seals, &seals->seals.list[i]))
			return false;
	return true;
}

static int newest_first(const void *left, const void *right)
{
	const struct week_state *a = left, *b = right;

	return (a->week < b->week) - (a->week > b->week);
}

/* Set @is_sealed of the seals. A week has one seal for each shard. */
int clickhouse_mark_sealed(struct week_seals *seals, uint32_t limit)
{
	LINEAGE_AUTO_FREE const char **scratch =
		calloc(seals->now.count + seals->seals.count + 1, sizeof(*scratch));
	struct week_state *list = seals->seals.list;
	size_t count = seals->seals.count, next;

	if (!scratch)
		return -ENOMEM;
	if (count > 0)
		qsort(list, count, sizeof(*list), newest_first);
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && list[next].week == list[i].week;)
			next++;
		if (next > SEALS_MAX)
			break;
		if (list[i].week >= limit || !clickhouse_is_sealed(seals, list[i].week, scratch))
			continue;
		for (size_t j = i; j < next; j++)
			list[j].is_sealed = true;
	}
	return 0;
}

static struct week_state *find_seal(const struct week_seals *seals, uint16_t week, uint64_t seal)
{
	for (size_t i = 0; i < seals->seals.count; i++)
		if (seals->seals.list[i].week == week && seals->seals.list[i].seal == seal)
			return &seals->seals.list[i];
	return NULL;
}

/* Read the next WEEK=SEAL of a list that is separated by blanks. Return false at its end. */
static bool next_seal(const char **list, uint16_t *ret_week, uint64_t *ret_seal)
{
	char *end;

	*ret_week = (uint16_t)strtoul(*list, &end, 10);
	if (*end != '=')
		return false;
	*ret_seal = strtoull(end + 1, &end, 10);
	*list = end;
	return true;
}

/*
 * Make @total the total of all its seals, if they are used and not in another total. A list that is
 * empty or ends in anything else is not used.
 */
static void mark_total(struct week_seals *seals, struct week_state *total)
{
	const char *list = total->states[0];
	struct week_state *seal;
	uint16_t week;
	uint64_t number;

	total->is_sealed = list[0] && clickhouse_has_sums(seals, total);
	while (total->is_sealed && next_seal(&list, &week, &number)) {
		seal = find_seal(seals, week, number);
		total->is_sealed = seal && seal->is_sealed && !seal->total;
		if (total->is_sealed)
			seal->total = total;
	}
	total->is_sealed = total->is_sealed && !list[0];
}

/* Remove the seals of totals that are not used. */
static void unmark(struct week_seals *seals)
{
	for (size_t i = 0; i < seals->seals.count; i++)
		if (seals->seals.list[i].total && !seals->seals.list[i].total->is_sealed)
			seals->seals.list[i].total = NULL;
}

void clickhouse_mark_totals(struct week_seals *seals)
{
	for (size_t i = 0; i < seals->totals.count; i++) {
		mark_total(seals, &seals->totals.list[i]);
		unmark(seals);
	}
}
