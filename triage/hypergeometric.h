/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hypergeometric distribution of the crashes in a group, given the margins of a 2x2 table. */
#ifndef LINEAGE_TRIAGE_HYPERGEOMETRIC_H
#define LINEAGE_TRIAGE_HYPERGEOMETRIC_H

struct triage_table;

/**
 * struct triage_hypergeometric - parameters and support
 * @n: boots of the group
 * @crashes: crashes among all boots
 * @boots: all boots
 * @low: minimum number of crashes in the group
 * @high: maximum number of crashes in the group
 */
struct triage_hypergeometric {
	double n;
	double crashes;
	double boots;
	double low;
	double high;
};

/** triage_hypergeometric_of() - the distribution with the margins of a table */
struct triage_hypergeometric triage_hypergeometric_of(const struct triage_table *table);

/** triage_hypergeometric_probability() - P(@x), accurate to about 13 digits for any counts */
double triage_hypergeometric_probability(const struct triage_hypergeometric *h, double x);

/** triage_hypergeometric_next_ratio() - P(@x + 1) / P(@x) */
static inline double triage_hypergeometric_next_ratio(const struct triage_hypergeometric *h,
						      double x)
{
	return (h->crashes - x) * (h->n - x) / ((x + 1) * (h->boots - h->crashes - h->n + x + 1));
}

/** triage_hypergeometric_mode() - the most probable number of crashes */
double triage_hypergeometric_mode(const struct triage_hypergeometric *h);

#endif /* LINEAGE_TRIAGE_HYPERGEOMETRIC_H */
