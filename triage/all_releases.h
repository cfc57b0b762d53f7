/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sums over the boots of all releases. With them, origins and kexec counts are compared for all
 * releases together.
 */
#ifndef LINEAGE_TRIAGE_ALL_RELEASES_H
#define LINEAGE_TRIAGE_ALL_RELEASES_H

#include <stdint.h>

struct triage_cell;
struct triage_exposure;
struct store_names;

/**
 * triage_all_releases_add() - copy the cells of all releases to TRIAGE_ALL_RELEASES
 *
 * Call it once, before triage_exposure_sort(). The label of a copy includes the release, so that
 * only boots of the same release are compared. Crashes of a signature are copied only if the
 * signature occurs in several releases. Return: 0 or -ENOMEM.
 */
int triage_all_releases_add(struct triage_exposure *exposure);

/**
 * triage_all_releases_label() - get the number of the label of a copy
 *
 * Return: 0 or -ENOMEM.
 */
int triage_all_releases_label(struct store_names *labels, const char *release, const char *label,
			      uint32_t *ret);

/**
 * triage_all_releases_find() - find the copy of a cell
 * @cell: a cell of one release; replaced with the release and label of its copy
 *
 * Return: 1; 0 if there are no copies, and @cell is unchanged; -ENOMEM.
 */
int triage_all_releases_find(const struct triage_exposure *exposure, struct triage_cell *cell);

#endif /* LINEAGE_TRIAGE_ALL_RELEASES_H */
