// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/root.c: files below a root, read limits, and links that lead out of the root. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/root.h"

#define LARGE 10000

struct world {
	struct folder folder;
	struct lineage_root root;
};

static int make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	char large[LARGE];

	assert_non_null(world);
	memset(large, 'x', sizeof(large));
	world->folder = folder_make();
	folder_write_text(&world->folder, "secret", "outside\n");
	folder_write_text(&world->folder, "root/a/file", "first\nsecond\n");
	folder_write_text(&world->folder, "root/no-newline", "first");
	folder_write_text(&world->folder, "root/empty", "");
	folder_write(&world->folder, "root/large", large, sizeof(large));
	assert_int_equal(symlink("../secret", folder_path(&world->folder, "root/up")), 0);
	assert_int_equal(symlink("/etc/passwd", folder_path(&world->folder, "root/absolute")), 0);
	assert_int_equal(symlink("/a/file", folder_path(&world->folder, "root/inside")), 0);
	assert_int_equal(mkfifo(folder_path(&world->folder, "root/pipe"), 0600), 0);
	assert_int_equal(lineage_root_init(&world->root, folder_path(&world->folder, "root")), 0);
	*state = world;
	return 0;
}

static int remove_world(void **state)
{
	struct world *world = *state;

	lineage_root_deinit(&world->root);
	assert_int_equal(world->root.fd, -1);
	folder_remove(&world->folder);
	free(world);
	return 0;
}

static void opens_only_folders(void **state)
{
	struct world *world = *state;
	struct lineage_root root;

	assert_int_equal(lineage_root_init(&root, folder_path(&world->folder, "none")), -ENOENT);
	assert_int_equal(lineage_root_init(&root, folder_path(&world->folder, "secret")), -ENOTDIR);
	assert_int_equal(lineage_root_init(&root, ""), -ENOENT);
	assert_false(world->root.is_system);
	assert_int_equal(lineage_root_init(&root, NULL), 0);
	assert_true(root.is_system);
	assert_true(lineage_root_has(&root, "proc/self"));
	lineage_root_deinit(&root);
}

static void reads_to_the_limit(void **state)
{
	/* Limits around 4096 bytes (the first read), 8192 bytes, and the size of the file. */
	static const size_t limits[] = { 0,    1,	  4095,	 4096,	4097,	   8191,   8192,
					 8193, LARGE - 1, LARGE, 16384, LARGE + 1, 1 << 20 };
	struct world *world = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(limits); i++) {
		size_t expected = limits[i] < LARGE ? limits[i] : LARGE;
		char *bytes = NULL;
		size_t size = 1;

		assert_int_equal(lineage_root_read(&world->root, "large", limits[i], &bytes, &size),
				 0);
		assert_int_equal(size, expected);
		assert_int_equal(strlen(bytes), expected);
		free(bytes);
	}
}

/* Bytes after the limit are not read: reading some files of /proc or debugfs has side effects. */
static void leaves_the_rest_unread(void **state)
{
	struct world *world = *state;
	int fd = lineage_root_open(&world->root, "large");
	char *bytes;
	size_t size;

	assert_true(fd >= 0);
	assert_int_equal(lineage_read_all(fd, 73, &bytes, &size), 0);
	free(bytes);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 73);
	assert_int_equal(lineage_read_all(fd, 1 << 20, &bytes, &size), 0);
	assert_int_equal(size, LARGE - 73);
	free(bytes);
	close(fd);
}

static void reads_a_pipe_in_pieces(void **state)
{
	int ends[2];
	char *bytes;
	size_t size;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	assert_int_equal(write(ends[1], "cd", 2), 2);
	close(ends[1]);
	assert_int_equal(lineage_read_all(ends[0], 100, &bytes, &size), 0);
	assert_int_equal(size, 4);
	assert_string_equal(bytes, "abcd");
	free(bytes);
	close(ends[0]);
}

static void reads_one_line(void **state)
{
	struct world *world = *state;
	char *line;

	assert_int_equal(lineage_root_read_line(&world->root, "a/file", &line), 0);
	assert_string_equal(line, "first");
	free(line);
	assert_int_equal(lineage_root_read_line(&world->root, "no-newline", &line), 0);
	assert_string_equal(line, "first");
	free(line);
	assert_int_equal(lineage_root_read_line(&world->root, "empty", &line), 0);
	assert_string_equal(line, "");
	free(line);
}

