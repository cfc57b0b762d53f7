/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* How is a number written in a stamp? In decimal, 32 bits, without sign, blanks or leading zeros. */
#ifndef LINEAGE_CORE_DECIMAL_H
#define LINEAGE_CORE_DECIMAL_H

#include "env.h"

#define LINEAGE_DECIMAL_MAX 10 /* digits of 4294967295 */

/**
 * lineage_decimal_format() - write @value in decimal
 * @value: the number
 * @buf: at least LINEAGE_DECIMAL_MAX bytes; no NUL is written
 *
 * Return: the number of digits written, 1 to LINEAGE_DECIMAL_MAX.
 */
size_t lineage_decimal_format(uint32_t value, char *buf);

/**
 * lineage_decimal_parse() - read all of @text as one decimal number
 * @text: the digits
 * @length: how many bytes @text has
 * @ret: the number; untouched on failure
 *
 * Return: 0, or -EILSEQ where @text is empty, has another byte than a digit, has
 * a leading zero or does not fit into 32 bits.
 */
int lineage_decimal_parse(const char *text, size_t length, uint32_t *ret);

#endif /* LINEAGE_CORE_DECIMAL_H */
