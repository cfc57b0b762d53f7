/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the build id of a kernel in its ELF notes. */
#ifndef LINEAGE_HOST_NOTES_H
#define LINEAGE_HOST_NOTES_H

#include <stddef.h>

/* The hexadecimal digits of a build id of at most 64 bytes, and the NUL. */
#define LINEAGE_HOST_BUILD_ID_SIZE 129

/**
 * lineage_host_notes_find_build_id() - the GNU build id among ELF notes (elf(5), "Notes")
 * @notes: the bytes of /sys/kernel/notes, in the machine's byte order
 * @size: how many
 * @ret: the build id, hexadecimal
 *
 * Return: 0; -ENODATA where there is none, or one of no or more than 64 bytes; -EILSEQ where a
 * note reaches past the end.
 */
int lineage_host_notes_find_build_id(const void *notes, size_t size,
				     char ret[LINEAGE_HOST_BUILD_ID_SIZE]);

#endif /* LINEAGE_HOST_NOTES_H */
