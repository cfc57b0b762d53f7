// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit test of the label that a difference is confined to, if it is the same on all labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "triage/confined.h"
#include "triage/exact_test.h"
#include "triage/verdict.h"

#define FLEETS 4000
#define BOOTS 5400
#define LABELS_MAX 3
#define ASSOCIATED 1e-3 /* level at which the difference itself is found */

/**
 * struct plan - fleets in which a fifth of the boots of each label is in the group
 * @labels: number of labels
 * @first_share: share of the boots that have the first label; the others share the rest
 * @rate: crash rate outside of the group
 * @ratio: how many times as high the crash rate of the group is, on each label
 */
struct plan {
	size_t labels;
	double first_share;
	double rate;
	double ratio;
};

/* Make the rows of a fleet. Return whether the difference is found. */
static bool make(const struct plan *plan, gsl_rng *random, struct triage_machine_row *ret)
{
	struct triage_table tables[LABELS_MAX];

	for (size_t i = 0; i < plan->labels; i++) {
		double share = i == 0 ? plan->first_share
				      : (1 - plan->first_share) / (double)(plan->labels - 1);
		unsigned int group = (unsigned int)(share * BOOTS / 5), others = 4 * group;
		struct triage_table *table = &tables[i];

		*table = (struct triage_table){
			gsl_ran_binomial(random, plan->rate * plan->ratio, group), group,
			gsl_ran_binomial(random, plan->rate, others), others
		};
		ret[2 * i] = (struct triage_machine_row){ .hardware = (uint32_t)i,
							  .strata = { i },
							  .is_in_group = true,
							  .boots = group,
							  .crashes = table->crashes };
		ret[2 * i + 1] = (struct triage_machine_row){ .hardware = (uint32_t)i,
							      .strata = { i },
							      .boots = others,
							      .crashes = table->other_crashes };
	}
	return triage_fisher_strata(tables, plan->labels) <= ASSOCIATED;
}

/* A label is named in at most 5 % of the fleets in which the difference is found. */
static void test_same_on_all_labels(void **state)
{
	static const struct plan plans[] = {
		{ 2, 0.5, 0.002, 3 },	   { 2, 0.5, 0.002, 5 },     { 2, 0.5, 0.002, 8 },
		{ 2, 0.35, 0.002, 4 },	   { 2, 0.8, 0.002, 4 },     { 2, 0.5, 0.0005, 10 },
		{ 2, 0.5, 0.00003, 150 },  { 3, 1.0 / 3, 0.002, 4 }, { 3, 0.1, 0.002, 4 },
		{ 2, 0.5, 0.01, 2 },	   { 2, 0.5, 0.1, 1.45 },    { 2, 0.5, 0.3, 1.2 },
		{ 3, 1.0 / 3, 0.05, 1.6 },
	};
	gsl_rng *random = gsl_rng_alloc(gsl_rng_taus2);

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		size_t found = 0, named = 0;

		for (size_t fleet = 0; fleet < FLEETS; fleet++) {
			struct triage_machine_row rows[2 * LABELS_MAX];
			uint32_t label;

			if (!make(&plans[i], random, rows))
				continue;
			assert_int_equal(triage_confined_find(rows, 2 * plans[i].labels,
							      TRIAGE_NO_LABEL, true, &label),
					 0);
			found++;
			named += label != TRIAGE_NO_LABEL;
		}
		print_message("plan %zu: %zu of %zu\n", i, named, found);
		assert_true(found > FLEETS / 20);
		assert_true((double)named <= TRIAGE_FDR * (double)found);
	}
	gsl_rng_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_on_all_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
