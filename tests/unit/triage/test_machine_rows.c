// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit tests of the statistics by machine. The expected values were calculated by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "triage/boot_length.h"
#include "triage/confined.h"
#include "triage/exact_test.h"
#include "triage/machine_rows.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROW(number, group, of, crashed)                                                          \
	{                                                                                        \
		.machine = (number), .is_in_group = (group), .boots = (of), .crashes = (crashed) \
	}

static void assert_near(double got, double expected)
{
	if (!(fabs(got - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g, not %.17g", got, expected);
}

/*
 * Four machines, one boot each; both boots of the group crash. The share of the group and the crash
 * rate are 1/2, so the sum of each machine is 1/4, and z = 1 / sqrt(4 / 16) = 2.
 */
static void test_robust(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 1, 1), ROW(2, true, 1, 1),
					     ROW(3, false, 1, 0), ROW(4, false, 1, 0) };
	double p;

	assert_int_equal(triage_machine_rows_robust(rows, COUNT(rows), &p), 0);
	assert_near(p, erfc(2 / sqrt(2)));
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i].is_in_group = !rows[i].is_in_group;
	assert_int_equal(triage_machine_rows_robust(rows, COUNT(rows), &p), 0);
	assert_near(p, 1);
}

/* A thousand crashes of one machine are not more evidence than one. */
static void test_robust_for_one_machine(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 1000, 1000), ROW(2, false, 1000, 0) };
	double p;

	assert_int_equal(triage_machine_rows_robust(rows, 2, &p), 0);
	assert_near(p, erfc(sqrt(2) / sqrt(2)));
	assert_int_equal(triage_machine_rows_robust(rows, 1, &p), 0);
	assert_true(isnan(p));
}

/*
 * Of the crashes of machine 1, that outside of the group counts, so that 2 of its boots are left in
 * the group. Of machine 3, 19 boots are left. If no machine crashed twice, the test is Fisher's.
 */
static void test_once(void **state)
{
	static const struct triage_table counted = { 2, 31, 1, 50 }, all = { 3, 40, 1, 50 };
	struct triage_machine_row rows[] = { ROW(1, true, 10, 8), ROW(1, false, 20, 1),
					     ROW(2, true, 10, 1), ROW(3, true, 20, 2),
					     ROW(4, false, 30, 0) };
	double p = 0;

	assert_true(triage_machine_rows_has_repeated(rows, COUNT(rows)));
	assert_int_equal(triage_machine_rows_once(rows, COUNT(rows), &p), 0);
	assert_near(p, triage_fisher(&counted));
	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i].machine = (uint32_t)i;
		rows[i].crashes = rows[i].is_in_group || rows[i].boots == 20;
	}
	assert_false(triage_machine_rows_has_repeated(rows, COUNT(rows)));
	assert_int_equal(triage_machine_rows_once(rows, COUNT(rows), &p), 0);
	assert_near(p, triage_fisher(&all));
}

/*
 * Machine 1 crashed in two strata that have the same share of the group. The crash of the first
 * stratum counts, whichever row is first.
 */
static void test_once_with_equal_shares(void **state)
{
	static const struct triage_table counted[] = { { 2, 20, 0, 20 }, { 0, 9, 0, 10 } };
	struct triage_machine_row rows[] = { ROW(1, true, 10, 1), ROW(1, true, 10, 1),
					     ROW(2, true, 10, 1), ROW(3, false, 20, 0),
					     ROW(4, false, 10, 0) };
	double p = 0;

	rows[1].strata[1] = rows[4].strata[1] = 1;
	for (size_t i = 0; i < 2; i++) {
		struct triage_machine_row first = rows[0];

		assert_int_equal(triage_machine_rows_once(rows, COUNT(rows), &p), 0);
		assert_near(p, triage_fisher_strata(counted, COUNT(counted)));
		rows[0] = rows[1];
		rows[1] = first;
	}
}

/* A dropped machine does not count. If only other boots crashed, the p-value is 1. */
static void test_once_without_the_worst(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 10, 8), ROW(1, false, 20, 0),
					     ROW(2, true, 10, 0), ROW(2, false, 20, 3) };
	double p = 0;

	rows[0].is_dropped = rows[1].is_dropped = true;
	assert_int_equal(triage_machine_rows_once(rows, COUNT(rows), &p), 0);
	assert_near(p, 1);
}

