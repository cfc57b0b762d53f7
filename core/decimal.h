/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Reader and writer of decimal 32-bit numbers without sign, blanks or leading zeros. */
#ifndef LINEAGE_CORE_DECIMAL_H
#define LINEAGE_CORE_DECIMAL_H

#include "env.h"

#define LINEAGE_DECIMAL_MAX 10 /* digits of 4294967295 */

/**
 * lineage_decimal_format() - write a number in decimal
 * @value: the number
 * @buf: receives the digits, without a NUL; at least LINEAGE_DECIMAL_MAX bytes
 *
 * Return: the number of digits written, 1 to LINEAGE_DECIMAL_MAX.
 */
size_t lineage_decimal_format(uint32_t value, char *buf);

/**
 * lineage_decimal_parse() - read all of a text as one decimal number
 * @text: the digits; no NUL needed
 * @length: bytes at @text
 * @ret: the number; untouched on failure
 *
 * Return: 0, or -EILSEQ if @text is empty, contains a byte that is not a digit, has a leading zero
 * or exceeds 32 bits.
 */
int lineage_decimal_parse(const char *text, size_t length, uint32_t *ret);

#endif /* LINEAGE_CORE_DECIMAL_H */
