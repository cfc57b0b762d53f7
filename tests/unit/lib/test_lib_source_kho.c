// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of lib/source_kho.c: it reads no more bytes than a blob has.
 *
 * On Linux before 7.1 the bytes after a blob in debugfs are unrelated memory. tests/golden tests
 * the content of the blobs.
 */
#include "support_lib.h"

#include <cmocka.h>
#include <libfdt.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/blob.h"

#define FOLDER "sys/kernel/debug/kho/in/"
#define METADATA "kexec-metadata"
#define LINEAGE "kexec-lineage"
#define STAMP LINEAGE_STAMP_PREFIX "1,k,1,,6.1.0-56-cloud-amd64,fb31e585"
#define FOREIGN 100000

static const char *watched; /* the end of the path of one file */
static size_t furthest;	    /* end of the bytes that were requested from this file */

/* Replace libc's read() in this program. */
ssize_t read(int fd, void *buf, size_t count)
{
	char link[64], path[512];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (watched && length > (ssize_t)strlen(watched)) {
		size_t end = (size_t)lseek(fd, 0, SEEK_CUR) + count;

		path[length] = '\0';
		if (strcmp(path + length - strlen(watched), watched) == 0 && end > furthest)
			furthest = end;
	}
	return syscall(SYS_read, fd, buf, count);
}

enum shape {
	BARE,	 /* metadata as Linux 7.1 writes it */
	WRAPPED, /* metadata in an FDT */
	STAMPED, /* a kexec-lineage blob */
	HUGE_FDT /* an FDT whose header has a size of 900 MB */
};

static size_t make_blob(enum shape shape, unsigned char *ret)
{
	const struct lineage_metadata metadata = { "7.2.12", 1 };
	size_t size = 73;

	if (shape == BARE)
		make_metadata("7.2.12", 1, ret);
	else if (shape == WRAPPED)
		assert_int_equal(lineage_metadata_blob_encode(&metadata, ret, FDT_SIZE, &size), 0);
	else
		assert_int_equal(lineage_kho_blob_encode(STAMP, ret, FDT_SIZE, &size), 0);
	if (shape == HUGE_FDT)
		fdt_set_totalsize(ret, 900 << 20);
	return size;
}

/* Write KHO's FDT with this subtree; @size 0: without the size of the blob. */
static void write_fdt(const struct folder *folder, const char *name, uint64_t size)
{
	const struct property v1[3] = { { "fdt", 0x1000, 8 } };
	const struct property v4[3] = { { "preserved-data", 0x1000, 8 }, { "blob-size", size, 8 } };
	char fdt[FDT_SIZE];

	fdt_begin(fdt, size ? "kho-v4" : "kho-v1");
	fdt_subnode(fdt, name, size ? v4 : v1);
	folder_write(folder, FOLDER "fdt", fdt, fdt_end(fdt));
}

#define ITS_SIZE 0 /* the size of the blob */

static const struct {
	const char *name;
	enum shape shape;
	uint64_t kho_size; /* in KHO's FDT; 0: absent */
	size_t read;	   /* end of the bytes that are read */
	enum lineage_status status;
} rows[] = {
	{ METADATA, BARE, 0, 73, LINEAGE_STATUS_OK },
	{ METADATA, BARE, 73, 73, LINEAGE_STATUS_OK },
	{ METADATA, BARE, 100, 100, LINEAGE_STATUS_OK },
	{ METADATA, BARE, UINT64_MAX, 4096, LINEAGE_STATUS_OK },
	{ METADATA, WRAPPED, 0, ITS_SIZE, LINEAGE_STATUS_OK },
	{ METADATA, HUGE_FDT, 0, 4096, LINEAGE_STATUS_MALFORMED },
	{ LINEAGE, STAMPED, 0, ITS_SIZE, LINEAGE_STATUS_OK },
	{ LINEAGE, STAMPED, 1000, 1000, LINEAGE_STATUS_OK },
	{ LINEAGE, STAMPED, 4097, 4096, LINEAGE_STATUS_OK },
	{ LINEAGE, BARE, 0, 8, LINEAGE_STATUS_MALFORMED },
	{ LINEAGE, HUGE_FDT, 0, 4096, LINEAGE_STATUS_MALFORMED },
};

static void reads_no_further(void **state)
{
	static unsigned char bytes[FOREIGN + FDT_SIZE];
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct folder folder = folder_make();
		struct lineage_finding finding = { 0 };
		struct lineage_root root;
		char path[64];
		size_t size;

		print_message("  %zu: %s\n", i, rows[i].name);
		memset(bytes, 0xa5, sizeof(bytes));
		size = make_blob(rows[i].shape, bytes);
		write_fdt(&folder, rows[i].name, rows[i].kho_size);
		snprintf(path, sizeof(path), FOLDER "sub_fdts/%s", rows[i].name);
		folder_write(&folder, path, bytes, sizeof(bytes));
		assert_int_equal(lineage_root_init(&root, folder.path), 0);
		watched = path;
		furthest = 0;
		lineage_source_read_kho(&root, &finding);
		watched = NULL;
		lineage_root_deinit(&root);
		assert_int_equal(finding.status, rows[i].status);
		assert_int_equal(furthest, rows[i].read == ITS_SIZE ? size : rows[i].read);
		folder_remove(&folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
