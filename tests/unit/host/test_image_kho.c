// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of errors of programs. golden/test_check_kho.py has images with each compression. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/image_kho.h"

#define PAYLOAD_AT 1024
#define PAYLOAD_SIZE 16

/* Search a bzImage whose payload needs a program that is not installed. */
static int search(const char **ret_program)
{
	unsigned char bytes[PAYLOAD_AT + PAYLOAD_SIZE] = { [0x1f1] = 1, [0x207] = 2 };
	int fd = memfd_create("image", MFD_CLOEXEC), error;
	struct lineage_image_kho found;
	char path[64];

	assert_true(fd >= 0);
	memcpy(bytes + 0x202, "HdrS", 4);
	bytes[0x206] = 15;
	bytes[0x24c] = PAYLOAD_SIZE;
	memcpy(bytes + PAYLOAD_AT,
	       "\xfd"
	       "7zX",
	       4);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = lineage_host_image_kho(path, &found, ret_program);
	close(fd);
	return error;
}

static void names_a_missing_program(void **state)
{
	const char *program;

	assert_int_equal(search(&program), -ENOENT);
	assert_string_equal(program, "xz");
}

/* Then nobody knows why the program wrote nothing: the image need not be damaged. */
static void survives_a_discarded_exit_status(void **state)
{
	const char *program;

	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(search(&program), -ECHILD);
	signal(SIGCHLD, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_a_missing_program),
		cmocka_unit_test(survives_a_discarded_exit_status),
	};

	setenv("PATH", "/nonexistent", 1);
	return cmocka_run_group_tests_name("host-image-kho", tests, NULL, NULL);
}
