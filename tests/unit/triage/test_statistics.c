// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unit tests of the statistics.
 *
 * The expected values are the definitions in docs/appendix/statistics.md, evaluated with 40 digits.
 * test_peers.py compares many more values with R and with exact sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "triage/distribution.h"
#include "triage/exact_test.h"
#include "triage/homogeneity.h"
#include "triage/hypergeometric.h"
#include "triage/multiple_testing.h"
#include "triage/saddlepoint.h"
#include "triage/statistics.h"

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
		/* Two tables are equally probable, and no table is more probable. */
		{ { 0, 4, 1, 4 }, 1 },
		{ { 0, 75090174, 1, 1 }, 1.331732147381465e-8 },
		{ { 60, 100000000, 20, 100000000 }, 8.580525652268267e-6 },
		/* The p-value is smaller than any positive double. */
		{ { 3000, 10000000, 2700, 90000000 }, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_near(triage_fisher(&cases[i].table), cases[i].p);
}

/* Swapping the group and the others does not change the result. */
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
	/* The group has more crashes, but within each stratum the crash rates are equal. */
	static const struct triage_table confounded[] = { { 90, 1000, 9, 100 },
							  { 1, 100, 10, 1000 } };
	static const struct triage_table empty[] = { { 0, 0, 5, 200 }, { 3, 10, 0, 0 } };

	assert_interval(triage_mantel_haenszel(strata, 2), 2.380952380952381, 1.2884732051573649,
			4.399730019741038);
	assert_near(triage_mantel_haenszel_z(strata, 2), 2.8613551131589157);
	assert_interval(triage_mantel_haenszel(confounded, 2), 1, 0.53642709103708942,
			1.8641862365054535);
	assert_true(fabs(triage_mantel_haenszel_z(confounded, 2)) < 1e-12);
	for (size_t count = 0; count <= 2; count += 2) {
		assert_true(isnan(triage_mantel_haenszel(empty, count).estimate));
		assert_true(isnan(triage_mantel_haenszel_z(empty, count)));
	}
}

static void test_share(void **state)
{
	static const struct triage_dose some = { 0, 10, 100 }, none = { 0, 0, 50 },
					all = { 0, 7, 7 };

	assert_interval(triage_share_interval(&some), 0.1, 0.055229137060675089,
			0.1743656615049135);
	assert_true(triage_share_interval(&none).low < 1e-15);
	assert_true(triage_share_interval(&all).high > 1 - 1e-15);
}

/* Return twice the smaller tail of the trend. */
static double two_sided(const struct triage_stratum *strata, size_t count, double *ret_z)
{
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };

	assert_int_equal(triage_trend_tails(strata, count, &above, &below), 0);
	*ret_z = triage_trend_z(strata, count);
	return isnan(above.p) ? NAN : fmin(2 * fmin(above.p, below.p), 1);
}

static void test_trend(void **state)
{
	static const struct triage_dose up[] = {
		{ 0, 1, 1000 }, { 1, 2, 1000 }, { 2, 5, 1000 }, { 3, 9, 1000 }, { 4, 15, 1000 }
	};
	static const struct triage_dose down[] = { { 0, 9, 100 }, { 1, 9, 100 }, { 5, 1, 100 } };
	static const struct triage_dose none[] = { { 0, 0, 100 }, { 1, 0, 100 } };
	const struct triage_stratum rising = { up, COUNT(up) }, falling = { down, COUNT(down) };
	const struct triage_stratum nothing = { none, COUNT(none) }, one = { up, 1 };
	const struct triage_stratum both[] = { { up, 3 },
					       { down, COUNT(down) },
					       { none, COUNT(none) } };
	double z;

	assert_near(two_sided(&rising, 1, &z), 8.158796225583371e-06);
	assert_near(z, 4.388628631715095);
	assert_near(two_sided(&falling, 1, &z), 0.005503294457354358);
	assert_near(z, -2.629138621811959);
	assert_near(two_sided(both, COUNT(both), &z), 0.031138163759584468);
	assert_true(isnan(two_sided(&nothing, 1, &z)));
	assert_true(isnan(two_sided(&one, 1, &z)));
	assert_true(isnan(two_sided(NULL, 0, &z)));
}

