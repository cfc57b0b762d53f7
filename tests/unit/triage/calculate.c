// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command line program for the statistics; test_peers.py compares it with other implementations.
 *
 * Each input line is a word and numbers; for each input line the program prints one line of
 * numbers. A table is four numbers: A is the crashes and N the boots after the origin, C is the
 * crashes and M the boots after all other origins. K and J are the number of items that follow.
 *	table A N C M			Fisher's p; risk ratio, low, high
 *	strata K (A N C M)*K		Mantel-Haenszel's ratio, low, high, the p of its z; exact p
 *	trend K (J (SCORE CRASHES BOOTS)*J)*K	z, p
 *	saddlepoint K (J (SCORE CRASHES BOOTS)*J)*K	p, by the saddlepoint approximation
 *	adjust K P*K			K q-values
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "triage/exact_test.h"
#include "triage/multiple_testing.h"
#include "triage/saddlepoint.h"
#include "triage/statistics.h"

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
	double p, z;

	p = triage_trend(strata, count, &z);
	printf("%.17g %.17g", z, p);
}

static void calculate_saddlepoint(void)
{
	struct triage_stratum strata[MANY];
	size_t count = read_strata(strata);

	printf("%.17g", triage_saddlepoint_tails(strata, count));
}

static void calculate_adjusted(void)
{
	double p[MANY];
	size_t count = read_size();

	for (size_t i = 0; i < count; i++)
		if (scanf("%lf", &p[i]) != 1)
			exit(2);
	if (triage_benjamini_hochberg(p, count))
		exit(1);
	for (size_t i = 0; i < count; i++)
		printf("%.17g ", p[i]);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*calculate)(void);
	} all[] = {
		{ "table", calculate_table },	  { "strata", calculate_strata },
		{ "trend", calculate_trend },	  { "saddlepoint", calculate_saddlepoint },
		{ "adjust", calculate_adjusted },
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
