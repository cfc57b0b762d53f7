// SPDX-License-Identifier: GPL-2.0-only
/* Determine the running kernel's lineage, print it, and make the next kernel's stamp from it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/crash_dump.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include <linux/utsname.h>

#include "core/cmdline.h"
#include "core/merge_carriers.h"
#include "kexec_lineage.h"

/* One byte more than the longest valid value: a longer value is truncated and then rejected. */
#define VALUE_ROOM (LINEAGE_STAMP_MAX - LINEAGE_STAMP_PREFIX_LENGTH + 1)

/* A longer command line is cut; the limit of x86 and arm64 is 2048 bytes. */
#define LINE_ROOM 8192

/* A log line can have about 1 KiB, including the prefixes of printk() and netconsole. */
#define CHAIN_ROOM 768

/* Reason for a stale stamp. */
#define COPIED "the loader copied an old command line"

struct lineage_self lineage_self __ro_after_init;

static struct {
	bool is_given;
	size_t length;
	char value[VALUE_ROOM + 1];
} given __ro_after_init;

/*
 * Accept every value: an error would prevent the module from loading. If the module is built in,
 * this runs before memory can be allocated. The last of several values wins.
 */
static int set_stamp(const char *value, const struct kernel_param *param)
{
	given.is_given = true;
	given.length = value ? strnlen(value, VALUE_ROOM) : 0;
	memcpy(given.value, value ? value : "", given.length);
	given.value[given.length] = '\0';
	return 0;
}

static int get_stamp(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%s\n", given.value);
}

static const struct kernel_param_ops stamp_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_stamp,
	.get = get_stamp,
};

module_param_cb(stamp, &stamp_ops, NULL, 0444);
MODULE_PARM_DESC(stamp, "this kernel's lineage, from the kernel that loaded it");

/**
 * lineage_say_rejected() - print why a stamp or blob was rejected, as `kexec-lineage inspect` does
 * @what: name of the rejected stamp or blob
 * @err: error of its parser
 * @fault: details that the parser set
 */
void __init lineage_say_rejected(const char *what, int err, const struct lineage_fault *fault)
{
	if (!fault->has_values)
		pr_warn("%s not used: %s (at byte %zu)\n", what, fault->what, fault->offset);
	else if (err == -EBADMSG)
		pr_warn("%s not used: %s: found %08x, expected %08x\n", what, fault->what,
			fault->found, fault->expected);
	else
		pr_warn("%s not used: %s: found %u, expected %u\n", what, fault->what, fault->found,
			fault->expected);
}

static void __init say_stale(enum lineage_verdict verdict, const char *made_for)
{
	switch (verdict) {
	case LINEAGE_STALE_COLD_BOOT:
		pr_warn("stamp not used: this is a cold boot\n");
		break;
	case LINEAGE_STALE_RELEASE:
		pr_warn("stamp not used: it was made for %s: " COPIED "\n", made_for);
		break;
	case LINEAGE_STALE_NOT_CAPTURE:
		pr_warn("stamp not used: it was made for a capture kernel: " COPIED "\n");
		break;
	case LINEAGE_STALE_CAPTURE:
		pr_warn("stamp not used: it was not made for a capture kernel: " COPIED "\n");
		break;
	case LINEAGE_STALE_UNPROVEN:
		pr_warn("stamp not used: neither the boot loader nor a release shows that it was made for this boot\n");
		break;
	case LINEAGE_STALE_REPEATED: /* the module knows no history */
	case LINEAGE_FRESH:
		break;
	}
}

/*
 * insmod passes no parameter of the kernel command line, unlike modprobe. A built-in module has
 * already got it from the kernel's parser.
 */
static void __init find_stamp(void)
{
#ifdef MODULE
	static char line[LINE_ROOM] __initdata;
	struct lineage_parameter parameter;
	ssize_t got = lineage_proc_read("/proc/cmdline", line, sizeof(line));

	if (given.is_given || got <= 0 ||
	    lineage_cmdline_find(line, got, LINEAGE_STAMP_NAME, &parameter) == 0)
		return;
	given.is_given = true;
	if (!parameter.value)
		return;
	given.length = min_t(size_t, parameter.value_length, VALUE_ROOM);
	memcpy(given.value, parameter.value, given.length);
#endif
}

/* Read the stamp. Return whether it is valid. */
static bool __init read_stamp(struct lineage_stamp *ret)
{
	struct lineage_fault fault;
	int err;

	find_stamp();
	if (!given.is_given)
		return false;
	err = lineage_stamp_parse(given.value, given.length, ret, &fault);
	if (err)
		lineage_say_rejected("stamp", err, &fault);
	return !err;
}

/* Determine the boot kind. @stamp: NULL if the command line has no valid stamp */
static void __init judge_boot(const struct lineage_handover *handover,
			      const struct lineage_stamp *stamp)
{
	struct lineage_witnesses witnesses = {
		.loader = lineage_arch_find_loader(),
		.is_capture = is_kdump_kernel(),
		.has_memory = handover->has_metadata || handover->has_stamp,
		.has_stamp = stamp && strcmp(stamp->made_for, init_utsname()->release) == 0,
	};

	lineage_self.boot = lineage_boot_judge(&witnesses);
	lineage_self.is_contradictory = lineage_self.boot == LINEAGE_BOOT_UNKNOWN &&
					witnesses.loader == LINEAGE_LOADER_OTHER;
	if (lineage_self.is_contradictory)
		pr_warn("the boot loader is not kexec, but %s: this may be a cold boot\n",
			witnesses.has_memory   ? "KHO delivered data"
			: witnesses.is_capture ? "elfcorehdr= was given"
					       : "the stamp was made for this kernel");
}

