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

#include "text.h"

/**
 * intake_printk_line_decode() - take the prefixes of the kernel and of dmesg off a line
 * @line: without newline; any bytes
 * @record: its text and the values in the prefixes are set; its level must be -1 or already known
 *
 * wrapper.h handles the prefixes of all other programs.
 *
 * Return: whether the line had a prefix.
 */
bool intake_printk_line_decode(const char *line, size_t length, struct intake_record *record);

/** intake_printk_uptime_take() - take "[    5.123456]" off the front and set the record's uptime */
bool intake_printk_uptime_take(struct intake_text *text, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_PRINTK_LINE_H */
