// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stamp the command line of every kexec_file_load() on a kernel that asks for it, before IMA
 * measures the line (module/patches/cmdline). autostamp.c does it by probes on other kernels.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kexec.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "kexec_lineage.h"

/* The kernel calls a provider for one load at a time. */
static char line[LINEAGE_LINE_SIZE];

/* Return a line that the kernel frees, or NULL if the load keeps its own. */
static char *provide(const struct kimage *image)
{
	const struct lineage_load load = {
		.image = image,
		.is_capture = image->type == KEXEC_TYPE_CRASH,
		.kernel = image->kernel_buf,
		.kernel_size = image->kernel_buf_len,
		.cmdline = image->cmdline_buf,
		.cmdline_size = image->cmdline_buf_len,
	};
	struct lineage_target target;
	bool is_parsed = lineage_arch_read_target(&load, &target) == 0;
	size_t length;
	char *copy;

	lineage_loaded_expect(image, is_parsed ? target.release : "");
	if (lineage_next_line(&load, is_parsed ? &target : NULL, line, &length))
		return NULL;
	copy = kmemdup(line, length + 1, GFP_KERNEL);
	if (!copy)
		pr_warn("out of memory: loading without a stamp\n");
	return copy;
}

static struct kexec_cmdline_provider provider = {
	.cmdline = provide,
};

void __init lineage_autostamp_init(void)
{
	kexec_register_cmdline_provider(&provider);
}

/* Wait until a load does not use this module any more. */
void lineage_autostamp_exit(void)
{
	kexec_unregister_cmdline_provider(&provider);
}
