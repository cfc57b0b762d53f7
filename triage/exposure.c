// SPDX-License-Identifier: GPL-2.0-or-later
#include "exposure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

/* Grow the array if it has no room for another element; return 0 or -ENOMEM. */
static int make_room(void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? 2 * *capacity : 256;
	void *larger;

	if (count < *capacity)
		return 0;
	larger = reallocarray(*array, wanted, size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*capacity = wanted;
	return 0;
}

bool triage_exposure_is_crashes_only(const struct triage_exposure *exposure)
{
	uint64_t crashed = exposure->crashed + exposure->unsigned_boots;

	return exposure->boots > 0 && crashed * 20 >= exposure->boots * 19;
}

bool triage_is_lost_kexec(const struct triage_exposure *exposure, uint32_t signature)
{
	return strcmp(exposure->signature_names.texts[signature], STORE_LOST_SIGNATURE) == 0;
}

bool triage_is_any_crash(const struct triage_exposure *exposure, uint32_t signature)
{
	return strcmp(exposure->signature_names.texts[signature], TRIAGE_ANY_CRASH) == 0;
}

bool triage_is_any_release(const struct triage_exposure *exposure, uint32_t release)
{
	return strcmp(exposure->releases.texts[release], TRIAGE_ANY_RELEASE) == 0;
}

static bool is_known_kexec(const struct store_transition *at)
{
	return at->boot == LINEAGE_BOOT_KEXEC && at->previous_release;
}

/* Capture kernels run only to write a dump, so they are not comparable. */
static bool is_comparable(const struct store_transition *at)
{
	return at->release && (at->boot == LINEAGE_BOOT_COLD || is_known_kexec(at));
}

static int cell_of(struct triage_exposure *exposure, const struct store_transition *at,
		   struct triage_cell *ret)
{
	struct triage_cell cell = { .origin = TRIAGE_COLD, .boots = (uint64_t)at->boots };
	int error = triage_names_add(&exposure->releases, at->release, &cell.release);

	if (!error && at->boot == LINEAGE_BOOT_KEXEC)
		error = triage_names_add(&exposure->releases, at->previous_release, &cell.origin);
	if (!error)
		error = triage_names_add(&exposure->labels, at->label ? at->label : "",
					 &cell.label);
	if (error)
		return error;
	if (at->boot == LINEAGE_BOOT_KEXEC)
		cell.count = at->has_count ? at->kexec_count : TRIAGE_NO_COUNT;
	if (at->has_count && cell.count == TRIAGE_NO_COUNT)
		cell.count--;
	*ret = cell;
	return 0;
}

static int add_cell(struct triage_exposure *exposure, const struct triage_cell *cell)
{
	int error = make_room((void **)&exposure->cells, exposure->cell_count,
			      &exposure->cell_capacity, sizeof(*exposure->cells));

	if (error)
		return error;
	exposure->cells[exposure->cell_count++] = *cell;
	return 0;
}

static int add_crashes(struct triage_exposure *exposure, const char *signature,
		       const struct triage_cell *cell)
{
	uint32_t number;
	int error = triage_names_add(&exposure->signature_names, signature, &number);

	if (!error)
		error = make_room((void **)&exposure->crashes, exposure->crash_count,
				  &exposure->crash_capacity, sizeof(*exposure->crashes));
	if (error)
		return error;
	exposure->crashes[exposure->crash_count++] = (struct triage_crash_cell){ number, *cell };
	return 0;
}

static int add(struct triage_exposure *exposure, const char *signature,
	       const struct store_transition *at)
{
	struct triage_cell cell;
	int error = cell_of(exposure, at, &cell);

	if (error)
		return error;
	return signature ? add_crashes(exposure, signature, &cell) : add_cell(exposure, &cell);
}

/* If the release of a crash is unknown, the crash is compared only if it is a lost kexec. */
static int add_unnamed(struct triage_exposure *exposure, const char *signature,
		       const struct store_transition *at)
{
	struct store_transition named = *at;

	named.release = TRIAGE_ANY_RELEASE;
	if (!signature) {
		exposure->unnamed += (uint64_t)at->boots;
		exposure->unnamed_inferred += at->is_inferred ? (uint64_t)at->boots : 0;
	} else if (strcmp(signature, STORE_LOST_SIGNATURE) != 0) {
		return 0;
	}
	return add(exposure, signature, &named);
}

int triage_exposure_add(struct triage_exposure *exposure, const char *signature,
			const struct store_transition *at)
{
	bool is_skipped = at->is_inferred && exposure->skips_inferred;
	bool is_comparable_boot = is_comparable(at) && !is_skipped;

	if (!signature && at->is_inferred && (is_comparable(at) || is_skipped))
		exposure->inferred += (uint64_t)at->boots;
	if (!signature && is_comparable_boot)
		exposure->boots += (uint64_t)at->boots;
	else if (!signature)
		exposure->left_out += (uint64_t)at->boots;
	if (is_comparable_boot)
		return add(exposure, signature, at);
	return !is_skipped && !at->release && is_known_kexec(at)
		       ? add_unnamed(exposure, signature, at)
		       : 0;
}

/*
 * If the release of a lost kexec is unknown, compare the lost kexecs with the kexecs to all
 * releases: copy their cells to TRIAGE_ANY_RELEASE.
 */
static int pool_kexecs(struct triage_exposure *exposure)
{
	size_t cells = exposure->cell_count, crashes = exposure->crash_count;
	bool is_needed = false;
	uint32_t any;
	int error = triage_names_add(&exposure->releases, TRIAGE_ANY_RELEASE, &any);

	for (size_t i = 0; i < crashes; i++)
		is_needed = is_needed || exposure->crashes[i].at.release == any;
	if (error || !is_needed)
		return error;
	exposure->boots += exposure->unnamed;
	exposure->left_out -= exposure->unnamed;
	exposure->inferred += exposure->unnamed_inferred;
	for (size_t i = 0; !error && i < cells; i++) {
		struct triage_cell cell = exposure->cells[i];

		if (cell.origin == TRIAGE_COLD || cell.release == any)
			continue;
		cell.release = any;
		error = add_cell(exposure, &cell);
	}
	for (size_t i = 0; !error && i < crashes; i++) {
		struct triage_crash_cell crash = exposure->crashes[i];

		if (!triage_is_lost_kexec(exposure, crash.signature) || crash.at.release == any)
			continue;
		crash.at.release = any;
		error = add_crashes(exposure, STORE_LOST_SIGNATURE, &crash.at);
	}
	return error;
}

static int compare_cells(const void *left, const void *right)
{
	const struct triage_cell *a = left, *b = right;

	if (a->release != b->release)
		return a->release < b->release ? -1 : 1;
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

static int compare_crashes(const void *left, const void *right)
{
	const struct triage_crash_cell *a = left, *b = right;

	if (a->at.release != b->at.release)
		return a->at.release < b->at.release ? -1 : 1;
	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	return compare_cells(&a->at, &b->at);
}

/* Set the number of crashes of each cell, and the upper bound of the boots that crashed. */
static void count_crashed(struct triage_exposure *exposure)
{
	exposure->crashed = 0;
	for (size_t i = 0; i < exposure->cell_count; i++)
		exposure->cells[i].crashes = 0;
	for (size_t i = 0; i < exposure->crash_count && exposure->cell_count > 0; i++) {
		const struct triage_cell *at = &exposure->crashes[i].at;
		struct triage_cell *cell = bsearch(at, exposure->cells, exposure->cell_count,
						   sizeof(*exposure->cells), compare_cells);

		if (cell && !triage_is_any_crash(exposure, exposure->crashes[i].signature))
			cell->crashes += at->boots;
	}
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (!triage_is_any_release(exposure, cell->release))
			exposure->crashed +=
				cell->crashes < cell->boots ? cell->crashes : cell->boots;
	}
}

/*
 * Return the end of the crash cells of the release at @at. @ret_any: number of boots with any crash
 * in these cells. @ret_largest: the largest number of boots with one signature.
 */
static size_t sum_release(const struct triage_exposure *exposure, size_t at, uint64_t *ret_any,
			  uint64_t *ret_largest)
{
	const struct triage_crash_cell *first = &exposure->crashes[at], *crash;
	uint64_t boots = 0;

	*ret_any = *ret_largest = 0;
	for (; at < exposure->crash_count; at++) {
		crash = &exposure->crashes[at];
		if (crash->at.release != first->at.release)
			break;
		if (crash == first || crash->signature != crash[-1].signature)
			boots = 0;
		boots += crash->at.boots;
		if (triage_is_any_crash(exposure, crash->signature))
			*ret_any = boots;
		else if (!triage_is_lost_kexec(exposure, crash->signature) && boots > *ret_largest)
			*ret_largest = boots;
	}
	return at;
}

/*
 * If all boots of a release that crashed have the same signature, drop the cells of any crash, so
 * that the same comparisons are not made twice.
 */
static void drop_repeated(struct triage_exposure *exposure)
{
	uint64_t any, largest;
	size_t kept = 0;

	for (size_t at = 0, end; at < exposure->crash_count; at = end) {
		end = sum_release(exposure, at, &any, &largest);
		for (size_t i = at; i < end; i++) {
			const struct triage_crash_cell *crash = &exposure->crashes[i];

			if (any > largest || !triage_is_any_crash(exposure, crash->signature))
				exposure->crashes[kept++] = *crash;
		}
	}
	exposure->crash_count = kept;
}

void triage_exposure_sort(struct triage_exposure *exposure)
{
	struct triage_crash_cell *crashes = exposure->crashes;
	struct triage_cell *cells = exposure->cells;
	size_t kept = 0;

	if (exposure->cell_count > 0)
		qsort(cells, exposure->cell_count, sizeof(*cells), compare_cells);
	for (size_t i = 0; i < exposure->cell_count; i++) {
		if (kept > 0 && compare_cells(&cells[kept - 1], &cells[i]) == 0)
			cells[kept - 1].boots += cells[i].boots;
		else
			cells[kept++] = cells[i];
	}
	exposure->cell_count = kept;
	kept = 0;
	if (exposure->crash_count > 0)
		qsort(crashes, exposure->crash_count, sizeof(*crashes), compare_crashes);
	for (size_t i = 0; i < exposure->crash_count; i++) {
		if (kept > 0 && compare_crashes(&crashes[kept - 1], &crashes[i]) == 0)
			crashes[kept - 1].at.boots += crashes[i].at.boots;
		else
			crashes[kept++] = crashes[i];
	}
	exposure->crash_count = kept;
	drop_repeated(exposure);
	count_crashed(exposure);
}

static int read_boots(const struct store_transition *at, void *data)
{
	return triage_exposure_add(data, NULL, at);
}

static int read_crashes(const struct store_crash_transition *crash, void *data)
{
	struct triage_exposure *exposure = data;
	bool is_skipped = crash->at.is_inferred && exposure->skips_inferred;

	if (crash->signature[0])
		return triage_exposure_add(exposure, crash->signature, &crash->at);
	if (is_comparable(&crash->at) && !is_skipped)
		exposure->unsigned_boots += (uint64_t)crash->at.boots;
	return 0;
}

static int read_crashed(const struct store_transition *at, void *data)
{
	return triage_exposure_add(data, TRIAGE_ANY_CRASH, at);
}

static void signature_deinit(struct triage_signature *signature)
{
	free(signature->signature);
	free(signature->title);
	free(signature->type);
	free(signature->module);
	free(signature->frames);
	free(signature->host);
	free(signature->boot_id);
}

#define AUTO_SIGNATURE __attribute__((cleanup(signature_deinit))) struct triage_signature

/* Copy a text that may be NULL. Return false if memory runs out. */
static bool copy(const char *text, char **ret)
{
	*ret = text ? strdup(text) : NULL;
	return *ret || !text;
}

/* Truncate a long title, but not within a multi-byte character. */
static bool copy_title(const char *text, char **ret)
{
	size_t length = TRIAGE_TITLE_MAX;

	if (strlen(text) <= length)
		return copy(text, ret);
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	if (asprintf(ret, "%.*s\xe2\x80\xa6", (int)length, text) >= 0)
		return true;
	*ret = NULL;
	return false;
}

static int read_signature(const struct store_signature *row, void *data)
{
	struct triage_exposure *exposure = data;
	const struct store_crash *example = &row->example;
	AUTO_SIGNATURE signature = { .has_uptime = example->has_uptime,
				     .uptime_us = example->uptime_us,
				     .crashes = row->crashes };
	uint32_t number;

	if (!example->signature[0]) {
		exposure->unsigned_crashes += row->crashes;
		return 0;
	}
	if (triage_names_add(&exposure->signature_names, example->signature, &number))
		return -ENOMEM;
	/* Ignore a crash that was stored after the transitions had been read. */
	if (number >= exposure->signature_count)
		return 0;
	if (!copy(example->signature, &signature.signature) ||
	    !copy_title(example->title, &signature.title) ||
	    !copy(example->type, &signature.type) || !copy(example->module, &signature.module) ||
	    !copy(example->frames, &signature.frames) || !copy(example->host, &signature.host) ||
	    !copy(example->boot_id, &signature.boot_id))
		return -ENOMEM;
	signature_deinit(&exposure->signatures[number]);
	exposure->signatures[number] = signature;
	signature = (struct triage_signature){ 0 };
	return 0;
}

static int title_any_crash(struct triage_exposure *exposure)
{
	uint32_t number;

	if (triage_names_add(&exposure->signature_names, TRIAGE_ANY_CRASH, &number))
		return -ENOMEM;
	if (number >= exposure->signature_count)
		return 0;
	return copy(TRIAGE_ANY_CRASH, &exposure->signatures[number].title) ? 0 : -ENOMEM;
}

int triage_exposure_read(struct triage_exposure *exposure, struct store *store)
{
	int error = store_list_crash_transitions(store, read_crashes, exposure);

	if (!error)
		error = store_list_crashed_transitions(store, read_crashed, exposure);
	/*
	 * The crashes were read first, so a boot that was added after that counts as a boot without
	 * a crash.
	 */
	if (!error)
		error = store_list_transitions(store, true, read_boots, exposure);
	if (!error)
		error = pool_kexecs(exposure);
	if (error)
		return error;
	triage_exposure_sort(exposure);
	exposure->signature_count = exposure->signature_names.count;
	exposure->signatures = calloc(exposure->signature_count + 1, sizeof(*exposure->signatures));
	if (!exposure->signatures)
		return -ENOMEM;
	error = title_any_crash(exposure);
	return error ? error : store_list_signatures(store, read_signature, exposure);
}

void triage_exposure_deinit(struct triage_exposure *exposure)
{
	for (size_t i = 0; i < exposure->signature_count; i++)
		signature_deinit(&exposure->signatures[i]);
	free(exposure->signatures);
	free(exposure->cells);
	free(exposure->crashes);
	triage_names_deinit(&exposure->signature_names);
	triage_names_deinit(&exposure->releases);
	triage_names_deinit(&exposure->labels);
	*exposure = (struct triage_exposure){ 0 };
}
