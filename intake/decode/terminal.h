/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removal of terminal control sequences from a captured console: colours, cursor moves, titles. */
#ifndef LINEAGE_INTAKE_DECODE_TERMINAL_H
#define LINEAGE_INTAKE_DECODE_TERMINAL_H

#include "text.h"

/** intake_terminal_is_needed() - whether intake_terminal_clean() would change a line */
bool intake_terminal_is_needed(struct intake_text line);

/**
 * intake_terminal_clean() - remove control characters and the sequences of ECMA-48 from a line
 * @ret: the result; a buffer of the size of the line
 *
 * A cursor move to another position and an erased screen become a carriage return, because the text
 * after them starts a new line. Tabs and carriage returns are kept.
 *
 * Return: the number of bytes in @ret.
 */
size_t intake_terminal_clean(struct intake_text line, char *ret);

/**
 * intake_terminal_take_line() - take the text up to and including a carriage return off the front
 *
 * Return: false if nothing is left.
 */
bool intake_terminal_take_line(struct intake_text *text, struct intake_text *ret);

#endif /* LINEAGE_INTAKE_DECODE_TERMINAL_H */
