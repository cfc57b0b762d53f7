// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the decoders for both formats of journalctl. */
#include "support_intake.h"

#include <stdio.h>

#include "intake/decode/journal_entry.h"

#define BOOT "0123456789abcdef0123456789abcdef"

static const struct intake_decoder *const json = &intake_decoder_journal_json;
static const struct intake_decoder *const export = &intake_decoder_journal_export;

static void test_json(void **state)
{
	expect(json,
	       "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"Linux version\",\"_BOOT_ID\":\"" BOOT "\","
	       "\"_HOSTNAME\":\"db-7\",\"PRIORITY\":\"5\",\"SYSLOG_FACILITY\":\"0\","
	       "\"_SOURCE_MONOTONIC_TIMESTAMP\":\"17\",\"__MONOTONIC_TIMESTAMP\":\"99\","
	       "\"__REALTIME_TIMESTAMP\":\"1795663623999999\"}\n",
	       "db-7 " BOOT " - - 17 1795663623 - 5 0|Linux version\n");
	expect(json,
	       "\n { \"MESSAGE\" : \"a\\nb\\u0001\" , \"_TRANSPORT\" : \"kernel\","
	       "\"SYSLOG_FACILITY\":\"3\",\"__MONOTONIC_TIMESTAMP\":99 } \r\n",
	       "- - - - 99 - - -1u 1|a\n- - - - 99 - - -1u 1|b\\x01\n");
	expect(json,
	       "{\"_TRANSPORT\":\"\\u006bernel\",\"MESSAGE\":\"x\","
	       "\"_SOURCE_BOOTTIME_TIMESTAMP\":\"7\"}",
	       "- - - - 7 - - -1 0|x\n");
}

static void test_json_messages(void **state)
{
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[104,105,10,255,0]}",
	       "- - - - - - - -1 0|hi\n- - - - - - - -1 0|\\xff\\x00\n");
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[\"one\",[116,119,111]]}",
	       "- - - - - - - -1 0|one\n- - - - - - - -1 0|two\n");
	expect(json, "{\"_TRANSPORT\":[\"kernel\"],\"MESSAGE\":\"\"}", "- - - - - - - -1 0|\n");
	/* Invalid messages. Without --all, journalctl prints null for a large message. */
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":null}", "!FIELD 0\n");
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":{}}", "!FIELD 0\n");
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[\"one\",null]}",
	       "!FIELD 0\n- - - - - - - -1 0|one\n");
	expect(json, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[104,256]}",
	       "- - - - - - - -1 0|104\n- - - - - - - -1 0|256\n");
	expect(json, "{\"_TRANSPORT\":\"kernel\"}", "");
}

static void test_json_foreign(void **state)
{
	expect(json,
	       "{\"_TRANSPORT\":\"syslog\",\"MESSAGE\":\"kernel BUG at\"}\n"
	       "{\"_TRANSPORT\":\"journal\",\"MESSAGE\":\"hello\"}\n",
	       "");
}

/* The output of journalctl -k --output-fields=MESSAGE lacks the field _TRANSPORT. */
static void test_json_without_transport(void **state)
{
	expect(json, "{\"__CURSOR\":\"s=1\",\"MESSAGE\":\"panic\"}\n",
	       "- - - - - - - -1 0|panic\n");
}

static void test_json_bad(void **state)
{
	static const char *const lines[] = {
		"text",
		"kernel",
		"[\"kernel\"]",
		"{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x\"",
		"{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x\"} trailing",
		"{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[[[[[[[[[[1]]]]]]]]]]}",
		"{'_TRANSPORT':'kernel'}",
		"\"kernel\"",
		"null kernel",
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++)
		expect(json, lines[i], "!JSON 0\n");
}

static void test_bad_fields(void **state)
{
	static const char *const fields[] = {
		"\"PRIORITY\":\"8\"",
		"\"PRIORITY\":null",
		"\"_BOOT_ID\":\"0123\"",
		"\"_HOSTNAME\":\"a b\"",
		"\"_HOSTNAME\":\"\"",
		"\"SYSLOG_FACILITY\":\"kern\"",
		"\"_SOURCE_MONOTONIC_TIMESTAMP\":\"1x\"",
		"\"__REALTIME_TIMESTAMP\":\"-1\"",
	};
	char input[256];

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		snprintf(input, sizeof(input), "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"x\",%s}",
			 fields[i]);
		expect(json, input, "!FIELD 0\n- - - - - - - -1 0|x\n");
	}
}

