// SPDX-License-Identifier: GPL-2.0-only
/* Find the trace of the boot loader on x86-64, and access the arguments of the image loader. */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <asm/processor.h>

#include "../core/bzimage.h"
#include "../kexec_lineage.h"

/*
 * Additional bytes that the loader reserves for a capture kernel, which may receive the keys of an
 * encrypted dump (MAX_DMCRYPTKEYS_STR_LEN in Linux 6.16, arch/x86/kernel/kexec-bzimage64.c).
 */
#define CAPTURE_ROOM 31

/*
 * Return the boot-loader type, or a negative errno. The kernel does not export the variable, so a
 * module reads the file in /proc.
 */
#ifdef MODULE
static int __init read_loader_type(void)
{
	char text[16];
	int type;
	ssize_t got = lineage_proc_read("/proc/sys/kernel/bootloader_type", text, sizeof(text));
	int err = got < 0 ? got : kstrtoint(text, 10, &type);

	return err ? err : type;
}
#else
static int __init read_loader_type(void)
{
	return bootloader_type;
}
#endif

enum lineage_loader __init lineage_arch_find_loader(void)
{
	int type = read_loader_type();

	if (type < 0)
		return LINEAGE_LOADER_SILENT;
	return type == LINEAGE_X86_LOADER_KEXEC ? LINEAGE_LOADER_KEXEC : LINEAGE_LOADER_OTHER;
}

/* Six arguments are in registers, the seventh is on the stack above the return address. */
static unsigned long *seventh_argument(const struct pt_regs *regs)
{
	return (unsigned long *)regs->sp + 1;
}

static void read_load(const struct pt_regs *regs, struct lineage_load *ret)
{
	ret->image = (const struct kimage *)regs->di;
	ret->kernel = (const char *)regs->si;
	ret->kernel_size = regs->dx;
	ret->cmdline = (const char *)regs->r9;
	ret->cmdline_size = *seventh_argument(regs);
}
NOKPROBE_SYMBOL(read_load);

static void set_cmdline(struct pt_regs *regs, char *cmdline, size_t size)
{
	regs->r9 = (unsigned long)cmdline;
	*seventh_argument(regs) = size;
}
NOKPROBE_SYMBOL(set_cmdline);

/* In Linux arch/x86/kernel/kexec-bzimage64.c; static, with the same arguments from 5.10 to 7.3. */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "bzImage64_load", read_load, set_cmdline },
	{},
};

int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	struct lineage_bzimage image;
	int err = lineage_bzimage_read(load->kernel, load->kernel_size, &image);

	if (err)
		return err;
	memcpy(ret->release, image.release, sizeof(ret->release));
	ret->cmdline_limit = image.cmdline_limit;
	ret->stays_empty = false; /* the kernel appends it to the built-in one */
	if (load->is_capture)
		ret->cmdline_limit -= min_t(size_t, ret->cmdline_limit, CAPTURE_ROOM);
	return 0;
}

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	unsigned long *const arguments[] = { &regs->di, &regs->si, &regs->dx, &regs->cx };

	*arguments[index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
