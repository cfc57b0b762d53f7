// SPDX-License-Identifier: GPL-2.0-only
/*
 * Let IMA measure the command line that the next kernel boots with.
 *
 * kexec_file_load() reads the image, lets IMA measure the command line, and calls the image loader
 * (Linux kernel/kexec_file.c, 5.10 to 7.3). A return probe on kernel_read_file() shows the image,
 * and one on ima_kexec_cmdline() replaces the command line that is measured. The first function is
 * also called for firmware and modules, which are ignored.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kernel_read_file.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <asm/syscall.h>

#include "kexec_lineage.h"

static const struct lineage_measured_handler *handler;

/* The probed functions have no argument that shows it, but run in the system call. */
static bool is_capture(void)
{
	unsigned long arguments[6];

	syscall_get_arguments(current, task_pt_regs(current), arguments);
	return arguments[4] & KEXEC_FILE_ON_CRASH;
}
NOKPROBE_SYMBOL(is_capture);

/* Where kernel_read_file() writes the address of the content. */
struct read_call {
	void **buffer;
};

static int enter_read(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct read_call *call = (struct read_call *)instance->data;

	call->buffer = (void **)regs_get_kernel_argument(regs, 2);
	return (u32)regs_get_kernel_argument(regs, 5) == READING_KEXEC_IMAGE ? 0 : 1;
}
NOKPROBE_SYMBOL(enter_read);

static int leave_read(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct read_call *call = (const struct read_call *)instance->data;
	int size = regs_return_value(regs); /* an int before Linux 5.19 */

	if (size > 0)
		handler->image(&(struct lineage_load){
			.is_capture = is_capture(),
			.kernel = *call->buffer,
			.kernel_size = size,
		});
	return 0;
}
NOKPROBE_SYMBOL(leave_read);

static struct kretprobe read_probe = {
	.kp.symbol_name = "kernel_read_file",
	.entry_handler = enter_read,
	.handler = leave_read,
	.data_size = sizeof(struct read_call),
	.maxactive = 16,
};

/* The second argument is the command line, the third its length without the NUL. */
static int enter_measure(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct lineage_load load = {
		.is_capture = is_capture(),
		.cmdline = (const char *)regs_get_kernel_argument(regs, 1),
		.cmdline_size = (int)regs_get_kernel_argument(regs, 2) + 1,
	};
	size_t length;
	const char *line = handler->begin(&load, &length);

	if (!line)
		return 1;
	lineage_arch_set_argument(regs, 1, (unsigned long)line);
	lineage_arch_set_argument(regs, 2, length);
	return 0;
}
NOKPROBE_SYMBOL(enter_measure);

static int leave_measure(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	handler->end();
	return 0;
}
NOKPROBE_SYMBOL(leave_measure);

static struct kretprobe measure_probe = {
	.kp.symbol_name = "ima_kexec_cmdline",
	.entry_handler = enter_measure,
	.handler = leave_measure,
	.maxactive = 4,
};

static bool is_registered;

/**
 * lineage_measured_init() - call a handler before IMA measures the command line of a load
 * @new_handler: its functions are called in atomic context; the kernel runs one load at a time
 *
 * Return: 0; -ENOENT if this kernel measures no command lines; the error of register_kretprobe().
 */
int __init lineage_measured_init(const struct lineage_measured_handler *new_handler)
{
	int err;

	handler = new_handler;
	err = register_kretprobe(&measure_probe);
	if (err)
		return err;
	err = register_kretprobe(&read_probe);
	if (err)
		unregister_kretprobe(&measure_probe);
	is_registered = !err;
	return err;
}

void lineage_measured_exit(void)
{
	if (!is_registered)
		return;
	unregister_kretprobe(&measure_probe);
	unregister_kretprobe(&read_probe);
}
