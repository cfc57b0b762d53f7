/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What do several of the library's tests need? Folders that go away, files, small FDTs. */
#ifndef LINEAGE_TESTS_SUPPORT_LIB_H
#define LINEAGE_TESTS_SUPPORT_LIB_H

/* cmocka.h wants these before it. */
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

/* A folder below the system's folder for temporary files. */
struct folder {
	char path[64];
};

struct folder folder_make(void);
void folder_remove(const struct folder *folder);

/* Write a file below it, with the folders on the way. */
void folder_write(const struct folder *folder, const char *path, const void *bytes, size_t size);
void folder_write_text(const struct folder *folder, const char *path, const char *text);

/* The folder's path and "/" and @path; valid until the next call. */
const char *folder_path(const struct folder *folder, const char *path);

/* One property of an FDT's subnode: a u64 in native byte order, or @size bytes of zeros. */
struct property {
	const char *name;
	uint64_t value;
	size_t size; /* 8 where it is a u64 */
};

/* The metadata blob of version 1, 73 bytes. */
void make_metadata(const char *release, uint32_t count, void *ret);

/* Begin an FDT in a buffer of FDT_SIZE bytes: the root node, with @compatible where not NULL. */
void fdt_begin(void *fdt, const char *compatible);
/* A subnode with up to three properties; one without a name ends them. */
void fdt_subnode(void *fdt, const char *name, const struct property *properties);
/* End the root node and the FDT; gives its size. */
size_t fdt_end(void *fdt);

#endif /* LINEAGE_TESTS_SUPPORT_LIB_H */
