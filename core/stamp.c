// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "stamp.h"

#include "crc32.h"
#include "decimal.h"

#define CRC_DIGITS 8
#define VALUE_MAX (LINEAGE_STAMP_MAX - LINEAGE_STAMP_PREFIX_LENGTH)
#define HEAD_MAX (sizeof("1,k,,,") + LINEAGE_DECIMAL_MAX + LINEAGE_ENCODED_MAX)

static const char crc_hex[16] = "0123456789abcdef";

/* Write "1,<kind>,<count>,<for>," to @buf of HEAD_MAX bytes. */
static size_t format_head(const struct lineage_stamp *stamp, char *buf)
{
	size_t length = 0;

	buf[length++] = '0' + LINEAGE_STAMP_VERSION;
	buf[length++] = ',';
	buf[length++] = (char)stamp->kind;
	buf[length++] = ',';
	length += lineage_decimal_format(stamp->lineage.count, buf + length);
	buf[length++] = ',';
	length += lineage_release_encode(stamp->made_for, strlen(stamp->made_for), buf + length);
	buf[length++] = ',';
	return length;
}

static void format_crc(uint32_t crc, char *buf)
{
	size_t i;

	for (i = 0; i < CRC_DIGITS; i++)
		buf[i] = crc_hex[crc >> (28 - 4 * i) & 15];
}

int lineage_stamp_format(const struct lineage_stamp *stamp, char *buf, size_t size,
			 size_t *ret_length)
{
	size_t made_for_length = strlen(stamp->made_for);
	size_t room = size - 1 < LINEAGE_STAMP_MAX ? size - 1 : LINEAGE_STAMP_MAX;
	size_t chain_length, length, fixed;
	char head[HEAD_MAX];
	size_t head_length;

	buf[0] = '\0';
	if (stamp->lineage.count == 0 || stamp->lineage.chain_length == 0)
		return -ENODATA;
	if (made_for_length > 0 && !lineage_release_is_valid(stamp->made_for, made_for_length))
		return -EILSEQ;
	head_length = format_head(stamp, head);
	fixed = LINEAGE_STAMP_PREFIX_LENGTH + head_length + 1 + CRC_DIGITS;
	if (room < fixed)
		return -ENOSPC;
	chain_length = lineage_chain_fit(&stamp->lineage, room - fixed);
	if (chain_length == 0)
		return -ENOSPC;

	memcpy(buf, LINEAGE_STAMP_PREFIX, LINEAGE_STAMP_PREFIX_LENGTH);
	length = LINEAGE_STAMP_PREFIX_LENGTH;
	memcpy(buf + length, head, head_length);
	length += head_length;
	memcpy(buf + length, stamp->lineage.chain, chain_length);
	length += chain_length;
	buf[length++] = ',';
	format_crc(lineage_crc32(buf + LINEAGE_STAMP_PREFIX_LENGTH,
				 length - 1 - LINEAGE_STAMP_PREFIX_LENGTH),
		   buf + length);
	length += CRC_DIGITS;
	buf[length] = '\0';
	*ret_length = length;
	return 0;
}

/* The part of the value that is not parsed yet: each parser takes its field from the front. */
struct rest {
	const char *value; /* start of the whole value, for offsets */
	const char *at;
	size_t length;
};

static size_t offset_of(const struct rest *rest)
{
	return (size_t)(rest->at - rest->value);
}

/* Take the bytes up to the next comma, and the comma; without a comma take nothing. */
static bool take_field(struct rest *rest, struct rest *ret_field)
{
	const char *comma = memchr(rest->at, ',', rest->length);

	if (!comma)
		return false;
	*ret_field = *rest;
	ret_field->length = (size_t)(comma - rest->at);
	rest->length -= ret_field->length + 1;
	rest->at = comma + 1;
	return true;
}

static int parse_version(struct rest *rest, struct lineage_fault *fault)
{
	struct rest field;
	uint32_t version;

	if (!take_field(rest, &field) || lineage_decimal_parse(field.at, field.length, &version))
		return lineage_fault_set(fault, -EILSEQ,
					 "it does not begin with a format version and a comma", 0);
	if (version != LINEAGE_STAMP_VERSION)
		return lineage_fault_set_values(fault, -EPROTONOSUPPORT,
						"its format version is unknown", 0, version,
						LINEAGE_STAMP_VERSION);
	return 0;
}

static bool parse_crc_digits(const char *digits, uint32_t *ret)
{
	uint32_t crc = 0;
	size_t i;

	for (i = 0; i < CRC_DIGITS; i++) {
		const char *found = memchr(crc_hex, digits[i], sizeof(crc_hex));

		if (!found)
			return false;
		crc = crc << 4 | (uint32_t)(found - crc_hex);
	}
	*ret = crc;
	return true;
}