/* With large counts the exact p-value is close to that of the normal distribution. */
static void test_trend_of_many(void **state)
{
	static const struct triage_dose many[] = { { 1, 40000, 1000000 },
						   { 2, 40500, 1000000 },
						   { 9, 41000, 1000000 } };
	const struct triage_stratum stratum = { many, COUNT(many) };
	double z, p = two_sided(&stratum, 1, &z);

	assert_true(z > 3 && z < 4);
	assert_true(fabs(p / erfc(z / sqrt(2)) - 1) < 0.02);
}

static void test_fisher_strata(void **state)
{
	static const struct triage_table strata[] = { { 10, 100, 5, 200 },
						      { 0, 0, 3, 10 },
						      { 30, 1000, 8, 500 } };
	static const struct triage_table large[] = { { 100000, 10000000, 99000, 10000000 },
						     { 200000, 10000000, 199500, 10000000 } };
	double z = triage_mantel_haenszel_z(large, COUNT(large));

	assert_near(triage_fisher_strata(strata, 1), triage_fisher(&strata[0]));
	assert_near(triage_fisher_strata(strata, 2), triage_fisher(&strata[0]));
	assert_near(triage_fisher_strata(strata, COUNT(strata)), 0.0045761074823570677);
	assert_true(isnan(triage_fisher_strata(&strata[1], 1)));
	assert_true(fabs(triage_fisher_strata(large, COUNT(large)) / erfc(z / sqrt(2)) - 1) < 0.01);
}

/*
 * Many strata have few crashes each. There are too many strata for the exact sum, and too few
 * crashes for an approximation by the normal distribution.
 */
static void test_fisher_many_strata(void **state)
{
	enum { STRATA = 1450, ALONE = 450 };
	struct triage_table strata[STRATA];

	/*
	 * In the last 1,000 strata every boot crashed, so these strata do not change the p-value.
	 */
	for (size_t i = 0; i < STRATA; i++)
		strata[i] = i < ALONE ? (struct triage_table){ i < 16, 10, 10 - (i < 16), 9990 }
				      : (struct triage_table){ 1, 1, 1, 1 };
	assert_true(fabs(triage_fisher_strata(strata, STRATA) / 3.9511378583999747e-05 - 1) < 0.01);
}

/* Near the mean, the log likelihoods hardly differ. The p-value was computed with 40 digits. */
static void test_saddlepoint_near_mean(void **state)
{
	static const struct triage_dose doses[] = { { 0, 68, 156169 },	{ 1, 20, 41127 },
						    { 0, 495, 165834 }, { 1, 59, 17721 },
						    { 0, 173, 169028 }, { 1, 46, 58217 } };
	static const struct triage_stratum strata[] = { { doses, 2 },
							{ doses + 2, 2 },
							{ doses + 4, 2 } };
	double p = triage_saddlepoint_tails(strata, COUNT(strata));

	assert_true(fabs(p / 0.81947082402460214 - 1) < 1e-11);
}

/* Near the mean, on both sides of it, the p-value of skewed tables is that of the saddlepoint. */
static void test_fisher_near_mean(void **state)
{
	enum { STRATA = 60 };
	struct triage_table tables[STRATA];
	struct triage_dose doses[2 * STRATA];
	struct triage_stratum strata[STRATA];

	for (size_t more = 10; more <= 110; more += 4) {
		double p, expected;

		/* 180 crashes of the group are expected. */
		for (size_t i = 0; i < STRATA; i++) {
			uint64_t crashes = 2 + (i < more) + (i + STRATA < more);

			tables[i] = (struct triage_table){ crashes, 500, 60 - crashes, 9500 };
			doses[2 * i] = (struct triage_dose){ 0, 60 - crashes, 9500 };
			doses[2 * i + 1] = (struct triage_dose){ 1, crashes, 500 };
			strata[i] = (struct triage_stratum){ &doses[2 * i], 2 };
		}
		p = triage_fisher_strata(tables, STRATA);
		expected = triage_saddlepoint_tails(strata, STRATA);
		assert_true(fabs(p / expected - 1) < 0.002);
		assert_true(p == expected || p > 0.2);
		assert_true((p == expected) == (more < 46 || more > 74 || more == 60));
	}
}

