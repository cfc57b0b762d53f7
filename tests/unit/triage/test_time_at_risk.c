// SPDX-License-Identifier: GPL-2.0-or-later
/* Unit tests of the time at risk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "store/store.h"
#include "triage/time_at_risk.h"

/* Add boots of the same length. If @uptime_s is not -1, they crash then. */
static void add(struct triage_exposure *exposure, const char *previous, int64_t boots,
		int64_t length_s, int64_t uptime_s)
{
	struct store_length length = { .at = { .previous_release = previous,
					       .release = "7.3",
					       .boot = LINEAGE_BOOT_KEXEC,
					       .has_count = true,
					       .kexec_count = 1,
					       .boots = boots } };
	struct store_crash_length crash = { .signature = "sig", .at = length.at };

	assert_int_equal(triage_exposure_add(exposure, NULL, &length.at), 0);
	if (length_s >= 0) {
		length.band = store_length_band(length_s);
		length.length_s = boots * length_s;
		assert_int_equal(triage_exposure_add_lengths(exposure, &length), 0);
	}
	if (uptime_s < 0)
		return;
	assert_int_equal(triage_exposure_add(exposure, "sig", &length.at), 0);
	crash.at.boots = 1;
	store_crash_length_set(&crash, length_s, uptime_s);
	for (int64_t i = 0; i < boots; i++)
		assert_int_equal(triage_exposure_add_crash_length(exposure, &crash), 0);
}

/* Find the time at risk after the release "A", or after "B" if @is_b, in a band. */
static uint64_t units(const struct triage_time_at_risk *times, bool is_b, uint32_t band)
{
	for (size_t i = 0; i < times->cell_count; i++)
		if (times->cells[i].label % STORE_BANDS == band &&
		    (times->cells[i].origin > times->cells[0].origin) == is_b)
			return times->cells[i].boots;
	return 0;
}

static void init(struct triage_exposure *exposure, struct triage_time_at_risk *ret)
{
	uint32_t release, signature;

	triage_exposure_sort(exposure);
	assert_true(store_names_find(&exposure->releases, "7.3", &release));
	assert_true(store_names_find(&exposure->signature_names, "sig", &signature));
	assert_int_equal(triage_time_at_risk_init(ret, exposure, release, signature), 0);
}

/*
 * A boot is at risk until its end or, in the band of its crash, as long as the other boots of its
 * origin. Bands without a crash have no cell.
 */
static void test_bands(void **state)
{
	struct triage_exposure exposure = { 0 };
	TRIAGE_AUTO_TIME_AT_RISK times = { 0 };

	add(&exposure, "A", 10, 1000, -1);
	add(&exposure, "A", 1, 1000, 10); /* band 0 */
	add(&exposure, "A", 2, 300, 200); /* band 2: 120 to 240 seconds */
	add(&exposure, "B", 20, 130, -1);
	add(&exposure, "B", 20, 5000, -1);
	init(&exposure, &times);
	assert_int_equal(times.cell_count, 4);
	assert_int_equal(times.crash_count, 2);
	assert_int_equal(units(&times, false, 0), 13);
	assert_int_equal(units(&times, true, 0), 40);
	assert_int_equal(units(&times, false, 2),
			 TRIAGE_UNITS_PER_SECOND * (10 * 120 + 2 * 120 + 12));
	assert_int_equal(units(&times, true, 2),
			 TRIAGE_UNITS_PER_SECOND * (20 * 10 + 20 * 120 + 40));
	assert_int_equal(times.sums[0].boots, 10 * 1000 + 10 + 2 * 200);
	assert_int_equal(times.sums[0].crashes, 3);
	assert_int_equal(times.sums[1].boots, 20 * 130 + 20 * 5000);
	assert_true(fabs(times.hazards[0] - 1.0 / (53 * 60)) < 1e-12);
	/* The expected numbers of crashes, summed over all boots, equal the number of crashes. */
	assert_true(fabs(triage_time_at_risk_expected(&times, 0, 1, 10) +
			 triage_time_at_risk_expected(&times, 2, 22, 2 * 200 + 20 * 130) +
			 triage_time_at_risk_expected(&times, 5, 10, 10 * 1000) +
			 triage_time_at_risk_expected(&times, 7, 20, 20 * 5000) - 3) < 1e-9);
	triage_exposure_deinit(&exposure);
}

/* A crash does not shorten the time at risk of its side, and never lengthens it beyond the band. */
static void test_times_of_crashes(void **state)
{
	struct triage_exposure exposure = { 0 };
	TRIAGE_AUTO_TIME_AT_RISK times = { 0 };

	add(&exposure, "A", 1, 130, 130); /* band 2: 120 to 240 seconds */
	add(&exposure, "A", 1, 500,
	    500); /* band 4: 480 to 960 seconds, the other boots end at 580 */
	add(&exposure, "A", 3, 580, -1);
	add(&exposure, "A", 1, 900, 900);
	add(&exposure, "B", 20, 5000, -1);
	init(&exposure, &times);
	/* The boots that crash in band 4 are at risk during all of band 2. */
	assert_int_equal(units(&times, false, 2), TRIAGE_UNITS_PER_SECOND * (6 * 120 + 6));
	/* 20 and 420 seconds are more than twice the 100 seconds of the other boots. */
	assert_int_equal(units(&times, false, 4),
			 TRIAGE_UNITS_PER_SECOND * (3 * 100 + 20 + 420 + 5));
	assert_int_equal(units(&times, true, 4), TRIAGE_UNITS_PER_SECOND * (20 * 480 + 20));
	triage_exposure_deinit(&exposure);
}

/* Times are unknown if few lengths are known, if ends are missing, or if all boots are short. */
static void test_unknown(void **state)
{
	static const struct {
		int64_t of_b[3]; /* boots without a crash, their length, the uptime of a crash */
		bool is_known;
		bool has_b;
	} cases[] = {
		{ { 10, 2000, 1000 }, true, true }, { { 10, -1, 1000 }, true, false },
		{ { 60, -1, 1000 }, false, false }, { { 10, 60, 1000 }, true, false },
		{ { 60, 60, 1000 }, false, false }, { { 99999, 250, 200 }, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct triage_exposure exposure = { 0 };
		TRIAGE_AUTO_TIME_AT_RISK times = { 0 };
		uint32_t b;

		add(&exposure, "A", 200, 2000, -1);
		add(&exposure, "A", 3, 1000, 1000);
		add(&exposure, "B", cases[i].of_b[0], cases[i].of_b[1], -1);
		add(&exposure, "B", 1, cases[i].of_b[2], cases[i].of_b[2]);
		init(&exposure, &times);
		assert_true(store_names_find(&exposure.releases, "B", &b));
		assert_int_equal(triage_time_at_risk_is_known(&times), cases[i].is_known);
		assert_int_equal(triage_time_at_risk_has(&times, b), cases[i].has_b);
		triage_exposure_deinit(&exposure);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bands),
		cmocka_unit_test(test_times_of_crashes),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
