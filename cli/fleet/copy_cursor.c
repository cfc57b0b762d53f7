// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy_cursor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "intake/decode/hash.h"
#include "lib/cleanup.h"
#include "lib/replace.h"

#define BEGIN "kexec-lineage copy "
#define FORMAT BEGIN "2: %016" PRIx64 " "
#define SIZE_MAX_BYTES 512

/* Hash the URLs with their NULs, so that no two pairs of URLs have the same text. */
static uint64_t hash(const char *from, const char *to)
{
	uint64_t sum = intake_hash_add(INTAKE_HASH_START, from, strlen(from) + 1);

	return intake_hash_add(sum, to, strlen(to) + 1);
}

/* Read the whole file; a longer file is not a cursor. */
static int read_text(const char *path, char text[SIZE_MAX_BYTES])
{
	AUTO_FILE FILE *file = fopen(path, "re");
	size_t length;

	text[0] = '\0';
	if (!file)
		return errno == ENOENT ? 0 : -errno;
	length = fread(text, 1, SIZE_MAX_BYTES - 1, file);
	if (ferror(file))
		return -EIO;
	text[length] = '\0';
	return 0;
}

int copy_cursor_read(const char *path, const char *from, const char *to, char **ret)
{
	char text[SIZE_MAX_BYTES], begin[64];
	size_t length = strlen(BEGIN), size;
	int error = read_text(path, text);
	const char *host = "";

	if (error)
		return error;
	snprintf(begin, sizeof(begin), FORMAT, hash(from, to));
	size = strlen(text);
	if (size > 0 && (strncmp(text, begin, length) != 0 || text[size - 1] != '\n' ||
			 !strchr("12", text[length])))
		return -EEXIST;
	if (size > 0 && strncmp(text, begin, strlen(begin)) == 0) {
		text[size - 1] = '\0';
		host = text + strlen(begin);
	}
	*ret = strdup(host);
	return *ret ? 0 : -ENOMEM;
}

int copy_cursor_write(const char *path, const char *from, const char *to, const char *host)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	int length = asprintf(&text, FORMAT "%s\n", hash(from, to), host);

	if (length < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return lineage_file_write(path, text, (size_t)length);
}
