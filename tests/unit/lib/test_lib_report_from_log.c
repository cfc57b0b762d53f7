// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/report_from_log.c: reports that are made from the facts in a kernel log. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>

#include "kexec-lineage.h"

#define FOR_7_3_4                                                            \
	"1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2," \
	"6.1.0-56-cloud-amd64,36ae3270"
#define KHO "KHO: exec from: "
#define OURS "kexec_lineage: exec from: "

static struct lineage_report *report_of(struct lineage_log_facts facts)
{
	struct lineage_report *report = NULL;

	facts.size = sizeof(facts);
	assert_int_equal(lineage_report_create_from_log(&facts, &report), 0);
	return report;
}

static const struct lineage_evidence *evidence_of(const struct lineage_report *report,
						  const char *source)
{
	for (size_t i = 0; i < report->source_count; i++)
		if (strcmp(report->sources[i].source, source) == 0)
			return &report->sources[i];
	fail_msg("no source %s", source);
	return NULL;
}

static void an_empty_log_shows_nothing(void **state)
{
	struct lineage_report *report = report_of((struct lineage_log_facts){ 0 });

	assert_null(report->release);
	assert_null(report->cmdline);
	assert_null(report->previous_release);
	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	assert_false(report->has_count);
	assert_int_equal(report->chain_length, 0);
	assert_false(report->chain_is_complete);
	assert_int_equal(report->conflict_count, 0);
	assert_int_equal(evidence_of(report, "log")->status, LINEAGE_STATUS_ABSENT);
	assert_int_equal(evidence_of(report, "stamp")->status, LINEAGE_STATUS_ABSENT);
	lineage_report_destroy(report);
}

static void takes_a_fresh_stamp_for_a_kexec(void **state)
{
	struct lineage_report *report = report_of(
		(struct lineage_log_facts){ .release = "7.3.4+deb13-amd64", .stamp = FOR_7_3_4 });

	assert_string_equal(report->release, "7.3.4+deb13-amd64");
	assert_int_equal(report->boot, LINEAGE_BOOT_KEXEC);
	assert_string_equal(report->previous_release, "7.2.12+deb13-amd64");
	assert_int_equal(report->kexec_count, 4);
	assert_int_equal(report->chain_length, 3);
	assert_int_equal(report->chain[1].runs, 2);
	assert_true(report->chain_is_complete);
	lineage_report_destroy(report);
}

static void ignores_a_stale_stamp(void **state)
{
	struct lineage_report *report =
		report_of((struct lineage_log_facts){ .release = "7.3.5", .stamp = FOR_7_3_4 });

	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	assert_null(report->previous_release);
	assert_int_equal(evidence_of(report, "stamp")->status, LINEAGE_STATUS_OK);
	assert_true(evidence_of(report, "stamp")->is_stale);
	assert_int_equal(report->conflict_count, 1);
	lineage_report_destroy(report);
}

/* The module saw the boot loader, which the log does not show. */
static void believes_the_module_about_a_stamp(void **state)
{
	struct lineage_report *report = report_of((struct lineage_log_facts){
		.release = "7.3.4+deb13-amd64",
		.stamp = FOR_7_3_4,
		.lines =
			"kexec_lineage: stamp not used: it was made for a capture kernel: the loader "
			"copied an old command line" });

	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	assert_null(report->previous_release);
	assert_false(report->has_count);
	assert_true(evidence_of(report, "stamp")->is_stale);
	lineage_report_destroy(report);
}

static void takes_over_the_module_s_doubt(void **state)
{
	struct lineage_report *report = report_of((struct lineage_log_facts){
		.release = "7.3.4+deb13-amd64",
		.stamp = FOR_7_3_4,
		.lines = "kexec_lineage: the boot loader is not kexec, but the stamp was made for "
			 "this kernel: this may be a cold boot\n" OURS
			 "7.2.12+deb13-amd64 (count 4)" });

	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	assert_string_equal(report->previous_release, "7.2.12+deb13-amd64");
	assert_int_equal(report->kexec_count, 4);
	assert_false(report->chain_is_complete);
	assert_int_equal(report->conflict_count, 1);
	lineage_report_destroy(report);
}

static void rejects_a_malformed_stamp(void **state)
{
	struct lineage_report *report = report_of((struct lineage_log_facts){ .stamp = "1,k,x" });

	assert_int_equal(evidence_of(report, "stamp")->status, LINEAGE_STATUS_MALFORMED);
	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	lineage_report_destroy(report);
}

