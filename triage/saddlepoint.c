// SPDX-License-Identifier: GPL-2.0-or-later
#include "saddlepoint.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "stratum_sums.h"

#define STEPS_MAX 200
#define CLOSE_ENOUGH 1e-12
/*
 * Below this distance from the mean, the tail is set to 0.5: the expansion would divide by almost
 * 0.
 */
#define AT_THE_MEAN 1e-4
/*
 * A sum is near its mean up to this normal deviate. Its p-value is then above 0.2, and nothing
 * depends on the last digits.
 */
#define NEAR_MEAN 1.2
/*
 * Minimum standard deviation, in units of the largest distance of a dose from its mean, of a sum
 * that is nearly normal. It limits the skewness and the kurtosis: each is at most 1/10, or 1/100.
 */
#define NORMAL_MIN 10

/**
 * struct part - one informative stratum
 * @sums: sums of the stratum
 * @start: intercept of the stratum at slope 0; not set of a pair
 * @beta: the slope that was evaluated last
 * @alpha: intercept of the stratum at @beta; not set of a pair
 * @odds: of a pair, the odds at the first dose
 * @information: information of @alpha
 * @first: derivative of the expected number of crashes with respect to the slope
 * @expected: expected sum of the doses of its crashes, with doses relative to the mean
 * @spread: variance of the sum in @expected, given that @alpha is estimated
 */
struct part {
	const struct triage_stratum *stratum;
	struct triage_stratum_sums sums;
	double start;
	double beta;
	double alpha;
	double odds;
	double information;
	double first;
	double expected;
	double spread;
};

/**
 * struct model - logistic model: the odds of a crash are exp(alpha + beta * dose), with one alpha
 * for each stratum
 * @parts: array of @count informative strata
 * @target: observed sum of doses, relative to the means of the strata
 * @widest: largest difference between a dose and the mean of its stratum
 * @spread_at_0: variance of the sum of doses at slope 0
 */
struct model {
	struct part *parts;
	size_t count;
	double target;
	double widest;
	double spread_at_0;
};

/* Sums over all parts of the model at one slope. */
struct at_slope {
	double expected;
	double spread;
};

/* Update all other fields for the current @alpha and @beta. @ret_crashes: expected crashes. */
static void look(struct part *part, double *ret_crashes)
{
	double crashes = 0, weight = 0, first = 0, second = 0, expected = 0;

	for (size_t i = 0; i < part->stratum->count; i++) {
		const struct triage_dose *dose = &part->stratum->doses[i];
		double boots = (double)dose->boots, score = dose->score - part->sums.mean;
		double log_odds = part->alpha + part->beta * score;
		double small = exp(-fabs(log_odds)), large = 1 / (1 + small);
		double rate = log_odds > 0 ? large : small * large;
		double variance = boots * small * large * large;

		crashes += boots * rate;
		expected += boots * rate * score;
		weight += variance;
		first += variance * score;
		second += variance * score * score;
	}
	part->information = weight;
	part->first = first;
	part->expected = expected;
	part->spread = weight > 0 ? second - first * first / weight : 0;
	*ret_crashes = crashes;
}

/* Return how much the intercept of a part exceeds that at slope 0. */
static double rise_of(const struct part *part)
{
	double score = part->stratum->doses[0].score - part->sums.mean;

	if (part->stratum->count != 2)
		return part->alpha - part->start;
	return log(part->odds * (part->sums.boots - part->sums.crashes) / part->sums.crashes) -
	       part->beta * score;
}

/*
 * Return how much the log likelihood of a part exceeds that at slope 0. At slope 0, all boots have
 * the same rate. The logarithms of both are not subtracted, since near slope 0 they hardly differ.
 */
static double gain_of(const struct part *part)
{
	double rate = part->sums.crashes / part->sums.boots, more = rise_of(part);
	double gain = more * part->sums.crashes;

	for (size_t i = 0; i < part->stratum->count; i++) {
		const struct triage_dose *dose = &part->stratum->doses[i];
		double score = dose->score - part->sums.mean;

		gain -= (double)dose->boots * log1p(rate * expm1(more + part->beta * score));
	}
	return gain;
}

