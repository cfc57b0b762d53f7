// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/source_log.c: lines of a kernel log that show a lineage, and other lines. */
#include "support_lib.h"

#include <cmocka.h>

#include "lib/source_log.h"

#define KHO(rest) "6,1,2,-;KHO: exec from: " rest "\n"
#define OURS(rest) "4,1,2,-,caller=T1;kexec_lineage: exec from: " rest "\n"
#define CHAIN(rest) "6,1,2,-;kexec_lineage: chain: " rest "\n"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Scan as lineage_source_read_log() does. The status is absent until a line shows a lineage. */
static void scan(const char *text, size_t length, struct lineage_finding *finding)
{
	char *copy = malloc(length > 0 ? length : 1);

	assert_non_null(copy);
	memcpy(copy, text, length);
	memset(finding, 0, sizeof(*finding));
	finding->status = LINEAGE_STATUS_ABSENT;
	lineage_log_scan(copy, length, finding);
	free(copy);
}

static const struct {
	const char *text;
	const char *previous;
	uint32_t count;
	bool is_metadata;
	const char *chain;
} good[] = {
	{ KHO("7.2 (count 3)"), "7.2", 3, true, "" },
	{ "0,1,2,-;KHO: exec from: 7.2 (count 3)", "7.2", 3, true, "" },
	{ "7,1,2,-;KHO: exec from: 7.2 (count 3)", "7.2", 3, true, "" },
	{ KHO("7.2 (count 4294967295)"), "7.2", 4294967295, true, "" },
	{ KHO(A64 " (count 1)"), A64, 1, true, "" },
	{ KHO("(count (count 1)"), "(count", 1, true, "" },
	{ KHO("A (count 1)") KHO("B (count 2)"), "B", 2, true, "" },
	{ "\n\n" KHO("A (count 1)") "\n", "A", 1, true, "" },
	{ OURS("A (count 1)"), "A", 1, false, "" },
	{ OURS("A (count 3)") CHAIN("A, B*2"), "A", 3, false, "A,B*2" },
	{ OURS("A (count 3)") CHAIN("A,B*2"), "A", 3, false, "A,B*2" },
	{ CHAIN("X, Y") OURS("A (count 3)"), "A", 3, false, "" },
	{ OURS("A (count 3)") CHAIN("A, B*2") OURS("A (count 3)"), "A", 3, false, "A,B*2" },
	{ OURS("A (count 3)") CHAIN("A, B*2") OURS("A (count 4)"), "A", 4, false, "" },
	{ OURS("A (count 3)") CHAIN("A, B*2") OURS("C (count 3)"), "C", 3, false, "" },
	{ OURS("A (count 3)") CHAIN("A, B*2") CHAIN("A,,B"), "A", 3, false, "A,B*2" },
	{ OURS("A (count 3)") CHAIN("A, B*2") CHAIN("A, C"), "A", 3, false, "A,C" },
	{ OURS("A (count 3)") CHAIN("A,  B*2"), "A", 3, false, "" },
	{ OURS("A (count 3)") KHO("B (count 1)"), "A", 3, false, "" },
	{ KHO("B (count 1)") OURS("A (count 3)"), "A", 3, false, "" },
	{ KHO("A (count 3)") OURS("A (count 3)") CHAIN("A, B"), "A", 3, false, "A,B" },
	{ OURS("A (count 3)") OURS("B (count x)"), "A", 3, false, "" },
	{ OURS("A (count 3) boot 0123abcd"), "A", 3, false, "" },
	{ OURS("A (count 3)") CHAIN("A, B*2") OURS("A (count 3) boot 0123abcd"), "A", 3, false,
	  "A,B*2" },
};

static void accepts_valid_lines(void **state)
{
	struct lineage_finding finding;
	size_t i;

	for (i = 0; i < COUNT_OF(good); i++) {
		print_message("  %s", good[i].text);
		scan(good[i].text, strlen(good[i].text), &finding);
		assert_int_equal(finding.status, LINEAGE_STATUS_OK);
		assert_string_equal(finding.previous_release, good[i].previous);
		assert_true(finding.has_count);
		assert_int_equal(finding.lineage.count, good[i].count);
		assert_int_equal(finding.is_metadata, good[i].is_metadata);
		assert_int_equal(finding.metadata_count,
				 good[i].is_metadata ? finding.lineage.count : 0);
		assert_int_equal(finding.lineage.chain_length, strlen(good[i].chain));
		assert_memory_equal(finding.lineage.chain, good[i].chain, strlen(good[i].chain));
		assert_string_equal(finding.detail, "");
	}
}

