// SPDX-License-Identifier: GPL-2.0-or-later
/* Detection of archives, compressions and encodings that are not read, and of databases. */
#include "archive.h"

#include <string.h>

#define MAGIC(text) text, sizeof(text) - 1
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define UTF16_TRIAL 512	  /* maximum number of bytes that are checked */
#define UTF16_PAIRS_MIN 8 /* fewer pairs of bytes do not show UTF-16 */

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

/*
 * The files of an SQLite database: the database, its write-ahead log (two byte orders of the
 * checksum), the index of this log (little endian and big endian) and the rollback journal, as in
 * "Database File Format" and "WAL-mode File Format" of SQLite's documentation.
 */
static const struct kind databases[] = {
	{ 0, MAGIC("SQLite format 3\0"), NULL },
	{ 0, MAGIC("\x37\x7f\x06\x82"), NULL },
	{ 0, MAGIC("\x37\x7f\x06\x83"), NULL },
	{ 0, MAGIC("\x18\xe2\x2d\x00\0\0\0\0"), NULL },
	{ 0, MAGIC("\x00\x2d\xe2\x18\0\0\0\0"), NULL },
	{ 0, MAGIC("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"), NULL },
};

static const struct kind *find(const struct kind *table, size_t count, const char *head,
			       size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (length >= table[i].at + table[i].size &&
		    memcmp(head + table[i].at, table[i].magic, table[i].size) == 0)
			return &table[i];
	return NULL;
}

bool intake_archive_is_database(const char *head, size_t length)
{
	return find(databases, COUNT_OF(databases), head, length);
}

static bool is_ascii_text(char c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r' || c == '\033';
}

/*
 * Return whether the head is UTF-16: at least @percent of its pairs have NUL at the place @high,
 * and ASCII text at the other place. A kernel log is ASCII text.
 */
static bool is_utf16(const char *head, size_t length, size_t high, size_t percent)
{
	size_t pairs = (length < UTF16_TRIAL ? length : UTF16_TRIAL) / 2, matches = 0;

	for (size_t i = 0; i < pairs; i++)
		matches += head[2 * i + high] == '\0' && is_ascii_text(head[2 * i + 1 - high]);
	return pairs >= UTF16_PAIRS_MIN && matches * 100 >= pairs * percent;
}

/*
 * A byte-order mark is good evidence: the first lines may have letters other than ASCII. iconv(1)
 * needs the byte order if there is no mark.
 */
static const char *utf16_advice(const char *head, size_t length)
{
	if (length >= 2 && ((memcmp(head, "\xff\xfe", 2) == 0 && is_utf16(head, length, 1, 50)) ||
			    (memcmp(head, "\xfe\xff", 2) == 0 && is_utf16(head, length, 0, 50))))
		return "UTF-16 text: use 'iconv -f UTF-16 -t UTF-8 FILE | kexec-lineage ingest -'";
	if (is_utf16(head, length, 1, 90))
		return "UTF-16 text: use 'iconv -f UTF-16LE -t UTF-8 FILE | kexec-lineage ingest -'";
	if (is_utf16(head, length, 0, 90))
		return "UTF-16 text: use 'iconv -f UTF-16BE -t UTF-8 FILE | kexec-lineage ingest -'";
	return NULL;
}

const char *intake_archive_advice(const char *head, size_t length)
{
	const struct kind *kind = find(kinds, COUNT_OF(kinds), head, length);

	return kind ? kind->advice : utf16_advice(head, length);
}