/* The machines of the two boots of the group have 1 and 3 boots; those of the 8 others, 3 and 6. */
static void test_imbalance(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 1, 1), ROW(2, true, 1, 0),
					     ROW(2, false, 2, 0), ROW(3, false, 6, 0) };

	assert_near(triage_machine_rows_imbalance(rows, 4), (2 * 3 + 6 * 6) / 8. / ((1 + 3) / 2.));
	rows[0].is_in_group = rows[1].is_in_group = rows[2].is_in_group = rows[3].is_in_group =
		false;
	assert_true(isnan(triage_machine_rows_imbalance(rows, 4)));
}

/* Only boots of the group show whether a machine crashes in most of its boots. */
static void test_drop_looping(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 1, 1), ROW(1, false, 9, 0),
					     ROW(2, true, 4, 2), ROW(3, true, 3, 2),
					     ROW(4, false, 9, 9) };

	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i].quiet = rows[i].boots - rows[i].crashes;
	assert_int_equal(triage_machine_rows_drop_looping(rows, COUNT(rows)), 2);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(rows[i].is_dropped, rows[i].machine % 2);
}

static void expect_crashed(struct triage_machine_row *rows, size_t count, uint64_t expected)
{
	const struct triage_table table = { count / 2, count / 2, expected, count / 2 };
	double p = 0;

	assert_int_equal(triage_machine_rows_crashed_p(rows, count, &p), 0);
	assert_near(p, triage_fisher(&table));
}

/*
 * All machines of the group crash; the machines of the other half have more boots. Of ten boots
 * with one crash, one has the crash with the probability 1/10, and two with 2/10. Of four boots
 * with two crashes, two have one of them with 1 - 1/6, and three have with 1.
 */
static void test_crashed_machines(void **state)
{
	struct triage_machine_row rows[24];
	double p = 0;

	for (size_t i = 0; i < 20; i++)
		rows[i] = (struct triage_machine_row)ROW((uint32_t)i, i < 10, i < 10 ? 1 : 10, 1);
	expect_crashed(rows, 20, 1);
	for (size_t i = 0; i < 20; i++)
		rows[i].boots = rows[i].is_in_group ? rows[i].machine % 2 * 2 + 1 : 10;
	expect_crashed(rows, 20, 2);
	for (size_t i = 0; i < 24; i++)
		rows[i] = (struct triage_machine_row)ROW((uint32_t)i, i < 12, i < 12 ? 2 : 4, 2);
	expect_crashed(rows, 24, 10);
	for (size_t i = 0; i < 24; i++)
		rows[i].boots = rows[i].is_in_group ? 3 : 4;
	assert_int_equal(triage_machine_rows_crashed_p(rows, 24, &p), 0);
	assert_false(p < 1);
	/* A label without boots of the group does not count. */
	for (size_t i = 0; i < 24; i++)
		rows[i].strata[0] = !rows[i].is_in_group;
	assert_int_equal(triage_machine_rows_crashed_p(rows, 24, &p), 0);
	assert_false(p < 1);
}

static void test_fisher(void **state)
{
	static const struct triage_table table = { 9, 20, 2, 30 };
	struct triage_machine_row rows[] = { ROW(1, true, 10, 8), ROW(1, false, 20, 1),
					     ROW(2, true, 10, 1), ROW(2, false, 10, 1) };
	double p = 0;

	assert_int_equal(triage_machine_rows_fisher(rows, COUNT(rows), TRIAGE_ROWS_PLAIN, &p), 0);
	assert_near(p, triage_fisher(&table));
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i].is_in_group = !rows[i].is_in_group;
	assert_int_equal(triage_machine_rows_fisher(rows, COUNT(rows), TRIAGE_ROWS_PLAIN, &p), 0);
	assert_near(p, 1);
}

/* No stratum has boots of both groups, so nothing can be compared. */
static void test_fisher_within(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 10, 8), ROW(2, false, 20, 1) };
	double p = 0;

	rows[0].day = 7;
	rows[0].day = 49;
	for (enum triage_machine_rows_by by = TRIAGE_ROWS_BY_WEEK; by <= TRIAGE_ROWS_BY_MACHINE;
	     by++) {
		assert_int_equal(triage_machine_rows_fisher(rows, COUNT(rows), by, &p), 0);
		assert_true(isnan(p));
	}
	rows[0].day = 0;
	assert_int_equal(triage_machine_rows_fisher(rows, COUNT(rows), TRIAGE_ROWS_BY_WEEK, &p), 0);
	assert_true(p < 0.001);
}

