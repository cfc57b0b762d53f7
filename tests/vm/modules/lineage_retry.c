// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make the image loader of devicetree architectures try again.
 *
 * image_load() of arm64 calls of_kexec_alloc_and_setup_fdt() for each hole in memory, until all
 * segments fit. The first `failures` calls after each write to the parameter fail.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int failures;
module_param(failures, uint, 0644);

static unsigned int calls;
module_param(calls, uint, 0444);

static int leave_setup(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	calls++;
	if (failures == 0)
		return 0;
	failures--;
	regs_set_return_value(regs, 0); /* the devicetree is lost */
	return 0;
}

static struct kretprobe setup_probe = {
	.kp.symbol_name = "of_kexec_alloc_and_setup_fdt",
	.handler = leave_setup,
	.maxactive = 4,
};

static int __init lineage_retry_init(void)
{
	return register_kretprobe(&setup_probe);
}

static void __exit lineage_retry_exit(void)
{
	unregister_kretprobe(&setup_probe);
}

module_init(lineage_retry_init);
module_exit(lineage_retry_exit);
MODULE_DESCRIPTION("Make the image loader of devicetree architectures try again");
MODULE_LICENSE("GPL");
