/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Temporary folders, files and small FDTs for the tests of the library. */
#ifndef LINEAGE_TESTS_SUPPORT_LIB_H
#define LINEAGE_TESTS_SUPPORT_LIB_H

/* cmocka.h needs these headers first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/finding.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FDT_SIZE 4096

/* A temporary folder. */
struct folder {
	char path[64];
};

struct folder folder_make(void);
void folder_remove(const struct folder *folder);

/* Write a file below the folder, and create missing folders of its path. */
void folder_write(const struct folder *folder, const char *path, const void *bytes, size_t size);
void folder_write_text(const struct folder *folder, const char *path, const char *text);

/* Return the folder's path, "/" and @path in a static buffer. */
const char *folder_path(const struct folder *folder, const char *path);

/* One property of an FDT's subnode: a u64 in native byte order, or @size bytes of zeros. */
struct property {
	const char *name;
	uint64_t value;
	size_t size; /* 8 for a u64 */
};

/* Write a metadata blob of version 1, 73 bytes, to @ret. */
void make_metadata(const char *release, uint32_t count, void *ret);

/* Begin an FDT with its root node in a buffer of FDT_SIZE bytes; @compatible may be NULL. */
void fdt_begin(void *fdt, const char *compatible);
/* Add a subnode with up to three properties; a property without a name ends the list. */
void fdt_subnode(void *fdt, const char *name, const struct property *properties);
/* End the root node and the FDT; return the FDT's size. */
size_t fdt_end(void *fdt);

#endif /* LINEAGE_TESTS_SUPPORT_LIB_H */
