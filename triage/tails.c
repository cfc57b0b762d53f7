// SPDX-License-Identifier: GPL-2.0-or-later
#include "tails.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/cleanup.h"

#define LIMIT_MAX 0.5 /* maximum of the listed p-values of a combined test */

void triage_tail_deinit(struct triage_tail *tail)
{
	free(tail->values);
	tail->values = NULL;
	tail->count = 0;
}

double triage_tail_probability(const struct triage_tail *tail, double limit)
{
	double probability = 0;

	if (isnan(tail->p))
		return 0;
	if (tail->is_fine || limit > tail->limit)
		return fmin(limit, 1);
	for (size_t i = 0; i < tail->count && tail->values[i] <= limit * TRIAGE_TAIL_TIES; i++)
		probability = tail->values[i];
	return probability;
}

/** struct jump - the probability of a p-value of at most @at increases by @by */
struct jump {
	double at;
	double by;
};

static int compare_jumps(const void *left, const void *right)
{
	double a = ((const struct jump *)left)->at, b = ((const struct jump *)right)->at;

	return (a > b) - (a < b);
}

/* List the jumps of all tests in ascending order. Return their number, or -ENOMEM. */
static long list_jumps(const struct triage_part *parts, size_t count, double weights,
		       struct jump **ret)
{
	size_t limit = 1, jumps = 0;
	struct jump *list;

	for (size_t i = 0; i < count; i++)
		limit += parts[i].tail.count;
	list = calloc(limit, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct triage_tail *tail = &parts[i].tail;

		for (size_t j = 0; j < tail->count; j++)
			list[jumps++] = (struct jump){
				tail->values[j] * weights / parts[i].weight,
				tail->values[j] - (j > 0 ? tail->values[j - 1] : 0),
			};
	}
	qsort(list, jumps, sizeof(*list), compare_jumps);
	*ret = list;
	return (long)jumps;
}

/*
 * Make the list of possible p-values from the jumps, which are all jumps up to @end. If the p-value
 * is one of them, remove its rounding error.
 * @limit: no jump after @end leads to a p-value up to this limit, unless it is among the jumps
 */
static int add_jumps(const struct jump *jumps, size_t count, double end, double limit,
		     struct triage_tail *tail)
{
	double sum = 0;

	tail->values = calloc(count + 1, sizeof(*tail->values));
	if (!tail->values)
		return -ENOMEM;
	tail->limit = fmin(limit, LIMIT_MAX);
	for (size_t i = 0; i < count; i++) {
		sum += jumps[i].by;
		if (i + 1 < count && jumps[i + 1].at <= jumps[i].at * TRIAGE_TAIL_TIES)
			continue;
		if (sum > LIMIT_MAX)
			return 0;
		if (jumps[i].at > end) {
			/* The p-value of this jump is at least as large as @sum. */
			tail->limit = fmin(tail->limit, sum / TRIAGE_TAIL_TIES / TRIAGE_TAIL_TIES);
			return 0;
		}
		tail->values[tail->count++] = sum;
		tail->limit = fmax(tail->limit, sum);
		if (tail->p <= sum * TRIAGE_TAIL_TIES && sum <= tail->p * TRIAGE_TAIL_TIES)
			tail->p = sum;
	}
	return 0;
}

int triage_tails_combine(const struct triage_part *parts, size_t count, struct triage_tail *ret,
			 size_t *ret_best)
{
	struct triage_tail made = { .p = NAN };
	LINEAGE_AUTO_FREE struct jump *jumps = NULL;
	double weights = 0, least = INFINITY, end = INFINITY, limit = INFINITY, sum = 0;
	long jump_count;
	size_t best = 0;
	int error;

	for (size_t i = 0; i < count; i++)
		weights += isnan(parts[i].tail.p) ? 0 : parts[i].weight;
	for (size_t i = 0; i < count; i++) {
		double ratio = parts[i].tail.p * weights / parts[i].weight;

		if (isnan(ratio))
			continue;
		made.is_fine = made.is_fine || parts[i].tail.is_fine;
		end = fmin(end, parts[i].tail.limit * weights / parts[i].weight);
		limit = fmin(limit, parts[i].tail.limit);
		if (!(ratio < least))
			continue;
		least = ratio;
		best = i;
	}
	*ret_best = best;
	for (size_t i = 0; i < count && weights > 0; i++)
		sum += triage_tail_probability(&parts[i].tail, least * parts[i].weight / weights);
	if (weights > 0)
		made.p = fmin(sum, 1);
	if (weights == 0 || made.is_fine) {
		*ret = made;
		return 0;
	}
	jump_count = list_jumps(parts, count, weights, &jumps);
	error = jump_count < 0 ? -ENOMEM : add_jumps(jumps, (size_t)jump_count, end, limit, &made);
	if (made.count > TRIAGE_TAIL_VALUES_MAX) {
		triage_tail_deinit(&made);
		made.is_fine = true;
	}
	if (!error)
		*ret = made;
	return error;
}
