/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How likely is it that so many of the crashes are of the group, where the group makes no difference? */
#ifndef LINEAGE_TRIAGE_URN_H
#define LINEAGE_TRIAGE_URN_H

struct triage_table;

/**
 * struct urn - the hypergeometric distribution: boots of the group, drawn out of all
 * @n: boots of the group
 * @crashes: crashes among all boots
 * @boots: all boots
 * @low: fewest crashes that the group can have
 * @high: most crashes that the group can have
 */
struct urn {
	double n;
	double crashes;
	double boots;
	double low;
	double high;
};

/** urn_of() - with the sums of a table */
struct urn urn_of(const struct triage_table *table);

/** urn_probability() - of exactly @x crashes in the group, to some 13 digits, whatever the counts */
double urn_probability(const struct urn *urn, double x);

/** urn_step_up() - the probability of @x + 1 over that of @x */
double urn_step_up(const struct urn *urn, double x);

/** urn_mode() - the likeliest number of crashes */
double urn_mode(const struct urn *urn);

#endif /* LINEAGE_TRIAGE_URN_H */
