/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Read the sums and the signatures of a store. */
#ifndef LINEAGE_TRIAGE_EXPOSURE_READ_H
#define LINEAGE_TRIAGE_EXPOSURE_READ_H

struct store;
struct triage_exposure;

/**
 * triage_exposure_read() - read the sums of a store
 * @exposure: empty, except for @skips_inferred
 *
 * Return: 0 or an error of the store.
 */
int triage_exposure_read(struct triage_exposure *exposure, struct store *store);

#endif /* LINEAGE_TRIAGE_EXPOSURE_READ_H */
