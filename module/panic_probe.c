// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probe the entry of panic(), for panics that start a capture kernel.
 *
 * If a capture kernel is loaded and crash_kexec_post_notifiers is not set, panic() starts the
 * capture kernel and calls no notifier (Linux kernel/panic.c). The entry of panic() is then the
 * only place to print anything.
 */
#include <linux/kprobes.h>

#include "kexec_lineage.h"

/*
 * In newer kernels vpanic() does the work and has other callers as well. The compiler decides
 * whether panic() calls it or inlines it. Older kernels have only panic().
 */
static struct kprobe probes[] = {
	{ .symbol_name = "panic" },
	{ .symbol_name = "vpanic" },
};

static bool is_registered[ARRAY_SIZE(probes)];

/**
 * lineage_panic_probe_init() - call @handler at the entry of every panic
 * @handler: a kprobe handler; may be called in any context, on several CPUs at once
 *
 * Return: 0, or a negative errno if a panic may be missed: the error of register_kprobe() for a
 * function that exists, or -ENOENT if neither function exists.
 */
int __init lineage_panic_probe_init(int (*handler)(struct kprobe *probe, struct pt_regs *regs))
{
	int result = -ENOENT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		int err;

		probes[i].pre_handler = handler;
		err = register_kprobe(&probes[i]);
		is_registered[i] = !err;
		if (err != -ENOENT)
			result = result == -ENOENT || err ? err : result;
	}
	return result;
}

void lineage_panic_probe_exit(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (is_registered[i])
			unregister_kprobe(&probes[i]);
	}
}
