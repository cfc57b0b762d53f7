/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The share of an input's first lines that match an encoding. */
#ifndef LINEAGE_INTAKE_DECODE_LIKENESS_H
#define LINEAGE_INTAKE_DECODE_LIKENESS_H

#include "text.h"

/**
 * intake_head_take_line() - take the next line off the first bytes of an input
 * @head: the remaining bytes
 * @ret: the line without its newline and the carriage returns before it
 *
 * Return: false if no newline is left. The remaining bytes are most likely a truncated line.
 */
bool intake_head_take_line(struct intake_text *head, struct intake_text *ret);

/**
 * intake_head_share() - return the share of matching lines in per cent
 * @is_like: match one line; not called for empty lines
 *
 * A line without a newline counts only if it is the only line.
 */
int intake_head_share(const char *head, size_t length, bool (*is_like)(struct intake_text line));

#endif /* LINEAGE_INTAKE_DECODE_LIKENESS_H */
