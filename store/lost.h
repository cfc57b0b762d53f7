/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows of lost kexecs, and boots that show that a kexec was not lost.
 *
 * The id of a lost kexec contains the id of the boot that started it. If a log shows that this
 * kexec was not lost, a boot has the id of the lost kexec as an alias, and replaces its row.
 */
#ifndef LINEAGE_STORE_LOST_H
#define LINEAGE_STORE_LOST_H

#include "identity.h"

/** store_boot_is_lost() - return whether a row is a lost kexec whose id names its starter */
bool store_boot_is_lost(const struct store_boot *boot);

/**
 * store_boot_starter() - return the id of a boot that started a kexec which the row explains
 * @number: 0 for the first one
 * @ret: buffer for the result
 *
 * The row of a lost kexec has such an id in its own id. The row of a boot has the id of a lost
 * kexec as an alias if a log shows that this kexec was not lost: the boot is the kernel that was
 * started, or it ended without starting a kernel.
 *
 * Return: the id, NULL if there are no more.
 */
const char *store_boot_starter(const struct store_boot *boot, size_t number,
			       char ret[STORE_ALIAS_SIZE]);

/**
 * store_boot_is_about_lost() - return whether the row is a lost kexec, or has the id of one as an
 * alias
 */
bool store_boot_is_about_lost(const struct store_boot *boot);

/** store_crash_is_of_lost() - return whether the crash is that of a lost kexec */
static inline bool store_crash_is_of_lost(const struct store_crash *crash)
{
	return strcmp(crash->signature, STORE_LOST_SIGNATURE) == 0;
}

#endif /* LINEAGE_STORE_LOST_H */
