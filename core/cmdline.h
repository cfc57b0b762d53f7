/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Parser of kernel command lines, and functions that find, remove and insert stamps.
 *
 * The parser splits a line exactly as the kernel does (next_arg() in Linux lib/cmdline.c and
 * parse_args() in Linux kernel/params.c, unchanged from Linux 5.10 to 7.3): white space outside
 * double quotes separates parameters, '-' and '_' in a name are equal, the last of several
 * parameters of one name wins, and a bare "--" ends the kernel's part of the line.
 */
#ifndef LINEAGE_CORE_CMDLINE_H
#define LINEAGE_CORE_CMDLINE_H

#include "env.h"
#include "stamp.h"

/*
 * Limit for the next kernel's command line if its image contains no limit, in bytes without the
 * NUL. x86 accepts 30 bytes less than the image's cmdline_size of 2047, and counts the NUL
 * (arch/x86/kernel/kexec-bzimage64.c of Linux 6.1 to 7.3); arm64 accepts 2047. For riscv see
 * lineage_banner_cmdline_limit().
 */
#define LINEAGE_CMDLINE_MAX 2016

/**
 * struct lineage_parameter - one parameter of a command line
 * @start: offset of its first byte from the start of the line
 * @end: offset of the byte after its last one
 * @name: points into the line; without the enclosing quotes, not NUL-terminated
 * @name_length: bytes of @name
 * @value: points into the line, after the '='; without the enclosing quotes, not NUL-terminated;
 *	NULL if there is no '='
 * @value_length: bytes of @value; 0 if @value is NULL
 * @is_open: a quote is never closed, so the parameter extends to the end of the line
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
 * lineage_parameter_next() - iterate over the kernel parameters of a command line
 * @line: a command line; no NUL needed, the first NUL ends it
 * @length: bytes at @line
 * @position: 0 for the first call; advanced by each call
 * @ret: the parameter, which points into @line; untouched if there is no further parameter
 *
 * Return: true; or false at the end of the line or at a bare "--". @position is then the offset at
 * which a further kernel parameter can be inserted.
 */
bool lineage_parameter_next(const char *line, size_t length, size_t *position,
			    struct lineage_parameter *ret);

/**
 * lineage_parameter_has_name() - compare a parameter's name as the kernel does
 * @parameter: a parameter
 * @name: NUL-terminated
 *
 * Return: true if the names are equal; '-' equals '_'.
 */
bool lineage_parameter_has_name(const struct lineage_parameter *parameter, const char *name);

/**
 * lineage_cmdline_find() - find the parameter that takes effect for a name
 * @line: a command line, as for lineage_parameter_next()
 * @length: bytes at @line
 * @name: NUL-terminated
 * @ret: the last parameter of this name, which points into @line; untouched if not found
 *
 * Return: the number of parameters of this name.
 */
size_t lineage_cmdline_find(const char *line, size_t length, const char *name,
			    struct lineage_parameter *ret);

/**
 * lineage_cmdline_is_empty() - whether a command line has nothing but stamps and blanks
 * @line: a command line, as for lineage_parameter_next()
 * @length: bytes at @line
 *
 * Kernels that are started with a device tree use the line that is built into them (CONFIG_CMDLINE)
 * only if the line of the boot loader is empty (Linux drivers/of/fdt.c). A stamp would replace the
 * built-in line, so that an empty line must not get one there.
 */
bool lineage_cmdline_is_empty(const char *line, size_t length);

/**
 * lineage_cmdline_strip() - remove every stamp from a command line
 * @line: a command line, as for lineage_parameter_next()
 * @length: bytes at @line
 * @buf: receives the remaining bytes, unchanged, and a NUL; must not overlap @line; undefined on
 *	failure
 * @size: bytes at @buf
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * Each stamp is removed together with the one blank that separates it. Everything after a bare "--"
 * belongs to init and is kept.
 *
 * Return: 0, or -ENOSPC if @buf is too small.
 */
int lineage_cmdline_strip(const char *line, size_t length, char *buf, size_t size,
			  size_t *ret_length);

/**
 * lineage_cmdline_stamp() - replace every stamp on a command line with a new one
 * @line: a command line, as for lineage_parameter_next()
 * @length: bytes at @line
 * @stamp: the new stamp; its oldest chain entries are dropped if there is too little room
 * @limit: longest allowed result, in bytes without the NUL
 * @buf: receives the result and a NUL; must not overlap @line; undefined on failure
 * @size: bytes at @buf
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * The function is idempotent.
 *
 * Return: 0; -ENOSPC if @buf or @limit has no room for even one chain entry; -ENODATA or -EILSEQ as
 * returned by lineage_stamp_format().
 */
int lineage_cmdline_stamp(const char *line, size_t length, const struct lineage_stamp *stamp,
			  size_t limit, char *buf, size_t size, size_t *ret_length);

#endif /* LINEAGE_CORE_CMDLINE_H */
