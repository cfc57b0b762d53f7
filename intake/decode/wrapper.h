/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wrappers around a kernel's line: what mail, editors, containers, CI systems, consoles and
 * syslog daemons put in front of it.
 *
 * They are taken off from the outside to the inside, layer by layer: quote, line number, stamp,
 * syslog, printk. The table in wrapper.c has a row for each shape; to add one, write a function and
 * a row there, and an encoder in tests/golden/encode_wrappers.py.
 */
#ifndef LINEAGE_INTAKE_DECODE_WRAPPER_H
#define LINEAGE_INTAKE_DECODE_WRAPPER_H

#include "text.h"

/**
 * intake_line_decode() - take everything off a line that the kernel did not print
 * @line: without newline; any bytes
 * @record: zeroed; all but boot_id, machine_id and offset are set, as far as the line says so
 *
 * If a prefix has an unknown shape, the host stays unknown and @record's lane is set to a sum over
 * the words in it that could be a host's name.
 *
 * Return: whether there was any prefix.
 */
bool intake_line_decode(const char *line, size_t length, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_WRAPPER_H */
