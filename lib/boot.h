/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the traces that the boot loader left, which show how the running kernel was booted. */
#ifndef LINEAGE_LIB_BOOT_H
#define LINEAGE_LIB_BOOT_H

#include "core/boot_kind.h"
#include "kexec-lineage.h"
#include "root.h"

#define LINEAGE_BOOT_EVIDENCE_SIZE 192

/**
 * struct lineage_boot_finding - a boot kind and the evidence for it
 * @boot: cold, kexec, capture or unknown; lineage_boot_find() sets it to unknown
 * @loader: trace of the boot loader
 * @shows_cold: on this architecture a cold boot leaves a trace, too
 * @is_capture: trace of a capture kernel
 * @evidence: one line of text, NUL-terminated
 */
struct lineage_boot_finding {
	enum lineage_boot boot;
	enum lineage_loader loader;
	bool shows_cold;
	bool is_capture;
	char evidence[LINEAGE_BOOT_EVIDENCE_SIZE];
};

/**
 * lineage_boot_find() - find the traces of the boot loader
 * @root: the system to read
 * @ret: the traces; lineage_merge() determines the boot kind from them and the carriers
 *
 * x86: /proc/sys/kernel/bootloader_type is 208 (0xd0) after a kexec, whichever system call loaded
 * the kernel (Linux arch/x86/kernel/kexec-bzimage64.c; x86-linux-setup.c of kexec-tools), and has
 * another value otherwise. arm64, riscv: only kexec_file_load(2) sets
 * /chosen/linux,booted-from-kexec (Linux drivers/of/kexec.c), so its absence proves nothing. ppc64,
 * which has /proc/powerpc: kexec-tools sets the property, too, and the firmware of PowerNV machines
 * starts the first kernel by kexec (petitboot), so the property proves nothing either. A capture
 * kernel has /proc/vmcore, or elfcorehdr= on its command line.
 */
void lineage_boot_find(const struct lineage_root *root, struct lineage_boot_finding *ret);

#endif /* LINEAGE_LIB_BOOT_H */
