// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load and unload a kernel image repeatedly. The program calls kexec_file_load(2) itself, because
 * starting kexec(8) takes longer than a load.
 *
 * kexec_loop IMAGE CMDLINE COUNT     load COUNT times
 * kexec_loop IMAGE CMDLINE FILE      load until FILE exists
 *
 * If another load is running (EBUSY), try again. The kernel's lock is not fair. Therefore the
 * program pauses after each load, so that another loader gets its turn. Print the number of loads.
 * With an empty CMDLINE, pass no command line.
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

#define PAUSE_US 1000

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
		usleep(PAUSE_US);
	}
	printf("%lu\n", done);
	return 0;
}
