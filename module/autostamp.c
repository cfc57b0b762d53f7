// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stamp the command line of every kexec_file_load(), regardless of the caller.
 *
 * A return probe on the architecture's image loader replaces the command-line argument with a
 * stamped one when the loader is entered. The loader copies the argument before it returns.
 *
 * clang with link-time optimization renames the loader, which is a static function, or inlines it.
 * A probe on an extern function that the kernel calls shortly before then replaces the command line
 * in the image. The loaders of s390 read that command line, and are probed in the same way.
 *
 * IMA measures the command line before both. measured.c calls this file before that, so that IMA
 * measures the line that the next kernel boots with.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/ptrace.h>

#include "core/crc32.h"
#include "kexec_lineage.h"

/*
 * The load that sets the bit owns the buffers below until its loader returns. It also holds a
 * reference to the module, so that the buffers exist while the loader may read them.
 */
static unsigned long is_loading;
static char line[LINEAGE_LINE_SIZE];

/*
 * What IMA was shown of the current load.
 * @has_target: whether the image of a load was read, whose line was not measured yet
 * @is_parsed: whether @target is set
 * @is_set: whether IMA measured @line instead of @cmdline. It stays set until the next image: the
 *	loader of arm64 tries each hole in memory, and may write the command line more than once
 * @is_held: whether a reference to the module is held, until the loader is called or the data is
 *	dropped
 */
static struct {
	bool has_target;
	bool is_parsed;
	struct lineage_target target;
	bool is_set;
	bool is_held;
	const char *cmdline;
	size_t size;
	u32 crc;
	size_t length;
} measured;

static void release_module(void)
{
	if (measured.is_held)
		module_put(THIS_MODULE);
	measured.is_held = false;
}
NOKPROBE_SYMBOL(release_module);

static void forget_measured(void)
{
	measured.is_set = false;
	release_module();
}
NOKPROBE_SYMBOL(forget_measured);

static void note_image(const struct lineage_load *load)
{
	forget_measured();
	measured.is_parsed = lineage_arch_read_target(load, &measured.target) == 0;
	measured.has_target = true;
}
NOKPROBE_SYMBOL(note_image);

static const char *begin_measure(const struct lineage_load *load, size_t *ret_length)
{
	bool has_target = measured.has_target;

	forget_measured();
	measured.has_target = false;
	if (!has_target || test_and_set_bit_lock(0, &is_loading))
		return NULL;
	if (!try_module_get(THIS_MODULE))
		goto unlock;
	if (lineage_next_line(load, measured.is_parsed ? &measured.target : NULL, line,
			      &measured.length))
		goto put;
	measured.cmdline = load->cmdline;
	measured.size = load->cmdline_size;
	measured.crc = lineage_crc32(load->cmdline, load->cmdline_size);
	measured.is_set = true;
	measured.is_held = true;
	*ret_length = measured.length;
	return line;

put:
	module_put(THIS_MODULE);
unlock:
	clear_bit_unlock(0, &is_loading);
	return NULL;
}
NOKPROBE_SYMBOL(begin_measure);

static void end_measure(void)
{
	clear_bit_unlock(0, &is_loading);
}
NOKPROBE_SYMBOL(end_measure);

/* Whether @line is what IMA measured for this load. */
static bool take_measured(const struct lineage_load *load, size_t *ret_length)
{
	bool is_same = measured.is_set && measured.cmdline == load->cmdline &&
		       measured.size == load->cmdline_size &&
		       measured.crc == lineage_crc32(load->cmdline, load->cmdline_size);

	release_module();
	if (is_same)
		*ret_length = measured.length;
	else
		forget_measured(); /* the caller writes another line to @line */
	return is_same;
}
NOKPROBE_SYMBOL(take_measured);

/* Whether each command line that IMA measures is stamped before. */
static bool is_measuring;

/*
 * Write the new command line to @line, and set is_loading, which the caller clears when @line is no
 * longer needed. Return false if the load keeps its command line: with autostamp off, a line that
 * IMA may have measured as it is does.
 */
static bool prepare(struct lineage_load *load, size_t *ret_length)
{
	struct lineage_target target;
	bool is_parsed;

	load->is_capture = load->image->type == KEXEC_TYPE_CRASH;
	is_parsed = lineage_arch_read_target(load, &target) == 0;
	lineage_loaded_expect(load->image, is_parsed ? target.release : "");
	/* The kernel runs one load at a time. The bit is already set only if a load crashed. */
	if (test_and_set_bit_lock(0, &is_loading)) {
		pr_warn("another load is in progress: loading without a stamp\n");
		return false;
	}
	if (take_measured(load, ret_length))
		return true;
	if ((lineage_next_line_is_on() || !IS_ENABLED(CONFIG_IMA)) &&
	    lineage_next_line(load, is_parsed ? &target : NULL, line, ret_length) == 0) {
		/* The probe was missed, or the caller gave no command line. */
		if (is_measuring)
			pr_notice("IMA has not measured the stamp of this load\n");
		return true;
	}
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

	if (!try_module_get(THIS_MODULE))
		return 1;
	loader->read_load(regs, &load);
	if (!prepare(&load, &length)) {
		module_put(THIS_MODULE);
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

/* The kernel has not read the command line of the image when it calls this function. */
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

static int __init probe_before(const char *symbol)
{
	int err;

	before_probe.addr = NULL;
	before_probe.symbol_name = symbol;
	lineage_cmdline_swap_init();
	err = register_kprobe(&before_probe);
	is_before_probed = !err;
	if (err)
		lineage_cmdline_swap_exit();
	return err;
}

static void __init probe_before_loader(void)
{
	size_t i;

	for (i = 0; !is_before_probed && i < ARRAY_SIZE(functions_before_loader); i++)
		probe_before(functions_before_loader[i]);
}

static int __init probe_loader(void)
{
	const struct lineage_arch_loader *next;
	int err = -ENOENT;

	for (next = lineage_arch_loaders; err && next->symbol; next++) {
		loader = next;
		if (!next->read_load) {
			err = probe_before(next->symbol);
			continue;
		}
		loader_probe.kp.addr = NULL;
		loader_probe.kp.symbol_name = next->symbol;
		err = register_kretprobe(&loader_probe);
		is_loader_probed = !err;
	}
	return err;
}

static const struct lineage_measured_handler measured_handler = {
	.image = note_image,
	.begin = begin_measure,
	.end = end_measure,
};

/* If no probe can be registered, report it once and continue without autostamp. */
void __init lineage_autostamp_init(void)
{
	int err = probe_loader();

	if (!loader) {
		pr_notice("autostamp is off: the image loader of this architecture is unknown\n");
		return;
	}
	if (err)
		probe_before_loader();
	if (!is_loader_probed && !is_before_probed) {
		pr_notice("autostamp is off: %s: %s (%d)\n", loader->symbol, reason_of(err), err);
		return;
	}
	/* What IMA measures must boot: measure stamped lines only if the loader is probed. */
	err = IS_ENABLED(CONFIG_IMA) ? lineage_measured_init(&measured_handler) : 0;
	is_measuring = IS_ENABLED(CONFIG_IMA) && !err;
	if (err)
		pr_notice("IMA will measure command lines without the stamp (%d)\n", err);
}

void lineage_autostamp_exit(void)
{
	lineage_measured_exit();
	if (is_loader_probed)
		unregister_kretprobe(&loader_probe);
	if (is_before_probed) {
		unregister_kprobe(&before_probe);
		lineage_cmdline_swap_exit();
	}
}