static const char *const ignored[] = {
	"",
	"\n",
	";",
	",;",
	"6",
	"6,",
	"6,;",
	"6;KHO: exec from: A (count 1)",
	"6;,KHO: exec from: A (count 1)",
	"8,1,2,-;KHO: exec from: A (count 1)",
	"14,1,2,-;kexec_lineage: exec from: A (count 1)",
	"30,1,2,-;KHO: exec from: A (count 1)",
	"06,1,2,-;KHO: exec from: A (count 1)",
	"-1,1,2,-;KHO: exec from: A (count 1)",
	"4294967296,1,2,-;KHO: exec from: A (count 1)",
	" 6,1,2,-;KHO: exec from: A (count 1)",
	"KHO: exec from: A (count 1)",
	"6,1,2,- KHO: exec from: A (count 1)",
	"6,1,2,-;kho: exec from: A (count 1)",
	"6,1,2,-; KHO: exec from: A (count 1)",
	"6,1,2,-;KHO: exec from:  (count 1)",
	"6,1,2,-;KHO: exec from: ",
	"6,1,2,-;KHO: exec from: A",
	"6,1,2,-;KHO: exec from: A ",
	"6,1,2,-;KHO: exec from: A (count ",
	"6,1,2,-;KHO: exec from: A (count )",
	"6,1,2,-;KHO: exec from: A (count 1",
	"6,1,2,-;KHO: exec from: A (count 1) ",
	"6,1,2,-;KHO: exec from: A (count 01)",
	"6,1,2,-;KHO: exec from: A (count -1)",
	"6,1,2,-;KHO: exec from: A (count 4294967296)",
	"6,1,2,-;KHO: exec from: A (count 99999999999999999999)",
	"6,1,2,-;KHO: exec from: A B (count 1)",
	"6,1,2,-;KHO: exec from: a" A64 " (count 1)",
	"6,1,2,-;KHO: exec from: A\x7f (count 1)",
	"6,1,2,-;kexec_lineage: chain: A, B",
	"6,1,2,-;kexec_lineage: exec from: A",
	"6,1,2,-;kexec_lineage: exec from: A (count 1) boot 0123abc",
	"6,1,2,-;kexec_lineage: exec from: A (count 1) boot 0123abcde",
	"6,1,2,-;kexec_lineage: exec from: A (count 1) boot 0123ABCD",
	"6,1,2,-;kexec_lineage: exec from: A (count 1)  boot 0123abcd",
	"6,1,2,-;kexec_lineage: exec from: A (count 1) boot 0123abcd boot 0123abcd",
	"6,1,2,-;kexec_lineage: exec from:  boot 0123abcd",
	"6,1,2,-;KHO: exec from: A (count 1) boot 0123abcd",
	KHO("\xc3\xbc (count 1)"),
	OURS("6.1\x9b (count 1)"),
};

static void ignores_all_other_lines(void **state)
{
	struct lineage_finding finding;
	size_t i;

	for (i = 0; i < COUNT_OF(ignored); i++) {
		print_message("  %s\n", ignored[i]);
		scan(ignored[i], strlen(ignored[i]), &finding);
		assert_int_equal(finding.status, LINEAGE_STATUS_ABSENT);
		assert_string_equal(finding.previous_release, "");
		assert_false(finding.has_count);
	}
}

/* A truncated line is ignored, whatever its length. */
static void ignores_a_truncated_line(void **state)
{
	static const char line[] = "6,1,2,-;KHO: exec from: 7.2.12 (count 12)";
	struct lineage_finding finding;
	size_t length;

	for (length = 0; length < strlen(line); length++) {
		scan(line, length, &finding);
		assert_int_equal(finding.status, LINEAGE_STATUS_ABSENT);
	}
	scan(line, length, &finding);
	assert_int_equal(finding.lineage.count, 12);
}

