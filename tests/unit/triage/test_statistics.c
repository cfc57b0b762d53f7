// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Do the statistics come out as their definitions have them?
 *
 * Expected figures are the definitions of docs/triage.md, evaluated with 40 digits (references.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "statistics.h"

#define PRECISION 1e-11 /* relative */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_near(double got, double expected)
{
	if (!(fabs(got - expected) <= PRECISION * fabs(expected)))
		fail_msg("%.17g, not %.17g", got, expected);
}

static void assert_interval(struct triage_interval got, double estimate, double low, double high)
{
	assert_near(got.estimate, estimate);
	assert_near(got.low, low);
	assert_near(got.high, high);
}

static void test_fisher(void **state)
{
	static const struct {
		struct triage_table table;
		double p;
	} cases[] = {
		{ { 3, 4, 1, 4 }, 0.48571428571428571 },
		{ { 0, 10, 0, 10 }, 1 },
		{ { 10, 10, 0, 10 }, 1.0825088224469029e-5 },
		{ { 0, 10, 5, 10 }, 0.032507739938080495 },
		{ { 41, 1203, 3, 9120 }, 2.6896595961239485e-35 },
		{ { 1, 1, 0, 1000 }, 0.000999000999000999 },
		{ { 2, 1000, 2, 1000 }, 1 },
		{ { 17, 100, 200, 10000 }, 3.2592321634830167e-11 },
		{ { 500, 100000, 400, 100000 }, 0.00093136173644118642 },
		{ { 0, 0, 5, 100 }, 1 },
		{ { 5, 5, 7, 7 }, 1 },
		{ { 60, 100000000, 20, 100000000 }, 8.580525652268267e-6 },
		/* Less than any double. */
		{ { 3000, 10000000, 2700, 90000000 }, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_near(triage_fisher(&cases[i].table), cases[i].p);
}

/* Which of the two is called the group makes no difference. */
static void test_fisher_is_symmetric(void **state)
{
	for (uint64_t crashes = 0; crashes <= 12; crashes++)
		for (uint64_t other = 0; other <= 20; other++) {
			struct triage_table one = { crashes, 12, other, 20 };
			struct triage_table two = { other, 20, crashes, 12 };
			double p = triage_fisher(&one);

			assert_true(p > 0 && p <= 1);
			assert_near(triage_fisher(&two), p);
		}
}

static void test_risk_ratio(void **state)
{
	struct triage_table table = { 41, 1203, 3, 9120 }, none = { 0, 50, 7, 100 };
	struct triage_table only = { 5, 50, 0, 100 }, nothing = { 0, 50, 0, 100 };
	struct triage_table empty = { 0, 0, 7, 100 };
	struct triage_interval interval = triage_risk_ratio(&none);

	assert_interval(triage_risk_ratio(&table), 103.60764754779717, 32.133510258151268,
			334.06075290717867);
	assert_true(interval.estimate == 0);
	assert_near(interval.low, 0.0076918179686373201);
	assert_near(interval.high, 2.2661616168446803);
	assert_true(isinf(triage_risk_ratio(&only).estimate));
	assert_true(isnan(triage_risk_ratio(&nothing).estimate));
	assert_true(isnan(triage_risk_ratio(&empty).low));
}

static void test_mantel_haenszel(void **state)
{
	static const struct triage_table strata[] = { { 10, 100, 5, 200 }, { 30, 1000, 8, 500 } };
	/* Ten times as many crashes in the group, and none of it by the group. */
	static const struct triage_table confounded[] = { { 90, 1000, 9, 100 },
							  { 1, 100, 10, 1000 } };
	static const struct triage_table empty[] = { { 0, 0, 5, 200 }, { 3, 10, 0, 0 } };
	double p;

	assert_interval(triage_mantel_haenszel(strata, 2, &p), 2.380952380952381,
			1.2884732051573649, 4.399730019741038);
	assert_near(p, 0.0042183426412738694);
	assert_interval(triage_mantel_haenszel(confounded, 2, &p), 1, 0.53642709103708942,
			1.8641862365054535);
	assert_near(p, 1);
	assert_true(isnan(triage_mantel_haenszel(empty, 2, &p).estimate) && isnan(p));
	assert_true(isnan(triage_mantel_haenszel(empty, 0, &p).estimate) && isnan(p));
}

static void test_trend(void **state)
{
	static const struct triage_dose up[] = {
		{ 0, 1, 1000 }, { 1, 2, 1000 }, { 2, 5, 1000 }, { 3, 9, 1000 }, { 4, 15, 1000 }
	};
	static const struct triage_dose down[] = { { 0, 9, 100 }, { 1, 9, 100 }, { 5, 1, 100 } };
	static const struct triage_dose none[] = { { 0, 0, 100 }, { 1, 0, 100 } };
	double z;

	assert_near(triage_trend(up, COUNT(up), &z), 1.1383770296946821e-5);
	assert_near(z, 4.3890675604186688);
	assert_near(triage_trend(down, COUNT(down), &z), 0.0084501995789564199);
	assert_near(z, -2.6335315047781027);
	assert_true(isnan(triage_trend(none, COUNT(none), &z)));
	assert_true(isnan(triage_trend(up, 1, &z)));
}

static void test_benjamini_hochberg(void **state)
{
	double p[] = { 0.03, NAN, 0.01, 0.04, 0.9 };

	assert_int_equal(triage_benjamini_hochberg(p, COUNT(p)), 0);
	assert_near(p[0], 0.16 / 3);
	assert_true(isnan(p[1]));
	assert_near(p[2], 0.04);
	assert_near(p[3], 0.16 / 3);
	assert_near(p[4], 0.9);
	assert_int_equal(triage_benjamini_hochberg(p, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fisher),	   cmocka_unit_test(test_fisher_is_symmetric),
		cmocka_unit_test(test_risk_ratio), cmocka_unit_test(test_mantel_haenszel),
		cmocka_unit_test(test_trend),	   cmocka_unit_test(test_benjamini_hochberg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
