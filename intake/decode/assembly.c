// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Assembly of one netconsole message from fragments that arrive in any order.
 *
 * netconsole cuts "TEXT\n KEY=VALUE\n..." at any byte, also after a newline. Some receivers add a
 * newline to each packet. The caller therefore removes the final newline of every fragment. If this
 * newline belonged to the message, a gap of one byte remains before the next fragment. The buffer
 * is first filled with newlines, so the gap already contains the newline.
 */
#include "assembly.h"

#include <stdlib.h>

/*
 * The maximum number of bytes kept. In a longer message, the bytes that are dropped are user data.
 */
#define ROOM_MAX INTAKE_LINE_MAX

struct intake_assembly *intake_assembly_create(uint32_t total)
{
	uint32_t room = total < ROOM_MAX ? total : ROOM_MAX;
	struct intake_assembly *assembly = malloc(sizeof(*assembly) + room);

	if (!assembly)
		return NULL;
	assembly->total = total;
	assembly->room = room;
	assembly->count = 0;
	memset(assembly->bytes, '\n', room);
	return assembly;
}

static void remove_piece(struct intake_assembly *assembly, unsigned int index)
{
	assembly->count--;
	memmove(&assembly->pieces[index], &assembly->pieces[index + 1],
		(assembly->count - index) * sizeof(assembly->pieces[0]));
}

/* Add a range that overlaps no piece: extend its neighbours, or insert a new piece. */
static bool insert_piece(struct intake_assembly *assembly, unsigned int index, uint32_t start,
			 uint32_t end)
{
	bool joins_before = index > 0 && start - assembly->pieces[index - 1].end <= 1;
	bool joins_after = index < assembly->count && assembly->pieces[index].start - end <= 1;

	if (joins_before) {
		assembly->pieces[index - 1].end = joins_after ? assembly->pieces[index].end : end;
		if (joins_after)
			remove_piece(assembly, index);
		return true;
	}
	if (joins_after) {
		assembly->pieces[index].start = start;
		return true;
	}
	if (assembly->count == INTAKE_ASSEMBLY_PIECES)
		return false;
	memmove(&assembly->pieces[index + 1], &assembly->pieces[index],
		(assembly->count - index) * sizeof(assembly->pieces[0]));
	assembly->pieces[index].start = start;
	assembly->pieces[index].end = end;
	assembly->count++;
	return true;
}

bool intake_assembly_add(struct intake_assembly *assembly, uint32_t start,
			 struct intake_text fragment)
{
	unsigned int index = 0;
	uint32_t end;

	if (start > assembly->total || fragment.length > assembly->total - start)
		return false;
	end = start + (uint32_t)fragment.length;
	while (index < assembly->count && assembly->pieces[index].start < start)
		index++;
	if (index > 0 && assembly->pieces[index - 1].end > start)
		return false;
	if (index < assembly->count && assembly->pieces[index].start < end)
		return false;
	if (!insert_piece(assembly, index, start, end))
		return false;
	if (start < assembly->room && fragment.length > 0) {
		uint32_t kept = end < assembly->room ? end : assembly->room;

		memcpy(assembly->bytes + start, fragment.at, kept - start);
	}
	return true;
}

/* Return the number of contiguous bytes from the start of the message. */
static uint32_t beginning(const struct intake_assembly *assembly)
{
	if (assembly->count == 0 || assembly->pieces[0].start > 0)
		return 0;
	return assembly->pieces[0].end;
}

bool intake_assembly_is_complete(const struct intake_assembly *assembly)
{
	return assembly->count > 0 && beginning(assembly) + 1 >= assembly->total;
}

struct intake_text intake_assembly_text(const struct intake_assembly *assembly, bool *is_whole)
{
	struct intake_text text = { .at = assembly->bytes, .length = beginning(assembly) };

	if (text.length > assembly->room)
		text.length = assembly->room;
	*is_whole = intake_text_has(text, "\n") ||
		    (intake_assembly_is_complete(assembly) && assembly->total <= assembly->room);
	text.length = intake_text_find(text, "\n");
	return text;
}
