/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings on several crashes of the same boots. */
#ifndef LINEAGE_TRIAGE_SAME_BOOTS_H
#define LINEAGE_TRIAGE_SAME_BOOTS_H

#include <stddef.h>
#include <stdint.h>

struct store;
struct triage_report;

/**
 * struct triage_same_boots - the other crashes of the boots of a finding
 * @signatures: array of @count numbers of signatures; owned by the report
 */
struct triage_same_boots {
	const uint32_t *signatures;
	size_t count;
};

/**
 * triage_same_boots_drop() - of several findings on the same boots, keep one
 * @store: the store from which the exposure was read
 *
 * A kernel can print several reports in one boot, for example a warning and then an oops. If each
 * boot has both crashes, their findings are one fact. Two findings in the same release and on the
 * same origin, range, ancestor or kexec count repeat each other if each boot of the group that had
 * one of the two crashes also had the other. The boots are read from the store. Boots outside of
 * the group may have only one of the two crashes.
 *
 * The finding with the stronger verdict is kept; if the verdicts are equal, the finding with the
 * smaller p-value; then the one whose crash is not just a warning; then the one whose crash was
 * earlier in the boot that is the example of both. The verdict of each other finding becomes
 * TRIAGE_NONE, and @same_boots of the kept finding lists its crash.
 *
 * Call it after triage_machines_check(). Only findings that were associated before this check are
 * compared, so that the store is read only for these. The report is sorted again.
 *
 * Return: 0, -ENOMEM or an error of the store's functions.
 */
int triage_same_boots_drop(struct triage_report *report, struct store *store);

#endif /* LINEAGE_TRIAGE_SAME_BOOTS_H */
