// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the netconsole decoder: order of packets, assembly of fragments, separation of hosts. */
#include "support_intake.h"

#include <malloc.h>
#include <stdio.h>

#include "intake/decode/reorder.h"

static const struct intake_decoder *const netconsole = &intake_decoder_netconsole;

static void test_senders(void **state)
{
	static const char *const senders[][2] = {
		{ "", "- " },
		{ "db-7.example.org ", "db-7.example.org " },
		{ "10.0.0.7 ", "10.0.0.7 " },
		{ "10.0.0.7: ", "10.0.0.7 " },
		{ "10.0.0.7:6665  ", "10.0.0.7 " },
		{ "[10.0.0.7] ", "10.0.0.7 " },
		{ "[fe80::1%eth0]:6665 ", "fe80::1%eth0 " },
		{ "fe80::7 ", "fe80::7 " },
	};
	char input[128], text[128];

	for (size_t i = 0; i < COUNT_OF(senders); i++) {
		snprintf(input, sizeof(input), "%s6,1,2,-;text\n", senders[i][0]);
		snprintf(text, sizeof(text), "%s- - 1 2 - - 6 0|text\n", senders[i][1]);
		expect(netconsole, input, text);
	}
}

static void test_sender_time(void **state)
{
	expect(netconsole, "2026-11-26T04:27:03.5+01:00 h 6.4.0,6,1,2,-;text\n",
	       "h - 6.4.0 1 2 1795663623 - 6 0|text\n");
	expect(netconsole, "2026-11-26T04:27:03Z h: 6,1,2,-;text\n",
	       "h - - 1 2 1795667223 - 6 0|text\n");
	expect(netconsole, "2026-11-26T04:27:03 h 6,1,2,-;text\n", "h - - 1 2 - - 6 0|text\n");
}

static void test_bad_headers(void **state)
{
	static const char *const lines[] = {
		"text",		"h text", "h i 6,1,2,-;", "[h 6,1,2,-;",      "[h]x 6,1,2,-;",
		"h/i 6,1,2,-;", "h",	  "6,1,-;",	  "a\x7f.b,6,1,2,-;", "[] 6,1,2,-;",
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++)
		expect(netconsole, lines[i], "!HEADER 0\n");
}

static void test_release_and_data(void **state)
{
	expect(netconsole,
	       "6.4.0-rc1,13,444,501,-,caller=T44;text\n"
	       " release=6.4.0-rc1\n"
	       " cpu=3\n",
	       "- - 6.4.0-rc1 444 501 - T44 5u 0|text\n");
}

static void test_fragments(void **state)
{
	static const char text[] = "- - - 416 7 - - 6 0|the first chunk, the 2nd chunk.\n";

	/*
	 * The example of Linux Documentation/networking/netconsole.rst, one packet per line and in
	 * order.
	 */
	expect(netconsole,
	       "6,416,7,-,ncfrag=0/31;the first chunk,\n"
	       "6,416,7,-,ncfrag=16/31; the 2nd chunk.\n",
	       text);
	expect(netconsole,
	       "6,416,7,-,ncfrag=0/32;the first chunk,6,416,7,-,ncfrag=16/32; the 2nd chunk.\n",
	       text);
	/* The fragments in reverse order, and an escape that is split between two fragments. */
	expect(netconsole,
	       "6,1,7,-,ncfrag=3/11;x41d\\x42\n"
	       "6,1,7,-,ncfrag=0/11;ab\\\n",
	       "- - - 1 7 - - 6 0|abAdB\n");
}

static void test_fragments_with_data(void **state)
{
	/* "text" + newline, " a=1" + newline; split after the first newline and inside the data. */
	expect(netconsole,
	       "h 6,1,7,-,ncfrag=0/10;text\n"
	       "h 6,1,7,-,ncfrag=5/10; a=\n"
	       "h 6,1,7,-,ncfrag=8/10;1\n",
	       "h - - 1 7 - - 6 0|text\n");
	expect(netconsole,
	       "h 6.1,6,1,7,-,ncfrag=0/27;te\n"
	       "h 6.1,6,1,7,-,ncfrag=2/27;xt\n"
	       " a=1\n"
	       " b=22222\n"
	       " c=next\n",
	       "h - 6.1 1 7 - - 6 0|text\n");
}

static void test_bad_fragments(void **state)
{
	/* The other fragment never arrives. */
	expect(netconsole, "6,1,7,-,ncfrag=0/31;half\n", "!FRAGMENT 0\n- - - 1 7 - - 6 0|half\n");
	expect(netconsole, "6,1,7,-,ncfrag=4/31;half\n", "!FRAGMENT 0\n");
	/* Fragments that overlap, end after the message, or have another total size. */
	expect(netconsole, "6,1,7,-,ncfrag=0/8;abcd\n6,1,7,-,ncfrag=3/8;dxxx\n",
	       "!FRAGMENT 24\n!FRAGMENT 0\n- - - 1 7 - - 6 0|abcd\n");
	expect(netconsole, "6,1,7,-,ncfrag=0/8;abcdefghi\n", "!FRAGMENT 0\n!FRAGMENT 0\n");
	expect(netconsole, "6,1,7,-,ncfrag=0/8;abcd\n6,1,7,-,ncfrag=4/9;x\n",
	       "!BACKWARDS 24\n!FRAGMENT 0\n- - - 1 7 - - 6 0|abcd\n");
}