static void takes_the_lines_of_kho(void **state)
{
	struct lineage_report *report =
		report_of((struct lineage_log_facts){ .lines = KHO "7.2 (count 3)" });

	assert_int_equal(report->boot, LINEAGE_BOOT_KEXEC);
	assert_string_equal(report->previous_release, "7.2");
	assert_int_equal(report->kexec_count, 3);
	assert_int_equal(report->chain_length, 1);
	assert_false(report->chain_is_complete);
	assert_true(evidence_of(report, "log")->is_metadata);
	lineage_report_destroy(report);
}

static void takes_the_lines_of_the_module(void **state)
{
	struct lineage_report *report = report_of((struct lineage_log_facts){
		.boot = LINEAGE_BOOT_CAPTURE,
		.lines =
			KHO "7.2 (count 1)\n" OURS "7.2 (count 3)\nkexec_lineage: chain: 7.2, 7.1\n"
			    "kexec_lineage: chain, continued: 7.0\n" OURS "7.2 (count 3)\n" });

	assert_int_equal(report->boot, LINEAGE_BOOT_CAPTURE);
	assert_string_equal(report->previous_release, "7.2");
	assert_int_equal(report->kexec_count, 3);
	assert_int_equal(report->chain_length, 3);
	assert_true(report->chain_is_complete);
	assert_false(evidence_of(report, "log")->is_metadata);
	lineage_report_destroy(report);
}

/* The module's line takes precedence over everything else in the log. */
static void the_module_s_line_means_a_cold_boot(void **state)
{
	struct lineage_report *report =
		report_of((struct lineage_log_facts){ .release = "7.3.4+deb13-amd64",
						      .boot = LINEAGE_BOOT_KEXEC,
						      .stamp = FOR_7_3_4,
						      .lines = "kexec_lineage: cold boot" });

	assert_int_equal(report->boot, LINEAGE_BOOT_COLD);
	assert_null(report->previous_release);
	assert_true(report->has_count);
	assert_int_equal(report->kexec_count, 0);
	assert_true(evidence_of(report, "stamp")->is_stale);
	assert_int_equal(report->conflict_count, 1);
	lineage_report_destroy(report);
}

static void ignores_other_lines(void **state)
{
	struct lineage_report *report = report_of(
		(struct lineage_log_facts){ .lines = "\n\nkexec_lineage: cold boots\n6,1,2,-;" KHO
						     "7.2 (count 3)\n" KHO "7.2" });

	assert_int_equal(report->boot, LINEAGE_BOOT_UNKNOWN);
	assert_null(report->previous_release);
	lineage_report_destroy(report);
}

static void rejects_what_is_not_a_release(void **state)
{
	struct lineage_report *untouched = (struct lineage_report *)state, *report = untouched;
	const struct lineage_log_facts blank = { sizeof(blank), .release = "7.2 7.3" };
	const struct lineage_log_facts empty = { sizeof(empty), .release = "" };

	assert_int_equal(lineage_report_create_from_log(&blank, &report), -EILSEQ);
	assert_int_equal(lineage_report_create_from_log(&empty, &report), -EILSEQ);
	assert_ptr_equal(report, untouched);
}

static void follows_the_size_of_the_struct(void **state)
{
	struct {
		struct lineage_log_facts facts;
		uint64_t newer; /* a member of a later version */
	} large = { .facts = { .size = sizeof(large), .release = "7.2" } };
	const struct lineage_log_facts small = { .size = sizeof(small) - 1 };
	const struct lineage_log_facts boot = {
		.size = sizeof(boot),
		.boot = (enum lineage_boot)(LINEAGE_BOOT_CAPTURE + 1),
	};
	struct lineage_report *report = NULL;

	assert_int_equal(lineage_report_create_from_log(&small, &report), -EINVAL);
	assert_int_equal(lineage_report_create_from_log(&boot, &report), -EINVAL);
	large.newer = 1;
	assert_int_equal(lineage_report_create_from_log(&large.facts, &report), -E2BIG);
	assert_null(report);
	large.newer = 0;
	assert_int_equal(lineage_report_create_from_log(&large.facts, &report), 0);
	assert_string_equal(report->release, "7.2");
	lineage_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_log_shows_nothing),
		cmocka_unit_test(takes_a_fresh_stamp_for_a_kexec),
		cmocka_unit_test(ignores_a_stale_stamp),
		cmocka_unit_test(believes_the_module_about_a_stamp),
		cmocka_unit_test(takes_over_the_module_s_doubt),
		cmocka_unit_test(rejects_a_malformed_stamp),
		cmocka_unit_test(takes_the_lines_of_kho),
		cmocka_unit_test(takes_the_lines_of_the_module),
		cmocka_unit_test(the_module_s_line_means_a_cold_boot),
		cmocka_unit_test(ignores_other_lines),
		cmocka_unit_test(rejects_what_is_not_a_release),
		cmocka_unit_test(follows_the_size_of_the_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
