/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of a lost kexec: a kexec that was started but whose kernel never showed a sign of life. */
#ifndef LINEAGE_STORE_ROWS_LOST_KEXEC_H
#define LINEAGE_STORE_ROWS_LOST_KEXEC_H

#include "store/store.h"

/*
 * The boot id of a lost kexec is this prefix, followed by the id of the boot that started the
 * kexec. If that id is a kernel's boot id, the id of the lost kexec counts as a kernel's boot id.
 */
#define STORE_LOST_PREFIX LINEAGE_LOST_PREFIX

/* Type and title of the crash of each lost kexec. */
#define STORE_LOST_TYPE LINEAGE_LOST_TYPE
#define STORE_LOST_TITLE LINEAGE_LOST_TITLE

/**
 * store_kexec_is_lost() - return whether the kexec that a boot started was lost
 * @before: the boot
 * @after: the next recorded boot of the same host
 *
 * Return: true if @before started a kexec, did not crash, and @after is a cold boot. A boot that
 * crashed after it had begun the kexec started no kernel; nor did a boot whose log shows a restart.
 * If @after was started by a kexec or in an unknown way, the kernel that @before started may have
 * run without being recorded.
 */
bool store_kexec_is_lost(const struct store_boot *before, const struct store_boot *after);

/**
 * store_add_lost_kexec() - add the boot and the crash of a lost kexec
 * @before: the boot that started the kexec
 *
 * Do nothing if the store already has both rows. Call this before the next boot is added.
 *
 * Return: 0, -ENOMEM, or the error of store_add_boot() and store_add_crash(), with the error
 * message set.
 */
int store_add_lost_kexec(struct store *store, const struct store_boot *before);

#endif /* LINEAGE_STORE_ROWS_LOST_KEXEC_H */
