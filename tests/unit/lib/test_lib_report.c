// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the public interface: reports on test systems, stamps and command lines. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>

#include "kexec-lineage.h"

#define GOLDEN                                                            \
	"kexec_lineage.stamp=1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64," \
	"6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64,36ae3270"
#define COLD_GOLDEN "kexec_lineage.stamp=1,k,1,,6.1.0-56-cloud-amd64,fb31e585"

/* Create a report on a test system. */
static struct lineage_report *report_of(struct folder *folder, const char *release,
					const char *loader_type, const char *cmdline)
{
	struct lineage_report *report = NULL;

	*folder = folder_make();
	if (release)
		folder_write_text(folder, "proc/sys/kernel/osrelease", release);
	if (loader_type)
		folder_write_text(folder, "proc/sys/kernel/bootloader_type", loader_type);
	if (cmdline)
		folder_write_text(folder, "proc/cmdline", cmdline);
	assert_int_equal(lineage_report_create(folder->path, &report), 0);
	return report;
}

static void end(struct lineage_report *report, const struct folder *folder)
{
	lineage_report_destroy(report);
	folder_remove(folder);
}

static void reports_a_kexec(void **state)
{
	struct folder folder;
	struct lineage_report *report =
		report_of(&folder, "7.3.4+deb13-amd64\n", "208\n", "ro " GOLDEN "\n");

	assert_string_equal(report->release, "7.3.4+deb13-amd64");
	assert_string_equal(report->cmdline, "ro " GOLDEN);
	assert_int_equal(report->boot, LINEAGE_BOOT_KEXEC);
	assert_string_equal(report->boot_evidence, "boot-loader type 208 is kexec");
	assert_string_equal(report->previous_release, "7.2.12+deb13-amd64");
	assert_true(report->has_count);
	assert_int_equal(report->kexec_count, 4);
	assert_int_equal(report->chain_length, 3);
	assert_string_equal(report->chain[0].release, "7.2.12+deb13-amd64");
	assert_string_equal(report->chain[1].release, "6.12.111+deb12-amd64");
	assert_int_equal(report->chain[1].runs, 2);
	assert_true(report->chain_is_complete);
	assert_int_equal(report->source_count, 5);
	assert_string_equal(report->sources[2].source, "stamp");
	assert_int_equal(report->sources[2].status, LINEAGE_STATUS_OK);
	assert_int_equal(report->sources[2].kexec_count, 4);
	assert_null(report->sources[2].detail);
	assert_string_equal(report->sources[1].source, "kho");
	assert_int_equal(report->sources[1].status, LINEAGE_STATUS_ABSENT);
	assert_int_equal(report->conflict_count, 0);
	end(report, &folder);
}

static void reports_a_cold_boot(void **state)
{
	struct folder folder;
	struct lineage_report *report = report_of(&folder, "6.1\n", "176\n", NULL);

	assert_int_equal(report->boot, LINEAGE_BOOT_COLD);
	assert_null(report->previous_release);
	assert_null(report->cmdline);
	assert_true(report->has_count);
	assert_int_equal(report->kexec_count, 0);
	assert_int_equal(report->chain_length, 0);
	assert_true(report->chain_is_complete);
	end(report, &folder);
}

static void reports_a_stale_stamp(void **state)
{
	struct folder folder;
	struct lineage_report *report = report_of(&folder, "other\n", "208\n", GOLDEN "\n");

	assert_null(report->previous_release);
	assert_false(report->has_count);
	assert_false(report->chain_is_complete);
	assert_true(report->sources[2].is_stale);
	assert_int_equal(report->conflict_count, 1);
	assert_string_equal(report->conflicts[0],
			    "stamp: stale: made for 7.3.4+deb13-amd64, but other is running: the "
			    "loader copied an old command line; not used");
	end(report, &folder);
}

static void rejects_invalid_roots(void **state)
{
	struct lineage_report *report = NULL;

	assert_int_equal(lineage_report_create("/no/such/root", &report), -ENOENT);
	assert_int_equal(lineage_report_create("/dev/null", &report), -ENOTDIR);
	assert_null(report);
	lineage_report_destroy(NULL);
}

