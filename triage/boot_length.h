/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Test whether boots of a group crash more often only because they last longer. */
#ifndef LINEAGE_TRIAGE_BOOT_LENGTH_H
#define LINEAGE_TRIAGE_BOOT_LENGTH_H

#include <stdbool.h>
#include <stddef.h>

struct triage_machine_row;

/**
 * triage_boot_length_explains() - test whether the length of boots explains a difference
 * @rows: array of @count rows; their numbers of boots are replaced by seconds, and they are sorted
 *	anew
 * @limit: maximum p-value of a difference per time that the length does not explain
 * @ret: true if the group's boots lasted longer, the crashes per time do not differ significantly,
 *	and the group does not crash early, or if the ends of the boots are missing on one side
 *	only; false if too little is known
 *
 * docs/appendix/statistics.md has the formulas. Return: 0 or -ENOMEM.
 */
int triage_boot_length_explains(struct triage_machine_row *rows, size_t count, double limit,
				bool *ret);

#endif /* LINEAGE_TRIAGE_BOOT_LENGTH_H */
