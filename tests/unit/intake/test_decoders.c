// SPDX-License-Identifier: GPL-2.0-or-later
/* Test that each encoding is detected as itself and not as another encoding. */
#include "support_intake.h"

#include <time.h>

#include "intake/decode/time_text.h"

static const struct {
	const char *encoding;
	const char *head;
} samples[] = {
	{ "kmsg", "5,0,0,-;Linux version 6.1.0\n6,1,0,-,caller=T0;Command line: x\n" },
	{ "kmsg", "6,300,99,-;pci 0000:00:01.0: x\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n" },
	{ "kmsg", "5,0,0,-;Linux version 6.1.0" },
	{ "netconsole", "10.0.0.7 6,416,1758426,-;text\n10.0.0.8 6,1,2,-;text\n" },
	{ "netconsole", "6.4.0,6,416,1758426,-;text\n cpu=3\n" },
	{ "netconsole", "6,416,1758426,-;text\n cpu=3\n" },
	{ "netconsole", "6,416,1758426,-,ncfrag=0/31;the first chunk,\n" },
	{ "netconsole", "2026-11-26T04:27:03Z h 6,416,1758426,-;text\n6,4" },
	{ "journal-json", "{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"[    0.000000] Linux\"}\n" },
	{ "journal-json", "{ \"_TRANSPORT\" : \"kernel\", \"MESSAGE\" : \"cut" },
	{ "journal-export", "__CURSOR=s=0\n__REALTIME_TIMESTAMP=1\nMESSAGE=x\n\n" },
	{ "journal-export", "_TRANSPORT=kernel\nMESSAGE=[    0.000000] Linux\n\n" },
	{ "pstore", "Panic#1 Part3\n<6>[    5.140900] text\n" },
	{ "pstore", "====1795663623.123456-D\nOops#2 Part1\n<6>[    3.000003] three\n" },
	{ "pstore", "dmesg-efi-179566362303001:\nOops#2 Part1\n" },
	{ "printk", "[    0.000000] Linux version 6.1.0\n[    0.000001] Command line: a=b\n" },
	{ "printk", "<6>[    5.140900][    T1] text\n" },
	{ "printk", "[    T1] text\nBUG: unable to handle\n Call Trace:\n" },
	{ "printk", "Nov 26 04:27:03 host kernel: [    5.140900] 6,4,5,-;text\n" },
	{ "printk", "2026-11-26T04:27:03+00:00 host kernel: BUG: a,b;c\n" },
	{ "printk", "<6>1 2026-11-26T04:27:03Z host kernel - - - [    5.140900] text\n" },
	{ "printk", "[2026-11-26 04:27:03] [    5.140900] 6,4,5,-;text\n" },
	{ "printk", "plain text, with a comma; and more\n" },
	{ "json", "{\"of\":\"something\"}\n" },
	{ "json", "{\"log\":\"[    0.000000] Linux\\n\",\"stream\":\"stdout\"}\n" },
	{ "json", "{\n\t\"__CURSOR\" : \"s=1\",\n\t\"MESSAGE\" : \"x\"\n}\n" },
	{ "json", "\036{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"x\"}\n" },
	{ "json", "data: {\"__CURSOR\":\"s=1\",\"MESSAGE\":\"x\"}\n\n" },
	{ "json", "{\"jsonPayload\":{\"MESSAGE\":\"x\",\"_TRANSPORT\":\"kernel\"}}\n" },
	{ "json", "[\n  {\n    \"textPayload\": \"x\"\n  }\n]\n" },
	{ "json", "starting\n{\"log\":\"a\"}\n{\"log\":\"b\"}\n" },
	{ "json", "{\"_TRANSPORT\":\"kernel\",\"message\":\"x\",\"timestamp\":\"y\"}\n" },
	{ "journal-verbose",
	  "Thu 2026-01-01 00:00:00.000000 UTC [s=1;i=1;b=2;m=3;t=4;x=5]\n    A=b\n" },
	{ "journal-verbose", "-- Boot 2 --\nDo 2026-01-01 00:00:00.000000 CET [s=1;b=2]\n" },
	{ "printk", "{ unfinished\n" },
	{ "printk", "Panic#1 without a part\n" },
	{ "printk", "\x1f\x8b\x08 binary\n" },
	{ "printk", "" },
};

static void test_recognise(void **state)
{
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		size_t length = strlen(samples[i].head);
		char *exact = malloc(length > 0 ? length : 1);
		const struct intake_decoder *decoder;

		memcpy(exact, samples[i].head, length);
		decoder = intake_decoder_recognise(exact, length);
		if (strcmp(decoder->name, samples[i].encoding) != 0)
			fail_msg("%s: detected as %s", samples[i].head, decoder->name);
		free(exact);
	}
}

static void test_likeness_range(void **state)
{
	for (const struct intake_decoder *const *decoder = intake_decoders(); *decoder; decoder++)
		for (size_t i = 0; i < COUNT_OF(samples); i++)
			assert_in_range((*decoder)->likeness(samples[i].head,
							     strlen(samples[i].head)),
					0, 100);
}

static void test_find(void **state)
{
	size_t count = 0;

	for (const struct intake_decoder *const *decoder = intake_decoders(); *decoder; decoder++) {
		assert_ptr_equal(intake_decoder_find((*decoder)->name), *decoder);
		count++;
	}
	assert_int_equal(count, 8);
	assert_null(intake_decoder_find("morse"));
	assert_null(intake_decoder_find(""));
}

/* Compare all days of 2,400 years, and dates that are too large, with the C library. */
static void test_dates(void **state)
{
	for (int year = 0; year < 2400; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 0; day <= 31; day++) {
				struct intake_date date = { year, month, day, 23, 59, 60 };
				struct tm tm = { .tm_year = year - 1900,
						 .tm_mon = month - 1,
						 .tm_mday = day,
						 .tm_hour = 23,
						 .tm_min = 59,
						 .tm_sec = 60 };

				if (intake_time_of_date(&date) != (int64_t)timegm(&tm))
					fail_msg("%d-%d-%d", year, month, day);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recognise),
		cmocka_unit_test(test_likeness_range),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
