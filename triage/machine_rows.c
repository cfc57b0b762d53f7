// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_rows.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact_test.h"
#include "lib/cleanup.h"
#include "radix.h"
#include "statistics.h"
#include "tables.h"
#include "tally.h"

#define WORST 0.01 /* level at which a machine is dropped, divided by the number of machines */

typedef int comparator(const void *left, const void *right);

static int compare_machines(const void *left, const void *right)
{
	const struct triage_machine_row *a = left, *b = right;

	return (a->machine > b->machine) - (a->machine < b->machine);
}

static int compare_labels(const void *left, const void *right)
{
	const struct triage_machine_row *a = left, *b = right;

	return (a->strata[0] > b->strata[0]) - (a->strata[0] < b->strata[0]);
}

static int compare_labels_and_machines(const void *left, const void *right)
{
	int order = compare_labels(left, right);

	return order ? order : compare_machines(left, right);
}

/* Return the end of the run of rows that are equal to the row at @at. */
static size_t end_of_run(const struct triage_machine_row *rows, size_t count, size_t at,
			 comparator *compare)
{
	const struct triage_machine_row *first = &rows[at];

	while (at < count && compare(first, &rows[at]) == 0)
		at++;
	return at;
}

/* Add a row. @only_counted: count only the crashes that triage_machine_rows_once() counts */
static void add_row(struct triage_table *table, const struct triage_machine_row *row,
		    bool only_counted)
{
	uint64_t crashes = only_counted ? row->counted : row->crashes;

	if (!row->is_dropped)
		triage_table_add(table, row->is_in_group, row->boots - (row->crashes - crashes),
				 crashes);
}

/* Add up the rows. @only_counted: as for add_row() */
static struct triage_table sum_rows(const struct triage_machine_row *rows, size_t count,
				    bool only_counted)
{
	struct triage_table table = { 0 };

	for (size_t i = 0; i < count; i++)
		add_row(&table, &rows[i], only_counted);
	return table;
}

static struct triage_table table_of(const struct triage_machine_row *rows, size_t count)
{
	return sum_rows(rows, count, false);
}

/* Return the numbers that @compare compares, the first one first. */
static struct triage_radix_key key_of(const struct triage_machine_row *row, comparator *compare,
				      size_t number)
{
	uint64_t label = compare == compare_machines ? 0 : row->strata[0];

	return (struct triage_radix_key){ { label, row->machine }, (uint32_t)number };
}

/* Sort rows by numbers. Return false, and do not change them, if memory runs out. */
static bool sort_by_keys(struct triage_machine_row *rows, size_t count, comparator *compare)
{
	LINEAGE_AUTO_FREE struct triage_radix_key *keys = reallocarray(NULL, count, sizeof(*keys));
	LINEAGE_AUTO_FREE struct triage_machine_row *sorted =
		reallocarray(NULL, count, sizeof(*sorted));

	if (!keys || !sorted || count > UINT32_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		keys[i] = key_of(&rows[i], compare, i);
	if (!triage_radix_sort(keys, count))
		return false;
	for (size_t i = 0; i < count; i++)
		sorted[i] = rows[keys[i].number];
	memcpy(rows, sorted, count * sizeof(*rows));
	return true;
}

/*
 * Sort rows. The order of equal rows can change if memory runs out. Rows are often in the right
 * order, because they come by machine from the store.
 */
static void sort_rows(struct triage_machine_row *rows, size_t count, comparator *compare)
{
	for (size_t i = 1; i < count; i++) {
		if (compare(&rows[i - 1], &rows[i]) <= 0)
			continue;
		if (!sort_by_keys(rows, count, compare))
			qsort(rows, count, sizeof(*rows), compare);
		return;
	}
}

/* Return the number of the week or day of a row; 0 for an unknown day. */
static uint32_t period_of(const struct triage_machine_row *row, enum triage_machine_rows_by by)
{
	if (by == TRIAGE_ROWS_PLAIN || row->day == TRIAGE_NO_DAY)
		return 0;
	return (uint32_t)(by == TRIAGE_ROWS_BY_WEEK ? row->day / 7 : row->day) + 1;
}

/*
 * Number the strata of the rows in the order in which they occur, without sorting the rows. @ret:
 * array of @count numbers. Return 0, or -ENOMEM if memory runs out or there are too many strata.
 */
static int number_strata(const struct triage_machine_row *rows, size_t count,
			 enum triage_machine_rows_by by, struct triage_tally *strata, uint32_t *ret)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		const uint32_t key[4] = { (uint32_t)rows[i].strata[0],
					  (uint32_t)(rows[i].strata[1] >> 32),
					  (uint32_t)rows[i].strata[1], period_of(&rows[i], by) };

		error = triage_tally_add(strata, key, 0, &ret[i]);
	}
	return error ? -ENOMEM : 0;
}

