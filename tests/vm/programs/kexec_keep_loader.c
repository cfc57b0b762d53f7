// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load a bzImage with kexec_load(2) and the boot parameters of the running kernel, as u-root's
 * kexec does. The next kernel therefore sees the boot-loader type of the loader before this kernel.
 *
 * kexec_keep_loader IMAGE INITRD CMDLINE
 *
 * Offsets: Linux Documentation/arch/x86/boot.rst and zero-page.rst.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define PARAMS_SIZE PAGE
#define SETUP_SECTORS 0x1f1
#define HEADER_START 0x1f1
#define LOADER_TYPE 0x210
#define LOAD_FLAGS 0x211
#define INITRD_ADDRESS 0x218
#define INITRD_SIZE 0x21c
#define CMDLINE_ADDRESS 0x228
#define INIT_SIZE 0x260
#define HEADER_LENGTH 0x201
#define EXT_ADDRESSES 0x0c0 /* high halves of the addresses above */
#define ENTRY_64 0x200

/* Physical addresses: low memory for what is small, then the kernel and the initrd. */
#define PARAMS_AT 0x90000UL
#define CMDLINE_AT 0x92000UL
#define CODE_AT 0x94000UL
#define KERNEL_AT 0x1000000UL
#define INITRD_AT 0x20000000UL

static unsigned char *read_file(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	unsigned char *bytes;
	size_t got = 0;
	ssize_t part;

	if (fd < 0 || fstat(fd, &status))
		return NULL;
	bytes = calloc(1, (size_t)status.st_size + PAGE);
	while (bytes && (part = read(fd, bytes + got, (size_t)status.st_size + PAGE - got)) > 0)
		got += (size_t)part;
	close(fd);
	*ret_size = got;
	return bytes;
}

static void put32(unsigned char *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Take the setup header of the image, but keep the loader type of the running kernel. */
static void make_params(unsigned char *params, const unsigned char *image, size_t initrd_size)
{
	unsigned char loader = params[LOADER_TYPE];
	size_t end = 0x202 + image[HEADER_LENGTH];

	memcpy(params + HEADER_START, image + HEADER_START, end - HEADER_START);
	params[LOADER_TYPE] = loader;
	params[LOAD_FLAGS] |= 1;
	put32(params + INITRD_ADDRESS, INITRD_AT);
	put32(params + INITRD_SIZE, (uint32_t)initrd_size);
	put32(params + CMDLINE_ADDRESS, CMDLINE_AT);
	memset(params + EXT_ADDRESSES, 0, 12);
}

static struct kexec_segment segment(const void *bytes, size_t size, unsigned long at, size_t room)
{
	struct kexec_segment made = { .buf = (void *)bytes, .bufsz = size, .mem = (void *)at };

	made.memsz = ((room > size ? room : size) + PAGE - 1) & ~(PAGE - 1);
	return made;
}

int main(int argc, char **argv)
{
	/* mov $PARAMS_AT, %rsi; mov $(KERNEL_AT + ENTRY_64), %rax; jmp *%rax */
	unsigned char code[] = { 0x48, 0xc7, 0xc6, 0, 0, 0, 0,	  0x48,
				 0xc7, 0xc0, 0,	   0, 0, 0, 0xff, 0xe0 };
	size_t image_size = 0, initrd_size = 0, params_size = 0, skipped;
	unsigned char *image = argc == 4 ? read_file(argv[1], &image_size) : NULL;
	unsigned char *initrd = argc == 4 ? read_file(argv[2], &initrd_size) : NULL;
	unsigned char *params = read_file("/sys/kernel/boot_params/data", &params_size);
	struct kexec_segment segments[5];

	if (!image || !initrd || params_size != PARAMS_SIZE) {
		fprintf(stderr, "usage: kexec_keep_loader IMAGE INITRD CMDLINE\n");
		return 2;
	}
	put32(code + 3, PARAMS_AT);
	put32(code + 10, KERNEL_AT + ENTRY_64);
	make_params(params, image, initrd_size);
	skipped = (image[SETUP_SECTORS] + 1UL) * 512;
	segments[0] = segment(params, PARAMS_SIZE, PARAMS_AT, PARAMS_SIZE);
	segments[1] = segment(argv[3], strlen(argv[3]) + 1, CMDLINE_AT, PAGE);
	segments[2] = segment(code, sizeof(code), CODE_AT, PAGE);
	segments[3] =
		segment(image + skipped, image_size - skipped, KERNEL_AT, get32(image + INIT_SIZE));
	segments[4] = segment(initrd, initrd_size, INITRD_AT, initrd_size);
	if (syscall(SYS_kexec_load, CODE_AT, 5UL, segments, KEXEC_ARCH_X86_64)) {
		perror("kexec_load");
		return 1;
	}
	return 0;
}
