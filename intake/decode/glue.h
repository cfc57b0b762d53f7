/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Separation of records that are in one line, because a console lost the newline between them. */
#ifndef LINEAGE_INTAKE_DECODE_GLUE_H
#define LINEAGE_INTAKE_DECODE_GLUE_H

#include <stdbool.h>

#include "record.h"

/**
 * intake_glue_split() - find the next record in the text of a record
 * @record: a line with the kernel's time; on success, its text ends before the next record
 * @ret: the next record; untouched on failure
 *
 * The next record begins with the kernel's prefix: a time that is not earlier than the time of
 * @record and at most one minute later, and a level if @record has one. A message may quote an
 * older line of the kernel; its time is earlier.
 *
 * Return: whether there is a next record.
 */
bool intake_glue_split(struct intake_record *record, struct intake_record *ret);

#endif /* LINEAGE_INTAKE_DECODE_GLUE_H */
