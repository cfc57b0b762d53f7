// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "release.h"

static const char hex_digits[16] = "0123456789ABCDEF";

static bool is_valid_byte(unsigned char byte)
{
	return byte > 0x20 && byte < 0x7f;
}

/* Return whether a byte needs no encoding: neither shells nor boot loaders change it. */
static bool is_plain_byte(unsigned char byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '+' ||
	       byte == '~' || byte == '-';
}

bool lineage_release_is_valid(const char *release, size_t length)
{
	size_t i;

	if (length == 0 || length > LINEAGE_RELEASE_MAX)
		return false;
	for (i = 0; i < length; i++) {
		if (!is_valid_byte((unsigned char)release[i]))
			return false;
	}
	return true;
}

int lineage_release_read(const char *version, size_t size, char *ret)
{
	size_t length = 0;

	while (length < size && length <= LINEAGE_RELEASE_MAX && version[length] != ' ' &&
	       version[length] != '\0')
		length++;
	if (length == size || !lineage_release_is_valid(version, length))
		return -EILSEQ;
	memcpy(ret, version, length);
	ret[length] = '\0';
	return 0;
}

size_t lineage_release_encode(const char *release, size_t length, char *buf)
{
	size_t written = 0;
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)release[i];

		if (is_plain_byte(byte)) {
			buf[written++] = (char)byte;
		} else {
			buf[written++] = '%';
			buf[written++] = hex_digits[byte >> 4];
			buf[written++] = hex_digits[byte & 15];
		}
	}
	return written;
}

/* Return the value of an upper-case hex digit; 16 for any other byte. */
static unsigned int hex_value(char digit)
{
	const char *found = memchr(hex_digits, digit, sizeof(hex_digits));

	return found ? (unsigned int)(found - hex_digits) : 16;
}

/* Decode the byte that starts at @text. Return the bytes of text consumed; 0 if it is not valid. */
static size_t decode_byte(const char *text, size_t length, unsigned char *ret)
{
	unsigned int high, low;

	if (text[0] != '%') {
		*ret = (unsigned char)text[0];
		return is_plain_byte(*ret) ? 1 : 0;
	}
	if (length < 3)
		return 0;
	high = hex_value(text[1]);
	low = hex_value(text[2]);
	if (high > 15 || low > 15)
		return 0;
	*ret = (unsigned char)(high << 4 | low);
	return is_plain_byte(*ret) || !is_valid_byte(*ret) ? 0 : 3;
}

int lineage_release_decode(const char *text, size_t length, char *ret, struct lineage_fault *fault)
{
	char release[LINEAGE_RELEASE_SIZE];
	size_t decoded = 0;
	size_t at = 0;

	if (length == 0)
		return lineage_fault_set(fault, -EILSEQ, "a release is empty", 0);
	while (at < length) {
		unsigned char byte;
		size_t taken = decode_byte(text + at, length - at, &byte);

		if (taken == 0)
			return lineage_fault_set(
				fault, -EILSEQ,
				"a release has a byte or percent code that is not allowed", at);
		if (decoded == LINEAGE_RELEASE_MAX)
			return lineage_fault_set(fault, -EILSEQ,
						 "a release is longer than 64 bytes", at);
		release[decoded++] = (char)byte;
		at += taken;
	}
	release[decoded] = '\0';
	memcpy(ret, release, decoded + 1);
	return 0;
}
