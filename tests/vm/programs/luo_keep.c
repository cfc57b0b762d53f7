// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keep a file over a kexec with the Live Update Orchestrator.
 *
 *	luo_keep save TEXT	write TEXT to a memfd of a session, print "saved", and wait
 *	luo_keep restore	print the text of the session that the previous kernel left
 *
 * For the numbers and structures see Linux 7.1, include/uapi/linux/liveupdate.h.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define CREATE_SESSION _IO(0xba, 0x00)
#define RETRIEVE_SESSION _IO(0xba, 0x01)
#define PRESERVE_FD _IO(0xba, 0x40)
#define RETRIEVE_FD _IO(0xba, 0x41)
#define FINISH _IO(0xba, 0x42)
#define TOKEN 73
#define SESSION_NAME "lineage-test"

struct session {
	uint32_t size;
	int32_t fd;
	uint8_t name[64];
};

struct kept {
	uint32_t size;
	int32_t fd;
	uint64_t token __attribute__((aligned(8)));
};

struct finish {
	uint32_t size;
	uint32_t reserved;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void save(struct session *session, const char *text)
{
	struct kept kept = { .size = sizeof(kept), .token = TOKEN };

	if (ioctl(open("/dev/liveupdate", O_RDWR), CREATE_SESSION, session))
		fail("create a session");
	kept.fd = memfd_create("lineage-test", 0);
	if (kept.fd < 0 || write(kept.fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail("memfd");
	if (ioctl(session->fd, PRESERVE_FD, &kept))
		fail("preserve");
	puts("saved");
	fflush(stdout);
	/* Do not exit: closing the session would discard it. */
	pause();
}

static void restore(struct session *session)
{
	struct finish finish = { .size = sizeof(finish) };
	struct kept kept = { .size = sizeof(kept), .token = TOKEN };
	char text[128] = "";

	if (ioctl(open("/dev/liveupdate", O_RDWR), RETRIEVE_SESSION, session))
		fail("retrieve the session");
	if (ioctl(session->fd, RETRIEVE_FD, &kept))
		fail("retrieve the file");
	if (pread(kept.fd, text, sizeof(text) - 1, 0) < 0)
		fail("read");
	if (ioctl(session->fd, FINISH, &finish))
		fail("finish");
	puts(text);
}

int main(int argc, char **argv)
{
	struct session session = { .size = sizeof(session), .name = SESSION_NAME };

	if (argc == 3 && strcmp(argv[1], "save") == 0)
		save(&session, argv[2]);
	else if (argc == 2 && strcmp(argv[1], "restore") == 0)
		restore(&session);
	else
		return 2;
	return 0;
}
