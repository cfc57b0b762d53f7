// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the search for inputs: it finds the right files in the right order, and each crash once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/read/inputs.h"
#include "intake/read/sosreport.h"

#define STOP 7

/* A separate folder for each test, and the paths found in it, relative to the folder. */
struct place {
	char folder[64];
	char said[4096];
	unsigned int stop_after; /* 0 for no limit */
	unsigned int inputs;
	struct intake_inputs report; /* receives the logs of a sosreport */
};

static void say(struct place *place, const char *path, const char *end)
{
	size_t start = strncmp(path, place->folder, strlen(place->folder)) == 0
			       ? strlen(place->folder)
			       : 0;
	size_t length = strlen(place->said);

	while (path[start] == '/')
		start++;
	snprintf(place->said + length, sizeof(place->said) - length, "%s%s", path + start, end);
}

static int take_input(void *data, const struct intake_input *input)
{
	struct place *place = data;
	size_t i;

	assert_true(input->count > 0);
	if (input->count == 1)
		assert_string_equal(input->name, input->paths[0]);
	else
		assert_non_null(strstr(input->name, " parts)"));
	for (i = 0; i < input->count; i++)
		say(place, input->paths[i], i + 1 < input->count ? " " : "\n");
	return ++place->inputs == place->stop_after ? STOP : 0;
}

