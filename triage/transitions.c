// SPDX-License-Identifier: GPL-2.0-or-later
#include "transitions.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "lib/releases.h"
#include "release_order.h"

#define NOWHERE UINT32_MAX

/**
 * struct ranking - sort keys of the releases
 * @boots: for each release number, boots of this release plus boots after a kexec from this release
 */
struct ranking {
	const struct triage_exposure *exposure;
	const uint64_t *boots;
};

static int compare_boots(const void *left, const void *right, void *data)
{
	const struct ranking *ranking = data;
	uint32_t one = *(const uint32_t *)left, other = *(const uint32_t *)right;

	if (ranking->boots[one] != ranking->boots[other])
		return ranking->boots[one] > ranking->boots[other] ? -1 : 1;
	return (one > other) - (one < other);
}

static int compare_names(const void *left, const void *right, void *data)
{
	const struct ranking *ranking = data;
	char *const *names = ranking->exposure->releases.texts;

	return lineage_release_compare(names[*(const uint32_t *)left],
				       names[*(const uint32_t *)right]);
}

/* Fill @releases with the releases that have the most boots, in version order. */
static int choose_releases(struct triage_transitions *transitions,
			   const struct triage_exposure *exposure)
{
	size_t count = 0;
	LINEAGE_AUTO_FREE uint64_t *boots = calloc(exposure->releases.count + 1, sizeof(*boots));
	struct ranking ranking = { exposure, boots };

	transitions->releases =
		calloc(exposure->releases.count + 1, sizeof(*transitions->releases));
	if (!boots || !transitions->releases)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (triage_is_pooled(exposure, cell->release))
			continue;
		boots[cell->release] += cell->boots;
		if (cell->origin != TRIAGE_COLD && cell->origin != cell->release)
			boots[cell->origin] += cell->boots;
	}
	for (uint32_t i = 0; i < exposure->releases.count; i++)
		if (!triage_is_pooled(exposure, i) && boots[i] > 0)
			transitions->releases[count++] = i;
	transitions->all = count;
	if (count > TRIAGE_TRANSITIONS_MAX) {
		qsort_r(transitions->releases, count, sizeof(*transitions->releases), compare_boots,
			&ranking);
		count = TRIAGE_TRANSITIONS_MAX;
	}
	qsort_r(transitions->releases, count, sizeof(*transitions->releases), compare_names,
		&ranking);
	transitions->count = count;
	return 0;
}

/*
 * Find the matrix cell for @cell; NULL if one of its two releases is not in the matrix. @places:
 * index in the matrix, by release number.
 */
static struct triage_transition *find(const struct triage_transitions *transitions,
				      const uint32_t *places, const struct triage_cell *cell)
{
	uint32_t release = places[cell->release];
	uint32_t origin =
		cell->origin == TRIAGE_COLD ? (uint32_t)transitions->count : places[cell->origin];

	if (release == NOWHERE || origin == NOWHERE)
		return NULL;
	return &transitions->cells[release * (transitions->count + 1) + origin];
}

/**
 * struct crashed - the boots of a cell of the exposure that crashed
 * @any: boots with any crash, or with the crash that most boots had
 * @lost: lost kexecs
 */
struct crashed {
	uint64_t any;
	uint64_t lost;
};

/*
 * Count the boots of each cell that crashed. A boot can have crashes with several signatures. The
 * exposure has no cells of TRIAGE_ANY_CRASH for a release if all its boots that crashed have one
 * signature in common; this is then the signature that most boots have.
 */
static struct crashed *count_crashed(const struct triage_exposure *exposure)
{
	struct crashed *crashed = calloc(exposure->cell_count + 1, sizeof(*crashed));

	for (size_t i = 0; crashed && i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];
		struct triage_cell *cell = triage_exposure_find_cell(exposure, &crash->at);
		struct crashed *of;

		if (!cell)
			continue;
		of = &crashed[cell - exposure->cells];
		if (triage_is_lost_kexec(exposure, crash->signature))
			of->lost = crash->at.boots;
		else if (crash->at.boots > of->any)
			of->any = crash->at.boots;
	}
	return crashed;
}

static int fill_cells(struct triage_transitions *transitions,
		      const struct triage_exposure *exposure)
{
	size_t releases = exposure->releases.count;
	size_t cells = transitions->count * (transitions->count + 1);
	LINEAGE_AUTO_FREE uint32_t *places = calloc(releases + 1, sizeof(*places));
	LINEAGE_AUTO_FREE struct crashed *crashed = count_crashed(exposure);
	struct triage_transition *found;

	transitions->cells = calloc(cells + 1, sizeof(*transitions->cells));
	if (!places || !crashed || !transitions->cells)
		return -ENOMEM;
	for (size_t i = 0; i < releases; i++)
		places[i] = NOWHERE;
	for (uint32_t i = 0; i < transitions->count; i++)
		places[transitions->releases[i]] = i;
	for (size_t i = 0; i < exposure->cell_count; i++)
		if ((found = find(transitions, places, &exposure->cells[i]))) {
			uint64_t boots = exposure->cells[i].boots;
			uint64_t crashes = crashed[i].any + crashed[i].lost;

			found->boots += boots;
			found->crashes += crashes < boots ? crashes : boots;
		}
	for (size_t i = 0; i < cells; i++)
		transitions->highest =
			fmax(transitions->highest, triage_transition_share(&transitions->cells[i]));
	return 0;
}

int triage_transitions_init(struct triage_transitions *transitions,
			    const struct triage_exposure *exposure)
{
	TRIAGE_AUTO_TRANSITIONS made = { 0 };
	int error = choose_releases(&made, exposure);

	if (!error)
		error = fill_cells(&made, exposure);
	if (error)
		return error;
	*transitions = made;
	made = (struct triage_transitions){ 0 };
	return 0;
}

void triage_transitions_deinit(struct triage_transitions *transitions)
{
	free(transitions->releases);
	free(transitions->cells);
}

const struct triage_transition *triage_transitions_get(const struct triage_transitions *transitions,
						       size_t release, size_t origin)
{
	return &transitions->cells[release * (transitions->count + 1) + origin];
}

double triage_transition_share(const struct triage_transition *transition)
{
	double boots = (double)transition->boots;

	return transition->boots > 0 ? (double)transition->crashes / boots : 0;
}
