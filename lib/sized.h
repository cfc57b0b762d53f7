/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copy structs that a caller of the library allocates.
 *
 * Such a struct begins with its size, which the caller sets. The caller's version of the struct may
 * be older or newer than the library's (docs/decisions/library-abi.md). The rules are those of
 * copy_struct_from_user() in Linux include/linux/uaccess.h.
 */
#ifndef LINEAGE_LIB_SIZED_H
#define LINEAGE_LIB_SIZED_H

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* Size of a struct whose last member is @member. */
#define LINEAGE_SIZE_TO(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

/**
 * lineage_sized_read() - copy a struct from the caller
 * @ret: the library's version, @known bytes; members that the caller's version lacks are zeroed;
 *	untouched on failure
 * @known: size of the library's version
 * @first: size of the first version of the struct
 * @from: the caller's version; its first member is its size
 *
 * Return: 0; -EINVAL if the size is less than @first; -E2BIG if the caller has set a member that
 * the library does not know.
 */
static inline int lineage_sized_read(void *ret, size_t known, size_t first, const void *from)
{
	const unsigned char *bytes = from;
	size_t size, i;

	memcpy(&size, from, sizeof(size));
	if (size < first)
		return -EINVAL;
	for (i = known; i < size; i++) {
		if (bytes[i] != 0)
			return -E2BIG;
	}
	memset(ret, 0, known);
	memcpy(ret, from, size < known ? size : known);
	return 0;
}

/**
 * lineage_sized_write() - copy a struct to the caller
 * @ret: the caller's version; its first member is its size, which is not changed; members that the
 *	library does not know are zeroed
 * @from: the library's version
 * @known: size of the library's version
 */
static inline void lineage_sized_write(void *ret, const void *from, size_t known)
{
	size_t size;

	memcpy(&size, ret, sizeof(size));
	if (size > known)
		memset((unsigned char *)ret + known, 0, size - known);
	memcpy((unsigned char *)ret + sizeof(size), (const unsigned char *)from + sizeof(size),
	       (size < known ? size : known) - sizeof(size));
}

#endif /* LINEAGE_LIB_SIZED_H */
