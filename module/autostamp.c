// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stamp the command line of every kexec_file_load(), regardless of the caller.
 *
 * A return probe on the architecture's image loader replaces the command-line argument with a
 * stamped one when the loader is entered. The loader copies the argument before it returns. IMA
 * measures the original command line, because the kernel measures it before it calls the loader.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "core/cmdline.h"
#include "kexec_lineage.h"

static bool autostamp = true;
module_param(autostamp, bool, 0644);
MODULE_PARM_DESC(
	autostamp,
	"add the next kernel's stamp to the command line of every kexec_file_load() (default: on)");

/* x86 and arm64 accept less. A command line that does not fit is passed on unchanged. */
#define LINE_SIZE 4096

/*
 * The load that sets the bit owns the buffers below until its loader returns. It also holds a
 * reference to the module, so that the buffers exist while the loader may read them.
 */
static unsigned long is_loading;
static char line[LINE_SIZE];
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

/* Return 0 if this load now owns @line and needs leave_loader(); otherwise return 1. */
static int enter_loader(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct lineage_target target;
	struct lineage_load load;
	bool is_parsed;
	size_t length;

	lineage_arch_read_load(regs, &load);
	load.is_capture = load.image->type == KEXEC_TYPE_CRASH;
	is_parsed = lineage_arch_read_target(&load, &target) == 0;
	lineage_loaded_expect(load.image, is_parsed ? target.release : "");
	if (!READ_ONCE(autostamp) || lineage_self.next_length == 0)
		return 1;
	/* The kernel runs one load at a time. The bit is already set only if a load crashed. */
	if (test_and_set_bit_lock(0, &is_loading)) {
		pr_warn("another load is in progress: loading without a stamp\n");
		return 1;
	}
	if (!try_module_get(THIS_MODULE))
		goto unlock;
	if (restamp(&load, is_parsed ? &target : NULL, &length))
		goto put;
	lineage_arch_set_cmdline(regs, line, length + 1);
	return 0;

put:
	module_put(THIS_MODULE);
unlock:
	clear_bit_unlock(0, &is_loading);
	return 1;
}
NOKPROBE_SYMBOL(enter_loader);

static int leave_loader(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	clear_bit_unlock(0, &is_loading);
	module_put(THIS_MODULE);
	return 0;
}
NOKPROBE_SYMBOL(leave_loader);

static struct kretprobe probe = {
	.entry_handler = enter_loader,
	.handler = leave_loader,
	.maxactive = 4,
};

static bool is_registered;

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

/* If the probe cannot be registered, report it once and continue without autostamp. */
void __init lineage_autostamp_init(void)
{
	int err;

	if (!lineage_arch_loader) {
		pr_notice("autostamp is off: the image loader of this architecture is unknown\n");
		return;
	}
	probe.kp.symbol_name = lineage_arch_loader;
	err = register_kretprobe(&probe);
	if (err)
		pr_notice("autostamp is off: %s: %s (%d)\n", lineage_arch_loader, reason_of(err),
			  err);
	is_registered = !err;
}

void lineage_autostamp_exit(void)
{
	if (is_registered)
		unregister_kretprobe(&probe);
}
