// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the receiver of netconsoles, with a simulated clock. */
#include "support_intake.h"

#include <stdio.h>

#include "intake/receive/receiver.h"

#define START_MS 5000
#define TIME 1796000000

/* struct world - a receiver, its clock, and its events as text, one line for each event */
struct world {
	struct intake_receiver *receiver;
	struct intake_listener listener;
	uint64_t now_ms;
	char text[16384];
};

static void note(struct world *world, const char *what, const struct intake_boot *boot,
		 const char *text)
{
	size_t used = strlen(world->text);

	snprintf(world->text + used, sizeof(world->text) - used, "%s %s %s\n", what, boot->host,
		 text);
}

static const char *origin_of(const struct intake_boot *boot)
{
	return boot->has_previous ? boot->previous_release : "-";
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	note(data, "boot", boot, origin_of(boot));
}

static void take_seen(void *data, const struct intake_boot *boot)
{
	note(data, "seen", boot, origin_of(boot));
}

static void take_part(void *data, const struct intake_boot *boot)
{
	note(data, "part", boot, origin_of(boot));
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	note(data, "crash", crash->boot, crash->title.title);
	if (crash->effect_count > 0)
		note(data, "effect", crash->boot, crash->effects[0]);
}

/* The address of a sender is its name. "unknown" has no name. */
static bool name_sender(void *data, struct intake_text address, char ret[INTAKE_HOST_SIZE])
{
	if (intake_text_is(address, "unknown"))
		return false;
	snprintf(ret, INTAKE_HOST_SIZE, "%.*s", (int)address.length, address.at);
	return true;
}

static void open_world(struct world *world, size_t senders_max)
{
	struct intake_receiver_options options = { .listener = &world->listener,
						   .name = name_sender,
						   .senders_max = senders_max };

	memset(world, 0, sizeof(*world));
	world->now_ms = START_MS;
	world->listener = (struct intake_listener){ .boot = take_boot,
						    .crash = take_crash,
						    .seen = take_seen,
						    .part = take_part,
						    .data = world };
	world->receiver = intake_receiver_create(&options);
	assert_non_null(world->receiver);
}

/* Send bytes from a copy of the exact size, so that a sanitizer detects a read beyond its end. */
static void send_bytes(struct world *world, const char *host, const char *bytes, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);
	struct intake_received received = { .address = intake_text_of(host),
					    .bytes = { copy, length },
					    .now_ms = world->now_ms,
					    .time = TIME + (int64_t)(world->now_ms / 1000) };

	memcpy(copy, bytes, length);
	intake_receiver_tick(world->receiver, world->now_ms);
	intake_receiver_add(world->receiver, &received);
	free(copy);
}

static void send(struct world *world, const char *host, const char *text)
{
	send_bytes(world, host, text, strlen(text));
}

/* Let time pass in steps of a tick. */
static void wait_ms(struct world *world, uint64_t ms)
{
	for (uint64_t end = world->now_ms + ms; world->now_ms < end;) {
		world->now_ms += 100;
		intake_receiver_tick(world->receiver, world->now_ms);
	}
}

static void expect_text(struct world *world, const char *text)
{
	assert_string_equal(world->text, text);
	world->text[0] = '\0';
}

static uint64_t faults(struct world *world, enum intake_fault fault)
{
	return intake_receiver_counts(world->receiver)->faults[fault];
}

static void close_world(struct world *world)
{
	intake_receiver_finish(world->receiver);
	intake_receiver_destroy(world->receiver);
}

/* An oops, 2 s after @at in the uptime of the machine, in the basic form. */
static void send_oops(struct world *world, const char *host, const char *function)
{
	char line[128];

	send(world, host, "[   20.000001] BUG: kernel NULL pointer dereference, address: 0000\n");
	send(world, host, "[   20.000002] CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\n");
	snprintf(line, sizeof(line), "[   20.000003] RIP: 0010:%s+0x1c/0x40\n", function);
	send(world, host, line);
	send(world, host, "[   20.000004] ---[ end trace 0000000000000000 ]---\n");
}

static const char oops[] = "boot a -\n"
			   "crash a BUG: unable to handle kernel NULL pointer dereference in "
			   "lab_one\n";

static void test_quiet_sender(void **state)
{
	struct world world;

	open_world(&world, 4);
	send_oops(&world, "a", "lab_one");
	wait_ms(&world, 900);
	expect_text(&world, "");
	wait_ms(&world, 200);
	expect_text(&world, oops);
	wait_ms(&world, INTAKE_RECEIVER_SEEN_MS);
	expect_text(&world, "seen a -\n");
	close_world(&world);
	expect_text(&world, "seen a -\n");
}