/* On the same day, the ratio is 1; over all days it is 1.7. */
static void test_ratio(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 20, 16), ROW(2, false, 10, 8),
					     ROW(3, true, 10, 1), ROW(4, false, 20, 2) };
	struct triage_interval ratio;

	rows[2].day = rows[3].day = 1;
	assert_int_equal(triage_machine_rows_ratio(rows, COUNT(rows), TRIAGE_ROWS_BY_DAY, &ratio),
			 0);
	assert_near(ratio.estimate, 1);
	assert_true(ratio.low < 1 && ratio.high > 1);
	assert_int_equal(triage_machine_rows_ratio(rows, COUNT(rows), TRIAGE_ROWS_PLAIN, &ratio),
			 0);
	assert_near(ratio.estimate, 17.0 / 10);
}

/* The machine that crashes in every boot is dropped, with its boots outside of the group, too. */
static void test_drop_worst(void **state)
{
	struct triage_machine_row rows[] = { ROW(1, true, 20, 20), ROW(1, false, 5, 0),
					     ROW(2, true, 20, 1),  ROW(3, true, 20, 0),
					     ROW(4, true, 20, 2),  ROW(5, false, 20, 1) };

	assert_int_equal(triage_machine_rows_drop_worst(rows, COUNT(rows)), 1);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(rows[i].is_dropped, rows[i].machine == 1);
}

/* If all boots of the group crash, or if a machine crashes once, no machine is the worst one. */
static void test_drop_nothing(void **state)
{
	struct triage_machine_row all[] = { ROW(1, true, 20, 20), ROW(2, true, 3, 3),
					    ROW(3, false, 20, 0) };
	struct triage_machine_row once[] = { ROW(1, true, 1, 1), ROW(2, true, 100000, 0) };

	assert_int_equal(triage_machine_rows_drop_worst(all, COUNT(all)), 0);
	assert_int_equal(triage_machine_rows_drop_worst(once, COUNT(once)), 0);
}

/*
 * If the boots of a label have a higher crash rate, the machines with this label do not count as
 * the worst machines.
 */
static void test_drop_within_labels(void **state)
{
	struct triage_machine_row rows[40];

	for (uint32_t i = 0; i < COUNT(rows); i++)
		rows[i] = (struct triage_machine_row){ .machine = i,
						       .strata = { i < 4 },
						       .is_in_group = true,
						       .boots = 20,
						       .crashes = i < 4 ? 15 + i : 0 };
	assert_int_equal(triage_machine_rows_drop_worst(rows, COUNT(rows)), 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i].strata[0] = 0;
	assert_true(triage_machine_rows_drop_worst(rows, COUNT(rows)) > 0);
}

/* Four crashes in 20 boots of 10 machines: 6 pairs of crashes, 10 of 190 pairs of boots. */
static void test_clustering(void **state)
{
	struct triage_machine_row rows[10];
	double expected = 6.0 * 10 / 190;

	for (uint32_t i = 0; i < COUNT(rows); i++)
		rows[i] = (struct triage_machine_row)ROW(i, true, 2, i < 2 ? 2 : 0);
	assert_near(triage_machine_rows_clustering_p(rows, COUNT(rows)),
		    1 - exp(-expected) * (1 + expected));
	for (uint32_t i = 0; i < COUNT(rows); i++)
		rows[i] = (struct triage_machine_row)ROW(i, true, 2, i < 4);
	assert_near(triage_machine_rows_clustering_p(rows, COUNT(rows)), 1);
}

/*
 * On each of two machines a boot of the group and another boot crashed: 2 pairs. Of 10 * 10 pairs
 * of a boot of the group and another boot, 10 are on the same machine.
 */
static void test_clustering_beside_the_group(void **state)
{
	struct triage_machine_row rows[20];
	double expected = 2.0 * 2 * 10 / 100;

	for (uint32_t i = 0; i < COUNT(rows); i++)
		rows[i] = (struct triage_machine_row)ROW(i / 2, i % 2 == 0, 1, i < 4);
	assert_near(triage_machine_rows_clustering_p(rows, COUNT(rows)),
		    1 - exp(-expected) * (1 + expected));
}

