// SPDX-License-Identifier: GPL-2.0-or-later
#include "vmcore.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmcore_child.h"
#include "vmcore_ring.h"

/* Signatures from makedumpfile's IMPLEMENTATION: two of diskdump_header, one of the -F format. */
static const char kdump_signature[] = "KDUMP   ";
static const char diskdump_signature[] = "DISKDUMP";
static const char flat_signature[16] = "makedumpfile";

static bool starts_with(const char *head, size_t length, const char *start, size_t start_length)
{
	return length >= start_length && memcmp(head, start, start_length) == 0;
}

static bool is_flat(const char *head, size_t length)
{
	return starts_with(head, length, flat_signature, sizeof(flat_signature));
}

static bool is_core(const char *head, size_t length)
{
	Elf64_Half type; /* at the same offset in both classes */
	const size_t at = offsetof(Elf64_Ehdr, e_type);
	bool is_big_endian;

	if (length < at + sizeof(type) || memcmp(head, ELFMAG, SELFMAG) != 0)
		return false;
	is_big_endian = head[EI_DATA] == ELFDATA2MSB;
	return head[at + is_big_endian] == ET_CORE && head[at + !is_big_endian] == 0;
}

bool intake_vmcore_recognise(const char *head, size_t length)
{
	return is_core(head, length) || is_flat(head, length) ||
	       starts_with(head, length, kdump_signature, sizeof(kdump_signature) - 1) ||
	       starts_with(head, length, diskdump_signature, sizeof(diskdump_signature) - 1);
}

static bool read_memory(void *data, uint64_t address, void *buffer, size_t size)
{
	return intake_vmcore_child_read(data, address, buffer, size);
}

/* Read the lines of VMCOREINFO, see crash_save_vmcoreinfo_init() in Linux kernel/vmcore_info.c. */
static void read_facts(const char *info, struct intake_vmcore *ret)
{
	const char *release = intake_vmcore_info(info, "OSRELEASE");
	const char *time = intake_vmcore_info(info, "CRASHTIME");
	size_t length = release ? strcspn(release, "\n") : 0;

	if (length < sizeof(ret->release) && length > 0)
		memcpy(ret->release, release, length);
	if (time) {
		char end;

		ret->has_crash_time = sscanf(time, "%" SCNd64 "%c", &ret->crash_time, &end) >= 1 &&
				      ret->crash_time > 0;
	}
}

/* libkdumpfile 0.5.1 does not support flattened dumps, and its error does not mention this. */
static const char *explain(int fd, const char *why)
{
	char head[sizeof(flat_signature)];
	ssize_t got = pread(fd, head, sizeof(head), 0);

	if (got > 0 && is_flat(head, (size_t)got))
		return "a flattened dump cannot be read; convert it with makedumpfile -R";
	return why;
}

static int read_log(struct intake_vmcore_child *child, const struct intake_sink *sink,
		    const char **ret_why)
{
	struct intake_vmcore_memory memory = { .info = child->info,
					       .read = read_memory,
					       .data = child,
					       .is_big_endian = child->is_big_endian,
					       .word_size = child->word_size };

	if (!child->info) {
		*ret_why = "not a crash dump of a kernel, or VMCOREINFO is missing";
		return -ENODATA;
	}
	if (child->word_size == 0) {
		*ret_why = "the dump is of an unknown architecture";
		return -EILSEQ;
	}
	return intake_vmcore_ring_read(&memory, sink, ret_why);
}

static int read_dump(int fd, const struct intake_sink *sink, struct intake_vmcore *ret, char *error,
		     size_t error_size)
{
	struct intake_vmcore_child child = { 0 };
	char child_error[INTAKE_VMCORE_ERROR_SIZE] = "";
	const char *why = NULL;
	int result = intake_vmcore_child_start(&child, fd, child_error);

	if (child.info)
		read_facts(child.info, ret);
	if (!result)
		result = read_log(&child, sink, &why);
	else if (result == -EILSEQ)
		why = explain(fd, child_error);
	else if (result == -ENOTSUP)
		why = child_error;
	else
		why = strerror(-result);
	if (result)
		snprintf(error, error_size, "%s", why);
	intake_vmcore_child_stop(&child);
	return result;
}

int intake_vmcore_read(int fd, const struct intake_sink *sink, struct intake_vmcore *ret,
		       char *error, size_t error_size)
{
	struct stat status;
	int result;

	*ret = (struct intake_vmcore){ 0 };
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		snprintf(error, error_size, "a crash dump must be a regular file");
		result = -EBADF;
	} else {
		result = read_dump(fd, sink, ret, error, error_size);
	}
	if (result)
		sink->fault(sink->data, INTAKE_FAULT_VMCORE, 0);
	return result;
}
