/* SPDX-License-Identifier: GPL-2.0-only */
/* Interfaces between the files of the module. */
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
 * struct lineage_self - the running kernel's lineage
 * @boot: how it was booted
 * @is_contradictory: whether the boot loader is not kexec, but something else speaks for a kexec
 * @has_count: whether @lineage.count is known
 * @lineage: its lineage; empty after a cold boot or if unknown
 * @previous_release: NUL-terminated; empty after a cold boot or if unknown
 * @line: text printed at boot and beside a crash, without the module's name and the boot id
 * @next: the stamp for a next kernel of unknown release, NUL-terminated
 * @next_length: bytes of @next without the NUL; 0 if no stamp can be made
 * @next_count: the count that the next kernel will report
 *
 * Written once by lineage_self_init(); only read afterwards.
 */
struct lineage_self {
	enum lineage_boot boot;
	bool is_contradictory;
	bool has_count;
	struct lineage lineage;
	char previous_release[LINEAGE_RELEASE_SIZE];
	char line[128];
	char next[LINEAGE_STAMP_MAX + 1];
	size_t next_length;
	u32 next_count;
};

extern struct lineage_self lineage_self;

/**
 * struct lineage_handover - what Kexec HandOver delivered, validated
 * @has_metadata: whether @metadata is set
 * @metadata: content of the subtree "kexec-metadata"
 * @has_stamp: whether @stamp is set
 * @stamp: content of the subtree "kexec-lineage"
 */
struct lineage_handover {
	bool has_metadata;
	struct lineage_metadata metadata;
	bool has_stamp;
	struct lineage_stamp stamp;
};

/* self.c: fill lineage_self from the carriers; make the next kernel's stamp from it */
void lineage_self_init(const struct lineage_handover *handover);
int lineage_self_make_next(struct lineage_stamp *ret);
bool lineage_self_is_own_stamp(const char *value, size_t length);
void lineage_say_rejected(const char *what, int err, const struct lineage_fault *fault);

/* proc_file.c: read files of /proc */
ssize_t lineage_proc_read(const char *path, char *buffer, size_t size);

/* boot_id.c: print the kernel's boot id; format it for the line of a crash */
void lineage_boot_id_read(void);
const char *lineage_boot_id_suffix(void);

/* handover.c: read the previous kernel's subtrees; publish those for the next kernel */
void lineage_handover_read(struct lineage_handover *ret);
void lineage_handover_init(void);
void lineage_handover_exit(void);

/* sysfs.c: /sys/kernel/kexec_lineage */
void lineage_sysfs_init(void);
void lineage_sysfs_exit(void);

/* crash.c: print the line beside every oops, panic and other report */
void lineage_crash_init(void);
void lineage_crash_exit(void);

/* panic_probe.c: probe the entry of panic(), for panics that call no notifier */
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

/* lockups.c: find soft lockups, RCU stalls and hung tasks */
int lineage_lockups_init(void (*lockup)(void), void (*hung_task)(void));
void lineage_lockups_exit(void);

/* loaded.c: the release of the loaded kernel; loaded_off.c: replacement if it cannot be tracked */
void lineage_loaded_init(void);
void lineage_loaded_exit(void);
void lineage_loaded_expect(const struct kimage *image, const char *release);
bool lineage_loaded_is_known(void);
void lineage_loaded_release(char ret[LINEAGE_RELEASE_SIZE]);
int lineage_loaded_set_release(const char *release, size_t length);

/* started.c: print the next kernel when a kexec starts it */
void lineage_started_init(void);
void lineage_started_exit(void);

struct lineage_load;

/**
 * struct lineage_measured_handler - called before IMA measures the command line of a load
 * @image: the kernel has read the image; @load has only @is_capture and the image
 * @begin: IMA is about to measure @load->cmdline; @load has no image. Return the line to measure
 *	instead, and set its length; or NULL
 * @end: IMA has measured the line that @begin returned
 */
struct lineage_measured_handler {
	void (*image)(const struct lineage_load *load);
	const char *(*begin)(const struct lineage_load *load, size_t *ret_length);
	void (*end)(void);
};

/* measured.c: let IMA measure the command line with the stamp */
int lineage_measured_init(const struct lineage_measured_handler *handler);
void lineage_measured_exit(void);

/* A command line with a stamp, with the NUL. x86 and arm64 accept less. */
#define LINEAGE_LINE_SIZE 4096

/* cmdline_swap.c: replace the command line of an image before its loader is called */
int lineage_cmdline_swap(struct kimage *image, const char *line, size_t size);
void lineage_cmdline_swap_init(void);
void lineage_cmdline_swap_exit(void);

/*
 * autostamp.c: stamp every load, by probes; autostamp_hook.c: if the kernel asks for it;
 * autostamp_off.c: if the kernel supports neither
 */
void lineage_autostamp_init(void);
void lineage_autostamp_exit(void);

/**
 * struct lineage_load - arguments of the image loader
 * @image: the kernel's structure for this load
 * @is_capture: a capture kernel is loaded
 * @kernel: content of the image file
 * @kernel_size: bytes at @kernel
 * @cmdline: the command line; NULL if not given
 * @cmdline_size: bytes at @cmdline including the NUL; 0 if not given
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
 * struct lineage_target - properties of the kernel that is being loaded
 * @release: NUL-terminated; empty if the image has none
 * @cmdline_limit: longest command line in bytes, without the NUL
 * @stays_empty: a command line that is empty replaces that of the kernel if it gets a stamp
 */
struct lineage_target {
	char release[LINEAGE_RELEASE_SIZE];
	size_t cmdline_limit;
	bool stays_empty;
};

/* next_line.c: the command line of the next kernel, with its stamp */
bool lineage_next_line_is_on(void);
int lineage_next_line(const struct lineage_load *load, const struct lineage_target *target,
		      char line[LINEAGE_LINE_SIZE], size_t *ret_length);

/* arch/: one file for each architecture */

/**
 * struct lineage_arch_loader - a function that gets the command line of a kernel being loaded
 * @symbol: its name
 * @read_load: read its arguments; set all members except @is_capture, which autostamp.c sets. NULL
 *	if the function reads the command line of the image, which is its first argument
 * @set_cmdline: replace its command line; @size is the number of bytes including the NUL. NULL if
 *	@read_load is NULL
 */
struct lineage_arch_loader {
	const char *symbol;
	void (*read_load)(const struct pt_regs *regs, struct lineage_load *ret);
	void (*set_cmdline)(struct pt_regs *regs, char *cmdline, size_t size);
};

/* The functions to try, the preferred one first; the last entry has no symbol. */
extern const struct lineage_arch_loader lineage_arch_loaders[];

enum lineage_loader lineage_arch_find_loader(void);
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret);
/* Set an argument of the probed function; @index is less than 4. */
void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value);

/*
 * arch/devicetree.c: members of struct lineage_arch_loader for of_kexec_alloc_and_setup_fdt(),
 * which is in Linux drivers/of/kexec.c since 5.13. It is extern, so link-time optimization does not
 * rename it. The loaders of arm64, powerpc and riscv call it.
 */
void lineage_devicetree_read_load(const struct pt_regs *regs, struct lineage_load *ret);
void lineage_devicetree_set_cmdline(struct pt_regs *regs, char *cmdline, size_t size);

#endif /* KEXEC_LINEAGE_MODULE_H */
