// SPDX-License-Identifier: GPL-2.0-or-later
#include "multiple_testing.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/cleanup.h"

/**
 * struct step - a change of F, the probability that a test has a p-value of at most @at
 * @by: change of F / (1 - F) at @at
 * @fine: weight of a test whose p-values above @at are not listed; added to @fine of struct sweep
 */
struct step {
	double at;
	double by;
	double fine;
};

/**
 * struct sweep - sum of F / (1 - F) over all tests, at increasing p-values
 * @steps: array of @count steps in ascending order; owned
 * @next: number of steps up to the present p-value
 * @sum: sum over the tests whose possible p-values are listed
 * @fine: sum of the weights of the other tests
 */
struct sweep {
	struct step *steps;
	size_t count;
	size_t next;
	double sum;
	double fine;
};

static void sweep_deinit(struct sweep *sweep)
{
	free(sweep->steps);
}
#define AUTO_SWEEP __attribute__((cleanup(sweep_deinit))) struct sweep

/* Order of structs that begin with a number. */
static int compare_first(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double odds(double probability)
{
	return probability < 1 ? probability / (1 - probability) : INFINITY;
}

static int sweep_init(struct sweep *sweep, const struct triage_weighted *tests, size_t count)
{
	size_t limit = 1;

	for (size_t i = 0; i < count; i++)
		limit += tests[i].test.count + 1;
	sweep->steps = calloc(limit, sizeof(*sweep->steps));
	if (!sweep->steps)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct triage_tail *test = &tests[i].test;
		double before = 0, weight = tests[i].weight;

		if (isnan(test->p))
			continue;
		if (test->is_fine) {
			sweep->fine += weight;
			continue;
		}
		for (size_t j = 0; j < test->count; j++) {
			double now = odds(test->values[j]);

			sweep->steps[sweep->count++] =
				(struct step){ test->values[j] / weight, now - before, 0 };
			before = now;
		}
		sweep->steps[sweep->count++] =
			(struct step){ test->limit / weight * TRIAGE_TAIL_TIES, -before, weight };
	}
	qsort(sweep->steps, sweep->count, sizeof(*sweep->steps), compare_first);
	return 0;
}

static void take_step(struct sweep *sweep)
{
	sweep->sum += sweep->steps[sweep->next].by;
	sweep->fine += sweep->steps[sweep->next].fine;
	sweep->next++;
}

/* Return the sum at @p, which is not smaller than in the last call. */
static double sum_at(struct sweep *sweep, double p)
{
	while (sweep->next < sweep->count && sweep->steps[sweep->next].at <= p * TRIAGE_TAIL_TIES)
		take_step(sweep);
	return sweep->sum + (sweep->fine > 0 ? sweep->fine * odds(p) : 0);
}

struct rank {
	double p;
	size_t at;
};

int triage_discrete_q_of_some(const struct triage_weighted *tests, size_t count,
			      const double *ratios, size_t some_count, double *ret)
{
	LINEAGE_AUTO_FREE struct rank *ranks = calloc(some_count + 1, sizeof(*ranks));
	AUTO_SWEEP sweep = { 0 };
	size_t tested = 0;
	double q = 0;

	if (!ranks || sweep_init(&sweep, tests, count))
		return -ENOMEM;
	for (size_t i = 0; i < some_count; i++) {
		ret[i] = NAN;
		if (!isnan(ratios[i]))
			ranks[tested++] = (struct rank){ ratios[i], i };
	}
	qsort(ranks, tested, sizeof(*ranks), compare_first);
	for (size_t i = 0; i < tested; i++) {
		q = fmax(q, sum_at(&sweep, ranks[i].p) / (double)(i + 1));
		ret[ranks[i].at] = fmin(q, 1);
	}
	return 0;
}

int triage_discrete_q(const struct triage_weighted *tests, size_t count, double *ret)
{
	LINEAGE_AUTO_FREE double *ratios = calloc(count + 1, sizeof(*ratios));

	if (!ratios)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		ratios[i] = tests[i].test.p / tests[i].weight;
	return triage_discrete_q_of_some(tests, count, ratios, count, ret);
}

int triage_discrete_level(const struct triage_weighted *tests, size_t count, double level,
			  size_t rank, double *ret)
{
	AUTO_SWEEP sweep = { 0 };
	double limit = level * (double)rank, at = 0;

	if (sweep_init(&sweep, tests, count))
		return -ENOMEM;
	while (at < level) {
		double end = sweep.next < sweep.count ? sweep.steps[sweep.next].at : level;
		double rest = limit - sweep.sum, inside = level;

		if (sweep.fine > 0)
			inside = rest / (sweep.fine + rest);
		/* The sum exceeds the limit before the next step. */
		if (inside < end || end >= level) {
			at = fmin(inside, level);
			break;
		}
		take_step(&sweep);
		if (sweep.sum + sweep.fine * odds(end) > limit) {
			at = end / TRIAGE_TAIL_TIES / TRIAGE_TAIL_TIES;
			break;
		}
		at = end;
	}
	*ret = at;
	return 0;
}
