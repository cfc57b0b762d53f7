/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find out whether a dependence is confined to the boots with one label. */
#ifndef LINEAGE_TRIAGE_CONFINED_H
#define LINEAGE_TRIAGE_CONFINED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine_rows.h"

/* The dependence exists on several labels, or too few boots crashed to decide. */
#define TRIAGE_NO_LABEL UINT32_MAX

/**
 * triage_confined_find() - find the label to which the higher crash rate of the group is confined
 * @rows: array of @count rows
 * @unknown: the @hardware of boots whose label is unknown, or TRIAGE_NO_LABEL
 * @has_one_release: the rows are of one release
 * @ret: the @hardware of the label; or TRIAGE_NO_LABEL
 *
 * The group must crash more on this label than the same ratio on all labels gives (exact test,
 * corrected for the number of labels), and not significantly more on the other labels. If no boot
 * of the other labels crashed, and the rows are of one release, the boots of the group must crash
 * more on this label than on the other known labels (exact test, with the same correction). Boots
 * of unknown label may have any label: they are not compared with a label, but they must not show
 * the dependence either, and at most a tenth of the crashes of the group may be theirs.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_confined_find(const struct triage_machine_row *rows, size_t count, uint32_t unknown,
			 bool has_one_release, uint32_t *ret);

#endif /* LINEAGE_TRIAGE_CONFINED_H */
