/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child process that reads a crash dump with libkdumpfile.
 *
 * Dumps are untrusted, and libkdumpfile is not written for untrusted input: a truncated
 * kdump-compressed file crashes kdump_free() of version 0.5.1. The child process has its own limits
 * and only returns the bytes at an address. If it dies, the dump is treated as invalid.
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
 * @pid: its process id; 0 if it does not run
 * @socket: connection to it
 * @info: VMCOREINFO, owned by the structure; NULL if the dump has none
 * @word_size: size of the kernel's unsigned long in bytes; 0 if unknown
 * @is_big_endian: byte order of the kernel
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
 * @error: the reason why libkdumpfile did not open it; written only on failure
 *
 * Return: 0; -EILSEQ; the error of fork(2) or another system call.
 */
int intake_vmcore_child_start(struct intake_vmcore_child *child, int fd,
			      char error[INTAKE_VMCORE_ERROR_SIZE]);

/** intake_vmcore_child_read() - read a virtual address; return whether all bytes are in the dump */
bool intake_vmcore_child_read(struct intake_vmcore_child *child, uint64_t address, void *buffer,
			      size_t size);

/** intake_vmcore_child_stop() - stop; a zeroed structure or a failed start is allowed */
void intake_vmcore_child_stop(struct intake_vmcore_child *child);

#endif /* LINEAGE_INTAKE_READ_VMCORE_CHILD_H */
