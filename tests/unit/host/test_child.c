// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that a child process is killed after its deadline, and that no other process is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/child.h"

#define PATIENCE_MS 60000

static int kills;

/* Replace the function of the C library. A test that calls it for a child that was reaped fails. */
int kill(pid_t process, int signal_number)
{
	kills++;
	return (int)syscall(SYS_kill, process, signal_number);
}

static int answer(const void *data, int out)
{
	return write(out, data, 5) == 5 ? 7 : 1;
}

static int hang(const void *data, int out)
{
	(void)data;
	(void)out;
	pause();
	return 0;
}

static int start(void **state)
{
	kills = 0;
	return 0;
}

static void test_child_ends(void **state)
{
	struct lineage_host_child child;
	char output[8];

	assert_int_equal(lineage_host_child_start(answer, "hello", &child), 0);
	assert_int_equal(lineage_host_child_end(&child, PATIENCE_MS, output, sizeof(output)), 7);
	assert_string_equal(output, "hello");
	assert_int_equal(child.process, 0);
	assert_int_equal(lineage_host_child_run(answer, "hello", PATIENCE_MS, output, 3), 7);
	assert_string_equal(output, "he");
	assert_int_equal(kills, 0);
}

static void test_child_hangs(void **state)
{
	char output[8];

	assert_int_equal(lineage_host_child_run(hang, NULL, 20, output, sizeof(output)),
			 -ETIMEDOUT);
	assert_string_equal(output, "");
	assert_int_equal(kills, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_child_ends, start),
		cmocka_unit_test_setup(test_child_hangs, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
