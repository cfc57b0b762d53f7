// SPDX-License-Identifier: GPL-2.0-or-later
/* Reader of the regular files in a tar archive. */
#include "tar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A field of a header, as defined in POSIX ("ustar Interchange Format"). */
struct field {
	size_t at;
	size_t size;
};

static const struct field name_field = { 0, 100 }, size_field = { 124, 12 },
			  checksum_field = { 148, 8 }, prefix_field = { 345, 155 };
#define TYPE_AT 156
#define MAGIC_AT 257

void intake_tar_init(struct intake_tar *tar, const struct intake_tar_listener *listener)
{
	memset(tar, 0, sizeof(*tar));
	tar->listener = listener;
}

static bool parse_octal(const unsigned char *at, size_t size, uint64_t *ret)
{
	uint64_t number = 0;
	size_t i = 0;

	while (i < size && at[i] == ' ')
		i++;
	for (; i < size && at[i] >= '0' && at[i] <= '7'; i++)
		number = number << 3 | (uint64_t)(at[i] - '0');
	if (i < size && at[i] != ' ' && at[i] != '\0')
		return false;
	*ret = number;
	return true;
}

/* Parse a number. GNU tar writes sizes of 8 GiB or more as binary numbers. */
static bool parse_number(const struct intake_tar *tar, struct field field, uint64_t *ret)
{
	const unsigned char *at = tar->block + field.at;
	uint64_t number = at[0] & 0x7f;

	if (!(at[0] & 0x80))
		return parse_octal(at, field.size, ret);
	for (size_t i = 1; i < field.size; i++) {
		if (number >> 55)
			return false;
		number = number << 8 | at[i];
	}
	*ret = number;
	return true;
}

/* Verify the checksum, which is computed with blanks in the checksum field itself. */
static bool is_header(const struct intake_tar *tar)
{
	uint64_t sum = 0, expected;

	for (size_t i = 0; i < sizeof(tar->block); i++) {
		bool is_own = i >= checksum_field.at && i < checksum_field.at + checksum_field.size;

		sum += is_own ? ' ' : tar->block[i];
	}
	return memcmp(tar->block + MAGIC_AT, "ustar", 5) == 0 &&
	       parse_number(tar, checksum_field, &expected) && expected == sum;
}

