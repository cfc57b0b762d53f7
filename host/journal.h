/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Write a structured journal entry for each boot. */
#ifndef LINEAGE_HOST_JOURNAL_H
#define LINEAGE_HOST_JOURNAL_H

#include "kexec-lineage.h"
#include "store/store.h"

/* Of every entry; host/journal/kexec-lineage.catalog explains it. */
#define LINEAGE_HOST_JOURNAL_MESSAGE_ID "2f6bbd0d3c5a4f5d9c3b4b9d1c7e8a60"

/**
 * lineage_host_journal_write() - a structured entry for this boot
 * @report: of the running system
 * @before: how the boot before ended
 *
 * Fields: MESSAGE, MESSAGE_ID, PRIORITY (notice where sources conflict or the boot before did not
 * end well, else info), KEXEC_LINEAGE_RELEASE, KEXEC_LINEAGE_BOOT, KEXEC_LINEAGE_BEFORE and, where
 * known, KEXEC_LINEAGE_PREVIOUS_RELEASE, KEXEC_LINEAGE_COUNT, KEXEC_LINEAGE_CHAIN and one
 * KEXEC_LINEAGE_CONFLICT for each conflict.
 *
 * Return: 0, also where no journal runs; -ENOMEM; the negative errno of sd_journal_sendv(3).
 */
int lineage_host_journal_write(const struct lineage_report *report, enum store_end before);

#endif /* LINEAGE_HOST_JOURNAL_H */