static void test_trend_near_mean(void **state)
{
	enum { STRATA = 60 };
	struct triage_dose doses[3 * STRATA];
	struct triage_stratum strata[STRATA];
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };

	for (size_t more = 16; more <= 32; more++) {
		double p, expected;

		for (size_t i = 0; i < STRATA; i++) {
			bool is_more = i < more;

			doses[3 * i] = (struct triage_dose){ 1, is_more ? 53 : 55, 9000 };
			doses[3 * i + 1] = (struct triage_dose){ 2, is_more ? 5 : 4, 800 };
			doses[3 * i + 2] = (struct triage_dose){ 3, is_more ? 2 : 1, 200 };
			strata[i] = (struct triage_stratum){ &doses[3 * i], 3 };
		}
		assert_int_equal(triage_trend_tails(strata, STRATA, &above, &below), 0);
		p = fmin(1, 2 * fmin(above.p, below.p));
		expected = triage_saddlepoint_tails(strata, STRATA);
		assert_true(p != expected || p == 1);
		assert_true(fabs(p / expected - 1) < 0.002);
	}
}

static void test_support_count_min(void **state)
{
	for (uint64_t boots = 2; boots < 3000000; boots = boots * 3 / 2 + 1)
		for (uint64_t other = 1; other < 3000000; other *= 4)
			for (uint64_t crashes = 1; crashes < boots + other; crashes *= 2) {
				const struct triage_table table = { 0, boots, crashes, other };
				struct triage_hypergeometric h = triage_hypergeometric_of(&table);
				double least = triage_support_count_min(&h);

				assert_true(least >= 1);
				assert_true(least <= (double)triage_support_of(&h).count);
				if (crashes <= 60 && boots > 60 && other > 60)
					assert_true(least == (double)crashes + 1);
			}
}

/* A very large score does not make three crashes significant. */
static void test_trend_far_out(void **state)
{
	struct triage_dose doses[602] = { { 1, 0, 6000 }, { 2, 0, 3400 } };
	const struct triage_stratum stratum = { doses, COUNT(doses) };
	double z;

	for (uint32_t i = 2; i < COUNT(doses); i++)
		doses[i] = (struct triage_dose){ 998 + i, i % 250 == 10, 1 };
	assert_true(two_sided(&stratum, 1, &z) > 1e-4);
	assert_true(z > 6);
}

/* The possible p-values of a tail are the tails of the more extreme tables. */
static void test_tails(void **state)
{
	static const struct triage_table table = { 2, 50, 3, 1000 }, more = { 3, 50, 2, 1000 };
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };
	TRIAGE_AUTO_TAIL above_more = { 0 };
	TRIAGE_AUTO_TAIL below_more = { 0 };

	assert_int_equal(triage_fisher_tails(&table, 1, &above, &below), 0);
	assert_int_equal(triage_fisher_tails(&more, 1, &above_more, &below_more), 0);
	assert_int_equal(above.count, 4);
	assert_true(above.values[3] == above.p);
	assert_true(above.values[2] == above_more.p);
	assert_near(below_more.p + above_more.values[1], 1);
	assert_true(triage_tail_probability(&above, above.values[3] * 1.5) == above.p);
	assert_true(triage_tail_probability(&above, above.values[0] / 2) == 0);
	assert_near(triage_tail_probability(&above, 0.2), 0.2);
}