/* Find the label of crashes among 100 boots of the group, and 100 others, on each of 3 labels. */
static uint32_t label_of(const uint64_t crashes[3][2])
{
	struct triage_machine_row rows[6];
	uint32_t label = 0;

	for (uint32_t i = 0; i < 6; i++)
		rows[i] = (struct triage_machine_row){ .machine = i,
						       .hardware = 7 + i / 2,
						       .strata = { i / 2 },
						       .is_in_group = i % 2 == 0,
						       .boots = 100,
						       .crashes = crashes[i / 2][i % 2] };
	assert_int_equal(triage_confined_find(rows, 6, TRIAGE_NO_LABEL, true, &label), 0);
	return label;
}

/* If the other labels show the difference as well, it is not confined to one. */
static void test_confined(void **state)
{
	assert_int_equal(label_of((const uint64_t[3][2]){ { 2, 2 }, { 30, 2 }, { 2, 2 } }), 8);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 20, 2 }, { 20, 2 }, { 20, 2 } }),
			 TRIAGE_NO_LABEL);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 1, 1 }, { 4, 1 }, { 1, 1 } }),
			 TRIAGE_NO_LABEL);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 80, 1 }, { 1, 1 }, { 20, 5 } }),
			 TRIAGE_NO_LABEL);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 80, 1 }, { 1, 1 }, { 5, 5 } }), 7);
}

/* If no boot of the other labels crashed, the crashes of the group are too many for one label. */
static void test_crashes_on_one_label(void **state)
{
	/* 3 C(100, 4) / C(300, 4) = 0.035, 3 C(100, 3) / C(300, 3) = 0.11 */
	assert_int_equal(label_of((const uint64_t[3][2]){ { 0, 0 }, { 4, 0 }, { 0, 0 } }), 8);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 0, 0 }, { 0, 0 }, { 4, 3 } }), 9);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 0, 0 }, { 3, 0 }, { 0, 0 } }),
			 TRIAGE_NO_LABEL);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 0, 0 }, { 0, 9 }, { 0, 0 } }),
			 TRIAGE_NO_LABEL);
	assert_int_equal(label_of((const uint64_t[3][2]){ { 0, 1 }, { 4, 1 }, { 0, 0 } }),
			 TRIAGE_NO_LABEL);
}

/*
 * Two labels have boots of the group in the stratum of the crashes, and one label has only boots of
 * another stratum. If there are several releases, the label may have only boots of another release.
 */
static void test_crashes_on_one_label_within_strata(void **state)
{
	struct triage_machine_row rows[] = {
		{ .hardware = 7,
		  .strata = { 0, 1 },
		  .is_in_group = true,
		  .boots = 100,
		  .crashes = 8 },
		{ .hardware = 7, .strata = { 0, 2 }, .is_in_group = true, .boots = 100 },
		{ .hardware = 8, .strata = { 1, 1 }, .is_in_group = true, .boots = 30 },
		{ .hardware = 9, .strata = { 2, 2 }, .is_in_group = true, .boots = 900 },
	};
	uint32_t label;

	/* 3 C(100, 8) / C(130, 8) = 0.34; without the strata, it is 2e-6. */
	assert_int_equal(triage_confined_find(rows, COUNT(rows), TRIAGE_NO_LABEL, true, &label), 0);
	assert_int_equal(label, TRIAGE_NO_LABEL);
	rows[2].boots = 100; /* 3 C(100, 8) / C(200, 8) = 0.010 */
	assert_int_equal(triage_confined_find(rows, COUNT(rows), TRIAGE_NO_LABEL, true, &label), 0);
	assert_int_equal(label, 7);
	assert_int_equal(triage_confined_find(rows, COUNT(rows), TRIAGE_NO_LABEL, false, &label),
			 0);
	assert_int_equal(label, TRIAGE_NO_LABEL);
}

/*
 * 5 of 10 boots of the group crashed on one label, none of 1 on another one, and none of 1000 on
 * machines of unknown label, which may have the first label as well.
 */
