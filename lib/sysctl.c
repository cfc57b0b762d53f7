// SPDX-License-Identifier: GPL-2.0-or-later
#include "sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define FOLDER "proc/sys/"
#define SOS_PATH "sos_commands/kernel/sysctl_-a" /* written by the plugin "kernel" of sos */
#define SOS_LIMIT (4 << 20)

bool lineage_sysctl_find(const char *text, size_t size, const char *name, const char **ret,
			 size_t *ret_length)
{
	static const char separator[] = " = ";
	size_t name_length = strlen(name);

	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t length = newline ? (size_t)(newline - text) : size;
		size_t before = name_length + sizeof(separator) - 1;

		/* The separator of an empty value may have lost its last blank. */
		if (length + 1 >= before && memcmp(text, name, name_length) == 0 &&
		    memcmp(text + name_length, separator, sizeof(separator) - 2) == 0 &&
		    (length < before || text[before - 1] == ' ')) {
			*ret_length = length < before ? 0 : length - before;
			*ret = text + length - *ret_length;
			return true;
		}
		text += newline ? length + 1 : length;
		size -= newline ? length + 1 : length;
	}
	return false;
}

static int read_from_sosreport(const struct lineage_root *root, const char *name, char **ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	const char *value;
	size_t size, length;

	if (lineage_root_read(root, SOS_PATH, SOS_LIMIT, &text, &size) ||
	    !lineage_sysctl_find(text, size, name, &value, &length))
		return -ENOENT;
	*ret = strndup(value, length);
	return *ret ? 0 : -ENOMEM;
}

int lineage_sysctl_read(const struct lineage_root *root, const char *name, char **ret)
{
	LINEAGE_AUTO_FREE char *path = NULL;
	char *dot;
	int error;

	if (asprintf(&path, FOLDER "%s", name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	while ((dot = strchr(path, '.')))
		*dot = '/';
	error = lineage_root_read_line(root, path, ret);
	return error == -ENOENT && !root->is_system ? read_from_sosreport(root, name, ret) : error;
}
