/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots and crashes of all transitions as a matrix of the releases with the most boots. */
#ifndef LINEAGE_TRIAGE_TRANSITIONS_H
#define LINEAGE_TRIAGE_TRANSITIONS_H

#include <stddef.h>
#include <stdint.h>

#include "exposure.h"

/* Maximum number of releases in the matrix. */
#define TRIAGE_TRANSITIONS_MAX 30

/**
 * struct triage_transition - one cell of the matrix
 * @boots: boots of the transition
 * @crashes: number of these boots that crashed or were lost kexecs
 */
struct triage_transition {
	uint64_t boots;
	uint64_t crashes;
};

/**
 * struct triage_transitions - the matrix
 * @releases: array of @count release numbers, in version order; owned
 * @all: number of releases that have boots or start kexecs
 * @cells: array of @count times (@count + 1) cells, by release, then by origin; owned
 * @highest: highest crash share of all cells
 */
struct triage_transitions {
	uint32_t *releases;
	size_t count;
	size_t all;
	struct triage_transition *cells;
	double highest;
};

/** triage_transitions_init() - make the matrix of an exposure; return 0 or -ENOMEM */
int triage_transitions_init(struct triage_transitions *transitions,
			    const struct triage_exposure *exposure);

void triage_transitions_deinit(struct triage_transitions *transitions);

/* Deinitialise the matrix at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_TRANSITIONS \
	__attribute__((cleanup(triage_transitions_deinit))) struct triage_transitions

/**
 * triage_transitions_get() - get the cell for two indexes of @releases; the origin with index
 * @count is the cold boot
 */
const struct triage_transition *triage_transitions_get(const struct triage_transitions *transitions,
						       size_t release, size_t origin);

/** triage_transition_share() - share of the boots that crashed; 0 if there are no boots */
double triage_transition_share(const struct triage_transition *transition);

#endif /* LINEAGE_TRIAGE_TRANSITIONS_H */
