/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in front of a line that was printed as text?
 *
 * The kernel writes "<LEVEL>", "[SECONDS.MICROSECONDS]" and "[CALLER]", each or none of them, and a
 * blank (info_print_prefix(), kernel/printk/printk.c). Syslog daemons, journalctl and dmesg put
 * a time, a host and "kernel:" in front of that.
 */
#ifndef LINEAGE_INTAKE_DECODE_PRINTK_LINE_H
#define LINEAGE_INTAKE_DECODE_PRINTK_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/**
 * intake_printk_line_decode() - take a line's prefixes off
 * @line: without newline; any bytes
 * @record: zeroed; all but boot_id and offset are set, as far as the line tells
 *
 * Return: whether there was any prefix.
 */
bool intake_printk_line_decode(const char *line, size_t length, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_PRINTK_LINE_H */