/* Make the tables of all strata except those of machines. @ret: owned by the caller */
static int make_strata(const struct triage_machine_row *rows, size_t count,
		       enum triage_machine_rows_by by, bool only_counted, struct triage_table **ret,
		       size_t *ret_count)
{
	LINEAGE_AUTO_FREE uint32_t *numbers = calloc(count + 1, sizeof(*numbers));
	TRIAGE_AUTO_TALLY strata = { 0 };
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL, *sorted = NULL;
	int error = numbers ? number_strata(rows, count, by, &strata, numbers) : -ENOMEM;

	if (error)
		return error;
	tables = calloc(strata.count + 1, sizeof(*tables));
	sorted = calloc(strata.count + 1, sizeof(*sorted));
	if (!tables || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		add_row(&tables[numbers[i]], &rows[i], only_counted);
	for (size_t i = 0; i < strata.count; i++)
		strata.counters[i].boots = i;
	triage_tally_sort(&strata);
	for (size_t i = 0; i < strata.count; i++)
		sorted[i] = tables[strata.counters[i].boots];
	*ret_count = strata.count;
	*ret = LINEAGE_TAKE(sorted);
	return 0;
}

/* Sort the rows by machine, and return the number of machines. */
static size_t sort_by_machine(struct triage_machine_row *rows, size_t count)
{
	size_t machines = count > 0;

	sort_rows(rows, count, compare_machines);
	for (size_t i = 1; i < count; i++)
		machines += rows[i].machine != rows[i - 1].machine;
	return machines;
}

/* Make the table of each machine. @ret: owned by the caller */
static int make_machines(struct triage_machine_row *rows, size_t count, bool only_counted,
			 struct triage_table **ret, size_t *ret_count)
{
	size_t machines = sort_by_machine(rows, count);
	struct triage_table *tables = calloc(machines + 1, sizeof(*tables));

	if (!tables)
		return -ENOMEM;
	for (size_t at = 0, end, i = 0; at < count; at = end, i++) {
		end = end_of_run(rows, count, at, compare_machines);
		tables[i] = sum_rows(&rows[at], end - at, only_counted);
	}
	*ret_count = machines;
	*ret = tables;
	return 0;
}

/* Make the table of each stratum, in their order. @ret: owned by the caller */
static int make_tables(struct triage_machine_row *rows, size_t count,
		       enum triage_machine_rows_by by, bool only_counted, struct triage_table **ret,
		       size_t *ret_count)
{
	if (by == TRIAGE_ROWS_BY_MACHINE)
		return make_machines(rows, count, only_counted, ret, ret_count);
	return make_strata(rows, count, by, only_counted, ret, ret_count);
}

static int test_tables(struct triage_machine_row *rows, size_t count,
		       enum triage_machine_rows_by by, bool only_counted, double *ret)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	size_t table_count;
	int error = make_tables(rows, count, by, only_counted, &tables, &table_count);
	double z;

	if (error)
		return error;
	z = triage_mantel_haenszel_z(tables, table_count);
	*ret = triage_fisher_strata(tables, table_count);
	if (z <= 0)
		*ret = 1;
	return 0;
}

int triage_machine_rows_fisher(struct triage_machine_row *rows, size_t count,
			       enum triage_machine_rows_by by, double *ret)
{
	return test_tables(rows, count, by, false, ret);
}

int triage_machine_rows_ratio(struct triage_machine_row *rows, size_t count,
			      enum triage_machine_rows_by by, struct triage_interval *ret)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	size_t table_count;
	int error = make_tables(rows, count, by, false, &tables, &table_count);

	if (!error)
		*ret = triage_mantel_haenszel(tables, table_count);
	return error;
}

int triage_machine_rows_none_p(struct triage_machine_row *rows, size_t count, double ratio,
			       double *ret)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	size_t table_count;
	int error = make_tables(rows, count, TRIAGE_ROWS_PLAIN, false, &tables, &table_count);

	*ret = 1;
	if (error)
		return error;
	for (size_t i = 0; i < table_count; i++) {
		double group = ratio * (double)tables[i].boots;
		double others = (double)tables[i].other_boots;
		double crashes = (double)(tables[i].crashes + tables[i].other_crashes);

		if (crashes > 0)
			*ret *= pow(others / (group + others), crashes);
	}
	return 0;
}