/* Print one line for each conflict between carriers, with the reason for the choice. */
static void __init say_conflicts(const struct lineage_carriers *carriers,
				 const struct lineage_merged_carriers *merged)
{
	if (merged->rejects_cmdline)
		pr_warn("stamp not used: KHO says that the previous kernel was %s: " COPIED "\n",
			merged->previous_release);
	if (merged->rejects_kho)
		pr_warn("KHO's kexec-lineage not used: kexec-metadata names previous kernel %s\n",
			merged->previous_release);
	if (carriers->metadata && carriers->metadata->kexec_count < merged->lineage.count)
		pr_info("KHO restarted its count: it says %u, the count is %u\n",
			carriers->metadata->kexec_count, merged->lineage.count);
	if (carriers->cmdline && !merged->rejects_cmdline &&
	    carriers->cmdline->count < merged->lineage.count)
		pr_info("the stamp says count %u, KHO says %u: the larger one is used\n",
			carriers->cmdline->count, merged->lineage.count);
}

/* Return whether the stamp was made for this boot. */
static bool __init is_fresh(const struct lineage_stamp *stamp)
{
	enum lineage_verdict verdict =
		lineage_stamp_judge(stamp->kind, stamp->made_for, lineage_self.boot,
				    init_utsname()->release, LINEAGE_HISTORY_SILENT);

	say_stale(verdict, stamp->made_for);
	return verdict == LINEAGE_FRESH;
}

/* Fill lineage_self from what the command line and KHO delivered. */
static void __init merge_carriers(const struct lineage_handover *handover)
{
	static struct lineage_stamp stamp __initdata;
	static struct lineage_merged_carriers merged __initdata;
	struct lineage_carriers carriers = {};
	bool has_stamp = read_stamp(&stamp);

	judge_boot(handover, has_stamp ? &stamp : NULL);
	if (lineage_self.boot == LINEAGE_BOOT_COLD)
		lineage_self.has_count = true;
	if (handover->has_metadata)
		carriers.metadata = &handover->metadata;
	if (handover->has_stamp)
		carriers.kho = &handover->stamp.lineage;
	if (has_stamp && is_fresh(&stamp))
		carriers.cmdline = &stamp.lineage;
	lineage_merge_carriers(&carriers, &merged);
	say_conflicts(&carriers, &merged);
	if (!merged.previous_release[0])
		return;
	strscpy(lineage_self.previous_release, merged.previous_release,
		sizeof(lineage_self.previous_release));
	lineage_self.lineage = merged.lineage;
	lineage_self.has_count = true;
}

static void __init make_line(void)
{
	struct lineage_self *self = &lineage_self;

	if (self->boot == LINEAGE_BOOT_COLD)
		strscpy(self->line, "cold boot", sizeof(self->line));
	else if (!self->has_count)
		strscpy(self->line, "previous kernel unknown", sizeof(self->line));
	else
		scnprintf(self->line, sizeof(self->line), "exec from: %s (count %u)",
			  self->previous_release, self->lineage.count);
}

/* Print the chain, unless it contains only the kernel that the first line names. */
static void __init print_chain(void)
{
	static char text[CHAIN_ROOM] __initdata;
	const struct lineage *lineage = &lineage_self.lineage;
	const char *name = "chain";
	size_t position = 0;
	size_t length;

	if (lineage_chain_kernels(lineage) < 2)
		return;
	while ((length = lineage_chain_text(lineage, &position, text, sizeof(text))) > 0) {
		pr_info("%s: %.*s\n", name, (int)length, text);
		name = "chain, continued";
	}
}

/**
 * lineage_self_make_next() - make the stamp for a next kernel of unknown release
 * @ret: the stamp; undefined on failure
 *
 * Return: 0, or -EILSEQ if the running kernel's release is not valid.
 */
int lineage_self_make_next(struct lineage_stamp *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = LINEAGE_KIND_KEXEC;
	ret->lineage = lineage_self.lineage;
	if (lineage_self.is_contradictory)
		return lineage_advance_in_doubt(&ret->lineage, lineage_self.has_count,
						init_utsname()->release);
	return lineage_advance(&ret->lineage, lineage_self.has_count, lineage_self.boot,
			       init_utsname()->release);
}

/**
 * lineage_self_is_own_stamp() - whether a stamp is the one that this kernel got
 * @value: value of the stamp; may be NULL if @length is 0
 * @length: bytes at @value
 */
bool lineage_self_is_own_stamp(const char *value, size_t length)
{
	return given.is_given && length > 0 && length == given.length &&
	       memcmp(value, given.value, length) == 0;
}

static void __init make_next_stamp(void)
{
	static struct lineage_stamp next __initdata;

	if (lineage_self_make_next(&next) ||
	    lineage_stamp_format(&next, lineage_self.next, sizeof(lineage_self.next),
				 &lineage_self.next_length))
		pr_warn("this kernel's release cannot be encoded: no stamp for the next kernel\n");
	lineage_self.next_count = next.lineage.count;
}

/**
 * lineage_self_init() - fill lineage_self and print the boot lines
 * @handover: what Kexec HandOver delivered
 */
void __init lineage_self_init(const struct lineage_handover *handover)
{
	merge_carriers(handover);
	make_line();
	make_next_stamp();
	pr_info("%s\n", lineage_self.line);
	print_chain();
}
