/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser for the prefixes of a printed log line.
 *
 * The kernel may write "<LEVEL>", "[SECONDS.MICROSECONDS]" and "[CALLER]", followed by a space
 * (info_print_prefix(), Linux kernel/printk/printk.c). Syslog daemons, journalctl and dmesg write a
 * time, a host and "kernel:" before them.
 */
#ifndef LINEAGE_INTAKE_DECODE_PRINTK_LINE_H
#define LINEAGE_INTAKE_DECODE_PRINTK_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/**
 * intake_printk_line_decode() - decode and remove the prefixes of a line
 * @line: any bytes, without newline
 * @record: zeroed; all known members except boot_id and offset are set
 *
 * Return: whether the line had a prefix.
 */
bool intake_printk_line_decode(const char *line, size_t length, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_PRINTK_LINE_H */