static void reports_on_the_running_system(void **state)
{
	struct lineage_report *report = NULL;

	assert_int_equal(lineage_report_create(NULL, &report), 0);
	assert_non_null(report->release);
	assert_non_null(report->boot_evidence);
	assert_int_equal(report->source_count, 5);
	lineage_report_destroy(report);
}

static void makes_the_golden_stamps(void **state)
{
	struct folder folder;
	char *stamp = NULL;
	struct lineage_report *report = report_of(&folder, "6.1.0-56-cloud-amd64\n", "176\n", NULL);

	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_KEXEC, NULL, &stamp), 0);
	assert_string_equal(stamp, COLD_GOLDEN);
	free(stamp);
	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_KEXEC, "", &stamp), 0);
	assert_string_equal(stamp, COLD_GOLDEN);
	free(stamp);
	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_CAPTURE, "x", &stamp), 0);
	assert_int_equal(strncmp(stamp, "kexec_lineage.stamp=1,p,1,x,6.1.0", 33), 0);
	free(stamp);
	end(report, &folder);
}

static void rejects_invalid_stamps(void **state)
{
	struct folder folder;
	char *stamp = NULL;
	struct lineage_report *report = report_of(&folder, "6.1\n", "176\n", NULL);

	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_KEXEC, "a b", &stamp), -EILSEQ);
	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_NONE, NULL, &stamp), -EINVAL);
	assert_int_equal(lineage_stamp_create(report, (enum lineage_kind)'x', NULL, &stamp),
			 -EINVAL);
	end(report, &folder);
	report = report_of(&folder, NULL, "176\n", NULL);
	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_KEXEC, "x", &stamp), -ENODATA);
	assert_int_equal(lineage_stamp_create(report, LINEAGE_KIND_KEXEC, "a b", &stamp), -EILSEQ);
	assert_null(stamp);
	end(report, &folder);
}

static void stamps_command_lines(void **state)
{
	struct folder folder;
	struct lineage_report *report = report_of(&folder, "6.1.0-56-cloud-amd64\n", "176\n", NULL);
	size_t whole = strlen("ro " COLD_GOLDEN);
	bool is_stamped = false;
	char *line = NULL;

	assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_KEXEC, NULL, "ro " GOLDEN,
						whole, &is_stamped, &line),
			 0);
	assert_true(is_stamped);
	assert_string_equal(line, "ro " COLD_GOLDEN);
	free(line);
	assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_KEXEC, NULL, "ro " GOLDEN,
						whole - 1, &is_stamped, &line),
			 0);
	assert_false(is_stamped);
	assert_string_equal(line, "ro");
	free(line);
	line = NULL;
	assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_KEXEC, "a b", "ro", 2016,
						&is_stamped, &line),
			 -EILSEQ);
	assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_NONE, NULL, "ro", 2016,
						&is_stamped, &line),
			 -EINVAL);
	assert_null(line);
	end(report, &folder);
}

/* Only x86 has a boot-loader type. Elsewhere, a stamp would replace a built-in command line. */
static void stamps_an_empty_line_on_x86_only(void **state)
{
	static const struct {
		const char *loader_type, *line, *result;
		bool is_stamped;
	} cases[] = {
		{ "176\n", "", COLD_GOLDEN, true },
		{ "176\n", GOLDEN, COLD_GOLDEN, true },
		{ NULL, "", "", false },
		{ NULL, GOLDEN, "", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct folder folder;
		struct lineage_report *report =
			report_of(&folder, "6.1.0-56-cloud-amd64\n", cases[i].loader_type, NULL);
		bool is_stamped;
		char *line;

		assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_KEXEC, NULL,
							cases[i].line, 2016, &is_stamped, &line),
				 0);
		assert_int_equal(is_stamped, cases[i].is_stamped);
		assert_int_equal(lineage_cmdline_stays_empty(report, cases[i].line), !is_stamped);
		assert_false(lineage_cmdline_stays_empty(report, "ro"));
		assert_string_equal(line, cases[i].result);
		free(line);
		end(report, &folder);
	}
}