/* A machine that prints other lines all the time does not delay its crash. */
static void test_sender_that_is_not_quiet(void **state)
{
	struct world world;
	char line[64];
	int steps = 0;

	open_world(&world, 4);
	send_oops(&world, "a", "lab_one");
	while (!world.text[0] && ++steps < 100) {
		wait_ms(&world, 100);
		snprintf(line, sizeof(line), "[   2%d.%d00000] eth0: link is up\n", steps / 10,
			 steps % 10);
		send(&world, "a", line);
	}
	assert_in_range(steps, 10, 12);
	expect_text(&world, oops);
	send(&world, "a", "[   22.000000] Kernel panic - not syncing: Fatal exception\n");
	wait_ms(&world, 1100);
	expect_text(&world, ""); /* an effect of the oops, not another crash */
	close_world(&world);
}

/* The kernel waits for other CPUs before it prints the stack of a stall. */
static void test_hang_without_stack(void **state)
{
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "[   20.000001] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n");
	wait_ms(&world, 9000);
	expect_text(&world, "");
	send(&world, "a",
	     "[   30.000001] NMI backtrace for cpu 1\n"
	     "[   30.000002] RIP: 0010:lab_spin+0x1/0x40\n");
	wait_ms(&world, 1100);
	expect_text(&world, "boot a -\ncrash a INFO: rcu detected stall in lab_spin\n");
	send(&world, "b", "[   20.000001] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n");
	wait_ms(&world, INTAKE_RECEIVER_HANG_MS + 100);
	expect_text(&world, "boot b -\ncrash b INFO: rcu detected stall (no frame)\n");
	close_world(&world);
}

/* The module prints the lineage after the first crash of the boot: the boot is reported again. */
static void test_late_lineage(void **state)
{
	struct world world;

	open_world(&world, 4);
	send_oops(&world, "a", "lab_one");
	wait_ms(&world, 1100);
	expect_text(&world, oops);
	send(&world, "a", "[   22.000000] kexec_lineage: exec from: 7.2.9 (count 2)\n");
	wait_ms(&world, INTAKE_RECEIVER_SEEN_MS + 100);
	expect_text(&world, "seen a 7.2.9\n");
	close_world(&world);
}

/* Lines of several senders are not mixed, and an incomplete line waits for its rest. */
static void test_pieces_of_lines(void **state)
{
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "[   20.000001] BUG: kernel NULL pointer");
	send(&world, "b", "[   20.000001] general protection fault: 0000 [#1]\n");
	send(&world, "a", " dereference, address: 0000\n[   20.000003] RIP: 0010:lab_one+0x1");
	send(&world, "b", "[   20.000002] RIP: 0010:lab_two+0x1/0x2\n");
	send(&world, "a", "c/0x40\n");
	wait_ms(&world, 1100);
	expect_text(&world, "boot b -\ncrash b general protection fault in lab_two\n"
			    "boot a -\ncrash a BUG: unable to handle kernel NULL pointer "
			    "dereference in lab_one\n");
	close_world(&world);
}

/* If the rest of a line is lost, the next line is not a part of it. */
static void test_lost_piece(void **state)
{
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "[   20.000000] a very long line");
	send_oops(&world, "a", "lab_one");
	wait_ms(&world, 1100);
	expect_text(&world, oops);
	close_world(&world);
}

/* Extended messages, in fragments of a few bytes, in any order. */
static void test_reordered_fragments(void **state)
{
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "4,100,20000001,-;before\n");
	send(&world, "a", "4,103,20000004,-;---[ end trace 0000 ]---\n");
	send(&world, "a", "4,102,20000003,-,ncfrag=11/26;ab_one+0x1/0x2\n");
	send(&world, "a", "4,102,20000003,-,ncfrag=0/26;RIP: 0010:l");
	expect_text(&world, "");
	send(&world, "a", "4,101,20000002,-;BUG: kernel NULL pointer dereference, address: 0\n");
	wait_ms(&world, 1100);
	expect_text(&world, oops);
	assert_int_equal(faults(&world, INTAKE_FAULT_LOST), 0);
	assert_int_equal(faults(&world, INTAKE_FAULT_FRAGMENT), 0);
	close_world(&world);
}

/* A fragment that never arrives, and a message that was lost, delay a crash by 300 ms. */
static void test_missing_messages(void **state)
{
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "4,100,20000001,-;before\n");
	send(&world, "a", "4,102,20000002,-;BUG: kernel NULL pointer dereference, address: 0\n");
	send(&world, "a", "4,103,20000002,-,ncfrag=0/900;half of a mess");
	send(&world, "a", "4,104,20000003,-;RIP: 0010:lab_one+0x1/0x2\n");
	send(&world, "a", "4,105,20000004,-;---[ end trace 0000 ]---\n");
	wait_ms(&world, 1100);
	expect_text(&world, oops);
	assert_int_equal(faults(&world, INTAKE_FAULT_LOST), 1);
	assert_int_equal(faults(&world, INTAKE_FAULT_FRAGMENT), 1);
	close_world(&world);
}

