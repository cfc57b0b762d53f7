/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reader of the kernel's build id in its ELF notes. */
#ifndef LINEAGE_HOST_NOTES_H
#define LINEAGE_HOST_NOTES_H

#include <stddef.h>

/* Size of a buffer for a build id of at most 64 bytes in hexadecimal digits, NUL included. */
#define LINEAGE_HOST_BUILD_ID_SIZE 129

/**
 * lineage_host_notes_find_build_id() - find the GNU build id among ELF notes (elf(5), "Notes")
 * @notes: content of /sys/kernel/notes, in the byte order of the machine
 * @size: bytes of @notes
 * @ret: the build id, hexadecimal
 *
 * Return: 0; -ENODATA if there is no build id, or if it is empty or longer than 64 bytes; -EILSEQ
 * if a note extends past the end.
 */
int lineage_host_notes_find_build_id(const void *notes, size_t size,
				     char ret[LINEAGE_HOST_BUILD_ID_SIZE]);

#endif /* LINEAGE_HOST_NOTES_H */
