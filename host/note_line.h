/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines "NAME=VALUE" of the files in which this program notes facts for a later run. */
#ifndef LINEAGE_HOST_NOTE_LINE_H
#define LINEAGE_HOST_NOTE_LINE_H

#include <stdbool.h>
#include <stddef.h>

/** struct lineage_host_value - a value of @length bytes, not NUL-terminated */
struct lineage_host_value {
	const char *at;
	size_t length;
};

/**
 * lineage_host_line_has() - return whether a line has this name
 * @line: array of @length bytes, without the newline
 * @ret: its value, which points into @line
 */
bool lineage_host_line_has(const char *line, size_t length, const char *name,
			   struct lineage_host_value *ret);

/**
 * lineage_host_value_copy() - copy a value, with a NUL
 *
 * Return: 0; -EILSEQ if the value does not fit into @size bytes.
 */
int lineage_host_value_copy(const struct lineage_host_value *value, char *ret, size_t size);

/**
 * lineage_host_value_copy_release() - copy a release; an empty value is an unknown release
 * @ret: buffer of LINEAGE_RELEASE_SIZE bytes
 *
 * Return: 0; -EILSEQ if the release is invalid.
 */
int lineage_host_value_copy_release(const struct lineage_host_value *value, char *ret);

#endif /* LINEAGE_HOST_NOTE_LINE_H */
