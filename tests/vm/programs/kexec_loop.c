// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens if an image is loaded and unloaded over and over? kexec(8) takes longer to start than
 * a load takes, so this calls kexec_file_load(2) itself.
 *
 * kexec_loop IMAGE CMDLINE COUNT     so many times
 * kexec_loop IMAGE CMDLINE FILE      until FILE exists
 *
 * A load that meets another one (EBUSY) is tried again. Prints how often it loaded. An empty CMDLINE
 * is none at all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(int image, const char *cmdline, unsigned long flags)
{
	size_t length = cmdline[0] ? strlen(cmdline) + 1 : 0;
	long result;

	do
		result = syscall(SYS_kexec_file_load, image, -1, length, length ? cmdline : NULL,
				 flags | KEXEC_FILE_NO_INITRAMFS);
	while (result && errno == EBUSY);
	return (int)result;
}

int main(int argc, char **argv)
{
	unsigned long wanted = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	unsigned long done = 0;
	int image = argc == 4 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (image < 0) {
		fprintf(stderr, "usage: kexec_loop IMAGE CMDLINE COUNT|FILE\n");
		return 2;
	}
	while (wanted ? done < wanted : access(argv[3], F_OK) != 0) {
		if (load(image, argv[2], 0) || load(image, "", KEXEC_FILE_UNLOAD)) {
			perror("kexec_loop");
			return 1;
		}
		done++;
	}
	printf("%lu\n", done);
	return 0;
}
