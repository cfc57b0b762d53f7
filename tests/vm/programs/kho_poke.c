// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write faults into the data that KHO hands over to the next kernel.
 *
 *	kho_poke NAME write OFFSET HEX	write bytes into the metadata of the subtree NAME
 *	kho_poke NAME size BYTES	change the size of the metadata
 *	kho_poke NAME address ADDRESS	change the address of the subtree in KHO's own FDT
 *
 * The program writes through /dev/mem. If the kernel needs finalization, KHO must be finalized
 * first. The metadata is the blob itself or, in an FDT, the property with the name of the subtree.
 * The size is the size of this property, or the property "blob-size".
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096
#define FOLDER "/sys/kernel/debug/kho/out/"

static char kho_fdt[PAGE];
static int memory;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static size_t read_file(const char *path, char *buffer)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? -1 : read(fd, buffer, PAGE);

	if (got <= 0)
		fail(path);
	close(fd);
	return (size_t)got;
}

static void write_memory(uint64_t address, const void *bytes, size_t size)
{
	if (pwrite(memory, bytes, size, (off_t)address) != (ssize_t)size)
		fail("/dev/mem");
}

/* Return whether a page holds KHO's FDT with the subtree @name. */
static int is_kho_fdt(const char *page, const char *name)
{
	const char *compatible;

	if (fdt_magic(page) != FDT_MAGIC || fdt_totalsize(page) > PAGE || fdt_check_header(page))
		return 0;
	compatible = fdt_getprop(page, 0, "compatible", NULL);
	return compatible && strncmp(compatible, "kho-", 4) == 0 &&
	       fdt_subnode_offset(page, 0, name) >= 0;
}

typedef int see_page(uint64_t address, const char *page, const void *data);

/* Call @see for every page of memory. Return the sum of the results of @see. */
static int look_through_memory(see_page *see, const void *data)
{
	FILE *ranges = fopen("/proc/iomem", "r");
	uint64_t start, end, at;
	static char page[PAGE];
	char line[256];
	int found = 0;

	while (ranges && fgets(line, sizeof(line), ranges)) {
		if (!strstr(line, "System RAM") ||
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) != 2)
			continue;
		for (at = (start + PAGE - 1) & ~(uint64_t)(PAGE - 1); at + PAGE - 1 <= end;
		     at += PAGE) {
			if (pread(memory, page, PAGE, (off_t)at) == PAGE)
				found += see(at, page, data);
		}
	}
	return found;
}

static int take_kho_fdt(uint64_t address, const char *page, const void *data)
{
	(void)address;
	if (!is_kho_fdt(page, data))
		return 0;
	memcpy(kho_fdt, page, PAGE);
	return 1;
}

/*
 * In debugfs, Linux 6.19 to 7.3 show KHO's FDT truncated to its size before subtrees were added. If
 * it is truncated, search memory for the whole FDT.
 */
static void read_kho_fdt(const char *name)
{
	read_file(FOLDER "fdt", kho_fdt);
	if (!is_kho_fdt(kho_fdt, name))
		look_through_memory(take_kho_fdt, name);
}

/* Return the offset in KHO's FDT of a u64 property of the subtree, or -1. */
static int find_number(const char *name, const char *property)
{
	int node = fdt_subnode_offset(kho_fdt, 0, name);
	const char *value = node < 0 ? NULL : fdt_getprop(kho_fdt, node, property, NULL);

	return value ? (int)(value - kho_fdt) : -1;
}

static int find_address(const char *name)
{
	int offset = find_number(name, "preserved-data");

	if (offset < 0)
		offset = find_number(name, "fdt");
	if (offset < 0) {
		fprintf(stderr, "KHO's FDT has no subtree %s\n", name);
		exit(1);
	}
	return offset;
}

struct change {
	int offset;
	uint64_t value;
};

static int change_kho_fdt(uint64_t address, const char *page, const void *data)
{
	const struct change *change = data;

	if (memcmp(page, kho_fdt, fdt_totalsize(kho_fdt)) != 0)
		return 0;
	write_memory(address + (uint64_t)change->offset, &change->value, sizeof(change->value));
	return 1;
}

/* The address of KHO's own FDT is unknown: change every page that holds the same bytes. */
static void write_kho_fdt(int offset, uint64_t value)
{
	struct change change = { offset, value };
	int found = look_through_memory(change_kho_fdt, &change);

	printf("KHO's FDT changed in %d places\n", found);
	if (!found)
		exit(1);
}

int main(int argc, char **argv)
{
	static char blob[PAGE];
	uint64_t address, size;
	const char *metadata;
	char path[256];
	int length;

	if (argc < 4)
		return 2;
	memory = open("/dev/mem", O_RDWR);
	if (memory < 0)
		fail("/dev/mem");
	read_kho_fdt(argv[1]);
	memcpy(&address, kho_fdt + find_address(argv[1]), sizeof(address));
	if (strcmp(argv[2], "address") == 0) {
		write_kho_fdt(find_address(argv[1]), strtoull(argv[3], NULL, 0));
		return 0;
	}
	snprintf(path, sizeof(path), FOLDER "sub_fdts/%s", argv[1]);
	read_file(path, blob);
	metadata = fdt_magic(blob) == FDT_MAGIC ? fdt_getprop(blob, 0, argv[1], &length) : NULL;
	if (strcmp(argv[2], "size") == 0 && !metadata) {
		write_kho_fdt(find_number(argv[1], "blob-size"), strtoull(argv[3], NULL, 0));
	} else if (strcmp(argv[2], "size") == 0) {
		fdt32_t wire = cpu_to_fdt32((uint32_t)strtoul(argv[3], NULL, 0));

		write_memory(address + (uint64_t)(metadata - blob) - 8, &wire, sizeof(wire));
	} else if (strcmp(argv[2], "write") == 0 && argc == 5) {
		uint64_t at = address + (metadata ? (uint64_t)(metadata - blob) : 0) +
			      strtoull(argv[3], NULL, 0);
		const char *hex = argv[4];
		unsigned int byte;

		for (size = 0; sscanf(hex + 2 * size, "%2x", &byte) == 1; size++)
			write_memory(at + size, &byte, 1);
	} else {
		return 2;
	}
	return 0;
}
