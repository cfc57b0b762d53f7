/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kernel log is in a crash dump?
 *
 * libkdumpfile reads the dump, in a process of its own (vmcore_child.h): ELF as /proc/vmcore is, and
 * makedumpfile's own formats. The log's layout is vmcore_ring.h's business.
 */
#ifndef LINEAGE_INTAKE_READ_VMCORE_H
#define LINEAGE_INTAKE_READ_VMCORE_H

#include "intake/decode/record.h"

/* As uname(2) gives it, at most 64 bytes. */
#define INTAKE_VMCORE_RELEASE_SIZE 65

/**
 * struct intake_vmcore - what a dump tells besides the log
 * @release: of the kernel that crashed; empty where not told
 * @has_crash_time: whether @crash_time is known
 * @crash_time: seconds since 1970 UTC, by the clock of the machine that crashed
 */
struct intake_vmcore {
	char release[INTAKE_VMCORE_RELEASE_SIZE];
	bool has_crash_time;
	int64_t crash_time;
};

/**
 * intake_vmcore_recognise() - do these bytes start a crash dump?
 *
 * An ELF core file may be that of a program, too: then there is no log in it.
 */
bool intake_vmcore_recognise(const char *head, size_t length);

/**
 * intake_vmcore_read() - hand the records of a dump's log to @sink, the oldest first
 * @fd: a regular file; it stays the caller's, its position may change
 * @sink: also told where no log (-ENODATA and so on), or not all of it (0), can be read:
 *	INTAKE_FAULT_VMCORE
 * @ret: filled with what could be found, even where there is no log
 * @error: one line for people, only written where it fails; may be cut
 *
 * Starts a process and waits for its end; SIGCHLD must not be ignored.
 *
 * Return: 0; -EBADF where it is no file; -EILSEQ where libkdumpfile does not read it; what fork(2)
 * fails with; and what intake_vmcore_ring_read() returns.
 */
int intake_vmcore_read(int fd, const struct intake_sink *sink, struct intake_vmcore *ret,
		       char *error, size_t error_size);

#endif /* LINEAGE_INTAKE_READ_VMCORE_H */