/* Set the share of the group and the crash rate of each row's stratum. */
static int set_rates(struct triage_machine_row *rows, size_t count)
{
	LINEAGE_AUTO_FREE uint32_t *numbers = calloc(count + 1, sizeof(*numbers));
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	TRIAGE_AUTO_TALLY strata = { 0 };
	int error =
		numbers ? number_strata(rows, count, TRIAGE_ROWS_PLAIN, &strata, numbers) : -ENOMEM;

	if (error)
		return error;
	tables = calloc(strata.count + 1, sizeof(*tables));
	if (!tables)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		add_row(&tables[numbers[i]], &rows[i], false);
	for (size_t i = 0; i < count; i++) {
		const struct triage_table *table = &tables[numbers[i]];
		double boots = (double)(table->boots + table->other_boots);
		double crashes = (double)(table->crashes + table->other_crashes);

		rows[i].group_share = boots > 0 ? (double)table->boots / boots : 0;
		rows[i].rate = boots > 0 ? crashes / boots : 0;
	}
	return 0;
}

bool triage_machine_rows_has_repeated(struct triage_machine_row *rows, size_t count)
{
	sort_rows(rows, count, compare_machines);
	for (size_t at = 0, end; at < count; at = end) {
		struct triage_table table;

		end = end_of_run(rows, count, at, compare_machines);
		table = table_of(&rows[at], end - at);
		if (table.crashes + table.other_crashes > 1)
			return true;
	}
	return false;
}

/* How much a crash of the row supports that the group crashes more. */
static double support(const struct triage_machine_row *row)
{
	return row->is_in_group - row->group_share;
}

/*
 * Return whether a crash of row @a supports the finding less than a crash of row @b. If they
 * support it equally, the numbers of their strata decide, so the order of the rows has no effect.
 */
static bool supports_less(const struct triage_machine_row *a, const struct triage_machine_row *b)
{
	double more = support(a) - support(b);

	if (more != 0)
		return more < 0;
	for (size_t i = 0; i < 2; i++)
		if (a->strata[i] != b->strata[i])
			return a->strata[i] < b->strata[i];
	return a->is_in_group < b->is_in_group;
}

/* Count the crash of a machine that supports the finding least. */
static void count_once(struct triage_machine_row *rows, size_t count)
{
	struct triage_machine_row *least = NULL;

	for (size_t i = 0; i < count; i++) {
		rows[i].counted = 0;
		if (rows[i].crashes > 0 && !rows[i].is_dropped &&
		    (!least || supports_less(&rows[i], least)))
			least = &rows[i];
	}
	if (least)
		least->counted = 1;
}

int triage_machine_rows_once(struct triage_machine_row *rows, size_t count, double *ret)
{
	int error = set_rates(rows, count);

	if (error)
		return error;
	sort_rows(rows, count, compare_machines);
	for (size_t at = 0, end; at < count; at = end) {
		end = end_of_run(rows, count, at, compare_machines);
		count_once(&rows[at], end - at);
	}
	return test_tables(rows, count, TRIAGE_ROWS_PLAIN, true, ret);
}

int triage_machine_rows_robust(struct triage_machine_row *rows, size_t count, double *ret)
{
	double score = 0, variance = 0, z;
	size_t machines = 0;
	int error = set_rates(rows, count);

	*ret = NAN;
	if (error)
		return error;
	sort_rows(rows, count, compare_machines);
	for (size_t at = 0, end; at < count; at = end) {
		double sum = 0;

		end = end_of_run(rows, count, at, compare_machines);
		for (size_t i = at; i < end; i++)
			if (!rows[i].is_dropped)
				sum += (rows[i].is_in_group - rows[i].group_share) *
				       ((double)rows[i].crashes -
					(double)rows[i].boots * rows[i].rate);
		score += sum;
		variance += sum * sum;
		machines++;
	}
	if (machines < 2 || !(variance > 0))
		return 0;
	z = score / sqrt(variance);
	*ret = z > 0 ? 2 * gsl_cdf_ugaussian_Q(z) : 1;
	return 0;
}

/**
 * struct sums - boots and crashes of a group
 * @machines: number of machines with boots in the group
 */