static void strips_if_no_stamp_can_be_made(void **state)
{
	struct folder folder;
	struct lineage_report *report = report_of(&folder, NULL, "176\n", NULL);
	bool is_stamped = true;
	char *line = NULL;

	assert_int_equal(lineage_cmdline_create(report, LINEAGE_KIND_KEXEC, NULL, GOLDEN " ro",
						2016, &is_stamped, &line),
			 0);
	assert_false(is_stamped);
	assert_string_equal(line, "ro");
	free(line);
	end(report, &folder);
}

static void names_boots_and_statuses(void **state)
{
	assert_string_equal(lineage_boot_name(LINEAGE_BOOT_UNKNOWN), "unknown");
	assert_string_equal(lineage_boot_name(LINEAGE_BOOT_COLD), "cold");
	assert_string_equal(lineage_boot_name(LINEAGE_BOOT_KEXEC), "kexec");
	assert_string_equal(lineage_boot_name(LINEAGE_BOOT_CAPTURE), "capture");
	assert_string_equal(lineage_boot_name((enum lineage_boot)(LINEAGE_BOOT_CAPTURE + 1)),
			    "unknown");
	assert_string_equal(lineage_boot_name((enum lineage_boot) - 1), "unknown");
	assert_string_equal(lineage_status_name(LINEAGE_STATUS_OK), "ok");
	assert_string_equal(lineage_status_name(LINEAGE_STATUS_ABSENT), "absent");
	assert_string_equal(lineage_status_name(LINEAGE_STATUS_FORBIDDEN), "forbidden");
	assert_string_equal(lineage_status_name(LINEAGE_STATUS_MALFORMED), "malformed");
	assert_string_equal(lineage_status_name(LINEAGE_STATUS_UNSUPPORTED), "unsupported");
	assert_string_equal(
		lineage_status_name((enum lineage_status)(LINEAGE_STATUS_UNSUPPORTED + 1)),
		"unknown");
	assert_string_equal(lineage_status_name((enum lineage_status) - 1), "unknown");
}

static void gives_each_error_its_status(void **state)
{
	static const int absent[] = { ENOENT, ENOTDIR, ENODATA, ENXIO, ENODEV };
	static const int malformed[] = { EILSEQ, EBADMSG, EISDIR, EIO, ELOOP };
	size_t i;

	assert_int_equal(lineage_status_of(0), LINEAGE_STATUS_OK);
	for (i = 0; i < COUNT_OF(absent); i++)
		assert_int_equal(lineage_status_of(-absent[i]), LINEAGE_STATUS_ABSENT);
	for (i = 0; i < COUNT_OF(malformed); i++)
		assert_int_equal(lineage_status_of(-malformed[i]), LINEAGE_STATUS_MALFORMED);
	assert_int_equal(lineage_status_of(-EACCES), LINEAGE_STATUS_FORBIDDEN);
	assert_int_equal(lineage_status_of(-EPERM), LINEAGE_STATUS_FORBIDDEN);
	assert_int_equal(lineage_status_of(-EPROTONOSUPPORT), LINEAGE_STATUS_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_a_kexec),
		cmocka_unit_test(reports_a_cold_boot),
		cmocka_unit_test(reports_a_stale_stamp),
		cmocka_unit_test(rejects_invalid_roots),
		cmocka_unit_test(reports_on_the_running_system),
		cmocka_unit_test(makes_the_golden_stamps),
		cmocka_unit_test(rejects_invalid_stamps),
		cmocka_unit_test(stamps_command_lines),
		cmocka_unit_test(stamps_an_empty_line_on_x86_only),
		cmocka_unit_test(strips_if_no_stamp_can_be_made),
		cmocka_unit_test(names_boots_and_statuses),
		cmocka_unit_test(gives_each_error_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
