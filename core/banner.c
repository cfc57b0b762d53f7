// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "banner.h"

#define BANNER "Linux version "
#define BANNER_LENGTH (sizeof(BANNER) - 1)
#define FIRST_BYTES 256

/* Image: Linux Documentation/arch/arm64/booting.rst and arch/riscv/boot-image-header.rst */
#define MAGIC_OFFSET 56
#define MAGIC_SIZE 4
#define ARM64_MAGIC "ARM\x64"
#define RISCV_MAGIC "RSC\x05"

/* ELF: Linux include/uapi/linux/elf.h */
#define ELF64_MAGIC "\177ELF\2"
#define ELF_DATA_OFFSET 5
#define ELF_LITTLE_ENDIAN 1
#define ELF_MACHINE_OFFSET 18
#define ELF_PPC64 21
#define ELF_RISCV 243

/* Return the machine of a 64-bit ELF file; 0 for another file. */
static unsigned int elf_machine(const unsigned char *header)
{
	unsigned int low = header[ELF_DATA_OFFSET] == ELF_LITTLE_ENDIAN ? 0 : 1;

	if (memcmp(header, ELF64_MAGIC, sizeof(ELF64_MAGIC) - 1) != 0)
		return 0;
	return header[ELF_MACHINE_OFFSET + low] | header[ELF_MACHINE_OFFSET + 1 - low] << 8;
}

static bool is_riscv(const unsigned char *header)
{
	return memcmp(header + MAGIC_OFFSET, RISCV_MAGIC, MAGIC_SIZE) == 0 ||
	       elf_machine(header) == ELF_RISCV;
}

enum lineage_banner_place lineage_banner_place(const void *image, size_t size)
{
	const unsigned char *header = image;

	if (size < LINEAGE_BANNER_HEADER)
		return LINEAGE_BANNER_NOWHERE;
	if (memcmp(header + MAGIC_OFFSET, ARM64_MAGIC, MAGIC_SIZE) == 0)
		return LINEAGE_BANNER_FIRST;
	if (is_riscv(header) || elf_machine(header) == ELF_PPC64)
		return LINEAGE_BANNER_ANYWHERE;
	return LINEAGE_BANNER_NOWHERE;
}

/* Return the number at @text, and its end. No version of Linux has a number of more digits. */
static unsigned int read_number(const char *text, const char **ret_end)
{
	unsigned int number = 0;
	size_t digits;

	for (digits = 0; digits < 4 && text[digits] >= '0' && text[digits] <= '9'; digits++)
		number = 10 * number + (unsigned int)(text[digits] - '0');
	*ret_end = text + digits;
	return number;
}

/* Whether a release is of Linux @major.@minor or newer; false for one of its candidates. */
static bool is_since(const char *release, unsigned int major, unsigned int minor)
{
	unsigned int own_major = read_number(release, &release), own_minor;

	if (*release != '.')
		return false;
	own_minor = read_number(release + 1, &release);
	if (own_major != major || own_minor != minor)
		return own_major > major || (own_major == major && own_minor > minor);
	return !strstr(release, "-rc");
}

size_t lineage_banner_cmdline_limit(const void *image, size_t size, const char *release)
{
	if (size < LINEAGE_BANNER_HEADER || !is_riscv(image) || is_since(release, 7, 1))
		return 2047;
	return is_since(release, 6, 3) ? 1023 : LINEAGE_RISCV_CMDLINE_MAX;
}

/* Return the length of the release at @text, which ends with " ("; 0 if no release is there. */
static size_t length_of_release(const char *text, size_t size)
{
	size_t length = 0;

	while (length < size && length <= LINEAGE_RELEASE_MAX && text[length] != ' ')
		length++;
	if (length + 1 >= size || memcmp(text + length, " (", 2) != 0)
		return 0;
	return lineage_release_is_valid(text, length) ? length : 0;
}

static void add(struct lineage_banner *banner, const char *release, size_t length)
{
	if (banner->is_ambiguous)
		return;
	if (banner->release[0] &&
	    (strlen(banner->release) != length || memcmp(banner->release, release, length) != 0)) {
		banner->is_ambiguous = true;
		banner->release[0] = '\0';
		return;
	}
	memcpy(banner->release, release, length);
	banner->release[length] = '\0';
}

/*
 * How far the search moves if the last byte of the window is this one: to its last place in
 * BANNER before the end, or, if this is 0, by the whole length (Horspool's algorithm).
 */
static const unsigned char shifts[256] = {
	['L'] = 13, ['i'] = 3, ['n'] = 1, ['u'] = 10, ['x'] = 9, [' '] = 8,
	['v'] = 7,  ['e'] = 6, ['r'] = 5, ['s'] = 4,  ['o'] = 2,
};

static size_t shift(char last)
{
	unsigned char bytes = shifts[(unsigned char)last];

	return bytes ? bytes : BANNER_LENGTH;
}

void lineage_banner_look(struct lineage_banner *banner, enum lineage_banner_place place,
			 const void *block, size_t size)
{
	size_t end = place == LINEAGE_BANNER_FIRST ? FIRST_BYTES : LINEAGE_BANNER_BLOCK;
	const char *text = block;

	for (size_t at = 0; at < end && at + BANNER_LENGTH < size;
	     at += shift(text[at + BANNER_LENGTH - 1])) {
		const char *release = text + at + BANNER_LENGTH;
		size_t length;

		if (text[at] != BANNER[0] || memcmp(text + at, BANNER, BANNER_LENGTH) != 0)
			continue;
		length = length_of_release(release, size - at - BANNER_LENGTH);
		if (length > 0)
			add(banner, release, length);
	}
}

int lineage_banner_read(const void *image, size_t size, struct lineage_banner *ret)
{
	enum lineage_banner_place place = lineage_banner_place(image, size);
	const char *bytes = image;

	if (place == LINEAGE_BANNER_NOWHERE)
		return -ENODATA;
	memset(ret, 0, sizeof(*ret));
	if (size > LINEAGE_BANNER_LIMIT)
		return 0;
	for (size_t at = 0; at < size; at += LINEAGE_BANNER_BLOCK)
		lineage_banner_look(ret, place, bytes + at, size - at);
	return 0;
}