/* Return the information of alpha at slope 0. */
static double information_at_0(const struct part *part)
{
	return part->sums.crashes * (part->sums.boots - part->sums.crashes) / part->sums.boots;
}

/*
 * Find the alpha of a stratum with two doses, whose expected number of crashes is the observed one,
 * and update the other fields. The odds x at the first dose are the positive root of
 * a x^2 + b x = crashes.
 * @unit_ratio: exp(@beta), the odds ratio of doses that differ by 1, as most pairs do
 */
static void solve_pair(struct part *part, double beta, double unit_ratio)
{
	const struct triage_dose *doses = part->stratum->doses;
	double score = doses[0].score - part->sums.mean, other = doses[1].score - part->sums.mean;
	double boots = (double)doses[0].boots, others = (double)doses[1].boots;
	double step = (double)doses[1].score - (double)doses[0].score;
	double times = step == 1 ? unit_ratio : exp(beta * step), crashes = part->sums.crashes;
	double a = times * (boots + others - crashes);
	double b = boots - crashes + times * (others - crashes);
	double root = sqrt(b * b + 4 * a * crashes);
	double odds = b > 0 ? 2 * crashes / (b + root) : (root - b) / (2 * a);
	double of_first = boots * odds / (1 + odds);
	double of_other = others * times * odds / (1 + times * odds);
	double variance = of_first / (1 + odds), other_variance = of_other / (1 + times * odds);

	part->odds = odds;
	part->beta = beta;
	part->information = variance + other_variance;
	part->expected = of_first * score + of_other * other;
	part->spread = variance * other_variance / part->information * step * step;
}

/*
 * Find the alpha for the observed number of crashes, with Newton's method or bisection. It is near
 * the tangent at the slope that was evaluated last.
 */
static bool solve_part(struct part *part, double beta, double reach)
{
	double low = part->start - reach, high = part->start + reach, crashes;
	double near = part->alpha - (beta - part->beta) * part->first / part->information;

	part->alpha = near > low && near < high ? near : part->start;
	part->beta = beta;
	for (int i = 0; i < STEPS_MAX; i++) {
		double step;

		look(part, &crashes);
		if (fabs(crashes - part->sums.crashes) <= CLOSE_ENOUGH * part->sums.crashes)
			return true;
		if (crashes < part->sums.crashes)
			low = part->alpha;
		else
			high = part->alpha;
		step = part->alpha + (part->sums.crashes - crashes) / part->information;
		if (!(step > low && step < high))
			step = low + (high - low) / 2;
		if (step == part->alpha)
			return true; /* the limit of double precision */
		part->alpha = step;
	}
	return false;
}

static bool look_at_slope(struct model *model, double beta, struct at_slope *ret)
{
	double unit_ratio = exp(beta);

	*ret = (struct at_slope){ 0 };
	for (size_t i = 0; i < model->count; i++) {
		struct part *part = &model->parts[i];

		if (part->stratum->count == 2)
			solve_pair(part, beta, unit_ratio);
		else if (!solve_part(part, beta, fabs(beta) * model->widest + 1))
			return false;
		ret->expected += part->expected;
		ret->spread += part->spread;
	}
	return true;
}

/*
 * Return the next slope of Newton's method. The step is limited: far from the solution, the spread
 * is almost 0 and the step too long.
 */
static double next_slope(const struct model *model, double beta, const struct at_slope *at)
{
	double step = beta + (model->target - at->expected) / at->spread;

	return fmin(fmax(step, beta - 4 / model->widest), beta + 4 / model->widest);
}

/*
 * Find the slope at which the expected sum, which increases with the slope, is the target. At slope
 * 0, the expected sum is 0.
 */
