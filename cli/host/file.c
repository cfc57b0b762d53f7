// SPDX-License-Identifier: GPL-2.0-or-later
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/output.h"

#define FIRST_READ 4096

/* Read until end of file, an error, or more than @limit bytes. Return 0 or -ENOMEM. */
static int fill(FILE *stream, size_t limit, char **bytes, size_t *size)
{
	size_t capacity = 0;
	size_t got;

	do {
		if (*size == capacity) {
			char *more;

			capacity = capacity ? 2 * capacity : FIRST_READ;
			more = realloc(*bytes, capacity + 1);
			if (!more)
				return -ENOMEM;
			*bytes = more;
		}
		got = fread(*bytes + *size, 1, capacity - *size, stream);
		*size += got;
	} while (got > 0 && *size <= limit);
	return 0;
}

static char *read_stream(FILE *stream, const char *name, size_t limit, size_t *ret_size)
{
	LINEAGE_AUTO_FREE char *bytes = NULL;
	size_t size = 0;

	if (fill(stream, limit, &bytes, &size)) {
		complain("out of memory");
		return NULL;
	}
	if (ferror(stream)) {
		complain("%s: %s", name, strerror(errno));
		return NULL;
	}
	if (size > limit) {
		complain("%s: file too large (at most %zu bytes)", name, limit);
		return NULL;
	}
	bytes[size] = '\0';
	*ret_size = size;
	return LINEAGE_TAKE(bytes);
}

char *read_file(const char *path, size_t limit, size_t *ret_size)
{
	AUTO_FILE FILE *stream = fopen(path, "rbe");

	if (!stream) {
		complain("%s: %s%s", path, strerror(errno),
			 errno == EACCES ? " (run it as root)" : "");
		return NULL;
	}
	return read_stream(stream, path, limit, ret_size);
}

char *read_stdin(size_t limit, size_t *ret_size)
{
	return read_stream(stdin, "stdin", limit, ret_size);
}
