/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many of an input's first lines look like lines of an encoding? */
#ifndef LINEAGE_INTAKE_DECODE_LIKENESS_H
#define LINEAGE_INTAKE_DECODE_LIKENESS_H

#include "text.h"

/**
 * intake_head_take_line() - the next line off an input's first bytes
 * @head: what is left of them
 * @ret: without newline and the carriage returns before that
 *
 * The last line counts only where it is the only one: it is most likely cut.
 */
bool intake_head_take_line(struct intake_text *head, struct intake_text *ret);

/**
 * intake_head_share() - lines that an encoding could have, in per cent
 * @is_like: is it one of its lines? Empty ones are not asked for
 */
int intake_head_share(const char *head, size_t length, bool (*is_like)(struct intake_text line));

#endif /* LINEAGE_INTAKE_DECODE_LIKENESS_H */
