// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "decimal.h"

size_t lineage_decimal_format(uint32_t value, char *buf)
{
	char reversed[LINEAGE_DECIMAL_MAX];
	size_t digits = 0;
	size_t i;

	do {
		reversed[digits++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	for (i = 0; i < digits; i++)
		buf[i] = reversed[digits - 1 - i];
	return digits;
}

int lineage_decimal_parse(const char *text, size_t length, uint32_t *ret)
{
	uint32_t value = 0;
	size_t i;

	if (length == 0 || length > LINEAGE_DECIMAL_MAX || (length > 1 && text[0] == '0'))
		return -EILSEQ;
	for (i = 0; i < length; i++) {
		uint32_t digit = (uint32_t)(unsigned char)text[i] - '0';

		if (digit > 9 || value > (UINT32_MAX - digit) / 10)
			return -EILSEQ;
		value = value * 10 + digit;
	}
	*ret = value;
	return 0;
}
