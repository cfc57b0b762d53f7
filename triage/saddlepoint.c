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

/**
 * struct part - one informative stratum
 * @sums: sums of the stratum
 * @alpha: intercept of the stratum at the slope that was evaluated last
 * @fit: log likelihood
 * @information: information of @alpha
 * @expected: expected sum of the doses of its crashes, with doses relative to the mean
 * @spread: variance of the sum in @expected, given that @alpha is estimated
 */
struct part {
	const struct triage_stratum *stratum;
	struct triage_stratum_sums sums;
	double alpha;
	double fit;
	double information;
	double expected;
	double spread;
};

/**
 * struct model - logistic model: the odds of a crash are exp(alpha + beta * dose), with one alpha
 * for each stratum
 * @parts: array of @count informative strata
 * @target: observed sum of doses, relative to the means of the strata
 * @widest: largest difference between a dose and the mean of its stratum
 */
struct model {
	struct part *parts;
	size_t count;
	double target;
	double widest;
};

/* Sums over all parts of the model at one slope. */
struct at_slope {
	double expected;
	double spread;
	double fit;
	double information; /* logarithm of the information */
};

/* Update all other fields for the current @alpha. @ret_crashes: expected number of crashes. */
static void look(struct part *part, double beta, double *ret_crashes)
{
	double crashes = 0, weight = 0, first = 0, second = 0, expected = 0, fit = 0;

	for (size_t i = 0; i < part->stratum->count; i++) {
		const struct triage_dose *dose = &part->stratum->doses[i];
		double boots = (double)dose->boots, score = dose->score - part->sums.mean;
		double log_odds = part->alpha + beta * score;
		double rate = 1 / (1 + exp(-log_odds)), inverse = 1 / (1 + exp(log_odds));

		crashes += boots * rate;
		expected += boots * rate * score;
		weight += boots * rate * inverse;
		first += boots * rate * inverse * score;
		second += boots * rate * inverse * score * score;
		fit -= boots *
		       (log_odds > 0 ? log_odds + log1p(exp(-log_odds)) : log1p(exp(log_odds)));
	}
	part->fit = part->alpha * part->sums.crashes + fit;
	part->information = weight;
	part->expected = expected;
	part->spread = weight > 0 ? second - first * first / weight : 0;
	*ret_crashes = crashes;
}

/* Find the alpha for the observed number of crashes, with Newton's method or bisection. */
static bool solve_part(struct part *part, double beta, double reach)
{
	double low = part->alpha - reach, high = part->alpha + reach, crashes;

	for (int i = 0; i < STEPS_MAX; i++) {
		double step;

		look(part, beta, &crashes);
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
	*ret = (struct at_slope){ 0 };
	for (size_t i = 0; i < model->count; i++) {
		struct part *part = &model->parts[i];

		part->alpha = log(part->sums.crashes / (part->sums.boots - part->sums.crashes));
		if (!solve_part(part, beta, fabs(beta) * model->widest + 1))
			return false;
		ret->expected += part->expected;
		ret->spread += part->spread;
		ret->fit += part->fit;
		ret->information += log(part->information);
	}
	return true;
}

/* Find the slope at which the expected sum, which increases with the slope, is the target. */
static bool solve(struct model *model, double *ret_beta, struct at_slope *ret)
{
	double low = -INFINITY, high = INFINITY, beta = 0;

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
		step = beta + (model->target - ret->expected) / ret->spread;
		/*
		 * Limit the step: far from the solution, the spread is almost 0 and the step too
		 * long.
		 */
		step = fmin(fmax(step, beta - 4 / model->widest), beta + 4 / model->widest);
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
	struct at_slope none, seen;
	double beta, w, u;

	if (!look_at_slope(model, 0, &none) || !solve(model, &beta, &seen))
		return NAN;
	w = sqrt(2 * fmax(beta * model->target + seen.fit - none.fit, 0));
	if (w < AT_THE_MEAN)
		return 0.5;
	u = 2 * sinh(fabs(beta) / 2) *
	    exp((seen.information - none.information + log(seen.spread)) / 2);
	return gsl_cdf_ugaussian_Q(w + log(u / w) / w);
}

/* Add a stratum to the model. Return its observed sum minus its expected sum. */
static double add_part(struct model *model, const struct triage_stratum *stratum,
		       const struct triage_stratum_sums *sums)
{
	double excess = 0;

	for (size_t i = 0; i < stratum->count; i++)
		excess +=
			(stratum->doses[i].score - sums->mean) * (double)stratum->doses[i].crashes;
	model->widest = fmax(model->widest, fmax(sums->high - sums->mean, sums->mean - sums->low));
	model->parts[model->count++] = (struct part){ .stratum = stratum, .sums = *sums };
	return excess;
}

double triage_saddlepoint_tails(const struct triage_stratum *strata, size_t count)
{
	LINEAGE_AUTO_FREE struct part *parts = calloc(count ? count : 1, sizeof(*parts));
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
