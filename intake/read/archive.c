// SPDX-License-Identifier: GPL-2.0-or-later
/* Detection of unsupported archives and compressions, and the commands that convert them. */
#include "archive.h"

#include <string.h>

#define MAGIC(text) text, sizeof(text) - 1

/* struct kind - a format with the @size bytes of @magic at offset @at; to add one, add a row */
static const struct kind {
	size_t at;
	const char *magic;
	size_t size;
	const char *advice;
} kinds[] = {
	/* The block's magic number comes after "BZh" and the level, which is any digit. */
	{ 4, MAGIC("1AY&SY"),
	  "compressed with bzip2: use 'bzip2 -dc FILE | kexec-lineage ingest -'" },
	{ 0, MAGIC("\x04\x22\x4d\x18"),
	  "compressed with lz4: use 'lz4 -dc FILE | kexec-lineage ingest -'" },
	{ 0, MAGIC("\x02\x21\x4c\x18"),
	  "compressed with lz4: use 'lz4 -dc FILE | kexec-lineage ingest -'" },
	{ 0, MAGIC("PK\x03\x04"),
	  "a zip archive: use 'unzip -p FILE | kexec-lineage ingest -', or unpack it" },
	{ 0, MAGIC("7z\xbc\xaf\x27\x1c"),
	  "a 7z archive: unpack it with '7z x FILE' and ingest the folder" },
	{ 257, MAGIC("ustar"),
	  "a tar archive: unpack it with 'tar -xf FILE' and ingest the folder" },
};

const char *intake_archive_advice(const char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *kind = &kinds[i];

		if (length >= kind->at + kind->size &&
		    memcmp(head + kind->at, kind->magic, kind->size) == 0)
			return kind->advice;
	}
	return NULL;
}