static void test_no_tails(void **state)
{
	static const struct triage_table none = { 0, 50, 0, 1000 };
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };

	assert_int_equal(triage_fisher_tails(&none, 1, &above, &below), 0);
	assert_true(isnan(above.p) && isnan(below.p));
	assert_true(triage_tail_probability(&above, 0.5) == 0);
	assert_int_equal(triage_trend_tails(NULL, 0, &above, &below), 0);
	assert_true(isnan(above.p) && isnan(below.p));
}

/* Combine a test with two possible p-values, a test with three, and a test without a p-value. */
static void test_combine(void **state)
{
	double values[] = { 0.001, 0.02 }, other[] = { 0.0004, 0.01, 0.06 };
	const struct triage_part parts[] = {
		{ { .p = 0.02, .values = values, .count = 2, .limit = 0.1 }, 0.5 },
		{ { .p = 0.06, .values = other, .count = 3, .limit = 0.1 }, 0.5 },
		{ { .p = NAN }, 0.5 },
	};
	TRIAGE_AUTO_TAIL both = { 0 };
	size_t best;

	assert_int_equal(triage_tails_combine(parts, COUNT(parts), &both, &best), 0);
	assert_int_equal(best, 0);
	assert_near(both.p, 0.03);
	assert_int_equal(both.count, 5);
	assert_near(both.values[0], 0.0004);
	assert_near(both.values[2], 0.011);
	assert_false(both.is_fine);
}

/* A combined test of few crashes cannot have a small p-value, so none is listed. */
static void test_combine_without_values(void **state)
{
	const struct triage_part parts[] = {
		{ { .p = 0.2, .limit = 0.1 }, 0.85 },
		{ { .p = NAN }, 0.15 },
	};
	TRIAGE_AUTO_TAIL made = { 0 };
	size_t best;

	assert_int_equal(triage_tails_combine(parts, COUNT(parts), &made, &best), 0);
	assert_int_equal(made.count, 0);
	assert_near(made.limit, 0.1);
	assert_true(triage_tail_probability(&made, 0.08) == 0);
	assert_near(triage_tail_probability(&made, 0.12), 0.12);
}

#define VALUES 12

/* Make a test with random possible p-values. */
static struct triage_part make_part(unsigned short random[3], double *values)
{
	struct triage_part part = { { .values = values, .limit = 1 }, 0.1 + erand48(random) };
	double p = 0;

	for (size_t i = 0; i < VALUES; i++) {
		p += erand48(random) * (i < VALUES / 2 ? 0.05 : 0.3);
		if (p < 1)
			values[part.tail.count++] = p;
	}
	part.tail.p = values[(size_t)(erand48(random) * (double)part.tail.count)];
	return part;
}

/* Up to its limit, a combined test lists the same values as if its parts listed all of theirs. */
static void test_combine_lists_all(void **state)
{
	unsigned short random[3] = { 1 };

	for (unsigned int round = 0; round < 2000; round++) {
		double values[2][VALUES];
		struct triage_part all[2], some[2];
		TRIAGE_AUTO_TAIL whole = { 0 };
		TRIAGE_AUTO_TAIL made = { 0 };
		size_t best;

		for (size_t i = 0; i < 2; i++) {
			all[i] = some[i] = make_part(random, values[i]);
			some[i].tail.limit = 0.1;
			some[i].tail.count = 0;
			while (some[i].tail.count < all[i].tail.count &&
			       values[i][some[i].tail.count] <= 0.1)
				some[i].tail.count++;
		}
		assert_int_equal(triage_tails_combine(all, 2, &whole, &best), 0);
		assert_int_equal(triage_tails_combine(some, 2, &made, &best), 0);
		assert_true(made.limit >= 0.1 || made.limit >= made.values[made.count - 1]);
		assert_true(made.count <= whole.count);
		for (size_t i = 0; i < whole.count && whole.values[i] <= made.limit; i++)
			assert_true(i < made.count && made.values[i] == whole.values[i]);
	}
}

