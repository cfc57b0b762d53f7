/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Boot kinds and stamp kinds, shared by the core, the kernel module and the public header.
 *
 * kexec-lineage.h includes this file and is installed beside it (include/kexec-lineage-boot.h is a
 * link to it), so it is valid C and C++ and includes nothing.
 */
#ifndef LINEAGE_CORE_KEXEC_LINEAGE_BOOT_H
#define LINEAGE_CORE_KEXEC_LINEAGE_BOOT_H

/** enum lineage_boot - how a kernel was booted */
enum lineage_boot {
	LINEAGE_BOOT_UNKNOWN,
	LINEAGE_BOOT_COLD,
	LINEAGE_BOOT_KEXEC,
	LINEAGE_BOOT_CAPTURE, /* after a crash, loaded with `kexec -p` */
};

/** enum lineage_kind - how the kernel that reads a stamp is booted; one letter of the stamp */
enum lineage_kind {
	LINEAGE_KIND_NONE = 0, /* there is no stamp */
	LINEAGE_KIND_KEXEC = 'k',
	LINEAGE_KIND_CAPTURE = 'p',
};

#endif /* LINEAGE_CORE_KEXEC_LINEAGE_BOOT_H */
