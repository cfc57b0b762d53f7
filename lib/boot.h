/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How was the running kernel started? */
#ifndef LINEAGE_LIB_BOOT_H
#define LINEAGE_LIB_BOOT_H

#include "kexec-lineage.h"
#include "root.h"

/**
 * struct lineage_boot_finding - how, and what tells so
 * @boot: cold, kexec, capture or unknown
 * @evidence: one line for people
 */
struct lineage_boot_finding {
	enum lineage_boot boot;
	char evidence[128];
};

/**
 * lineage_boot_find() - look at what the boot loader left
 *
 * x86: /proc/sys/kernel/bootloader_type is 208 (0xd0) after a kexec, whichever system call loaded
 * the kernel (arch/x86/kernel/kexec-bzimage64.c; kexec-tools' x86-linux-setup.c), anything else
 * otherwise. arm64: /chosen/linux,booted-from-kexec (drivers/of/kexec.c), written by
 * kexec_file_load(2) only, so that its absence proves nothing. A capture kernel is told by
 * /proc/vmcore or elfcorehdr= on its command line.
 */
void lineage_boot_find(const struct lineage_root *root, struct lineage_boot_finding *ret);

#endif /* LINEAGE_LIB_BOOT_H */
