/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Determine how the running kernel was booted, from traces that the boot loader left. */
#ifndef LINEAGE_LIB_BOOT_H
#define LINEAGE_LIB_BOOT_H

#include "kexec-lineage.h"
#include "root.h"

/**
 * struct lineage_boot_finding - a boot kind and the evidence for it
 * @boot: cold, kexec, capture or unknown
 * @evidence: one line of text, NUL-terminated
 */
struct lineage_boot_finding {
	enum lineage_boot boot;
	char evidence[128];
};

/**
 * lineage_boot_find() - determine the boot kind
 * @root: the system to read
 * @ret: the boot kind and its evidence
 *
 * x86: /proc/sys/kernel/bootloader_type is 208 (0xd0) after a kexec, whichever system call loaded
 * the kernel (Linux arch/x86/kernel/kexec-bzimage64.c; x86-linux-setup.c of kexec-tools), and has
 * another value otherwise. arm64: only kexec_file_load(2) sets /chosen/linux,booted-from-kexec
 * (Linux drivers/of/kexec.c), so its absence proves nothing. A capture kernel has /proc/vmcore, or
 * elfcorehdr= on its command line.
 */
void lineage_boot_find(const struct lineage_root *root, struct lineage_boot_finding *ret);

#endif /* LINEAGE_LIB_BOOT_H */
