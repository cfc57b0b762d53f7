// SPDX-License-Identifier: GPL-2.0-only
/* Name the function on s390 that gets the command line of the next kernel. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "../core/s390_image.h"
#include "../kexec_lineage.h"

#define FIRST_ARGUMENT 2 /* in general register 2 */

/* Nothing shows a kexec: the parameters of the boot device are passed on. */
enum lineage_loader __init lineage_arch_find_loader(void)
{
	return LINEAGE_LOADER_SILENT;
}

/*
 * In Linux arch/s390/kernel/machine_kexec_file.c. Both loaders call it. It is extern, so link-time
 * optimization does not rename it. It ignores the command line that the loaders get, and reads that
 * of the image.
 */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "kexec_file_add_components", NULL, NULL },
	{},
};

/* The kernel loads any file as an image. Of an ELF file, the release and the limit are unknown. */
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	struct lineage_s390_image image = { .cmdline_limit = LINEAGE_S390_CMDLINE_MAX };

	ret->release[0] = '\0';
	if (lineage_s390_image_find(load->kernel, load->kernel_size, &image) == 0 &&
	    image.version_offset > 0 && image.version_offset < load->kernel_size)
		lineage_release_read(load->kernel + image.version_offset,
				     load->kernel_size - image.version_offset, ret->release);
	ret->cmdline_limit = image.cmdline_limit;
	ret->stays_empty = true;
	return 0;
}

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	regs->gprs[FIRST_ARGUMENT + index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