/* Check the CRC over @value, and remove the CRC and its comma from @rest. */
static int check_crc(const char *value, size_t length, struct rest *rest,
		     struct lineage_fault *fault)
{
	uint32_t said, computed;
	size_t covered;

	if (rest->length < CRC_DIGITS + 1 || value[length - CRC_DIGITS - 1] != ',' ||
	    !parse_crc_digits(value + length - CRC_DIGITS, &said))
		return lineage_fault_set(
			fault, -EILSEQ,
			"it does not end with a comma and eight lower-case hex digits", length);
	covered = length - CRC_DIGITS - 1;
	computed = lineage_crc32(value, covered);
	if (said != computed)
		return lineage_fault_set_values(fault, -EBADMSG, "its CRC is wrong", covered + 1,
						said, computed);
	rest->length -= CRC_DIGITS + 1;
	return 0;
}

static int parse_kind(struct rest *rest, enum lineage_kind *ret, struct lineage_fault *fault)
{
	size_t offset = offset_of(rest);
	struct rest field;

	if (!take_field(rest, &field) || field.length != 1 ||
	    (field.at[0] != LINEAGE_KIND_KEXEC && field.at[0] != LINEAGE_KIND_CAPTURE))
		return lineage_fault_set(fault, -EILSEQ, "its kind is neither k nor p", offset);
	*ret = (enum lineage_kind)field.at[0];
	return 0;
}

static int parse_count(struct rest *rest, uint32_t *ret, struct lineage_fault *fault)
{
	size_t offset = offset_of(rest);
	struct rest field;

	if (!take_field(rest, &field) || lineage_decimal_parse(field.at, field.length, ret) ||
	    *ret == 0)
		return lineage_fault_set(fault, -EILSEQ, "its count is not 1 to 4294967295",
					 offset);
	return 0;
}

static int parse_made_for(struct rest *rest, char *ret, struct lineage_fault *fault)
{
	size_t offset = offset_of(rest);
	struct rest field;
	int error;

	if (!take_field(rest, &field))
		return lineage_fault_set(fault, -EILSEQ,
					 "it lacks the field of the release that it was made for",
					 offset);
	ret[0] = '\0';
	if (field.length == 0)
		return 0;
	error = lineage_release_decode(field.at, field.length, ret, fault);
	if (error && fault)
		fault->offset += offset;
	return error;
}

/*
 * Validate the entries without storing them: a struct lineage of 1 KiB is too large for a kernel's
 * stack, and the output of lineage_stamp_parse() must stay untouched on failure, so
 * lineage_stamp_parse() copies the entries afterwards.
 */
static int check_chain(const struct rest *rest, uint32_t count, struct lineage_fault *fault)
{
	uint64_t kernels;
	int error;

	if (rest->length == 0)
		return lineage_fault_set(fault, -EILSEQ, "its chain is empty", offset_of(rest));
	error = lineage_chain_check(rest->at, rest->length, &kernels, fault);
	if (error) {
		if (fault)
			fault->offset += offset_of(rest);
		return error;
	}
	if (kernels > count && count < UINT32_MAX) /* a saturated count is a lower bound */
		return lineage_fault_set(fault, -EILSEQ,
					 "its chain names more kernels than its count",
					 offset_of(rest));
	return 0;
}

int lineage_stamp_parse(const char *value, size_t length, struct lineage_stamp *ret,
			struct lineage_fault *fault)
{
	struct rest rest = { .value = value, .at = value, .length = length };
	char made_for[LINEAGE_RELEASE_SIZE];
	enum lineage_kind kind;
	uint32_t count;
	int error;

	error = parse_version(&rest, fault);
	if (error)
		return error;
	if (length > VALUE_MAX)
		return lineage_fault_set_values(fault, -EILSEQ, "it is too long", VALUE_MAX,
						(uint32_t)length, VALUE_MAX);
	error = check_crc(value, length, &rest, fault);
	if (!error)
		error = parse_kind(&rest, &kind, fault);
	if (!error)
		error = parse_count(&rest, &count, fault);
	if (!error)
		error = parse_made_for(&rest, made_for, fault);
	if (!error)
		error = check_chain(&rest, count, fault);
	if (error)
		return error;

	ret->kind = kind;
	memcpy(ret->made_for, made_for, sizeof(made_for));
	ret->lineage.count = count;
	ret->lineage.chain_length = (uint32_t)rest.length;
	memcpy(ret->lineage.chain, rest.at, rest.length);
	return 0;
}
