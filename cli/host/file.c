// SPDX-License-Identifier: GPL-2.0-or-later
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"

static char *read_stream(FILE *stream, const char *name, size_t limit, size_t *ret_size)
{
	size_t capacity = 4096;
	size_t size = 0;
	char *bytes = malloc(capacity + 1);

	while (bytes) {
		size_t got = fread(bytes + size, 1, capacity - size, stream);
		char *more;

		size += got;
		if (got == 0 || size > limit)
			break;
		if (size < capacity)
			continue;
		capacity *= 2;
		more = realloc(bytes, capacity + 1);
		if (!more)
			free(bytes);
		bytes = more;
	}
	if (!bytes)
		complain("out of memory");
	else if (ferror(stream))
		complain("%s: %s", name, strerror(errno));
	else if (size > limit)
		complain("%s: larger than %zu bytes, so not read", name, limit);
	if (!bytes || ferror(stream) || size > limit) {
		free(bytes);
		return NULL;
	}
	bytes[size] = '\0';
	*ret_size = size;
	return bytes;
}

char *read_file(const char *path, size_t limit, size_t *ret_size)
{
	FILE *stream = fopen(path, "rbe");
	char *bytes;

	if (!stream) {
		complain("%s: %s%s", path, strerror(errno),
			 errno == EACCES ? " (try as root)" : "");
		return NULL;
	}
	bytes = read_stream(stream, path, limit, ret_size);
	fclose(stream);
	return bytes;
}

char *read_stdin(size_t limit, size_t *ret_size)
{
	return read_stream(stdin, "stdin", limit, ret_size);
}