static void returns_the_error_of_the_file(void **state)
{
	struct world *world = *state;
	char *bytes = NULL;
	size_t size = 7;

	assert_int_equal(lineage_root_read(&world->root, "none", 9, &bytes, &size), -ENOENT);
	assert_int_equal(lineage_root_read(&world->root, "large/x", 9, &bytes, &size), -ENOTDIR);
	assert_int_equal(lineage_root_read(&world->root, "a", 9, &bytes, &size), -EISDIR);
	assert_int_equal(lineage_root_read_line(&world->root, "none", &bytes), -ENOENT);
	assert_int_equal(lineage_read_all(-1, 9, &bytes, &size), -EBADF);
	assert_null(bytes);
	assert_int_equal(size, 7);
}

static void writes_to_existing_files(void **state)
{
	struct world *world = *state;
	char *line;

	assert_int_equal(lineage_root_write(&world->root, "a/file", "1"), 0);
	assert_int_equal(lineage_root_read_line(&world->root, "a/file", &line), 0);
	assert_string_equal(line, "1irst"); /* the rest of the file is unchanged */
	free(line);
	assert_int_equal(lineage_root_write(&world->root, "none", "1"), -ENOENT);
	assert_false(lineage_root_has(&world->root, "none"));
	assert_int_equal(lineage_root_write(&world->root, "a", "1"), -EISDIR);
	assert_int_equal(lineage_root_write(&world->root, "pipe", "1"), -ENXIO); /* no reader */
}

/* Linux before 5.6 and valgrind 3.19 lack openat2(). Without it a link can lead out of the root. */
static bool has_openat2(void)
{
	struct open_how how = { .flags = O_PATH };
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));

	if (fd < 0)
		return errno != ENOSYS;
	close(fd);
	return true;
}

static void does_not_leave_the_root(void **state)
{
	struct world *world = *state;
	char *line;

	if (!has_openat2()) {
		print_message("skipped: this system has no openat2()\n");
		skip();
	}
	assert_int_equal(lineage_root_read_line(&world->root, "up", &line), -ENOENT);
	assert_int_equal(lineage_root_read_line(&world->root, "absolute", &line), -ENOENT);
	assert_int_equal(lineage_root_read_line(&world->root, "../secret", &line), -ENOENT);
	assert_int_equal(lineage_root_write(&world->root, "up", "1"), -ENOENT);
	assert_false(lineage_root_has(&world->root, "up"));
	assert_int_equal(lineage_root_read_line(&world->root, "inside", &line), 0);
	assert_string_equal(line, "first");
	free(line);
}

static void checks_without_opening(void **state)
{
	struct world *world = *state;

	assert_true(lineage_root_has(&world->root, "a"));
	assert_true(lineage_root_has(&world->root, "a/file"));
	assert_true(lineage_root_has(&world->root, "pipe"));
	assert_false(lineage_root_has(&world->root, "none"));
}

/* A file that is opened for writing is inside the root folder, and its name is not a link. */
static void opens_to_write_inside(void **state)
{
	struct world *world = *state;
	const struct lineage_root *root = &world->root;
	int fd;

	if (!has_openat2()) {
		print_message("skipped: this system has no openat2()\n");
		skip();
	}
	assert_int_equal(symlinkat("..", root->fd, "above"), 0);
	assert_int_equal(symlinkat("/a", root->fd, "beside"), 0);
	assert_int_equal(lineage_root_open_to_write(root, "above/secret", 0), -ENOENT);
	assert_int_equal(lineage_root_open_to_write(root, "up", O_CREAT), -ELOOP);
	fd = lineage_root_open_to_write(root, "beside/new", O_CREAT | O_EXCL);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_true(lineage_root_has(root, "a/new"));
	assert_int_equal(lineage_root_open_to_write(root, "a/new", O_CREAT | O_EXCL), -EEXIST);
}

/* A pipe without a writer must not block the program. It is read as an empty file. */
static void does_not_block(void **state)
{
	struct world *world = *state;
	char *bytes;
	size_t size;
	int fd = lineage_root_open(&world->root, "pipe");

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(lineage_root_read(&world->root, "pipe", 9, &bytes, &size), 0);
	assert_int_equal(size, 0);
	free(bytes);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, make_world, remove_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(opens_only_folders),	      WORLD_TEST(reads_to_the_limit),
		WORLD_TEST(leaves_the_rest_unread),   WORLD_TEST(reads_a_pipe_in_pieces),
		WORLD_TEST(reads_one_line),	      WORLD_TEST(returns_the_error_of_the_file),
		WORLD_TEST(writes_to_existing_files), WORLD_TEST(does_not_leave_the_root),
		WORLD_TEST(checks_without_opening),   WORLD_TEST(does_not_block),
		WORLD_TEST(opens_to_write_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