struct sums {
	double boots;
	double crashes;
	double machines;
};

static void add_machine(struct sums *sums, const struct triage_machine_row *rows, size_t count,
			bool is_in_group)
{
	struct triage_table table = table_of(rows, count);
	uint64_t boots = is_in_group ? table.boots : table.other_boots;

	sums->boots += (double)boots;
	sums->crashes += (double)(is_in_group ? table.crashes : table.other_crashes);
	sums->machines += boots > 0;
}

static struct sums sum_machines(const struct triage_machine_row *rows, size_t count,
				bool is_in_group)
{
	struct sums sums = { 0 };

	for (size_t at = 0, end; at < count; at = end) {
		end = end_of_run(rows, count, at, compare_machines);
		add_machine(&sums, &rows[at], end - at, is_in_group);
	}
	return sums;
}

double triage_machine_rows_imbalance(struct triage_machine_row *rows, size_t count)
{
	double group = 0, others = 0, of_group = 0, of_others = 0;

	sort_rows(rows, count, compare_machines);
	for (size_t at = 0, end; at < count; at = end) {
		double own = 0, own_others = 0;

		end = end_of_run(rows, count, at, compare_machines);
		for (size_t i = at; i < end; i++)
			*(rows[i].is_in_group ? &own : &own_others) += (double)rows[i].boots;
		group += own;
		others += own_others;
		of_group += own * (own + own_others);
		of_others += own_others * (own + own_others);
	}
	return group > 0 && others > 0 ? of_others / others / (of_group / group) : NAN;
}

size_t triage_machine_rows_drop_looping(struct triage_machine_row *rows, size_t count)
{
	size_t dropped = 0;

	sort_rows(rows, count, compare_machines);
	for (size_t at = 0, end; at < count; at = end) {
		uint64_t crashes = 0, quiet = 0;

		end = end_of_run(rows, count, at, compare_machines);
		for (size_t i = at; i < end; i++) {
			crashes += rows[i].is_in_group ? rows[i].crashes : 0;
			quiet += rows[i].is_in_group ? rows[i].quiet : 0;
		}
		for (size_t i = at; crashes > quiet && i < end; i++)
			rows[i].is_dropped = true;
		dropped += crashes > quiet;
	}
	return dropped;
}

/* Return log(n!). lgamma() would write a global variable, and this runs in several threads. */
static double log_factorial(double n)
{
	int sign;

	return lgamma_r(n + 1, &sign);
}

/* Return the probability that @some of @boots boots contain one of the @crashes. */
static double crash_among(double some, double boots, double crashes)
{
	if (crashes < 1 || some > boots - crashes)
		return crashes >= 1;
	return 1 - exp(log_factorial(boots - crashes) - log_factorial(boots - crashes - some) +
		       log_factorial(boots - some) - log_factorial(boots));
}

/**
 * struct machine_counts - machines of one label
 * @group: boots in the group, boots that crashed, and machines with boots in the group
 * @crashed: number of these machines that crashed in the group
 * @others, @expected: number of machines with other boots, and of those that are expected to crash
 *	in as many boots as a machine of the group has on average
 */
struct machine_counts {
	struct sums group;
	double crashed;
	double others;
	double expected;
};

static struct triage_table count_crashed(const struct triage_machine_row *rows, size_t count)
{
	struct machine_counts machines = { 0 };

	for (size_t at = 0, end; at < count; at = end) {
		double crashes = machines.group.crashes;

		end = end_of_run(rows, count, at, compare_machines);
		add_machine(&machines.group, &rows[at], end - at, true);
		machines.crashed += machines.group.crashes > crashes;
	}
	for (size_t at = 0, end; at < count && machines.group.machines > 0; at = end) {
		struct sums others = { 0 };

		end = end_of_run(rows, count, at, compare_machines);
		add_machine(&others, &rows[at], end - at, false);
		machines.others += others.machines;
		machines.expected += crash_among(machines.group.boots / machines.group.machines,
						 others.boots, others.crashes);
	}
	/* Do not round up an integer that is only larger because of its last digits. */
	return (struct triage_table){ (uint64_t)machines.crashed, (uint64_t)machines.group.machines,
				      (uint64_t)ceil(machines.expected - 1e-6),
				      (uint64_t)machines.others };
}