static void ignores_a_line_with_a_nul_in_its_release(void **state)
{
	static const char line[] = "6,1,2,-;KHO: exec from: A\0B (count 1)\n";
	struct lineage_finding finding;

	scan(line, sizeof(line) - 1, &finding);
	assert_int_equal(finding.status, LINEAGE_STATUS_ABSENT);
}

static void reports_that_count_0_is_not_used(void **state)
{
	static const char zero[] = KHO("A (count 0)");
	static const char then[] = KHO("A (count 0)") KHO("A (count 1)");
	struct lineage_finding finding;

	scan(zero, strlen(zero), &finding);
	assert_int_equal(finding.status, LINEAGE_STATUS_OK);
	assert_false(finding.has_count);
	assert_string_equal(finding.detail,
			    "has count 0, which is not valid after a kexec: count not used");
	scan(then, strlen(then), &finding);
	assert_true(finding.has_count);
	assert_string_equal(finding.detail, "");
}

/* Lines of dmesg and of syslog, as a sosreport has them. */
static void takes_lines_of_programs(void **state)
{
	static const struct {
		const char *text;
		const char *previous;
	} lines[] = {
		{ "[    0.100000] KHO: exec from: A (count 1)\n", "A" },
		{ "[Sat Nov 28 07:51:02 2026] KHO: exec from: A (count 1)", "A" },
		{ "Nov 28 07:51:02 web1 kernel: KHO: exec from: A (count 1)\n", "A" },
		{ "-- Boot 1 --\nNov 28 07:51:02 web1 kernel: kexec_lineage: exec from: A (count 1)",
		  "A" },
		{ "Nov 28 07:51:02 web1 kernel: [    0.1] KHO: exec from: A (count 1)\n", "A" },
		{ "2026-11-28T07:51:02+00:00 web1 kernel: KHO: exec from: A (count 1)\n", "A" },
		{ "[    0.100000] KHO: exec from: A (count 1)\n[ 1.0] KHO: exec from: B (count 2)",
		  "B" },
		{ "KHO: exec from: A (count 1)\n", "" },
		{ "[    0.100000]KHO: exec from: A (count 1)\n", "" },
		{ "[    0.100000 KHO: exec from: A (count 1)\n", "" },
		{ "[", "" },
		{ "[]", "" },
		{ ": ", "" },
		{ " kernel: ", "" },
		{ "Nov 28 07:51:02 web1 kernel[1]: KHO: exec from: A (count 1)\n", "" },
		{ "Nov 28 07:51:02 web1 mykernel: KHO: exec from: A (count 1)\n", "" },
		{ "Nov 28 07:51:02 web1 su: kernel: KHO: exec from: A (count 1)\n", "" },
		{ "Nov 28 07:51:02 web1 su[1]: a kernel: KHO: exec from: A (count 1)\n", "" },
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct lineage_finding finding = { .status = LINEAGE_STATUS_ABSENT };
		size_t length = strlen(lines[i].text);
		char *copy = malloc(length);

		print_message("  %s\n", lines[i].text);
		assert_non_null(copy);
		memcpy(copy, lines[i].text, length);
		lineage_log_scan_text(copy, length, &finding);
		assert_string_equal(finding.previous_release, lines[i].previous);
		free(copy);
	}
}

/* The recogniser of log files has only the text of a message. */
static void takes_a_message_without_its_prefix(void **state)
{
	static const char message[] = "KHO: exec from: 7.2 (count 3)";
	struct lineage_finding finding = { .status = LINEAGE_STATUS_ABSENT };

	lineage_log_scan_message(message, strlen(message) - 1, &finding);
	assert_int_equal(finding.status, LINEAGE_STATUS_ABSENT);
	lineage_log_scan_message(message, strlen(message), &finding);
	assert_int_equal(finding.status, LINEAGE_STATUS_OK);
	assert_string_equal(finding.previous_release, "7.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_valid_lines),
		cmocka_unit_test(ignores_all_other_lines),
		cmocka_unit_test(ignores_a_truncated_line),
		cmocka_unit_test(ignores_a_line_with_a_nul_in_its_release),
		cmocka_unit_test(reports_that_count_0_is_not_used),
		cmocka_unit_test(takes_lines_of_programs),
		cmocka_unit_test(takes_a_message_without_its_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
