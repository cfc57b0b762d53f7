// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stamp the command line of every kexec_file_load(), regardless of the caller.
 *
 * A return probe on the architecture's image loader replaces the command-line argument with a
 * stamped one when the loader is entered. The loader copies the argument before it returns.
 *
 * clang with link-time optimization renames the loader, which is a static function, or inlines it.
 * A probe on an extern function that the kernel calls shortly before then replaces the command line
 * in the image.
 *
 * IMA measures the original command line, because the kernel measures it before both.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/ptrace.h>

#include "core/cmdline.h"
#include "kexec_lineage.h"

static bool autostamp = true;
module_param(autostamp, bool, 0644);
MODULE_PARM_DESC(
	autostamp,
	"add the next kernel's stamp to the command line of every kexec_file_load() (default: on)");

/*
 * The load that sets the bit owns the buffers below until its loader returns. It also holds a
 * reference to the module, so that the buffers exist while the loader may read them.
 */
static unsigned long is_loading;
static char line[LINEAGE_LINE_SIZE];
static struct lineage_stamp stamp;

static int make_stamped(const struct lineage_load *load, const struct lineage_target *target,
			size_t length, size_t *ret_length)
{
	int err = lineage_self_make_next(&stamp);

	if (err)
		return err;
	if (load->is_capture)
		stamp.kind = LINEAGE_KIND_CAPTURE;
	memcpy(stamp.made_for, target->release, sizeof(stamp.made_for));
	return lineage_cmdline_stamp(load->cmdline, length, &stamp, target->cmdline_limit, line,
				     sizeof(line), ret_length);
}

/*
 * Write the stamped command line to @line. If that fails, only remove old stamps.
 * @target: NULL if the image cannot be parsed
 */
static int restamp(const struct lineage_load *load, const struct lineage_target *target,
		   size_t *ret_length)
{
	size_t length = load->cmdline_size > 0 ? load->cmdline_size - 1 : 0;
	int err = target ? make_stamped(load, target, length, ret_length) : -EILSEQ;

	if (!err)
		return 0;
	pr_warn("%s: loading without a stamp\n",
		err == -ENOSPC ? "no room on the command line" : "the image cannot be parsed");
	return lineage_cmdline_strip(load->cmdline, length, line, sizeof(line), ret_length);
}

/*
 * Write the stamped command line to @line, and set is_loading, which the caller clears when @line
 * is no longer needed. Return false if the load keeps its command line.
 */
static bool prepare(struct lineage_load *load, size_t *ret_length)
{
	struct lineage_target target;
	bool is_parsed;

	load->is_capture = load->image->type == KEXEC_TYPE_CRASH;
	is_parsed = lineage_arch_read_target(load, &target) == 0;
	lineage_loaded_expect(load->image, is_parsed ? target.release : "");
	if (!READ_ONCE(autostamp) || lineage_self.next_length == 0)
		return false;
	/* The kernel runs one load at a time. The bit is already set only if a load crashed. */
	if (test_and_set_bit_lock(0, &is_loading)) {
		pr_warn("another load is in progress: loading without a stamp\n");
		return false;
	}
	if (restamp(load, is_parsed ? &target : NULL, ret_length) == 0)
		return true;
	clear_bit_unlock(0, &is_loading);
	return false;
}
NOKPROBE_SYMBOL(prepare);

/* The function that is probed; the last one that was tried if none is. */
static const struct lineage_arch_loader *loader;

/* Return 0 if this load now owns @line and needs leave_loader(); otherwise return 1. */
static int enter_loader(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct lineage_load load;
	size_t length;

	loader->read_load(regs, &load);
	if (!prepare(&load, &length))
		return 1;
	if (!try_module_get(THIS_MODULE)) {
		clear_bit_unlock(0, &is_loading);
		return 1;
	}
	loader->set_cmdline(regs, line, length + 1);
	return 0;
}
NOKPROBE_SYMBOL(enter_loader);

static int leave_loader(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	clear_bit_unlock(0, &is_loading);
	module_put(THIS_MODULE);
	return 0;
}
NOKPROBE_SYMBOL(leave_loader);

static struct kretprobe loader_probe = {
	.entry_handler = enter_loader,
	.handler = leave_loader,
	.maxactive = 4,
};

/* The kernel reads the command line of the image when it has returned from this function. */
static int enter_before_loader(struct kprobe *probe, struct pt_regs *regs)
{
	struct kimage *image = (struct kimage *)regs_get_kernel_argument(regs, 0);
	struct lineage_load load = {
		.image = image,
		.kernel = image->kernel_buf,
		.kernel_size = image->kernel_buf_len,
		.cmdline = image->cmdline_buf,
		.cmdline_size = image->cmdline_buf_len,
	};
	size_t length;

	if (!prepare(&load, &length))
		return 0;
	if (lineage_cmdline_swap(image, line, length + 1))
		pr_warn("out of memory: loading without a stamp\n");
	clear_bit_unlock(0, &is_loading);
	return 0;
}
NOKPROBE_SYMBOL(enter_before_loader);

/*
 * Extern functions that kexec_file_load() calls for every image after it has copied the command
 * line, with the image as their first argument (Linux kernel/kexec_file.c). The first one needs
 * CONFIG_KEXEC_HANDOVER, the second one CONFIG_IMA_KEXEC.
 */
static const char *const functions_before_loader[] = { "kho_fill_kimage", "ima_add_kexec_buffer" };

static struct kprobe before_probe = {
	.pre_handler = enter_before_loader,
};

static bool is_loader_probed;
static bool is_before_probed;

static const char *__init reason_of(int err)
{
	switch (err) {
	case -ENOENT:
		return "this kernel does not have this function";
	case -EOPNOTSUPP:
		return "this kernel has no return probes";
	case -EPERM:
	case -EACCES:
		return "this kernel is locked down";
	default:
		return "it cannot be probed";
	}
}

/* Return 0, or the error of the last function. */
static int __init probe_before_loader(void)
{
	int err = -ENOENT;
	size_t i;

	lineage_cmdline_swap_init();
	for (i = 0; err && i < ARRAY_SIZE(functions_before_loader); i++) {
		before_probe.addr = NULL;
		before_probe.symbol_name = functions_before_loader[i];
		err = register_kprobe(&before_probe);
	}
	if (err)
		lineage_cmdline_swap_exit();
	return err;
}

static int __init probe_loader(void)
{
	const struct lineage_arch_loader *next;
	int err = -ENOENT;

	for (next = lineage_arch_loaders; err && next->symbol; next++) {
		loader = next;
		loader_probe.kp.addr = NULL;
		loader_probe.kp.symbol_name = next->symbol;
		err = register_kretprobe(&loader_probe);
	}
	is_loader_probed = !err;
	return err;
}

/* If no probe can be registered, report it once and continue without autostamp. */
void __init lineage_autostamp_init(void)
{
	int err = probe_loader();

	if (!loader) {
		pr_notice("autostamp is off: the image loader of this architecture is unknown\n");
		return;
	}
	if (err)
		is_before_probed = probe_before_loader() == 0;
	if (err && !is_before_probed)
		pr_notice("autostamp is off: %s: %s (%d)\n", loader->symbol, reason_of(err), err);
}

void lineage_autostamp_exit(void)
{
	if (is_loader_probed)
		unregister_kretprobe(&loader_probe);
	if (is_before_probed) {
		unregister_kprobe(&before_probe);
		lineage_cmdline_swap_exit();
	}
}
