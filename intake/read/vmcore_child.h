/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is a crash dump read by libkdumpfile without trusting it?
 *
 * Dumps are as foreign as any input, and libkdumpfile is not made for that: a cut kdump-compressed
 * file, for one, makes kdump_free() of 0.5.1 crash. So a child process reads, with limits of its
 * own, and only answers what is at an address; where it dies, a dump was bad and nothing else.
 */
#ifndef LINEAGE_INTAKE_READ_VMCORE_CHILD_H
#define LINEAGE_INTAKE_READ_VMCORE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INTAKE_VMCORE_ERROR_SIZE 256

/**
 * struct intake_vmcore_child - a process that has a dump open
 * @pid: of it; 0 where there is none
 * @socket: to it
 * @info: VMCOREINFO; NULL where the dump has none; the structure's
 * @word_size: bytes of the kernel's unsigned long; 0 where not known
 * @is_big_endian: the kernel's byte order
 */
struct intake_vmcore_child {
	pid_t pid;
	int socket;
	char *info;
	unsigned int word_size;
	bool is_big_endian;
};

/**
 * intake_vmcore_child_start() - open a dump
 * @child: zeroed
 * @error: why libkdumpfile did not open it; only written where it did not
 *
 * Return: 0; -EILSEQ; what fork(2) and so on fail with.
 */
int intake_vmcore_child_start(struct intake_vmcore_child *child, int fd,
			      char error[INTAKE_VMCORE_ERROR_SIZE]);

/** intake_vmcore_child_read() - bytes at a virtual address; whether all of them are in the dump */
bool intake_vmcore_child_read(struct intake_vmcore_child *child, uint64_t address, void *buffer,
			      size_t size);

/** intake_vmcore_child_stop() - fine on a zeroed one and after a start that failed */
void intake_vmcore_child_stop(struct intake_vmcore_child *child);

#endif /* LINEAGE_INTAKE_READ_VMCORE_CHILD_H */
