// SPDX-License-Identifier: GPL-2.0-or-later
#include "all_releases.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "exposure.h"
#include "lib/cleanup.h"
#include "tally.h"

/* A release contains no blanks, so different pairs have different texts. Return NULL on failure. */
static char *make_label(const char *release, const char *label)
{
	char *text;

	return asprintf(&text, "%s %s", release, label) < 0 ? NULL : text;
}

int triage_all_releases_label(struct store_names *labels, const char *release, const char *label,
			      uint32_t *ret)
{
	LINEAGE_AUTO_FREE char *text = make_label(release, label);

	return text ? store_names_add(labels, text, ret) : -ENOMEM;
}

int triage_all_releases_find(const struct triage_exposure *exposure, struct triage_cell *cell)
{
	LINEAGE_AUTO_FREE char *text = make_label(exposure->releases.texts[cell->release],
						  exposure->labels.texts[cell->label]);
	struct triage_cell copy = *cell;

	if (!text)
		return -ENOMEM;
	if (!store_names_find(&exposure->releases, TRIAGE_ALL_RELEASES, &copy.release) ||
	    !store_names_find(&exposure->labels, text, &copy.label))
		return 0;
	*cell = copy;
	return 1;
}

/**
 * struct mover - what copies the cells of single releases
 * @all: number of TRIAGE_ALL_RELEASES
 * @labels: the pairs of release and label that were seen; @boots is the number of the new label
 */
struct mover {
	struct triage_exposure *exposure;
	uint32_t all;
	struct triage_tally labels;
};

/* Move a cell to TRIAGE_ALL_RELEASES. */
static int move(struct mover *mover, struct triage_cell *cell)
{
	struct triage_exposure *exposure = mover->exposure;
	const uint32_t key[4] = { cell->release, cell->label, 0, 0 };
	size_t known = mover->labels.count;
	uint32_t place, label;
	int error = triage_tally_add(&mover->labels, key, 0, &place);

	if (!error && place == known) {
		error = triage_all_releases_label(&exposure->labels,
						  exposure->releases.texts[cell->release],
						  exposure->labels.texts[cell->label], &label);
		mover->labels.counters[place].boots = error ? 0 : label;
	}
	if (error)
		return error;
	cell->label = (uint32_t)mover->labels.counters[place].boots;
	cell->release = mover->all;
	return 0;
}

/**
 * struct seen - whether a signature occurs in one release or in several
 * @release: the release in which it was seen first
 * @is_repeated: it also occurs in another release
 */
struct seen {
	bool is_seen;
	bool is_repeated;
	uint32_t release;
};

/* Find the signatures that occur in several releases. Return whether there are any. */
static bool find_repeated(const struct triage_exposure *exposure, struct seen *seen)
{
	bool is_any = false;

	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];
		struct seen *at = &seen[crash->signature];

		if (triage_is_pooled(exposure, crash->at.release))
			continue;
		if (!at->is_seen)
			*at = (struct seen){ true, false, crash->at.release };
		if (at->release != crash->at.release)
			at->is_repeated = is_any = true;
	}
	return is_any;
}

static int copy_boots(struct mover *mover)
{
	struct triage_exposure *exposure = mover->exposure;
	size_t count = exposure->cell_count;
	int error = 0;

	for (size_t i = 0; !error && i < count; i++) {
		struct triage_cell cell = exposure->cells[i];

		if (triage_is_pooled(exposure, cell.release))
			continue;
		error = move(mover, &cell);
		if (!error)
			error = triage_exposure_add_cell(exposure, &cell);
	}
	return error;
}

static int copy_crashes(struct mover *mover, const struct seen *seen)
{
	struct triage_exposure *exposure = mover->exposure;
	size_t count = exposure->crash_count;
	int error = 0;

	for (size_t i = 0; !error && i < count; i++) {
		struct triage_crash_cell crash = exposure->crashes[i];

		if (triage_is_pooled(exposure, crash.at.release) ||
		    !seen[crash.signature].is_repeated)
			continue;
		error = move(mover, &crash.at);
		if (!error)
			error = triage_exposure_add_crash_cell(exposure, &crash);
	}
	return error;
}

static int copy_lengths(struct mover *mover, const struct seen *seen)
{
	struct triage_exposure *exposure = mover->exposure;
	size_t count = exposure->length_count, crashes = exposure->crash_length_count;
	int error = 0;

	for (size_t i = 0; !error && i < count; i++) {
		struct triage_length_cell length = exposure->lengths[i];

		error = move(mover, &length.at);
		if (!error)
			error = triage_exposure_add_length_cell(exposure, &length);
	}
	for (size_t i = 0; !error && i < crashes; i++) {
		struct triage_crash_length crash = exposure->crash_lengths[i];

		if (!seen[crash.signature].is_repeated)
			continue;
		error = move(mover, &crash.at);
		if (!error)
			error = triage_exposure_add_crash_length_cell(exposure, &crash);
	}
	return error;
}

int triage_all_releases_add(struct triage_exposure *exposure)
{
	LINEAGE_AUTO_FREE struct seen *seen =
		calloc(exposure->signature_names.count + 1, sizeof(*seen));
	struct mover mover = { .exposure = exposure };
	int error;

	if (!seen)
		return -ENOMEM;
	if (!find_repeated(exposure, seen))
		return 0;
	error = store_names_add(&exposure->releases, TRIAGE_ALL_RELEASES, &mover.all);
	if (!error)
		error = copy_boots(&mover);
	if (!error)
		error = copy_lengths(&mover, seen);
	if (!error)
		error = copy_crashes(&mover, seen);
	triage_tally_deinit(&mover.labels);
	return error;
}
