// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit tests of the decisions of triage --watch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "triage/triage.h"
#include "triage/watch.h"

/** struct boots - boots of one previous release at kexec count 1 */
struct boots {
	const char *previous;
	int64_t boots;
	int64_t crashes;
};

static void add(struct triage_exposure *exposure, const struct boots *boots)
{
	struct store_transition at = { .previous_release = boots->previous,
				       .release = "7.3.4",
				       .boot = LINEAGE_BOOT_KEXEC,
				       .has_count = true,
				       .kexec_count = 1,
				       .boots = boots->boots };

	assert_int_equal(triage_exposure_add(exposure, NULL, &at), 0);
	at.boots = boots->crashes;
	if (at.boots > 0)
		assert_int_equal(triage_exposure_add(exposure, "sig", &at), 0);
}

/* Take a look at the boots, and write it to the ledger. */
static void look(const struct boots *boots, size_t count, struct triage_ledger *ledger,
		 struct triage_watch *ret)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;

	for (size_t i = 0; i < count; i++)
		add(&exposure, &boots[i]);
	triage_exposure_sort(&exposure);
	assert_int_equal(triage_report_create(&exposure, "7.3.4", &report), 0);
	assert_int_equal(triage_watch_look(report, ledger, ret), 0);
	if (ret->is_new)
		assert_int_equal(triage_ledger_add(ledger, &ret->look), 0);
}
#define LOOK(ledger, ret, ...)                                              \
	do {                                                                \
		const struct boots boots[] = { __VA_ARGS__ };               \
		triage_watch_deinit(ret);                                   \
		look(boots, sizeof(boots) / sizeof(boots[0]), ledger, ret); \
	} while (0)

/* The parts of a million looks add up to almost 5 %, and never to more. */
static void test_levels(void **state)
{
	double sum = 0;

	for (uint64_t number = 1; number <= 1000000; number++) {
		assert_true(number == 1 ||
			    triage_watch_level(number) <= triage_watch_level(number - 1));
		sum += triage_watch_level(number);
	}
	assert_true(sum <= TRIAGE_FDR);
	assert_true(sum > 0.9999 * TRIAGE_FDR);
}

/* The digest depends on the data, but not on their order. */
static void test_digest(void **state)
{
	TRIAGE_AUTO_LEDGER ledger = { 0 };
	TRIAGE_AUTO_WATCH watch = { 0 };
	char first[TRIAGE_DIGEST_SIZE];

	LOOK(&ledger, &watch, { "7.1", 100, 2 }, { "7.2", 300, 0 });
	assert_true(watch.is_new && watch.is_tested && watch.look.number == 1);
	memcpy(first, watch.look.digest, sizeof(first));
	LOOK(&ledger, &watch, { "7.2", 300, 0 }, { "7.1", 100, 2 });
	assert_string_equal(watch.look.digest, first);
	assert_true(!watch.is_new && watch.is_tested && watch.look.number == 1);
	LOOK(&ledger, &watch, { "7.1", 100, 1 }, { "7.2", 300, 1 });
	assert_string_not_equal(watch.look.digest, first);
	LOOK(&ledger, &watch, { "7.1", 101, 2 }, { "7.2", 300, 0 });
	assert_string_not_equal(watch.look.digest, first);
}

/* Compute the digest of boots of which some have an ancestor. */
static void digest_of(uint64_t with_ancestor, uint64_t crashed, char *ret)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;
	TRIAGE_AUTO_LEDGER ledger = { 0 };
	TRIAGE_AUTO_WATCH watch = { 0 };
	struct triage_ancestors *ancestors = &exposure.ancestors;
	const uint32_t second = store_ancestor_number(0, true), key[4] = { 0, 1, 2, 0 };

	add(&exposure, &(struct boots){ "7.1", 100, 2 });
	triage_exposure_sort(&exposure);
	assert_int_equal(triage_tally_add(&ancestors->strata, key, 100, NULL), 0);
	assert_int_equal(triage_tally_add(&ancestors->having, (const uint32_t[4]){ second, 0 },
					  with_ancestor, NULL),
			 0);
	assert_int_equal(triage_tally_add(&ancestors->crashed, (const uint32_t[4]){ 0, second, 0 },
					  crashed, NULL),
			 0);
	assert_int_equal(triage_report_create(&exposure, "7.3.4", &report), 0);
	assert_int_equal(triage_watch_look(report, &ledger, &watch), 0);
	memcpy(ret, watch.look.digest, TRIAGE_DIGEST_SIZE);
}

