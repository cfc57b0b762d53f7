/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Where on a kernel command line is a stamp, and how is one put there?
 *
 * The line is cut as the kernel cuts it (lib/cmdline.c next_arg(), kernel/params.c
 * parse_args(), both the same in Linux 5.10 to 7.3): parameters are separated by
 * white space outside double quotes, '-' and '_' in a name are equal, the last one
 * of several wins, a bare "--" ends the kernel's share of the line.
 */
#ifndef LINEAGE_CORE_CMDLINE_H
#define LINEAGE_CORE_CMDLINE_H

#include "env.h"
#include "stamp.h"

/*
 * How long may the next kernel's command line be, in bytes without the NUL, where its image
 * does not tell? x86 asks for 30 bytes less than the image's cmdline_size, which is 2047, and
 * counts the NUL (arch/x86/kernel/kexec-bzimage64.c, Linux 6.1 to 7.3); arm64 takes 2047.
 */
#define LINEAGE_CMDLINE_MAX 2016

/**
 * struct lineage_parameter - one parameter of a command line
 * @start: its first byte, from the start of the line
 * @end: the byte after its last one
 * @name: points into the line, quotes taken off
 * @name_length: bytes of @name
 * @value: what stands behind '=', quotes taken off; NULL where there is no '='
 * @value_length: bytes of @value
 * @is_open: a quote was opened and never closed: the parameter takes all the rest
 */
struct lineage_parameter {
	size_t start;
	size_t end;
	const char *name;
	size_t name_length;
	const char *value;
	size_t value_length;
	bool is_open;
};

/**
 * lineage_parameter_next() - the command line's next kernel parameter
 * @line: a command line, no NUL needed; one inside ends it
 * @length: its bytes
 * @position: 0 to begin with; moved on
 * @ret: the parameter; points into @line; untouched where there is none
 *
 * Return: true, or false at the end or at a bare "--"; then *@position is where a
 * further kernel parameter may be put.
 */
bool lineage_parameter_next(const char *line, size_t length, size_t *position,
			    struct lineage_parameter *ret);

/**
 * lineage_parameter_has_name() - compare as the kernel does, '-' equal to '_'
 */
bool lineage_parameter_has_name(const struct lineage_parameter *parameter, const char *name);

/**
 * lineage_cmdline_find() - the parameter of this name that the kernel goes by
 * @line: a command line
 * @length: its bytes
 * @name: NUL-terminated
 * @ret: the last such parameter; untouched where there is none
 *
 * Return: how many parameters have this name.
 */
size_t lineage_cmdline_find(const char *line, size_t length, const char *name,
			    struct lineage_parameter *ret);

/**
 * lineage_cmdline_strip() - take every stamp off a command line
 * @line: a command line
 * @length: its bytes
 * @buf: gets the rest, byte for byte, and a NUL; may not overlap @line
 * @size: bytes at @buf
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * With each stamp goes the one blank that separates it. Behind a bare "--"
 * everything stays: that is init's.
 *
 * Return: 0, or -ENOSPC where @buf is too small.
 */
int lineage_cmdline_strip(const char *line, size_t length, char *buf, size_t size,
			  size_t *ret_length);

/**
 * lineage_cmdline_stamp() - replace every stamp on a command line by a new one
 * @line: a command line
 * @length: its bytes
 * @stamp: the new stamp; its oldest entries are dropped where room is short
 * @limit: how long the result may be, in bytes without the NUL
 * @buf: gets the result and a NUL; may not overlap @line; undefined on failure
 * @size: bytes at @buf
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * Stamping twice gives what stamping once gives.
 *
 * Return: 0; -ENOSPC where @buf or @limit leaves no room for even one entry; what
 * lineage_stamp_format() returns.
 */
int lineage_cmdline_stamp(const char *line, size_t length, const struct lineage_stamp *stamp,
			  size_t limit, char *buf, size_t size, size_t *ret_length);

#endif /* LINEAGE_CORE_CMDLINE_H */
