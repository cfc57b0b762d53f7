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
 * A cursor move to another position becomes a carriage return, and an erased screen becomes a form
 * feed, because the text after them starts a new line. Tabs and carriage returns are kept.
 *
 * Return: the number of bytes in @ret.
 */
size_t intake_terminal_clean(struct intake_text line, char *ret);

/**
 * intake_terminal_take_line() - take the next line off the front of a result of
 * intake_terminal_clean()
 * @is_erased: set to true if the screen was erased before the line, or at the end of @text;
 *	otherwise not modified
 *
 * Return: false if no line is left.
 */
bool intake_terminal_take_line(struct intake_text *text, struct intake_text *ret, bool *is_erased);

#endif /* LINEAGE_INTAKE_DECODE_TERMINAL_H */
