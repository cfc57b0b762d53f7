// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command line program for the statistics; test_peers.py compares it with other implementations.
 *
 * Each input line is a word and numbers; for each input line the program prints one line of
 * numbers. A table is four numbers: A is the crashes and N the boots after the origin, C is the
 * crashes and M the boots after all other origins. K and J are the number of items that follow.
 *	table A N C M			Fisher's p; risk ratio, low, high
 *	time A S C T			p of a comparison per time; S and T are seconds
 *	strata K (A N C M)*K		Mantel-Haenszel's ratio, low, high, the p of its z; exact p
 *	odds K (A N C M)*K		odds ratio, low, high; those of the first table
 *	tails K (A N C M)*K		p above, p below; all p above that are possible up to 0.1
 *	trend K (J (SCORE CRASHES BOOTS)*J)*K	z, twice the smaller tail
 *	saddlepoint K (J (SCORE CRASHES BOOTS)*J)*K	p, by the saddlepoint approximation
 *	once K (MACHINE STRATUM GROUP BOOTS CRASHES)*K	p with one crash of each machine
 *	same K (A N C M)*K J (A N C M)*J	p of more in the first tables at a common odds ratio
 *	combine K (WEIGHT J P (VALUE)*J)*K	p of the combined test; its listed possible p
 *	adjust K (WEIGHT J P (VALUE)*J)*K	K q-values; the level of the smallest p
 *
 * In the last two lines, each VALUE is a possible p-value up to 0.1; if J is 0, the possible
 * p-values are unknown.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "triage/exact_test.h"
#include "triage/homogeneity.h"
#include "triage/machine_rows.h"
#include "triage/multiple_testing.h"
#include "triage/saddlepoint.h"
#include "triage/statistics.h"
#include "triage/time_at_risk.h"

#define MANY 64

static uint64_t read_count(void)
{
	uint64_t count;

	if (scanf("%" SCNu64, &count) != 1)
		exit(2);
	return count;
}

static size_t read_size(void)
{
	uint64_t size = read_count();

	if (size > MANY)
		exit(2);
	return size;
}

static struct triage_table read_table(void)
{
	struct triage_table table;

	table.crashes = read_count();
	table.boots = read_count();
	table.other_crashes = read_count();
	table.other_boots = read_count();
	return table;
}

static void print_interval(struct triage_interval interval)
{
	printf("%.17g %.17g %.17g", interval.estimate, interval.low, interval.high);
}

static void calculate_table(void)
{
	struct triage_table table = read_table();

	printf("%.17g ", triage_fisher(&table));
	print_interval(triage_risk_ratio(&table));
}

static void calculate_time(void)
{
	struct triage_table table = read_table();

	table.boots *= TRIAGE_UNITS_PER_SECOND;
	table.other_boots *= TRIAGE_UNITS_PER_SECOND;
	printf("%.17g", triage_fisher(&table));
}

static void calculate_strata(void)
{
	struct triage_table tables[MANY];
	size_t count = read_size();
	double z;

	for (size_t i = 0; i < count; i++)
		tables[i] = read_table();
	print_interval(triage_mantel_haenszel(tables, count));
	z = triage_mantel_haenszel_z(tables, count);
	printf(" %.17g %.17g", erfc(fabs(z) / M_SQRT2), triage_fisher_strata(tables, count));
}

static void calculate_odds(void)
{
	struct triage_table tables[MANY];
	size_t count = read_size();

	for (size_t i = 0; i < count; i++)
		tables[i] = read_table();
	print_interval(triage_mantel_haenszel_odds(tables, count));
	putchar(' ');
	print_interval(triage_odds_ratio(tables));
}

/* The doses that the strata point to are valid until the next call. */
static size_t read_strata(struct triage_stratum strata[MANY])
{
	static struct triage_dose doses[MANY][MANY];
	size_t count = read_size();

	for (size_t i = 0; i < count; i++) {
		strata[i] = (struct triage_stratum){ doses[i], read_size() };
		for (size_t j = 0; j < strata[i].count; j++) {
			doses[i][j].score = (uint32_t)read_count();
			doses[i][j].crashes = read_count();
			doses[i][j].boots = read_count();
		}
	}
	return count;
}

static void calculate_trend(void)
{
	struct triage_stratum strata[MANY];
	size_t count = read_strata(strata);
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };

	if (triage_trend_tails(strata, count, &above, &below))
		exit(1);
	printf("%.17g %.17g", triage_trend_z(strata, count), fmin(2 * fmin(above.p, below.p), 1));
}