static bool is_zero(const unsigned char *block)
{
	for (size_t i = 0; i < INTAKE_TAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static int field_length(const struct intake_tar *tar, struct field field)
{
	return (int)strnlen((const char *)tar->block + field.at, field.size);
}

/* GNU tar's own format ends the magic with a blank, and has other fields in place of the prefix. */
static void take_path(struct intake_tar *tar)
{
	const char *block = (const char *)tar->block;
	int prefix = block[MAGIC_AT + 5] == '\0' ? field_length(tar, prefix_field) : 0;

	if (!tar->path[0])
		snprintf(tar->path, sizeof(tar->path), "%.*s%s%.*s", prefix,
			 block + prefix_field.at, prefix > 0 ? "/" : "",
			 field_length(tar, name_field), block + name_field.at);
}

static void expect(struct intake_tar *tar, enum intake_tar_state state, uint64_t size)
{
	tar->state = state;
	tar->left = size;
	tar->padding = -size % INTAKE_TAR_BLOCK;
	tar->length = 0;
}

static void forget(struct intake_tar *tar)
{
	tar->path[0] = '\0';
	tar->has_size = false;
}

static int begin_file(struct intake_tar *tar, uint64_t size)
{
	int error;

	take_path(tar);
	error = tar->listener->file(tar->listener->data, tar->path, size);
	expect(tar, INTAKE_TAR_CONTENT, size);
	forget(tar);
	return error;
}

static int begin_extended(struct intake_tar *tar, enum intake_tar_state state, uint64_t size)
{
	if (size > INTAKE_TAR_HEADER_MAX)
		return -EILSEQ;
	expect(tar, state, size);
	return 0;
}

static int take_header(struct intake_tar *tar)
{
	uint64_t size;

	if (is_zero(tar->block)) {
		tar->state = INTAKE_TAR_ENDED;
		return 0;
	}
	if (!is_header(tar) || !parse_number(tar, size_field, &size))
		return -EILSEQ;
	switch (tar->block[TYPE_AT]) {
	case 'L':
		return begin_extended(tar, INTAKE_TAR_LONG_NAME, size);
	case 'x':
		return begin_extended(tar, INTAKE_TAR_PAX, size);
	case 'K': /* long target of a link */
	case 'g': /* extended header of all files */
		expect(tar, INTAKE_TAR_SKIPPED, size);
		return 0;
	case '\0':
	case '0':
	case '7':
		return begin_file(tar, tar->has_size ? tar->size : size);
	case '1': /* links, devices, folders and pipes have no content */
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
		size = 0;
		break;
	default:
		break;
	}
	expect(tar, INTAKE_TAR_SKIPPED, size);
	forget(tar);
	return 0;
}

static int set_path(struct intake_tar *tar, const char *path, size_t length)
{
	if (length >= sizeof(tar->path) || memchr(path, '\0', length))
		return -EILSEQ;
	memcpy(tar->path, path, length);
	tar->path[length] = '\0';
	return 0;
}

static bool parse_decimal(const char *at, size_t length, uint64_t *ret)
{
	uint64_t number = 0;

	for (size_t i = 0; i < length; i++) {
		if (at[i] < '0' || at[i] > '9' || number > (UINT64_MAX >> 1) / 10 - 1)
			return false;
		number = 10 * number + (uint64_t)(at[i] - '0');
	}
	*ret = number;
	return length > 0;
}

/* Take a record "NAME=VALUE" of an extended header, without its length and newline. */
static int take_record(struct intake_tar *tar, const char *at, size_t length)
{
	static const char path[] = "path=", size[] = "size=";

	if (length >= sizeof(path) && memcmp(at, path, sizeof(path) - 1) == 0)
		return set_path(tar, at + sizeof(path) - 1, length - sizeof(path) + 1);
	if (length < sizeof(size) || memcmp(at, size, sizeof(size) - 1) != 0)
		return 0;
	tar->has_size = parse_decimal(at + sizeof(size) - 1, length - sizeof(size) + 1, &tar->size);
	return tar->has_size ? 0 : -EILSEQ;
}

/* Take the records of an extended header. The length in a record is that of the whole record. */
static int take_pax(struct intake_tar *tar)
{
	const char *at = tar->extended, *end = at + tar->length;

	while (at < end) {
		const char *blank = memchr(at, ' ', (size_t)(end - at));
		uint64_t length;
		int error;

		if (!blank || !parse_decimal(at, (size_t)(blank - at), &length) ||
		    length > (size_t)(end - at) || length < (size_t)(blank - at) + 2 ||
		    at[length - 1] != '\n')
			return -EILSEQ;
		error = take_record(tar, blank + 1, (size_t)(at + length - 1 - (blank + 1)));
		if (error)
			return error;
		at += length;
	}
	return 0;
}

static int end_content(struct intake_tar *tar)
{
	enum intake_tar_state state = tar->state;

	tar->state = INTAKE_TAR_HEADER;
	tar->filled = 0;
	if (state == INTAKE_TAR_LONG_NAME)
		return set_path(tar, tar->extended, strnlen(tar->extended, tar->length));
	return state == INTAKE_TAR_PAX ? take_pax(tar) : 0;
}

static int take_content(struct intake_tar *tar, const unsigned char *bytes, size_t size)
{
	tar->left -= size;
	if (tar->state == INTAKE_TAR_CONTENT)
		return tar->listener->bytes(tar->listener->data, bytes, size);
	if (tar->state == INTAKE_TAR_SKIPPED)
		return 0;
	memcpy(tar->extended + tar->length, bytes, size);
	tar->length += size;
	return 0;
}

/* Take bytes that belong to the current state. */
static int take_some(struct intake_tar *tar, const unsigned char *bytes, size_t size, size_t *used)
{
	size_t wanted = sizeof(tar->block) - tar->filled;

	if (tar->state == INTAKE_TAR_HEADER) {
		*used = size < wanted ? size : wanted;
		memcpy(tar->block + tar->filled, bytes, *used);
		tar->filled += *used;
		return tar->filled == sizeof(tar->block) ? take_header(tar) : 0;
	}
	if (tar->left > 0) {
		*used = size < tar->left ? size : (size_t)tar->left;
		return take_content(tar, bytes, *used);
	}
	*used = size < tar->padding ? size : (size_t)tar->padding;
	tar->padding -= *used;
	return 0;
}

int intake_tar_feed(struct intake_tar *tar, const unsigned char *bytes, size_t size)
{
	while (size > 0 && tar->state != INTAKE_TAR_ENDED) {
		size_t used = 0;
		int error = take_some(tar, bytes, size, &used);

		if (!error && tar->state > INTAKE_TAR_HEADER && tar->state < INTAKE_TAR_ENDED &&
		    tar->left == 0 && tar->padding == 0)
			error = end_content(tar);
		if (error)
			return error;
		bytes += used;
		size -= used;
	}
	return 0;
}

bool intake_tar_is_complete(const struct intake_tar *tar)
{
	return tar->state == INTAKE_TAR_ENDED;
}
