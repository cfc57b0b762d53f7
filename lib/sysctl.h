/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of /proc/sys values. If a sosreport lacks the file of a value, its output of `sysctl -a`
 * is used instead.
 */
#ifndef LINEAGE_LIB_SYSCTL_H
#define LINEAGE_LIB_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

#include "root.h"

/**
 * lineage_sysctl_find() - find a value in the output of sysctl -a
 * @text: the output, lines of the form "kernel.osrelease = 6.1.0"; no NUL needed
 * @size: bytes at @text
 * @name: "kernel.osrelease"
 * @ret: start of the value, in @text
 * @ret_length: its length; 0 for an empty value
 *
 * Return: whether the output has the value.
 */
bool lineage_sysctl_find(const char *text, size_t size, const char *name, const char **ret,
			 size_t *ret_length);

/**
 * lineage_sysctl_read() - read a value of /proc/sys
 * @root: the root folder; if it is not the running system and lacks the file, the output of
 *   sysctl -a in a sosreport is searched
 * @name: "kernel.osrelease"
 * @ret: the first line of the value, NUL-terminated; the caller frees it with free()
 *
 * Return: 0; -ENOENT if there is no such value; -ENOMEM; another negative errno of reading the
 * file in /proc/sys.
 */
int lineage_sysctl_read(const struct lineage_root *root, const char *name, char **ret);

#endif /* LINEAGE_LIB_SYSCTL_H */
