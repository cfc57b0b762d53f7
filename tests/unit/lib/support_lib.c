// SPDX-License-Identifier: GPL-2.0-or-later
/* Folders, files and FDTs for the tests of the library. */
#include "support_lib.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libfdt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/kexec_metadata.h"

static void need(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "cannot prepare the test: %s: %s\n", what, strerror(errno));
	abort();
}

struct folder folder_make(void)
{
	struct folder folder = { .path = "/tmp/lineage-XXXXXX" };

	need(mkdtemp(folder.path) != NULL, "mkdtemp");
	return folder;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

void folder_remove(const struct folder *folder)
{
	need(nftw(folder->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0, folder->path);
}

const char *folder_path(const struct folder *folder, const char *path)
{
	static char whole[512];

	snprintf(whole, sizeof(whole), "%s/%s", folder->path, path);
	return whole;
}

void folder_write(const struct folder *folder, const char *path, const void *bytes, size_t size)
{
	char whole[512];
	char *slash;
	int fd;

	snprintf(whole, sizeof(whole), "%s/%s", folder->path, path);
	for (slash = strchr(whole + strlen(folder->path) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		need(mkdir(whole, 0755) == 0 || errno == EEXIST, whole);
		*slash = '/';
	}
	fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	need(fd >= 0, whole);
	need(write(fd, bytes, size) == (ssize_t)size, whole);
	close(fd);
}

void folder_write_text(const struct folder *folder, const char *path, const char *text)
{
	folder_write(folder, path, text, strlen(text));
}

void make_metadata(const char *release, uint32_t count, void *ret)
{
	struct kho_kexec_metadata blob = { .version = 1, .kexec_count = count };

	memcpy(blob.previous_release, release, strlen(release));
	memcpy(ret, &blob, sizeof(blob));
}

void fdt_begin(void *fdt, const char *compatible)
{
	need(fdt_create(fdt, FDT_SIZE) == 0, "fdt_create");
	need(fdt_finish_reservemap(fdt) == 0, "fdt_finish_reservemap");
	need(fdt_begin_node(fdt, "") == 0, "fdt_begin_node");
	if (compatible)
		need(fdt_property(fdt, "compatible", compatible, (int)strlen(compatible) + 1) == 0,
		     "compatible");
}

void fdt_subnode(void *fdt, const char *name, const struct property *properties)
{
	static const char zeros[64];
	size_t i;

	need(fdt_begin_node(fdt, name) == 0, name);
	for (i = 0; i < 3 && properties[i].name; i++) {
		const struct property *property = &properties[i];
		const void *value = property->size == sizeof(property->value)
					    ? (const void *)&property->value
					    : zeros;

		need(fdt_property(fdt, property->name, value, (int)property->size) == 0, name);
	}
	need(fdt_end_node(fdt) == 0, name);
}

size_t fdt_end(void *fdt)
{
	need(fdt_end_node(fdt) == 0, "fdt_end_node");
	need(fdt_finish(fdt) == 0, "fdt_finish");
	return fdt_totalsize(fdt);
}
