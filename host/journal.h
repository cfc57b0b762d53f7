/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writer of the structured journal entry of each boot. */
#ifndef LINEAGE_HOST_JOURNAL_H
#define LINEAGE_HOST_JOURNAL_H

#include "kexec-lineage.h"
#include "store/store.h"

/* Message id of every entry. host/journal/kexec-lineage.catalog explains the entry. */
#define LINEAGE_HOST_JOURNAL_MESSAGE_ID "2f6bbd0d3c5a4f5d9c3b4b9d1c7e8a60"

/**
 * lineage_host_journal_write() - write a structured entry for this boot
 * @report: report of the running system
 * @before: how the previous boot ended
 * @lost: the previous boot, if it started a kexec that was lost; otherwise NULL
 *
 * The fields are MESSAGE, MESSAGE_ID, PRIORITY (notice if sources conflict, if the previous boot
 * did not end well or if its kexec was lost, otherwise info), KEXEC_LINEAGE_RELEASE,
 * KEXEC_LINEAGE_BOOT and KEXEC_LINEAGE_BEFORE. KEXEC_LINEAGE_PREVIOUS_RELEASE, KEXEC_LINEAGE_COUNT
 * and KEXEC_LINEAGE_CHAIN are written if known. Each conflict is a field KEXEC_LINEAGE_CONFLICT. If
 * a kexec was lost, KEXEC_LINEAGE_LOST is 1, KEXEC_LINEAGE_LOST_PREVIOUS_RELEASE is the release of
 * @lost, and KEXEC_LINEAGE_LOST_RELEASE is the release that @lost started, if known.
 *
 * Return: 0, also if no journal runs; -ENOMEM; the negative errno of sd_journal_sendv(3).
 */
int lineage_host_journal_write(const struct lineage_report *report, enum store_end before,
			       const struct store_boot *lost);

#endif /* LINEAGE_HOST_JOURNAL_H */