static bool solve(struct model *model, double *ret_beta, struct at_slope *ret)
{
	const struct at_slope at_0 = { .expected = 0, .spread = model->spread_at_0 };
	double low = -INFINITY, high = INFINITY, beta = next_slope(model, 0, &at_0);

	for (int i = 0; i < STEPS_MAX; i++) {
		double step;

		if (!look_at_slope(model, beta, ret))
			return false;
		if (fabs(ret->expected - model->target) <= CLOSE_ENOUGH * fabs(model->target)) {
			*ret_beta = beta;
			return true;
		}
		if (ret->expected < model->target)
			low = beta;
		else
			high = beta;
		step = next_slope(model, beta, ret);
		if (!(step > low && step < high))
			step = low + (high - low) / 2;
		if (step == beta) {
			*ret_beta = beta;
			return true;
		}
		beta = step;
	}
	return false;
}

/* Return the probability of a sum at least as far from its expectation as the target. */
static double tail(struct model *model)
{
	struct at_slope seen;
	double beta, gain = 0, information = 0, product = 1, w, u;

	if (!solve(model, &beta, &seen))
		return NAN;
	for (size_t i = 0; i < model->count; i++) {
		const struct part *part = &model->parts[i];

		gain += gain_of(part);
		product *= part->information / information_at_0(part);
		/* Take the logarithm of many factors at once, while they are not extreme. */
		if (product > 1e-100 && product < 1e100)
			continue;
		information += log(product);
		product = 1;
	}
	information += log(product);
	w = sqrt(2 * fmax(beta * model->target + gain, 0));
	if (w < AT_THE_MEAN)
		return 0.5;
	u = 2 * sinh(fabs(beta) / 2) * exp((information + log(seen.spread)) / 2);
	return gsl_cdf_ugaussian_Q(w + log(u / w) / w);
}

/* Add a stratum to the model. Return its observed sum minus its expected sum. */
static double add_part(struct model *model, const struct triage_stratum *stratum,
		       const struct triage_stratum_sums *sums)
{
	double excess = 0, start = 0;

	if (stratum->count != 2)
		start = log(sums->crashes / (sums->boots - sums->crashes));
	for (size_t i = 0; i < stratum->count; i++)
		excess +=
			(stratum->doses[i].score - sums->mean) * (double)stratum->doses[i].crashes;
	model->widest = fmax(model->widest, fmax(sums->high - sums->mean, sums->mean - sums->low));
	/* The doses of the crashes are drawn independently here, not without replacement. */
	model->spread_at_0 += sums->variance * (sums->boots - 1) / sums->boots;
	model->parts[model->count++] = (struct part){
		.stratum = stratum, .sums = *sums, .start = start, .alpha = start, .information = 1
	};
	return excess;
}

double triage_saddlepoint_tails(const struct triage_stratum *strata, size_t count)
{
	LINEAGE_AUTO_FREE struct part *parts = reallocarray(NULL, count + 1, sizeof(*parts));
	struct model model = { .parts = parts };
	double excess = 0;

	if (!parts)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (triage_stratum_sums_is_informative(&sums))
			excess += add_part(&model, &strata[i], &sums);
	}
	/* Continuity correction for integer sums (H. E. Daniels, 1987). */
	model.target = excess > 0 ? excess - 0.5 : excess + 0.5;
	if (fabs(excess) <= 0.5 || model.count == 0)
		return 1;
	return fmin(2 * tail(&model), 1);
}

double triage_near_mean_tails(const struct triage_moments *moments)
{
	double sigma = sqrt(moments->variance), distance = fabs(moments->excess) - 0.5;
	double z = distance / sigma, skewness = moments->third / (sigma * moments->variance);
	double density = exp(-z * z / 2) / sqrt(2 * M_PI), tail;

	if (!(z <= NEAR_MEAN && sigma >= NORMAL_MIN * moments->widest))
		return NAN;
	if (distance <= 0)
		return 1;
	if (moments->excess < 0)
		skewness = -skewness;
	tail = gsl_cdf_ugaussian_Q(z) + density * skewness * (z * z - 1) / 6;
	return fmin(2 * tail, 1);
}