static void test_crashes_beside_unknown_labels(void **state)
{
	struct triage_machine_row rows[] = {
		{ .hardware = 7, .is_in_group = true, .boots = 10, .crashes = 5 },
		{ .hardware = 8, .strata = { 1 }, .is_in_group = true, .boots = 1 },
		{ .hardware = 9, .strata = { 2 }, .is_in_group = true, .boots = 1000 },
	};
	uint32_t label;

	/* 2 C(10, 5) / C(11, 5) = 1.1; with a third known label, 3 C(10, 5) / C(1011, 5) = 9e-11 */
	assert_int_equal(triage_confined_find(rows, COUNT(rows), 9, true, &label), 0);
	assert_int_equal(label, TRIAGE_NO_LABEL);
	assert_int_equal(triage_confined_find(rows, COUNT(rows), TRIAGE_NO_LABEL, true, &label), 0);
	assert_int_equal(label, 7);
	/* 2 C(10, 5) / C(110, 5) = 4e-6 */
	rows[1].boots = 100;
	assert_int_equal(triage_confined_find(rows, COUNT(rows), 9, true, &label), 0);
	assert_int_equal(label, 7);
}

/*
 * The ends of the boots of the group are missing: they crash after 5,000 s, others end after 100 s.
 * With two crashes of other boots, this does not show; with 16, it explains the difference.
 */
static void test_sparse_uptimes(void **state)
{
	static const struct triage_machine_row sparse[] = {
		{ .machine = 1,
		  .is_in_group = true,
		  .boots = 1000,
		  .crashes = 20,
		  .measured = 980,
		  .length_s = 98000,
		  .timed_crashes = 20,
		  .uptime_s = 100000 },
		{ .machine = 2,
		  .boots = 11000,
		  .crashes = 2,
		  .measured = 10998,
		  .length_s = 109980000,
		  .timed_crashes = 2,
		  .uptime_s = 10000 },
	};
	struct triage_machine_row rows[] = { sparse[0], sparse[1] };
	bool is_explained = true;

	assert_true(triage_boot_length_is_sparse(rows, COUNT(rows)));
	assert_int_equal(triage_boot_length_explains(rows, COUNT(rows), 1e-4, &is_explained), 0);
	assert_false(is_explained);
	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i] = sparse[i];
		rows[i].boots *= 8;
		rows[i].crashes *= 8;
		rows[i].measured *= 8;
		rows[i].length_s *= 8;
		rows[i].timed_crashes *= 8;
		rows[i].uptime_s *= 8;
	}
	assert_false(triage_boot_length_is_sparse(rows, COUNT(rows)));
	assert_int_equal(triage_boot_length_explains(rows, COUNT(rows), 1e-4, &is_explained), 0);
	assert_true(is_explained);
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i].timed_crashes = 0;
	assert_false(triage_boot_length_is_sparse(rows, COUNT(rows)));

	const struct triage_boot_lengths group = { 8000, 160, 7840, 784000, 160, 800000 };
	struct triage_boot_lengths others = { 88000, 16, 87984, 879840000, 16, 80000 };

	assert_true(triage_boot_length_may_explain(&group, &others));
	assert_true(triage_boot_length_may_explain(&others, &group));
	others.timed_crashes = 2;
	assert_false(triage_boot_length_may_explain(&group, &others));
	assert_true(triage_boot_length_may_explain(&others, &group));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_robust),
		cmocka_unit_test(test_robust_for_one_machine),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_once_with_equal_shares),
		cmocka_unit_test(test_once_without_the_worst),
		cmocka_unit_test(test_imbalance),
		cmocka_unit_test(test_drop_looping),
		cmocka_unit_test(test_crashed_machines),
		cmocka_unit_test(test_fisher),
		cmocka_unit_test(test_fisher_within),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_drop_worst),
		cmocka_unit_test(test_drop_nothing),
		cmocka_unit_test(test_drop_within_labels),
		cmocka_unit_test(test_clustering),
		cmocka_unit_test(test_clustering_beside_the_group),
		cmocka_unit_test(test_confined),
		cmocka_unit_test(test_crashes_on_one_label),
		cmocka_unit_test(test_crashes_on_one_label_within_strata),
		cmocka_unit_test(test_crashes_beside_unknown_labels),
		cmocka_unit_test(test_sparse_uptimes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