static void calculate_saddlepoint(void)
{
	struct triage_stratum strata[MANY];
	size_t count = read_strata(strata);

	printf("%.17g", triage_saddlepoint_tails(strata, count));
}

static void print_values(const struct triage_tail *tail)
{
	for (size_t i = 0; i < tail->count; i++)
		printf(" %.17g", tail->values[i]);
}

static void calculate_tails(void)
{
	struct triage_table tables[MANY];
	size_t count = read_size();
	TRIAGE_AUTO_TAIL above = { 0 };
	TRIAGE_AUTO_TAIL below = { 0 };

	for (size_t i = 0; i < count; i++)
		tables[i] = read_table();
	if (triage_fisher_tails(tables, count, &above, &below))
		exit(1);
	printf("%.17g %.17g", above.p, below.p);
	print_values(&above);
}

static void calculate_same(void)
{
	struct triage_table tables[2][MANY];
	size_t counts[2];

	for (int side = 0; side < 2; side++) {
		counts[side] = read_size();
		for (size_t i = 0; i < counts[side]; i++)
			tables[side][i] = read_table();
	}
	printf("%.17g", triage_homogeneity_p(tables[0], counts[0], tables[1], counts[1]));
}

static void calculate_once(void)
{
	struct triage_machine_row rows[MANY];
	size_t count = read_size();
	double p;

	for (size_t i = 0; i < count; i++) {
		rows[i] = (struct triage_machine_row){ .day = TRIAGE_NO_DAY };
		rows[i].machine = (uint32_t)read_count();
		rows[i].strata[0] = read_count();
		rows[i].is_in_group = read_count() == 1;
		rows[i].boots = read_count();
		rows[i].crashes = read_count();
	}
	if (triage_machine_rows_once(rows, count, &p))
		exit(1);
	printf("%.17g", p);
}

static double read_number(void)
{
	double number;

	if (scanf("%lf", &number) != 1)
		exit(2);
	return number;
}

/* The values that the test points to are valid until the next call with the same @number. */
static struct triage_tail read_tail(size_t number)
{
	static double values[MANY][MANY];
	struct triage_tail tail = { .values = values[number], .limit = TRIAGE_TAIL_MAX };

	tail.count = read_size();
	tail.p = read_number();
	tail.is_fine = tail.count == 0;
	for (size_t i = 0; i < tail.count; i++)
		values[number][i] = read_number();
	return tail;
}

static void calculate_combined(void)
{
	struct triage_part parts[MANY];
	size_t count = read_size(), best;
	TRIAGE_AUTO_TAIL all = { 0 };

	for (size_t i = 0; i < count; i++) {
		parts[i].weight = read_number();
		parts[i].tail = read_tail(i);
	}
	if (triage_tails_combine(parts, count, &all, &best))
		exit(1);
	printf("%.17g", all.p);
	print_values(&all);
}

static void calculate_adjusted(void)
{
	struct triage_weighted tests[MANY];
	double q[MANY], level;
	size_t count = read_size();

	for (size_t i = 0; i < count; i++) {
		tests[i].weight = read_number();
		tests[i].test = read_tail(i);
	}
	if (triage_discrete_q(tests, count, q) ||
	    triage_discrete_level(tests, count, 0.05, 1, &level))
		exit(1);
	for (size_t i = 0; i < count; i++)
		printf("%.17g ", q[i]);
	printf("%.17g", level);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*calculate)(void);
	} all[] = {
		{ "table", calculate_table },
		{ "time", calculate_time },
		{ "strata", calculate_strata },
		{ "trend", calculate_trend },
		{ "saddlepoint", calculate_saddlepoint },
		{ "adjust", calculate_adjusted },
		{ "tails", calculate_tails },
		{ "combine", calculate_combined },
		{ "odds", calculate_odds },
		{ "once", calculate_once },
		{ "same", calculate_same },
	};
	char name[16];

	while (scanf("%15s", name) == 1) {
		size_t i = 0;

		while (i < sizeof(all) / sizeof(all[0]) && strcmp(all[i].name, name) != 0)
			i++;
		if (i == sizeof(all) / sizeof(all[0]))
			return 2;
		all[i].calculate();
		putchar('\n');
	}
	return 0;
}
