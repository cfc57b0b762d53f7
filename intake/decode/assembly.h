/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which parts of a message have come, in fragments of any order? */
#ifndef LINEAGE_INTAKE_DECODE_ASSEMBLY_H
#define LINEAGE_INTAKE_DECODE_ASSEMBLY_H

#include "text.h"

#define INTAKE_ASSEMBLY_PIECES 8 /* that may be apart from each other at a time */

/**
 * struct intake_assembly - a message in the making
 * @total: its bytes
 * @room: how many of them are kept; its text comes first, then the user's data
 * @pieces: what has come, from and to, in order
 * @count: how many
 * @bytes: @room of them
 */
struct intake_assembly {
	uint32_t total;
	uint32_t room;
	struct {
		uint32_t start;
		uint32_t end;
	} pieces[INTAKE_ASSEMBLY_PIECES];
	unsigned int count;
	char bytes[];
};

/** intake_assembly_create() - an empty one; NULL where there is no memory */
struct intake_assembly *intake_assembly_create(uint32_t total);

/**
 * intake_assembly_add() - a fragment that ends with a newline, which may be one of its bytes
 *
 * Return: false where it is beyond the end, overlaps another or there are too many pieces.
 */
bool intake_assembly_add(struct intake_assembly *assembly, uint32_t start,
			 struct intake_text fragment);

/** intake_assembly_is_complete() - nothing is missing */
bool intake_assembly_is_complete(const struct intake_assembly *assembly);

/**
 * intake_assembly_text() - the text, as far as it has come
 * @is_whole: whether its end has come
 */
struct intake_text intake_assembly_text(const struct intake_assembly *assembly, bool *is_whole);

#endif /* LINEAGE_INTAKE_DECODE_ASSEMBLY_H */
