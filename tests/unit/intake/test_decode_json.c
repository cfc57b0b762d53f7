// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the decoders of JSON and of journalctl -o verbose: records, and one fixture for each
 * error.
 */
#include "support_intake.h"

static const struct intake_decoder *const json = &intake_decoder_json;
static const struct intake_decoder *const verbose = &intake_decoder_journal_verbose;

static void test_layouts(void **state)
{
	static const char *const inputs[] = {
		"{\"message\":\"x\",\"host\":\"h\"}\n",
		"{\n  \"host\": \"h\",\n  \"message\": \"x\"\n}\n",
		"{\"a\":{\"message\":\"x\"},\"b\":{\"c\":{\"hostname\":\"h\"}}}",
		"{\"message\":\"x\\r\\n\",\"host\":{\"name\":\"h\",\"os\":{\"name\":\"o\"}}}",
		"{\"message\":[120],\"host\":\"h\"}",
	};

	for (size_t i = 0; i < COUNT_OF(inputs); i++)
		expect(json, inputs[i], "h - - - - - - -1 0|x\n");
}

static void test_arrays(void **state)
{
	expect(json, "{\"host\":\"h\",\"r\":[{\"msg\":\"a\"},{\"msg\":\"b\",\"host\":\"i\"}]}",
	       "h - - - - - - -1 17|a\ni - - - - - - -1 29|b\n");
	expect(json, "[{\"msg\":\"a\"},{\"msg\":\"b\"}]",
	       "- - - - - - - -1 1|a\n- - - - - - - -1 13|b\n");
	expect(json, "{\"stream\":{\"host\":\"h\"},\"values\":[[\"1700000000000000000\",\"a\"]]}",
	       "h - - - - 1700000000 - -1 33|a\n");
}

static void test_names(void **state)
{
	/*
	 * If an object has two message fields, the decoder uses the field whose name comes first in
	 * its table. It ignores the message of an error.
	 */
	expect(json, "{\"log\":\"a\",\"message\":\"b\",\"error\":{\"message\":\"c\"}}",
	       "- - - - - - - -1 0|b\n");
	/* The host name of the collector is not used. */
	expect(json, "{\"agent\":{\"hostname\":\"c\"},\"message\":\"a\",\"host\":{\"name\":\"h\"}}",
	       "h - - - - - - -1 0|a\n");
	/* A path is not a host name. */
	expect(json, "{\"source\":\"/var/log/x\",\"_raw\":\"a\"}", "- - - - - - - -1 0|a\n");
	/* Only entries of the kernel are used. */
	expect(json, "{\"_TRANSPORT\":\"syslog\",\"message\":\"a\"}", "");
}

static void test_bad(void **state)
{
	static const struct {
		const char *input;
		const char *expected;
	} cases[] = {
		{ "text\n", "!JSON 0\n" },
		{ "[    0.000000] text\n", "!JSON 0\n" },
		{ "{\"msg\":}\n", "!JSON 7\n" },
		{ "{\"msg\":\"\\q\"}\n", "!JSON 9\n" },
		{ "{\"msg\":\"\\u00g0\"}\n", "!JSON 12\n" },
		{ "{\"msg\" 1}\n", "!JSON 7\n" },
		{ "{\"a\":1]\n", "!JSON 6\n" },
		{ "{\"a\"", "!JSON 0\n" },
		{ "{\"said\":\"x\"}\n", "!NO_MESSAGE 0\n" },
		{ "{\"msg\":1}\n", "!NO_MESSAGE 0\n" },
		{ "{\"msg\":\"x\",\"time\":\"noon\"}\n", "!FIELD 0\n- - - - - - - -1 0|x\n" },
		{ "{\"msg\":\"x\",\"_BOOT_ID\":\"1\"}\n", "!FIELD 0\n- - - - - - - -1 0|x\n" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		expect(json, cases[i].input, cases[i].expected);
}

/* After an invalid line, the next line is decoded. */
static void test_recovery(void **state)
{
	expect(json, "{\"msg\":\"a\nb\"}\n{\"msg\":\"c\"}\n",
	       "!JSON 9\n!JSON 10\n- - - - - - - -1 14|c\n");
}

static void test_deep(void **state)
{
	char input[128] = { 0 };

	memset(input, '[', 40);
	expect(json, input, "!JSON 32\n");
}

static void test_verbose(void **state)
{
	expect(verbose,
	       "-- Boot 2 --\n"
	       "Thu 2026-01-01 00:00:00.000000 UTC [s=1;i=1;b=0123456789abcdef0123456789abcdef;m=a;t=4]\n"
	       "    _TRANSPORT=kernel\n    _HOSTNAME=h\n    MESSAGE=one\n            two\n",
	       "h 0123456789abcdef0123456789abcdef - - 10 1767225600 - -1 13|one\n"
	       "h 0123456789abcdef0123456789abcdef - - 10 1767225600 - -1 13|two\n");
	expect(verbose, "text\n", "!HEADER 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),	 cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_bad),
		cmocka_unit_test(test_recovery), cmocka_unit_test(test_deep),
		cmocka_unit_test(test_verbose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
