/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records are in the printk ring buffer of a kernel whose memory can be read?
 *
 * Linux 5.10 and later (kernel/printk/printk_ringbuffer.h) and 3.5 to 5.9 (struct printk_log, first
 * called struct log, in kernel/printk/printk.c). Where things are is told by VMCOREINFO, see
 * log_buf_vmcoreinfo_setup() of those kernels.
 */
#ifndef LINEAGE_INTAKE_READ_VMCORE_RING_H
#define LINEAGE_INTAKE_READ_VMCORE_RING_H

#include "intake/decode/record.h"

/* No kernel's own setting comes near: CONFIG_LOG_BUF_SHIFT ends at 25. */
#define INTAKE_VMCORE_RECORDS_MAX (1U << 22)
#define INTAKE_VMCORE_TEXT_MAX (1U << 26)

/**
 * struct intake_vmcore_memory - the kernel's memory
 * @info: VMCOREINFO, lines of NAME=VALUE
 * @read: @size bytes from a virtual address; whether all of them are there
 * @data: handed to @read
 * @is_big_endian: the kernel's byte order
 * @word_size: bytes of its unsigned long, 4 or 8
 */
struct intake_vmcore_memory {
	const char *info;
	bool (*read)(void *data, uint64_t address, void *buffer, size_t size);
	void *data;
	bool is_big_endian;
	unsigned int word_size;
};

/** intake_vmcore_info() - the value of a line of VMCOREINFO, up to its newline; NULL where none */
const char *intake_vmcore_info(const char *info, const char *name);

/**
 * intake_vmcore_ring_read() - hand all records to @sink, the oldest first
 * @ret_error: one line for people, static; only written where it fails
 *
 * A record's offset is that of its text among all texts. Nothing in @memory is trusted: at most
 * INTAKE_VMCORE_RECORDS_MAX records are looked at, and no more text than the ring can hold is read.
 *
 * Return: 0, where INTAKE_FAULT_VMCORE may have told that a part could not be read, and
 * INTAKE_FAULT_LOST that a record's text was gone; -ENODATA where VMCOREINFO does not describe the
 * log; -EIO where it is not in the dump; -EILSEQ where what is there makes no sense; -EFBIG;
 * -ENOMEM.
 */
int intake_vmcore_ring_read(const struct intake_vmcore_memory *memory,
			    const struct intake_sink *sink, const char **ret_error);

#endif /* LINEAGE_INTAKE_READ_VMCORE_RING_H */