/* Fragments that overlap, contradict each other, or are outside the message. */
static void test_bad_fragments(void **state)
{
	static const char *const bad[] = {
		"4,100,20000001,-,ncfrag=0/30;overlaps",
		"4,100,20000001,-,ncfrag=4/30;overlaps",
		"4,100,20000001,-,ncfrag=0/900000;other size",
		"4,100,20000001,-,ncfrag=29/30;too long for it",
		"4,101,20000001,-,ncfrag=5/4;no position",
		"4,101,20000001,-,ncfrag=0/99999999999999999999;x",
		"4,101,20000001,-,ncfrag=;x",
	};
	struct world world;

	open_world(&world, 4);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		send(&world, "a", bad[i]);
	wait_ms(&world, 1100);
	assert_in_range(faults(&world, INTAKE_FAULT_FRAGMENT), 1, 10);
	assert_in_range(faults(&world, INTAKE_FAULT_FIELD), 2, 10);
	send_oops(&world, "b", "lab_one");
	wait_ms(&world, 1100);
	assert_non_null(strstr(world.text, "crash b "));
	close_world(&world);
}

/* Each sender begins a message of 8 KiB, and ends none. The memory of the waiting messages has a
 * limit, and the messages of another sender are not delayed.
 */
static void test_endless_fragments(void **state)
{
	struct world world;
	char host[16], text[64];

	open_world(&world, 4001);
	for (int i = 0; i < 40000; i++) {
		snprintf(host, sizeof(host), "flood%d", i % 4000);
		snprintf(text, sizeof(text), "4,%d,%d,-,ncfrag=0/8192;x", i, i);
		send(&world, host, text);
	}
	/* INTAKE_REORDER_HELD leaves room for about 250 of them. */
	assert_in_range(faults(&world, INTAKE_FAULT_FRAGMENT), 39700, 39800);
	send_oops(&world, "a", "lab_one");
	wait_ms(&world, 1100);
	expect_text(&world, oops);
	close_world(&world);
}

/* With too many senders, the one that was quiet for the longest time is reported and dropped. */
static void test_too_many_senders(void **state)
{
	struct world world;
	char host[16];

	open_world(&world, 100);
	send_oops(&world, "a", "lab_one");
	for (int i = 0; i < 99; i++) {
		snprintf(host, sizeof(host), "flood%d", i);
		send(&world, host, "x");
	}
	expect_text(&world, "");
	send(&world, "flood99", "x");
	expect_text(&world, "boot a -\ncrash a BUG: unable to handle kernel NULL pointer "
			    "dereference in lab_one\nseen a -\n");
	assert_int_equal(intake_receiver_counts(world.receiver)->senders, 100);
	assert_int_equal(intake_receiver_counts(world.receiver)->evicted, 1);
	wait_ms(&world, 200);
	send(&world, "a", "y\n"); /* back again, without its state */
	wait_ms(&world, 70000);
	close_world(&world);
}

static void test_odd_datagrams(void **state)
{
	static const char zeros[4096];
	struct world world;

	open_world(&world, 4);
	send(&world, "a", "");
	send(&world, "unknown", "[    1.000000] x\n");
	send_bytes(&world, "a", zeros, sizeof(zeros));
	send_bytes(&world, "a", "\n\n\n", 3);
	send(&world, "a", "6,1,1,-;");
	send(&world, "a", "6,2,2,-;\n");
	send(&world, "a", "6,");
	send_oops(&world, "b", "lab_one");
	wait_ms(&world, 1100);
	assert_non_null(strstr(world.text, "crash b "));
	assert_int_equal(intake_receiver_counts(world.receiver)->empty, 1);
	assert_int_equal(intake_receiver_counts(world.receiver)->unknown, 1);
	close_world(&world);
}

/* A machine reboots into a kernel with the other form of netconsole. */
static void test_form_changes(void **state)
{
	struct world world;

	open_world(&world, 4);
	send_oops(&world, "a", "lab_one");
	send(&world, "a", "[   20.000005] Kernel panic - not syncing: Fatal exception");
	send(&world, "a", "6.1.0,4,5,100,-;Linux version 6.1.0 (a@b) (gcc) #1 SMP\n");
	expect_text(&world, "boot a -\n"
			    "crash a BUG: unable to handle kernel NULL pointer dereference in "
			    "lab_one\neffect a kernel panic: Fatal exception\nseen a -\n");
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_sender),
		cmocka_unit_test(test_sender_that_is_not_quiet),
		cmocka_unit_test(test_hang_without_stack),
		cmocka_unit_test(test_late_lineage),
		cmocka_unit_test(test_pieces_of_lines),
		cmocka_unit_test(test_lost_piece),
		cmocka_unit_test(test_reordered_fragments),
		cmocka_unit_test(test_missing_messages),
		cmocka_unit_test(test_bad_fragments),
		cmocka_unit_test(test_endless_fragments),
		cmocka_unit_test(test_too_many_senders),
		cmocka_unit_test(test_odd_datagrams),
		cmocka_unit_test(test_form_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
