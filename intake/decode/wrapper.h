/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removal of wrappers: the prefixes that mail, editors, containers, CI systems, consoles and syslog
 * daemons add to a line of the kernel.
 *
 * Wrappers are removed from the outside to the inside, layer by layer: quote, line number, time
 * stamp, syslog, printk. The table in wrapper.c has a row for each form. To add a form, write a
 * function and a row there, and an encoder in tests/golden/encode_wrappers.py.
 */
#ifndef LINEAGE_INTAKE_DECODE_WRAPPER_H
#define LINEAGE_INTAKE_DECODE_WRAPPER_H

#include "text.h"

/**
 * intake_line_decode() - remove all prefixes from a line of a kernel log
 * @line: without newline; any bytes
 * @record: zeroed; all members except boot_id, machine_id and offset are set if the line contains
 *	them
 *
 * If a prefix has an unknown shape, the host stays unknown and @record's lane is set (lane.h).
 *
 * Return: whether there was any prefix.
 */
bool intake_line_decode(const char *line, size_t length, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_WRAPPER_H */
