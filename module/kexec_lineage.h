/* SPDX-License-Identifier: GPL-2.0-only */
/* What do the parts of the module know of each other? */
#ifndef KEXEC_LINEAGE_MODULE_H
#define KEXEC_LINEAGE_MODULE_H

#include <linux/errno.h>
#include <linux/types.h>

#include "core/fault.h"
#include "core/metadata.h"
#include "core/stamp.h"
#include "core/boot_kind.h"

struct kimage;
struct kprobe;
struct pt_regs;

/**
 * struct lineage_self - what the running kernel knows of itself
 * @boot: how it was booted
 * @has_count: whether @lineage says how often the machine was kexec'ed
 * @lineage: its lineage; empty after a cold boot, and where it is not known
 * @previous_release: empty after a cold boot, and where it is not known
 * @line: what is printed at boot and beside a crash, without the module's name
 * @next: the stamp for a next kernel whose release is not known
 * @next_length: bytes of @next, 0 where none can be made
 *
 * Written once, before anything else of the module runs; only read from then on.
 */
struct lineage_self {
	enum lineage_boot boot;
	bool has_count;
	struct lineage lineage;
	char previous_release[LINEAGE_RELEASE_SIZE];
	char line[128];
	char next[LINEAGE_STAMP_MAX + 1];
	size_t next_length;
};

extern struct lineage_self lineage_self;

/**
 * struct lineage_handover - what came through Kexec HandOver, checked
 * @has_metadata: whether there is a @metadata
 * @metadata: of the subtree "kexec-metadata"
 * @has_stamp: whether there is a @stamp
 * @stamp: of the subtree "kexec-lineage"
 */
struct lineage_handover {
	bool has_metadata;
	struct lineage_metadata metadata;
	bool has_stamp;
	struct lineage_stamp stamp;
};

/* self.c: fill lineage_self from the carriers, and make the next kernel's stamp from it */
void lineage_self_init(const struct lineage_handover *handover);
int lineage_self_make_next(struct lineage_stamp *ret);
void lineage_say_rejected(const char *what, int err, const struct lineage_fault *fault);

/* handover.c: through Kexec HandOver, from the kernel before and to the next one */
void lineage_handover_read(struct lineage_handover *ret);
void lineage_handover_init(void);
void lineage_handover_exit(void);

/* sysfs.c: /sys/kernel/kexec_lineage */
void lineage_sysfs_init(void);
void lineage_sysfs_exit(void);

/* crash.c: the line beside every oops and panic */
void lineage_crash_init(void);
void lineage_crash_exit(void);

/* panic_probe.c: a panic that no notifier is told of */
#ifdef CONFIG_KPROBES
int lineage_panic_probe_init(int (*handler)(struct kprobe *probe, struct pt_regs *regs));
void lineage_panic_probe_exit(void);
#else
static inline int lineage_panic_probe_init(int (*handler)(struct kprobe *probe,
							  struct pt_regs *regs))
{
	return -EOPNOTSUPP;
}

static inline void lineage_panic_probe_exit(void)
{
}
#endif

/* autostamp.c, or autostamp_off.c where the kernel has not what it takes: stamp every load */
void lineage_autostamp_init(void);
void lineage_autostamp_exit(void);

/**
 * struct lineage_load - what the image loader was called with
 * @image: the load
 * @is_capture: it is for a crash
 * @kernel: the image file's bytes
 * @kernel_size: how many
 * @cmdline: the command line, NULL where there is none
 * @cmdline_size: its bytes with the NUL, 0 where there is none
 */
struct lineage_load {
	const struct kimage *image;
	bool is_capture;
	const char *kernel;
	size_t kernel_size;
	const char *cmdline;
	size_t cmdline_size;
};

/**
 * struct lineage_target - what the image tells of the kernel that is loaded
 * @release: empty where it does not tell
 * @cmdline_limit: how long its command line may be, without the NUL
 */
struct lineage_target {
	char release[LINEAGE_RELEASE_SIZE];
	size_t cmdline_limit;
};

/* arch/: one file for each architecture */

/* The function that loads an image for kexec_file_load(); NULL where none is known. */
extern const char *const lineage_arch_loader;

enum lineage_boot lineage_arch_boot(void);
/* All but @is_capture, which is the same everywhere. */
void lineage_arch_read_load(const struct pt_regs *regs, struct lineage_load *ret);
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret);
void lineage_arch_set_cmdline(struct pt_regs *regs, char *cmdline, size_t size);

#endif /* KEXEC_LINEAGE_MODULE_H */