static void test_json_long(void **state)
{
	static char input[(1 << 20) + 100];
	struct collected collected;

	memset(input, 'x', sizeof(input));
	memcpy(input, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"", 34);
	collected = decode_in(json, input, sizeof(input), 0, 65536);
	assert_string_equal(collected.text, "!LONG_LINE 0\n!JSON 0\n");
	free(collected.text);
	/*
	 * The input line is read, but its message is truncated. Each line of the message is also
	 * truncated.
	 */
	memcpy(input + 100000, "\"}\n", 3);
	collected = decode_in(json, input, 100003, 0, 65536);
	assert_int_equal(collected.faults[INTAKE_FAULT_LONG_LINE], 2);
	assert_int_equal(collected.records, 1);
	free(collected.text);
}

static void test_export(void **state)
{
	expect(export,
	       "__CURSOR=s=0;i=1\n__REALTIME_TIMESTAMP=1795663623000001\n__MONOTONIC_TIMESTAMP=99\n"
	       "_BOOT_ID=" BOOT "\n_TRANSPORT=kernel\nPRIORITY=6\n_HOSTNAME=h\nMESSAGE=a=b\n\n\n"
	       "_TRANSPORT=syslog\nMESSAGE=not the kernel's\n\n"
	       "_TRANSPORT=kernel\nMESSAGE=the last",
	       "h " BOOT " - - 99 1795663623 - 6 0|a=b\n- - - - - - - -1 221|the last\n");
}

static void test_export_binary(void **state)
{
	static const char input[] = "_TRANSPORT=kernel\n"
				    "MESSAGE\n\x07\0\0\0\0\0\0\0one\n\xfftw\n"
				    "OTHER\n\x02\0\0\0\0\0\0\0\n\n\n"
				    "EMPTY\n\0\0\0\0\0\0\0\0\n"
				    "PRIORITY=3\n"
				    "MESSAGE=three\n"
				    "\n";

	expect_bytes(export, input, sizeof(input) - 1,
		     "- - - - - - - 3 0|one\n- - - - - - - 3 0|\\xfftw\n- - - - - - - 3 0|three\n");
}

static void test_export_bad(void **state)
{
	static const char huge[] = "_TRANSPORT=kernel\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff"
				   "data\nPRIORITY=3\n\n_TRANSPORT=kernel\nMESSAGE=next\n\n";
	static const char no_newline[] = "_TRANSPORT=kernel\nOTHER\n\x02\0\0\0\0\0\0\0abc\n"
					 "MESSAGE=x\n\n";
	static const char cut[] = "_TRANSPORT=kernel\nMESSAGE\n\x09\0\0\0\0\0\0\0abc";

	expect_bytes(export, huge, sizeof(huge) - 1, "!FIELD 33\n- - - - - - - -1 51|next\n");
	expect_bytes(export, no_newline, sizeof(no_newline) - 1,
		     "!FIELD 34\n- - - - - - - -1 0|x\n");
	expect_bytes(export, cut, sizeof(cut) - 1, "!FIELD 0\n");
	expect(export, "lower=x\n_TRANSPORT=kernel\nMESSAGE=x\n\n",
	       "!HEADER 5\n- - - - - - - -1 0|x\n");
	expect(export, "not a name\n=\n_TRANSPORT=kernel\nMESSAGE=x\n\n",
	       "!HEADER 10\n!HEADER 11\n- - - - - - - -1 0|x\n");
	expect(export,
	       "A23456789A123456789B123456789C123456789D123456789E123456789F12345=x\n"
	       "_TRANSPORT=kernel\nMESSAGE=x\n\n",
	       "!HEADER 64\n- - - - - - - -1 0|x\n");
	expect(export, "_TRANSPORT=kernel\nPRIORITY=33\nMESSAGE=x\n\n",
	       "!FIELD 0\n- - - - - - - -1 0|x\n");
}

/* A skipped field is counted but not stored. */
static void test_export_large(void **state)
{
	static const char head[] = "_TRANSPORT=kernel\nCOREDUMP\n\0\0\0\x10\0\0\0\0";
	static char zeros[65536];
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *decoder = export->create(export, &sink);
	size_t at = sizeof(head) - 1;

	export->feed(decoder, head, at, 0);
	for (size_t i = 0; i < (0x10000000 / sizeof(zeros)); i++, at += sizeof(zeros))
		export->feed(decoder, zeros, sizeof(zeros), at);
	export->feed(decoder, "\nMESSAGE=x\n\n", 12, at);
	export->finish(decoder);
	export->destroy(decoder);
	assert_string_equal(collected.text, "- - - - - - - -1 0|x\n");
	free(collected.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),	      cmocka_unit_test(test_json_messages),
		cmocka_unit_test(test_json_foreign),  cmocka_unit_test(test_json_without_transport),
		cmocka_unit_test(test_json_bad),      cmocka_unit_test(test_bad_fields),
		cmocka_unit_test(test_json_long),     cmocka_unit_test(test_export),
		cmocka_unit_test(test_export_binary), cmocka_unit_test(test_export_bad),
		cmocka_unit_test(test_export_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
