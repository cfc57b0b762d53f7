// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit tests of the combination of p-values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "triage/combined.h"

#define TESTS 3
#define DRAWS 200000
#define LEVELS 3

static const double WEIGHTS[TESTS] = { 2, 1, 1 };

static double combined(double a, double b, double c)
{
	const double p[TESTS] = { a, b, c };

	return triage_combined(p, WEIGHTS, TESTS);
}

static void expect_near(double got, double expected)
{
	if (!(fabs(got / expected - 1) < 1e-6))
		fail_msg("%g, not %g", got, expected);
}

/* The formula as it is published, with tangents. Tangents lose digits if p is tiny. */
static void test_formula(void **state)
{
	double sum = 0.5 * tan(0.45 * M_PI) + 0.25 * tan(-0.2 * M_PI) + 0.25 * tan(0.3 * M_PI);

	(void)state;
	expect_near(combined(0.05, 0.7, 0.2), 0.5 - atan(sum) / M_PI);
}

static void test_equal_p_values(void **state)
{
	(void)state;
	for (double p = 0.7; p > 1e-300; p /= 7)
		expect_near(combined(p, p, p), p);
}

/* One small p-value counts as with Bonferroni's correction, whatever the others are. */
static void test_one_small(void **state)
{
	(void)state;
	expect_near(combined(1e-12, 0.5, 0.5), 2e-12);
	expect_near(combined(1, 1, 1e-12), 4e-12);
	expect_near(combined(1e-9, 1e-200, 1), 4e-200);
	assert_true(combined(0.02, 1, 1) < 0.05); /* as with Bonferroni's correction */
}

static void test_impossible(void **state)
{
	(void)state;
	expect_near(combined(1e-9, NAN, 1), 1.5e-9);
	expect_near(combined(NAN, NAN, 0.03), 0.03);
	assert_true(isnan(combined(NAN, NAN, NAN)));
	assert_true(combined(0, 0.3, NAN) == 0);
	expect_near(combined(1, 1, 1), 0.75);
}

/* Count the draws of correlated normal deviates whose combination is at most each level. */
static void count_below(gsl_rng *random, double shared, const double *levels, size_t *ret)
{
	for (size_t draw = 0; draw < DRAWS; draw++) {
		double all = gsl_ran_ugaussian(random), p[TESTS];

		for (size_t i = 0; i < TESTS; i++)
			p[i] = gsl_cdf_ugaussian_Q(sqrt(shared) * all +
						   sqrt(1 - shared) * gsl_ran_ugaussian(random));
		for (size_t i = 0; i < LEVELS; i++)
			ret[i] += triage_combined(p, WEIGHTS, TESTS) <= levels[i];
	}
}

/*
 * If no test has a reason to be significant, the combination is at most as often significant as its
 * level says, however much the tests agree. Four standard errors are allowed, and up to an
 * eighth more at large levels, at which the approximation exceeds them.
 */
static void test_level(void **state)
{
	const double shared[] = { 0, 0.5, 0.9, 0.99 }, levels[LEVELS] = { 0.05, 0.01, 0.001 };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_taus2);

	(void)state;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		size_t below[LEVELS] = { 0 };

		count_below(random, shared[i], levels, below);
		for (size_t j = 0; j < LEVELS; j++) {
			print_message("correlation %g: %g %% at %g %%\n", shared[i],
				      100.0 * (double)below[j] / DRAWS, 100 * levels[j]);
			double most = levels[j] > 0.01 ? 1.125 * levels[j] : levels[j];

			most += 4 * sqrt(levels[j] / DRAWS);
			if (!((double)below[j] / DRAWS <= most))
				fail_msg("%g: %zu of %d are at most %g", shared[i], below[j], DRAWS,
					 levels[j]);
		}
	}
	gsl_rng_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formula),	  cmocka_unit_test(test_equal_p_values),
		cmocka_unit_test(test_one_small), cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
