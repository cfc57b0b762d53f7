// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit tests of sentences, selection and the matrix of transitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "triage/selection.h"
#include "triage/sentences.h"
#include "triage/transitions.h"
#include "triage/triage.h"

static void add(struct triage_exposure *exposure, const char *previous, const char *release,
		uint64_t boots, uint64_t crashes)
{
	struct store_transition at = { .previous_release = previous,
				       .release = release,
				       .boot = previous ? LINEAGE_BOOT_KEXEC : LINEAGE_BOOT_COLD,
				       .has_count = true,
				       .kexec_count = previous ? 1 : 0,
				       .boots = (int64_t)boots };

	assert_int_equal(triage_exposure_add(exposure, NULL, &at), 0);
	at.boots = (int64_t)crashes;
	if (crashes > 0)
		assert_int_equal(triage_exposure_add(exposure, "sig", &at), 0);
}

/*
 * Whether a finding gets a sentence depends on its verdict, the verdict of the count, and the
 * verdict of the case.
 */
static void test_has_finding(void **state)
{
	static const struct {
		enum triage_verdict verdict, count, strongest;
		bool expected;
		enum triage_doubt why_not;
	} cases[] = {
		{ TRIAGE_NONE, TRIAGE_NONE, TRIAGE_NONE, false },
		{ TRIAGE_LEAD, TRIAGE_NONE, TRIAGE_LEAD, true },
		{ TRIAGE_LEAD, TRIAGE_NONE, TRIAGE_ASSOCIATED, false },
		{ TRIAGE_LEAD, TRIAGE_ASSOCIATED, TRIAGE_LEAD, false },
		{ TRIAGE_SUSPECT, TRIAGE_LEAD, TRIAGE_ASSOCIATED, true, TRIAGE_DOUBT_KEXEC_COUNT },
		{ TRIAGE_SUSPECT, TRIAGE_ASSOCIATED, TRIAGE_SUSPECT, false,
		  TRIAGE_DOUBT_KEXEC_COUNT },
		{ TRIAGE_SUSPECT, TRIAGE_ASSOCIATED, TRIAGE_SUSPECT, true, TRIAGE_DOUBT_MACHINES },
		{ TRIAGE_INVERSE, TRIAGE_NONE, TRIAGE_INVERSE, true },
		{ TRIAGE_INVERSE, TRIAGE_NONE, TRIAGE_ASSOCIATED, false },
		{ TRIAGE_ASSOCIATED, TRIAGE_ASSOCIATED, TRIAGE_ASSOCIATED, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct triage_finding findings[] = { { .verdict = cases[i].strongest },
						     { .verdict = cases[i].verdict,
						       .why_not = cases[i].why_not } };
		struct triage_case one = { .findings = findings,
					   .finding_count = 2,
					   .count_trend = { .verdict = cases[i].count } };

		assert_int_equal(triage_sentences_has_finding(&one, &findings[1]),
				 cases[i].expected);
	}
}

static void test_selection(void **state)
{
	static const struct {
		struct triage_selection selection;
		size_t count;
	} cases[] = {
		{ { NULL, NULL, false }, 2 },	{ { "7.3", NULL, false }, 1 },
		{ { "7.4", "sig", false }, 1 }, { { NULL, "other", false }, 0 },
		{ { "7.2", NULL, true }, 0 },
	};
	struct triage_exposure exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;

	add(&exposure, "7.2", "7.3", 100, 20);
	add(&exposure, "7.1", "7.3", 100, 0);
	add(&exposure, "7.2", "7.4", 10, 1);
	triage_exposure_sort(&exposure);
	assert_int_equal(triage_report_create(&exposure, NULL, &report), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(triage_selection_count(&cases[i].selection, report),
				 cases[i].count);
	triage_exposure_deinit(&exposure);
}

/* Only the releases with the most boots are in the matrix, in version order. */
static void test_transitions(void **state)
{
	struct triage_exposure exposure = { 0 };
	TRIAGE_AUTO_TRANSITIONS transitions = { 0 };
	const struct triage_transition *cold;
	char name[16];

	for (uint32_t i = 0; i <= TRIAGE_TRANSITIONS_MAX; i++) {
		snprintf(name, sizeof(name), "7.%u", TRIAGE_TRANSITIONS_MAX - i);
		add(&exposure, NULL, name, 10 + i, i);
	}
	triage_exposure_sort(&exposure);
	assert_int_equal(triage_transitions_init(&transitions, &exposure), 0);
	assert_int_equal(transitions.count, TRIAGE_TRANSITIONS_MAX);
	assert_string_equal(exposure.releases.texts[transitions.releases[0]], "7.0");
	assert_string_equal(exposure.releases.texts[transitions.releases[transitions.count - 1]],
			    "7.29");
	cold = triage_transitions_get(&transitions, 0, transitions.count);
	assert_int_equal(cold->boots, 10 + TRIAGE_TRANSITIONS_MAX);
	assert_int_equal(cold->crashes, TRIAGE_TRANSITIONS_MAX);
	assert_true(transitions.highest == triage_transition_share(cold));
	triage_exposure_deinit(&exposure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_has_finding),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_transitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