int triage_machine_rows_crashed_p(struct triage_machine_row *rows, size_t count, double *ret)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = calloc(count + 1, sizeof(*tables));
	size_t table_count = 0;

	if (!tables)
		return -ENOMEM;
	sort_rows(rows, count, compare_labels_and_machines);
	for (size_t at = 0, end; at < count; at = end) {
		end = end_of_run(rows, count, at, compare_labels);
		tables[table_count++] = count_crashed(&rows[at], end - at);
	}
	*ret = triage_fisher_strata(tables, table_count);
	if (triage_mantel_haenszel_z(tables, table_count) <= 0)
		*ret = 1;
	return 0;
}

/* Return whether a machine crashed too often, given the other machines. */
static bool is_worst(const struct sums *machine, const struct sums *all)
{
	/* Add half a crash, so that the rate is not 0 if no other machine crashed. */
	double rate = (all->crashes - machine->crashes + 0.5) / (all->boots - machine->boots + 1);

	if (machine->crashes < 2 || rate >= 1)
		return false;
	/* The upper tail of the binomial distribution, also if the boots exceed UINT_MAX. */
	return gsl_cdf_beta_P(rate, machine->crashes, machine->boots - machine->crashes + 1) <=
	       WORST / all->machines;
}

/* Drop the worst machines of one label. Return their number. */
static size_t drop_once(struct triage_machine_row *rows, size_t count)
{
	struct sums all[2] = { sum_machines(rows, count, false), sum_machines(rows, count, true) };
	size_t dropped = 0;

	for (size_t at = 0, end; at < count; at = end) {
		bool is_dropped = false;

		end = end_of_run(rows, count, at, compare_machines);
		for (int group = 0; group < 2; group++) {
			struct sums machine = { 0 };

			add_machine(&machine, &rows[at], end - at, group == 1);
			is_dropped = is_dropped || is_worst(&machine, &all[group]);
		}
		for (size_t i = at; is_dropped && i < end; i++)
			rows[i].is_dropped = true;
		dropped += is_dropped;
	}
	return dropped;
}

size_t triage_machine_rows_drop_worst(struct triage_machine_row *rows, size_t count)
{
	size_t all = 0;

	sort_rows(rows, count, compare_labels_and_machines);
	for (size_t at = 0, end; at < count; at = end) {
		size_t dropped;

		end = end_of_run(rows, count, at, compare_labels);
		do {
			dropped = drop_once(&rows[at], end - at);
			all += dropped;
		} while (dropped > 0);
	}
	return all;
}

/**
 * struct pairs - pairs of crashed boots of one machine, of which at least one is of the group
 * @seen: their number
 * @expected: their expected number if crashes do not depend on the machine
 */
struct pairs {
	double seen;
	double expected;
};

/* Add the pairs of the boots of one label. */
static void add_pairs(struct pairs *pairs, const struct triage_machine_row *rows, size_t count)
{
	struct sums group = { 0 }, rest = { 0 };
	double group_pairs = 0, mixed_pairs = 0;

	for (size_t at = 0, end; at < count; at = end) {
		struct sums own = { 0 }, others = { 0 };

		end = end_of_run(rows, count, at, compare_machines);
		add_machine(&own, &rows[at], end - at, true);
		add_machine(&others, &rows[at], end - at, false);
		group.boots += own.boots;
		group.crashes += own.crashes;
		rest.boots += others.boots;
		rest.crashes += others.crashes;
		group_pairs += own.boots * (own.boots - 1) / 2;
		mixed_pairs += own.boots * others.boots;
		pairs->seen += own.crashes * (own.crashes - 1) / 2 + own.crashes * others.crashes;
	}
	if (group.boots >= 2)
		pairs->expected += group.crashes * (group.crashes - 1) / 2 * group_pairs /
				   (group.boots * (group.boots - 1) / 2);
	if (group.boots > 0 && rest.boots > 0)
		pairs->expected +=
			group.crashes * rest.crashes * mixed_pairs / (group.boots * rest.boots);
}

double triage_machine_rows_clustering_p(struct triage_machine_row *rows, size_t count)
{
	struct pairs pairs = { 0 };

	sort_rows(rows, count, compare_labels_and_machines);
	for (size_t at = 0, end; at < count; at = end) {
		end = end_of_run(rows, count, at, compare_labels);
		add_pairs(&pairs, &rows[at], end - at);
	}
	if (pairs.seen < 1)
		return 1;
	return gsl_cdf_poisson_Q((unsigned)(pairs.seen < 1e9 ? pairs.seen : 1e9) - 1,
				 pairs.expected);
}
