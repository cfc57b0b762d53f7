/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the printk ring buffer in a kernel's memory.
 *
 * It supports Linux 5.10 and later (Linux kernel/printk/printk_ringbuffer.h) and Linux 3.5 to 5.9
 * (struct printk_log, first called struct log, in Linux kernel/printk/printk.c). VMCOREINFO
 * describes the layout, see log_buf_vmcoreinfo_setup() of those kernels.
 */
#ifndef LINEAGE_INTAKE_READ_VMCORE_RING_H
#define LINEAGE_INTAKE_READ_VMCORE_RING_H

#include "intake/decode/record.h"

/* More than any kernel configuration allows: CONFIG_LOG_BUF_SHIFT is at most 25. */
#define INTAKE_VMCORE_RECORDS_MAX (1U << 22)
#define INTAKE_VMCORE_TEXT_MAX (1U << 26)

/**
 * struct intake_vmcore_memory - access to the kernel's memory
 * @info: VMCOREINFO, lines of NAME=VALUE
 * @read: read @size bytes at a virtual address; return whether all of them are present
 * @data: passed to @read
 * @is_big_endian: byte order of the kernel
 * @word_size: size of the kernel's unsigned long, 4 or 8
 */
struct intake_vmcore_memory {
	const char *info;
	bool (*read)(void *data, uint64_t address, void *buffer, size_t size);
	void *data;
	bool is_big_endian;
	unsigned int word_size;
};

/**
 * intake_vmcore_info() - return the value of a VMCOREINFO line, up to its newline; NULL if absent
 */
const char *intake_vmcore_info(const char *info, const char *name);

/**
 * intake_vmcore_ring_read() - pass all records to @sink, the oldest first
 * @ret_error: one static line for messages; written only on failure
 *
 * If the log lacks its first records and VMCOREINFO names the previous kernel, KHO's line with this
 * name comes first. The offset of a record is the position of its text in the text of the whole
 * log, with one line per record. @memory is not trusted: at most INTAKE_VMCORE_RECORDS_MAX records
 * are examined, and no more text is read than the ring can hold.
 *
 * Return: 0, possibly after INTAKE_FAULT_VMCORE (a part could not be read) or INTAKE_FAULT_LOST
 * (the text of a record was overwritten); -ENODATA if VMCOREINFO does not describe the log; -EIO if
 * the log is not in the dump; -EILSEQ if its structure is invalid; -EFBIG; -ENOMEM.
 */
int intake_vmcore_ring_read(const struct intake_vmcore_memory *memory,
			    const struct intake_sink *sink, const char **ret_error);

#endif /* LINEAGE_INTAKE_READ_VMCORE_RING_H */
