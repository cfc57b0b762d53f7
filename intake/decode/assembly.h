/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assembly of one netconsole message from fragments that arrive in any order. */
#ifndef LINEAGE_INTAKE_DECODE_ASSEMBLY_H
#define LINEAGE_INTAKE_DECODE_ASSEMBLY_H

#include "text.h"

#define INTAKE_ASSEMBLY_PIECES 8 /* maximum number of separate pieces */

/**
 * struct intake_assembly - a message under assembly
 * @total: size of the message in bytes
 * @room: size of @bytes; if @total is larger, the end of the message, which is user data, is
 *	dropped
 * @pieces: ranges received so far, sorted by offset
 * @count: number of @pieces
 * @bytes: the first @room bytes of the message
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

/** intake_assembly_create() - allocate an empty assembly; return NULL if out of memory */
struct intake_assembly *intake_assembly_create(uint32_t total);

/**
 * intake_assembly_add() - add a fragment
 * @start: offset of the fragment in the message, in bytes
 * @fragment: its bytes without the final newline, even if this newline is part of the message
 *
 * Return: false if the fragment is beyond the end, overlaps a piece, or would need too many pieces.
 */
bool intake_assembly_add(struct intake_assembly *assembly, uint32_t start,
			 struct intake_text fragment);

/** intake_assembly_is_complete() - check that no byte is missing */
bool intake_assembly_is_complete(const struct intake_assembly *assembly);

/**
 * intake_assembly_text() - return the text received so far
 * @is_whole: set to whether the end of the text was received
 */
struct intake_text intake_assembly_text(const struct intake_assembly *assembly, bool *is_whole);

#endif /* LINEAGE_INTAKE_DECODE_ASSEMBLY_H */