static void take_unreadable(void *data, const char *path, int error)
{
	struct place *place = data;

	assert_true(error < 0);
	say(place, path, error == -ELOOP ? ": too deep\n" : ": unreadable\n");
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	strcpy(place->folder, "/tmp/lineage-inputs-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	*state = place;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	return remove(path);
}

static int remove_place(void **state)
{
	struct place *place = *state;

	nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(place);
	return 0;
}

static const char *path_of(const struct place *place, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", place->folder, name);
	return path;
}

static void make_folder(const struct place *place, const char *name)
{
	assert_int_equal(mkdir(path_of(place, name), 0700), 0);
}

static void make_file(const struct place *place, const char *name, const char *text)
{
	int fd = open(path_of(place, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void make_files(const struct place *place, const char *const *names)
{
	for (; *names; names++)
		make_file(place, *names, "text\n");
}

static int find(const char *path, const struct intake_inputs *inputs)
{
	return intake_inputs_find(&path, 1, inputs);
}

static void expect(struct place *place, const char *name, const char *said)
{
	struct intake_inputs inputs = { .input = take_input,
					.unreadable = take_unreadable,
					.data = place };

	place->said[0] = '\0';
	assert_int_equal(find(path_of(place, name), &inputs), 0);
	assert_string_equal(place->said, said);
}

static void test_names(void **state)
{
	struct place *place = *state;
	struct intake_inputs inputs = { .input = take_input,
					.unreadable = take_unreadable,
					.data = place };

	make_file(place, "one", "");
	make_folder(place, "empty");
	assert_int_equal(symlink("one", path_of(place, "link")), 0);
	assert_int_equal(mkfifo(path_of(place, "fifo"), 0600), 0);
	expect(place, "one", "one\n");
	expect(place, "link", "link\n");
	expect(place, "fifo", "fifo\n");
	expect(place, "empty", "");
	expect(place, "none", "none: unreadable\n");
	place->said[0] = '\0';
	assert_int_equal(find("", &inputs), 0);
	assert_string_equal(place->said, ": unreadable\n");
}

static void test_order(void **state)
{
	static const char *const names[] = { "b/z",	      "b/a",	  "b/c/x", "a/y",
					     "kern.log.1.gz", "kern.log", "Z",	   NULL };
	struct place *place = *state;

	make_folder(place, "a");
	make_folder(place, "b");
	make_folder(place, "b/c");
	make_files(place, names);
	expect(place, ".", "./Z\n./kern.log.1.gz ./kern.log\n./a/y\n./b/a\n./b/z\n./b/c/x\n");
	expect(place, "b", "b/a\nb/z\nb/c/x\n");
	/* A slash at the end of the name has no effect. */
	expect(place, "b/", "b/a\nb/z\nb/c/x\n");
}

static void test_only_files(void **state)
{
	struct place *place = *state;

	make_folder(place, "in");
	make_folder(place, "out");
	make_file(place, "out/secret", "");
	make_file(place, "in/log", "");
	assert_int_equal(symlink("../out", path_of(place, "in/folder")), 0);
	assert_int_equal(symlink("../out/secret", path_of(place, "in/file")), 0);
	assert_int_equal(mkfifo(path_of(place, "in/fifo"), 0600), 0);
	expect(place, "in", "in/log\n");
	/* A named symbolic link is followed. */
	assert_int_equal(symlink("in", path_of(place, "link")), 0);
	expect(place, "link", "link/log\n");
}

static int take_report(void *data, const char *path, size_t top)
{
	struct place *place = data;

	say(place, path, ": report\n");
	return intake_sosreport_find(path, top, &place->report);
}

static int take_log(void *data, const struct intake_input *input)
{
	struct place *place = data;

	assert_non_null(input->sosreport);
	say(place, input->sosreport, " ");
	say(place, input->paths[0], input->is_of_report ? ": its boot\n" : "\n");
	return ++place->inputs == place->stop_after ? STOP : 0;
}

static void expect_report(struct place *place, int result, const char *said)
{
	struct intake_inputs inputs = { .input = take_log,
					.unreadable = take_unreadable,
					.sosreport = take_report,
					.data = place };

	place->report = inputs;
	place->said[0] = '\0';
	assert_int_equal(find(place->folder, &inputs), result);
	assert_string_equal(place->said, said);
}

static void test_sosreport(void **state)
{
	static const char *const folders[] = {
		"s",
		"s/sos_commands",
		"s/sos_commands/kernel",
		"s/sos_commands/logs",
		"s/var",
		"s/var/log",
		"s/sys",
		"s/sys/fs",
		"s/z",
		"s/z/systemd",
		"s/z/systemd/pstore",
	};
	static const char *const names[] = {
		"s/uname",
		"s/sos_commands/kernel/dmesg",
		"s/sos_commands/kernel/lsmod",
		"s/var/log/kern.log",
		"s/var/log/dpkg.log",
		"s/sos_commands/logs/journalctl_--no-pager_--boot",
		"s/sos_commands/logs/journalctl_--no-pager_--boot_-1",
		NULL,
	};
	static const char journal[] = "s/sos_commands/logs/journalctl_--no-pager";
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		make_folder(place, folders[i]);
	make_files(place, names);
	assert_int_equal(symlink("/", path_of(place, "s/var/crash")), 0);
	assert_int_equal(mkfifo(path_of(place, "s/sys/fs/pstore"), 0600), 0);
	expect_report(place, 0,
		      "s: report\ns s/sos_commands/kernel/dmesg: its boot\n"
		      "s s/sos_commands/logs/journalctl_--no-pager_--boot: its boot\n"
		      "s s/sos_commands/logs/journalctl_--no-pager_--boot_-1\n");
	make_file(place, journal, "x\n-- Boot 1 --\n-- Reboot --\n");
	expect_report(place, 0,
		      "s: report\ns s/sos_commands/kernel/dmesg: its boot\n"
		      "s s/sos_commands/logs/journalctl_--no-pager\n");
	assert_int_equal(unlink(path_of(place, journal)), 0);
	make_file(place, journal, "x -- Boot 1 --\n");
	/* A symbolic link inside the path of a log is not followed. */
	assert_int_equal(symlink("../z", path_of(place, "s/var/lib")), 0);
	make_file(place, "s/z/systemd/pstore/dmesg.txt", "x\n");
	expect_report(place, 0,
		      "s: report\ns s/sos_commands/kernel/dmesg: its boot\n"
		      "s s/sos_commands/logs/journalctl_--no-pager: its boot\n");
	place->inputs = 0;
	place->stop_after = 2;
	expect_report(place, STOP,
		      "s: report\ns s/sos_commands/kernel/dmesg: its boot\n"
		      "s s/sos_commands/logs/journalctl_--no-pager: its boot\n");
}

static void test_stop(void **state)
{
	static const char *const names[] = { "a", "b", "c", NULL };
	struct place *place = *state;
	struct intake_inputs inputs = { .input = take_input,
					.unreadable = take_unreadable,
					.data = place };

	make_files(place, names);
	place->stop_after = 2;
	assert_int_equal(find(place->folder, &inputs), STOP);
	assert_string_equal(place->said, "a\nb\n");
}

static void test_unreadable(void **state)
{
	static const char *const names[] = { "a/x", "b/x", "c/x", NULL };
	struct place *place = *state;

	if (geteuid() == 0)
		skip();
	make_folder(place, "a");
	make_folder(place, "b");
	make_folder(place, "c");
	make_files(place, names);
	assert_int_equal(chmod(path_of(place, "b"), 0), 0);
	expect(place, "", "a/x\nb: unreadable\nc/x\n");
	assert_int_equal(chmod(path_of(place, "b"), 0700), 0);
}

static void test_too_deep(void **state)
{
	struct place *place = *state;
	char path[256] = "";
	unsigned int i;

	for (i = 0; i <= INTAKE_DEPTH_MAX; i++) {
		strcat(path, i ? "/d" : "d");
		make_folder(place, path);
	}
	make_file(place, "log", "");
	strcpy(place->said, "");
	strcat(path, ": too deep\n");
	memmove(path + 4, path, strlen(path) + 1);
	memcpy(path, "log\n", 4);
	expect(place, "", path);
}

/*
 * kdump-tools writes the log as text beside the dump. The dump is read only if the text is missing
 * or empty.
 */
static void test_kdump_tools(void **state)
{
	static const char *const names[] = { "202611260441/dmesg.202611260441",
					     "202611260441/dump.202611260441",
					     "202611260500/dump.202611260500",
					     "202611260600/dump.202611260600",
					     "kexec_cmd",
					     NULL };
	struct place *place = *state;

	make_folder(place, "202611260441");
	make_folder(place, "202611260500");
	make_folder(place, "202611260600");
	make_files(place, names);
	make_file(place, "202611260600/dmesg.202611260600", "");
	expect(place, "",
	       "kexec_cmd\n"
	       "202611260441/dmesg.202611260441\n"
	       "202611260500/dump.202611260500\n"
	       "202611260600/dmesg.202611260600\n"
	       "202611260600/dump.202611260600\n");
}

static void test_fedora(void **state)
{
	static const char *const names[] = { "127.0.0.1-2026-11-26-04:41:00/vmcore-dmesg.txt",
					     "127.0.0.1-2026-11-26-04:41:00/vmcore",
					     "127.0.0.1-2026-11-26-04:41:00/kexec-dmesg.log",
					     "127.0.0.1-2026-11-27/vmcore",
					     "127.0.0.1-2026-11-27/vmcore-dmesg-incomplete.txt",
					     "127.0.0.1-2026-11-28/vmcore-dmesg-incomplete.txt",
					     NULL };
	struct place *place = *state;

	make_folder(place, "127.0.0.1-2026-11-26-04:41:00");
	make_folder(place, "127.0.0.1-2026-11-27");
	make_folder(place, "127.0.0.1-2026-11-28");
	make_files(place, names);
	expect(place, "",
	       "127.0.0.1-2026-11-26-04:41:00/kexec-dmesg.log\n"
	       "127.0.0.1-2026-11-26-04:41:00/vmcore-dmesg.txt\n"
	       "127.0.0.1-2026-11-27/vmcore\n"
	       "127.0.0.1-2026-11-28/vmcore-dmesg-incomplete.txt\n");
}

/* Files whose names only resemble those in a crash folder are all read. */
static void test_no_crash_folder(void **state)
{
	static const char *const names[] = { "dmesg.0",	      "dump.sql", "dmesg-notes",
					     "dmesg-x-1.old", "dmesg-1-", NULL };
	struct place *place = *state;

	make_files(place, names);
	expect(place, "", "dmesg-1-\ndmesg-notes\ndmesg-x-1.old\ndmesg.0\ndump.sql\n");
}

static void test_pstore_text(void **state)
{
	static const char *const names[] = { "1700000000/001/dmesg.txt",
					     "1700000000/001/dmesg-efi-170000000001001",
					     "1700000000/001/dmesg-efi-170000000002001", NULL };
	struct place *place = *state;

	make_folder(place, "1700000000");
	make_folder(place, "1700000000/001");
	make_files(place, names);
	expect(place, "", "1700000000/001/dmesg.txt\n");
}

/*
 * Files are grouped by name: an oops and the panic after it belong to one boot. A second part 1 of
 * dump 1 begins another boot.
 */
static void test_pstore_efi(void **state)
{
	static const char *const names[] = { "dmesg-efi-170000000001001",
					     "dmesg-efi-170000000002001",
					     "dmesg-efi-170000000103001",
					     "dmesg-efi-170000000101002",
					     "dmesg-efi-170000000102002",
					     "dmesg-efi-180000000001001.enc.z",
					     "dmesg-efi-180000000002001",
					     "dmesg-efi_pstore-190000000002001",
					     "dmesg-efi_pstore-190000000001001",
					     "console-ramoops-0",
					     NULL };
	struct place *place = *state;

	make_files(place, names);
	expect(place, "",
	       "console-ramoops-0\n"
	       "dmesg-efi-170000000001001 dmesg-efi-170000000002001 "
	       "dmesg-efi-170000000103001 dmesg-efi-170000000101002 "
	       "dmesg-efi-170000000102002\n"
	       "dmesg-efi-180000000001001.enc.z dmesg-efi-180000000002001\n"
	       "dmesg-efi_pstore-190000000001001 dmesg-efi_pstore-190000000002001\n");
}

/* Files are grouped by content, and sorted by number instead of name. */
static void test_pstore_ramoops(void **state)
{
	static const char *const heads[] = { "Oops#1 Part1\nx", "Oops#1 Part2\nx",
					     "Panic#2 Part1\nx", "Panic#2 Part2\nx",
					     "Panic#1 Part1\nx" };
	struct place *place = *state;
	char name[32];
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		snprintf(name, sizeof(name), "dmesg-ramoops-%zu", i + 8);
		make_file(place, name, heads[i]);
	}
	make_file(place, "dmesg-erst-5", "Panic#1 Part2\nx");
	make_file(place, "dmesg-ramoops-13.enc.z", "\x01\x02");
	expect(place, "",
	       "dmesg-erst-5\n"
	       "dmesg-ramoops-8 dmesg-ramoops-9 dmesg-ramoops-10 dmesg-ramoops-11\n"
	       "dmesg-ramoops-12 dmesg-ramoops-13.enc.z\n");
}

/* The parts of a log are one input, the oldest part first. */
static void test_rotated(void **state)
{
	static const char *const names[] = {
		/* logrotate */
		"kern.log", "kern.log.1", "kern.log.2.gz", "kern.log.10.xz", "kern.log.9.zst",
		"syslog.1", "syslog.2.bz2",
		/* logrotate with the options dateext and extension; folders of rsyslog */
		"messages", "messages-20240305", "messages-20240229.gz",
		"messages-20240305-1709640000", "web1-20240305.log", "web1.log",
		"web1-2024-03-06.log", "2024-03-05.log", "2024-03-06.log",
		/* savelog; names of other files in the same folder */
		"dmesg", "dmesg.0", "dmesg.1.gz", "web2", "web2.1", "web2.2.gz",
		/* busybox, and a number before the extension */
		"web3.log", "web3.1.log", NULL
	};
	struct place *place = *state;

	make_files(place, names);
	expect(place, "",
	       "2024-03-05.log 2024-03-06.log\n"
	       "dmesg.1.gz dmesg.0 dmesg\n"
	       "kern.log.10.xz kern.log.9.zst kern.log.2.gz kern.log.1 kern.log\n"
	       "messages-20240229.gz messages-20240305 messages-20240305-1709640000 messages\n"
	       "syslog.2.bz2 syslog.1\n"
	       "web1-20240305.log web1-2024-03-06.log web1.log\n"
	       "web2.2.gz web2.1 web2\n"
	       "web3.1.log web3.log\n");
}

/* A number may be part of the name of a machine. */
static void test_not_rotated(void **state)
{
	static const char *const names[] = { "10.0.0.1",  "10.0.0.2",  "port.1.log", "port.2.log",
					     "rack.1",	  "rack.2.gz", "v20240305",  "x-20241305",
					     "x-2024030", "y.01",      "y",	     "z.12345",
					     "z",	  ".1",	       NULL };
	struct place *place = *state;

	make_files(place, names);
	expect(place, "",
	       ".1\n10.0.0.1\n10.0.0.2\nport.1.log\nport.2.log\nrack.1\nrack.2.gz\n"
	       "v20240305\nx-2024030\nx-20241305\ny\ny.01\nz\nz.12345\n");
}

/* The shell sorts names, so the newest part comes first. */
static void test_operands(void **state)
{
	static const char *const names[] = { "kern.log",   "kern.log.1",
					     "a/kern.log", "a/kern.log.1",
					     "none",	   "kern.log.2.gz",
					     "-",	   "kern.log" };
	struct place *place = *state;
	struct intake_inputs inputs = { .input = take_input,
					.unreadable = take_unreadable,
					.data = place };
	char *paths[8];

	make_folder(place, "a");
	for (size_t i = 0; i < 8; i++) {
		paths[i] = strdup(strcmp(names[i], "-") == 0 ? "-" : path_of(place, names[i]));
		if (i < 6 && i != 4)
			make_file(place, names[i], "text\n");
	}
	assert_int_equal(intake_inputs_find((const char *const *)paths, 7, &inputs), 0);
	assert_string_equal(place->said, "none: unreadable\n"
					 "kern.log.2.gz kern.log.1 kern.log\n"
					 "a/kern.log.1 a/kern.log\n-\n");
	/* The same file twice is two inputs. */
	place->said[0] = '\0';
	free(paths[1]);
	paths[1] = paths[7];
	assert_int_equal(intake_inputs_find((const char *const *)paths, 2, &inputs), 0);
	assert_string_equal(place->said, "kern.log\nkern.log\n");
	paths[1] = NULL;
	for (size_t i = 0; i < 8; i++)
		free(paths[i]);
}

#define PLACE_TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(test_names),		 PLACE_TEST(test_order),
		PLACE_TEST(test_only_files),	 PLACE_TEST(test_sosreport),
		PLACE_TEST(test_stop),		 PLACE_TEST(test_unreadable),
		PLACE_TEST(test_too_deep),	 PLACE_TEST(test_kdump_tools),
		PLACE_TEST(test_fedora),	 PLACE_TEST(test_no_crash_folder),
		PLACE_TEST(test_pstore_text),	 PLACE_TEST(test_pstore_efi),
		PLACE_TEST(test_pstore_ramoops), PLACE_TEST(test_rotated),
		PLACE_TEST(test_not_rotated),	 PLACE_TEST(test_operands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