/* Chains that become known later change the data, although the numbers of boots do not change. */
static void test_digest_of_chains(void **state)
{
	char first[TRIAGE_DIGEST_SIZE], same[TRIAGE_DIGEST_SIZE], more[TRIAGE_DIGEST_SIZE],
		crashes[TRIAGE_DIGEST_SIZE];

	digest_of(20, 1, first);
	digest_of(20, 1, same);
	digest_of(21, 1, more);
	digest_of(20, 2, crashes);
	assert_string_equal(first, same);
	assert_string_not_equal(first, more);
	assert_string_not_equal(first, crashes);
}

/*
 * A look tests only if the number of crashes changed by a tenth. If the data are those of an
 * earlier look, that look is used.
 */
static void test_when(void **state)
{
	static const struct {
		int64_t boots, crashes;
		uint64_t number;
		bool is_tested;
	} cases[] = {
		{ 100, 0, 0, false }, { 100, 1, 1, true },   { 200, 1, 1, false },
		{ 200, 2, 2, true },  { 300, 20, 3, true },  { 300, 21, 3, false },
		{ 300, 22, 4, true }, { 300, 20, 3, true },  { 310, 20, 4, false },
		{ 310, 19, 5, true }, { 400, 200, 6, true }, { 400, 219, 6, false },
	};
	TRIAGE_AUTO_LEDGER ledger = { 0 };
	TRIAGE_AUTO_WATCH watch = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		LOOK(&ledger, &watch, { "7.1", cases[i].boots, cases[i].crashes },
		     { "7.2", cases[i].boots, cases[i].crashes });
		assert_int_equal(watch.look.number, cases[i].number);
		assert_int_equal(watch.is_tested, cases[i].is_tested);
	}
}

static void test_decisions(void **state)
{
	TRIAGE_AUTO_LEDGER ledger = { 0 };
	TRIAGE_AUTO_WATCH watch = { 0 };

	LOOK(&ledger, &watch, { "7.1", 0, 0 });
	assert_int_equal(watch.decision, TRIAGE_HOLD);
	LOOK(&ledger, &watch, { "7.1", 1000, 0 });
	assert_int_equal(watch.decision, TRIAGE_HOLD); /* nothing to compare with */
	LOOK(&ledger, &watch, { "7.1", 40, 0 }, { "7.2", 30, 0 });
	assert_int_equal(watch.decision, TRIAGE_HOLD);
	assert_true(watch.boots == 40 && watch.boots_needed > 40);
	LOOK(&ledger, &watch, { "7.1", 4000, 3 }, { "7.2", 3000, 2 });
	assert_int_equal(watch.decision, TRIAGE_GO);
	LOOK(&ledger, &watch, { "7.1", 4000, 12 }, { "7.2", 3000, 0 });
	assert_int_equal(watch.decision, TRIAGE_HOLD);
	assert_true(watch.unsure == 1 && watch.stopping == 0);
	LOOK(&ledger, &watch, { "7.1", 4000, 40 }, { "7.2", 3000, 0 });
	assert_int_equal(watch.decision, TRIAGE_STOP);
	assert_string_equal(watch.look.found, "previous_release 7.1 7.3.4 sig");
	/*
	 * An established finding stops the rollout without another test, unless the finding is no
	 * longer associated.
	 */
	LOOK(&ledger, &watch, { "7.1", 4000, 41 }, { "7.2", 3000, 0 });
	assert_true(watch.decision == TRIAGE_STOP && !watch.is_tested);
	LOOK(&ledger, &watch, { "7.1", 4000, 41 }, { "7.2", 3000, 31 });
	assert_int_equal(watch.decision, TRIAGE_GO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),		 cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_of_chains), cmocka_unit_test(test_when),
		cmocka_unit_test(test_decisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
