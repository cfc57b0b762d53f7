/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the kernel log in a crash dump.
 *
 * A separate process reads the dump with libkdumpfile (vmcore_child.h): ELF as in /proc/vmcore, and
 * the formats of makedumpfile. vmcore_ring.h parses the log's layout.
 */
#ifndef LINEAGE_INTAKE_READ_VMCORE_H
#define LINEAGE_INTAKE_READ_VMCORE_H

#include "intake/decode/record.h"

/* Size of the release in uname(2): at most 64 bytes and a NUL. */
#define INTAKE_VMCORE_RELEASE_SIZE 65

/**
 * struct intake_vmcore - facts in a dump other than the log
 * @release: release of the kernel that crashed; empty if unknown
 * @has_crash_time: whether @crash_time is known
 * @crash_time: seconds since 1970 UTC, by the clock of the machine that crashed
 */
struct intake_vmcore {
	char release[INTAKE_VMCORE_RELEASE_SIZE];
	bool has_crash_time;
	int64_t crash_time;
};

/**
 * intake_vmcore_recognise() - check whether bytes begin a crash dump
 *
 * An ELF core file may also be from a user-space program. Such a file contains no kernel log.
 */
bool intake_vmcore_recognise(const char *head, size_t length);

/**
 * intake_vmcore_read() - pass the records of a dump's log to @sink, the oldest first
 * @fd: a regular file, owned by the caller; its position may change
 * @sink: also receives INTAKE_FAULT_VMCORE if the log cannot be read (the function then fails), or
 *	only a part of it can be read (the function then returns 0)
 * @ret: the facts that were found; also set if the dump has no log
 * @error: one line for messages, written only on failure; may be truncated
 *
 * Starts a process and waits for its end; SIGCHLD must not be ignored.
 *
 * Return: 0; -EBADF if @fd is not a regular file; -EILSEQ if libkdumpfile cannot read the dump; the
 * error of fork(2); or an error of intake_vmcore_ring_read().
 */
int intake_vmcore_read(int fd, const struct intake_sink *sink, struct intake_vmcore *ret,
		       char *error, size_t error_size);

#endif /* LINEAGE_INTAKE_READ_VMCORE_H */
