// SPDX-License-Identifier: GPL-2.0-or-later
#include "vmcore_child.h"

#include <errno.h>
#include <fcntl.h>
#include <libkdumpfile/kdumpfile.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* The number of pages that libkdumpfile caches. */
#define CACHE_PAGES 256
/* The kernel's own VMCOREINFO has one page. */
#define INFO_MAX 65536
#define READ_MAX 65536
/* Memory limit; far more than a dump needs (two bits for each page of the machine). */
#define MORE_MEMORY (1ULL << 30)
#define CPU_SECONDS 300

/*
 * The child's first message, followed by @info_size bytes of VMCOREINFO. No member is a bool, since
 * the bytes are not trusted and a bool must be 0 or 1.
 */
struct hello {
	unsigned int is_open;
	unsigned int is_big_endian;
	unsigned int word_size;
	size_t info_size;
	char error[INTAKE_VMCORE_ERROR_SIZE];
};

struct request {
	uint64_t address;
	size_t size;
};

static bool send_all(int socket, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t sent = send(socket, at, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

static bool receive_all(int socket, void *bytes, size_t size)
{
	char *at = bytes;

	while (size > 0) {
		ssize_t got = recv(socket, at, size, MSG_WAITALL);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

/* --- in the child --- */

/* The limit includes the address space that the process already has, which may be large. */
static void limit_memory(void)
{
	LINEAGE_AUTO_CLOSE int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[128] = "";
	unsigned long pages;

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && sscanf(text, "%lu", &pages) == 1) {
		rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + MORE_MEMORY;

		setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
	}
}

static void limit(void)
{
	limit_memory();
	setrlimit(RLIMIT_CPU, &(struct rlimit){ CPU_SECONDS, CPU_SECONDS });
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 0, 0 });
	/* A crash of libkdumpfile is expected and ends only this process. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
}

static bool open_dump(kdump_ctx_t *dump, int fd, struct hello *hello)
{
	/* Do not map the file: access to a mapping fails if the file becomes shorter. */
	kdump_set_number_attr(dump, KDUMP_ATTR_FILE_MMAP_POLICY, KDUMP_MMAP_NEVER);
	if (kdump_open_fd(dump, fd) != KDUMP_OK) {
		snprintf(hello->error, sizeof(hello->error), "cannot be read as a crash dump: %s",
			 kdump_get_err(dump));
		return false;
	}
	kdump_set_number_attr(dump, "cache.size", CACHE_PAGES);
	/* libkdumpfile resolves virtual addresses only if it knows the operating system. */
	if (kdump_set_string_attr(dump, KDUMP_ATTR_OSTYPE, "linux") != KDUMP_OK) {
		snprintf(hello->error, sizeof(hello->error),
			 "cannot be read as memory of a Linux kernel: %s", kdump_get_err(dump));
		return false;
	}
	return true;
}

static char *describe(kdump_ctx_t *dump, struct hello *hello)
{
	kdump_num_t word_size, byte_order;
	char *info = NULL;

	if (kdump_vmcoreinfo_raw(dump, &info) != KDUMP_OK)
		info = NULL;
	if (info)
		hello->info_size = strnlen(info, INFO_MAX);
	if (kdump_get_number_attr(dump, KDUMP_ATTR_PTR_SIZE, &word_size) == KDUMP_OK &&
	    kdump_get_number_attr(dump, KDUMP_ATTR_BYTE_ORDER, &byte_order) == KDUMP_OK) {
		hello->word_size = (unsigned int)word_size;
		hello->is_big_endian = byte_order == KDUMP_BIG_ENDIAN;
	}
	return info;
}

static void answer(kdump_ctx_t *dump, int socket)
{
	static char buffer[READ_MAX];
	struct request request;

	while (receive_all(socket, &request, sizeof(request)) && request.size <= READ_MAX) {
		size_t length = request.size;
		unsigned char is_there = kdump_read(dump, KDUMP_KVADDR, request.address, buffer,
						    &length) == KDUMP_OK &&
					 length == request.size;

		if (!send_all(socket, &is_there, sizeof(is_there)) ||
		    (is_there && !send_all(socket, buffer, length)))
			return;
	}
}

/* Free nothing: the process ends, and kdump_free() may crash. */
static void serve(int fd, int socket)
{
	struct hello hello = { 0 };
	kdump_ctx_t *dump;
	char *info;

	limit();
	dump = kdump_new();
	if (!dump)
		return;
	hello.is_open = open_dump(dump, fd, &hello);
	info = describe(dump, &hello);
	if (send_all(socket, &hello, sizeof(hello)) && send_all(socket, info, hello.info_size))
		answer(dump, socket);
}

/* --- in the parent --- */

static int take_hello(struct intake_vmcore_child *child, char *error)
{
	struct hello hello;

	if (!receive_all(child->socket, &hello, sizeof(hello)) || hello.info_size > INFO_MAX) {
		snprintf(error, INTAKE_VMCORE_ERROR_SIZE,
			 "cannot be read as a crash dump: libkdumpfile crashed");
		return -EILSEQ;
	}
	if (hello.info_size > 0) {
		child->info = calloc(1, hello.info_size + 1);
		if (!child->info)
			return -ENOMEM;
		if (!receive_all(child->socket, child->info, hello.info_size))
			return -EILSEQ;
	}
	child->word_size = hello.word_size;
	child->is_big_endian = hello.is_big_endian != 0;
	if (hello.is_open)
		return 0;
	hello.error[sizeof(hello.error) - 1] = '\0';
	strcpy(error, hello.error);
	return -EILSEQ;
}

/* Close the child's side of the socket on return, so that the parent detects the child's exit. */
static int start_process(struct intake_vmcore_child *child, int fd)
{
	LINEAGE_AUTO_CLOSE int ours = -1;
	LINEAGE_AUTO_CLOSE int childs = -1;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	ours = ends[0];
	childs = ends[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(ours);
		serve(fd, childs);
		_exit(0);
	}
	child->pid = pid;
	child->socket = ours;
	ours = -1;
	return 0;
}

int intake_vmcore_child_start(struct intake_vmcore_child *child, int fd,
			      char error[INTAKE_VMCORE_ERROR_SIZE])
{
	int result = start_process(child, fd);

	return result ? result : take_hello(child, error);
}

bool intake_vmcore_child_read(struct intake_vmcore_child *child, uint64_t address, void *buffer,
			      size_t size)
{
	struct request request = { address, size };
	unsigned char is_there;

	return size <= READ_MAX && send_all(child->socket, &request, sizeof(request)) &&
	       receive_all(child->socket, &is_there, sizeof(is_there)) && is_there &&
	       receive_all(child->socket, buffer, size);
}

void intake_vmcore_child_stop(struct intake_vmcore_child *child)
{
	if (child->pid > 0) {
		close(child->socket);
		/* The child may hang on an invalid dump. */
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(child->info);
	*child = (struct intake_vmcore_child){ 0 };
}