/*
 * The first test has only one possible p-value, which is smaller than those of the second test. The
 * last test has half the weight of the others.
 */
static void test_discrete_q(void **state)
{
	double one[] = { 0.01 }, two[] = { 0.02, 0.05 };
	const struct triage_weighted tests[] = {
		{ { .p = 0.01, .values = one, .count = 1, .limit = 0.1 }, 1 },
		{ { .p = 0.05, .values = two, .count = 2, .limit = 0.1 }, 1 },
		{ { .p = NAN }, 1 },
		{ { .p = 0.04, .is_fine = true }, 0.5 },
	};
	double q[COUNT(tests)], level;

	assert_int_equal(triage_discrete_q(tests, COUNT(tests), q), 0);
	assert_near(q[0], 0.01 / 0.99 + 0.5 * 0.01 / 0.99);
	assert_near(q[1], (0.01 / 0.99 + 0.05 / 0.95 + 0.5 * 0.05 / 0.95) / 2);
	assert_true(isnan(q[2]));
	/* At 0.08 the sum is 0.106. A third of the sum is smaller than the q-value before it. */
	assert_true(q[3] == q[1]);
	assert_int_equal(triage_discrete_level(tests, COUNT(tests), 0.05, 1, &level), 0);
	/*
	 * The first two tests take 0.03 of the rate of 0.05, which leaves 0.02 for the last test.
	 */
	assert_true(level > 0.03 && level < 0.05);
	assert_near(0.01 / 0.99 + 0.02 / 0.98 + 0.5 * level / (1 - level), 0.05);
	assert_int_equal(triage_discrete_q(tests, 0, q), 0);
}

/* If the first of two accepted tests is not reported, the second one has rank 1. */
static void test_discrete_q_of_some(void **state)
{
	double one[] = { 0.001 }, two[] = { 0.04 };
	const struct triage_weighted tests[] = {
		{ { .p = 0.001, .values = one, .count = 1, .limit = 0.1 }, 1 },
		{ { .p = 0.04, .values = two, .count = 1, .limit = 0.1 }, 1 },
	};
	const double reported[] = { 0.04 };
	double q[COUNT(tests)], some;

	assert_int_equal(triage_discrete_q(tests, COUNT(tests), q), 0);
	assert_near(q[1], (0.001 / 0.999 + 0.04 / 0.96) / 2);
	assert_int_equal(triage_discrete_q_of_some(tests, COUNT(tests), reported, 1, &some), 0);
	assert_near(some, 2 * q[1]);
}

/* The odds ratios of the two tables are 149 and 1. The value is the fraction of test_peers.py. */
static void test_homogeneity_far_apart(void **state)
{
	const struct triage_table own = { 60, 100, 20, 2000 }, other = { 100, 2000, 900, 18000 };

	assert_near(triage_homogeneity_p(&own, 1, &other, 1), 2.1479539145418102e-64);
	assert_near(triage_homogeneity_p(&other, 1, &own, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fisher),
		cmocka_unit_test(test_fisher_is_symmetric),
		cmocka_unit_test(test_risk_ratio),
		cmocka_unit_test(test_mantel_haenszel),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_trend),
		cmocka_unit_test(test_trend_of_many),
		cmocka_unit_test(test_fisher_strata),
		cmocka_unit_test(test_tails),
		cmocka_unit_test(test_no_tails),
		cmocka_unit_test(test_combine),
		cmocka_unit_test(test_combine_without_values),
		cmocka_unit_test(test_combine_lists_all),
		cmocka_unit_test(test_discrete_q),
		cmocka_unit_test(test_discrete_q_of_some),
		cmocka_unit_test(test_fisher_many_strata),
		cmocka_unit_test(test_saddlepoint_near_mean),
		cmocka_unit_test(test_fisher_near_mean),
		cmocka_unit_test(test_trend_near_mean),
		cmocka_unit_test(test_support_count_min),
		cmocka_unit_test(test_trend_far_out),
		cmocka_unit_test(test_homogeneity_far_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