static void test_order(void **state)
{
	expect(netconsole, "6,1,7,-;a\n6,3,9,-;c\n6,4,9,-;d\n6,2,8,-;b\n",
	       "- - - 1 7 - - 6 0|a\n- - - 2 8 - - 6 30|b\n"
	       "- - - 3 9 - - 6 10|c\n- - - 4 9 - - 6 20|d\n");
	/* The decoder also waits for a fragment. */
	expect(netconsole, "6,1,7,-,ncfrag=0/3;a\n6,2,8,-;c\n6,1,7,-,ncfrag=1/3;b\n",
	       "- - - 1 7 - - 6 0|ab\n- - - 2 8 - - 6 21|c\n");
}

static void test_lost(void **state)
{
	expect(netconsole, "6,1,7,-;a\n6,3,9,-;c\n",
	       "- - - 1 7 - - 6 0|a\n!LOST 10\n- - - 3 9 - - 6 10|c\n");
	/* The gap is too large for reordering. */
	expect(netconsole, "6,1,7,-;a\n6,99,9,-;c\n",
	       "- - - 1 7 - - 6 0|a\n!LOST 10\n- - - 99 9 - - 6 10|c\n");
}

static void test_backwards(void **state)
{
	/* A duplicate, and a packet that arrives after the wait. */
	expect(netconsole, "6,1,7,-;a\n6,1,7,-;a\n", "- - - 1 7 - - 6 0|a\n!BACKWARDS 10\n");
	expect(netconsole, "6,5,7,-;a\n6,4,7,-;b\n",
	       "- - - 5 7 - - 6 0|a\n!BACKWARDS 10\n- - - - 7 - - 6 10|b\n");
	expect(netconsole, "6,5,7,-;a\n6,4,7,-,ncfrag=0/9;b\n",
	       "- - - 5 7 - - 6 0|a\n!BACKWARDS 10\n!FRAGMENT 10\n");
}

static void test_boot(void **state)
{
	/* If the numbers restart, no number is lost, and waiting messages are delivered first. */
	expect(netconsole, "h 6,900,7000000,-;a\nh 6,902,7000001,-;b\nh 6,3,20,-;c\n",
	       "h - - 900 7000000 - - 6 0|a\n!LOST 20\nh - - 902 7000001 - - 6 20|b\n"
	       "h - - 3 20 - - 6 40|c\n");
	/* The only sign of the reboot is a number far below the expected number. */
	expect(netconsole, "6,900,70,-;a\n6,3,80,-;b\n",
	       "- - - 900 70 - - 6 0|a\n- - - 3 80 - - 6 13|b\n");
	/* The signs of the reboot are an earlier time, and then also a repeated number. */
	expect(netconsole, "6,1,7000000,-;a\n6,9,20,-;b\n",
	       "- - - 1 7000000 - - 6 0|a\n- - - 9 20 - - 6 16|b\n");
	expect(netconsole, "6,1,70,-;a\n6,1,20,-;b\n",
	       "- - - 1 70 - - 6 0|a\n- - - 1 20 - - 6 11|b\n");
}

static void test_hosts(void **state)
{
	/* Each host has its own window. */
	expect(netconsole, "a 6,1,7,-;1\nb 6,1,7,-;1\na 6,3,7,-;3\nb 6,2,7,-;2\na 6,2,7,-;2\n",
	       "a - - 1 7 - - 6 0|1\nb - - 1 7 - - 6 12|1\nb - - 2 7 - - 6 36|2\n"
	       "a - - 2 7 - - 6 48|2\na - - 3 7 - - 6 24|3\n");
}

/* The wait for a gap is limited, even if no more packets arrive from that host. */
static void test_age(void **state)
{
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *decoder = netconsole->create(netconsole, &sink);
	char line[64];
	size_t before;

	netconsole->feed(decoder, "a 6,1,7,-;1\na 6,3,7,-;3\n", 24, 0);
	assert_int_equal(collected.records, 1);
	for (unsigned int i = 0; i <= INTAKE_REORDER_AGE; i++) {
		int length = snprintf(line, sizeof(line), "b 6,%u,7,-;x\n", i);

		netconsole->feed(decoder, line, (size_t)length, 24);
	}
	before = collected.records;
	assert_int_equal(before, INTAKE_REORDER_AGE + 1 + 2);
	netconsole->finish(decoder);
	assert_int_equal(collected.records, before);
	netconsole->destroy(decoder);
	free(collected.text);
}

/* Many hosts, each with waiting fragments: memory stays bounded. */
static void test_many_hosts(void **state)
{
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *decoder = netconsole->create(netconsole, &sink);
	size_t before = mallinfo2().uordblks, most = 0;
	char line[128];

	for (unsigned int i = 0; i < 100000; i++) {
		int length = snprintf(line, sizeof(line),
				      "host-%u 6,1,7,-;x\nhost-%u 6,3,7,-,ncfrag=0/9000;y\n", i, i);
		size_t used;

		netconsole->feed(decoder, line, (size_t)length, 0);
		/* Exclude the memory of the test itself. */
		collected.length = 0;
		used = mallinfo2().uordblks;
		if (used > before && used - before > most)
			most = used - before;
	}
	assert_true(most < 8u << 20);
	netconsole->finish(decoder);
	netconsole->destroy(decoder);
	assert_int_equal(collected.faults[INTAKE_FAULT_TOO_MANY_HOSTS],
			 100000 - INTAKE_REORDER_HOSTS);
	assert_int_equal(collected.records, 200000);
	free(collected.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_senders),	      cmocka_unit_test(test_sender_time),
		cmocka_unit_test(test_bad_headers),   cmocka_unit_test(test_release_and_data),
		cmocka_unit_test(test_fragments),     cmocka_unit_test(test_fragments_with_data),
		cmocka_unit_test(test_bad_fragments), cmocka_unit_test(test_order),
		cmocka_unit_test(test_lost),	      cmocka_unit_test(test_backwards),
		cmocka_unit_test(test_boot),	      cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_age),	      cmocka_unit_test(test_many_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
