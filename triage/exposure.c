// SPDX-License-Identifier: GPL-2.0-or-later
#include "exposure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"
#include "store/store.h"

#define BOOTS_MIN 10 /* fewer boots can all have crashed by chance */

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
	return exposure->boots >= BOOTS_MIN && exposure->crashed * 20 >= exposure->boots * 19;
}

bool triage_is_lost_kexec(const struct triage_exposure *exposure, uint32_t signature)
{
	return strcmp(exposure->signature_names.texts[signature], STORE_LOST_SIGNATURE) == 0;
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
	struct triage_cell *last = &exposure->last;
	int error = store_names_add_near(&exposure->releases, at->release, &last->release);

	if (!error && at->boot == LINEAGE_BOOT_KEXEC)
		error = store_names_add_near(&exposure->releases, at->previous_release,
					     &last->origin);
	if (!error)
		error = store_names_add_near(&exposure->labels, at->label ? at->label : "",
					     &last->label);
	if (error)
		return error;
	*ret = *last;
	ret->boots = (uint64_t)at->boots;
	if (at->boot != LINEAGE_BOOT_KEXEC)
		ret->origin = TRIAGE_COLD;
	else
		ret->count = at->has_count ? at->kexec_count : TRIAGE_NO_COUNT;
	if (at->has_count && ret->count == TRIAGE_NO_COUNT)
		ret->count--;
	return 0;
}

int triage_exposure_add_cell(struct triage_exposure *exposure, const struct triage_cell *cell)
{
	int error = make_room((void **)&exposure->cells, exposure->cell_count,
			      &exposure->cell_capacity, sizeof(*exposure->cells));

	if (error)
		return error;
	exposure->cells[exposure->cell_count++] = *cell;
	return 0;
}

int triage_exposure_add_crash_cell(struct triage_exposure *exposure,
				   const struct triage_crash_cell *crash)
{
	int error = make_room((void **)&exposure->crashes, exposure->crash_count,
			      &exposure->crash_capacity, sizeof(*exposure->crashes));

	if (error)
		return error;
	exposure->crashes[exposure->crash_count++] = *crash;
	return 0;
}

int triage_exposure_add_length_cell(struct triage_exposure *exposure,
				    const struct triage_length_cell *length)
{
	int error = make_room((void **)&exposure->lengths, exposure->length_count,
			      &exposure->length_capacity, sizeof(*exposure->lengths));

	if (error)
		return error;
	exposure->lengths[exposure->length_count++] = *length;
	return 0;
}

int triage_exposure_add_crash_length_cell(struct triage_exposure *exposure,
					  const struct triage_crash_length *crash)
{
	int error = make_room((void **)&exposure->crash_lengths, exposure->crash_length_count,
			      &exposure->crash_length_capacity, sizeof(*exposure->crash_lengths));

	if (error)
		return error;
	exposure->crash_lengths[exposure->crash_length_count++] = *crash;
	return 0;
}

int triage_exposure_add_lengths(struct triage_exposure *exposure, const struct store_length *length)
{
	struct triage_length_cell cell = { .band = length->band,
					   .length_s = (uint64_t)length->length_s };
	int error;

	if (!is_comparable(&length->at) || (length->at.is_inferred && exposure->skips_inferred))
		return 0;
	error = cell_of(exposure, &length->at, &cell.at);
	return error ? error : triage_exposure_add_length_cell(exposure, &cell);
}

int triage_exposure_add_crash_length(struct triage_exposure *exposure,
				     const struct store_crash_length *crash)
{
	const char *signature = crash->signature ? crash->signature : TRIAGE_ANY_CRASH;
	struct triage_crash_length one = { .length_band = crash->length_band,
					   .length_s = (uint64_t)crash->length_s,
					   .end_band = crash->end_band,
					   .end_s = (uint64_t)crash->end_s };
	int error;

	if (!is_comparable(&crash->at) || (crash->at.is_inferred && exposure->skips_inferred) ||
	    !signature[0])
		return 0;
	error = cell_of(exposure, &crash->at, &one.at);
	if (!error)
		error = store_names_add_near(&exposure->signature_names, signature,
					     &exposure->last_signature);
	one.signature = exposure->last_signature;
	return error ? error : triage_exposure_add_crash_length_cell(exposure, &one);
}

static int add_crashes(struct triage_exposure *exposure, const char *signature,
		       const struct triage_cell *cell)
{
	struct triage_crash_cell crash = { .at = *cell };
	int error = store_names_add_near(&exposure->signature_names, signature,
					 &exposure->last_signature);

	crash.signature = exposure->last_signature;
	return error ? error : triage_exposure_add_crash_cell(exposure, &crash);
}

static int add(struct triage_exposure *exposure, const char *signature,
	       const struct store_transition *at)
{
	struct triage_cell cell;
	int error = cell_of(exposure, at, &cell);

	if (error)
		return error;
	return signature ? add_crashes(exposure, signature, &cell)
			 : triage_exposure_add_cell(exposure, &cell);
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

int triage_cells_compare(const struct triage_cell *left, const struct triage_cell *right)
{
	return compare_cells(left, right);
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

#define OF_CELL(type, at) \
	offsetof(type, at origin), offsetof(type, at count), offsetof(type, at label)

static const struct triage_order cell_order = {
	sizeof(struct triage_cell),
	{ offsetof(struct triage_cell, release), OF_CELL(struct triage_cell, ) },
	4,
};
static const struct triage_order crash_order = {
	sizeof(struct triage_crash_cell),
	{ offsetof(struct triage_crash_cell, at.release),
	  offsetof(struct triage_crash_cell, signature), OF_CELL(struct triage_crash_cell, at.) },
	5,
};
static const struct triage_order length_order = {
	sizeof(struct triage_length_cell),
	{ offsetof(struct triage_length_cell, at.release), OF_CELL(struct triage_length_cell, at.),
	  offsetof(struct triage_length_cell, band) },
	5,
};
static const struct triage_order crash_length_order = {
	sizeof(struct triage_crash_length),
	{ offsetof(struct triage_crash_length, at.release),
	  offsetof(struct triage_crash_length, signature),
	  OF_CELL(struct triage_crash_length, at.) },
	5,
};

size_t triage_exposure_find_cells(const struct triage_exposure *exposure, uint32_t release)
{
	size_t low = 0, high = exposure->cell_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (exposure->cells[middle].release < release)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t triage_exposure_find_crashes(const struct triage_exposure *exposure, uint32_t release,
				    uint32_t signature)
{
	size_t low = 0, high = exposure->crash_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct triage_crash_cell *crash = &exposure->crashes[middle];

		if (crash->at.release < release ||
		    (crash->at.release == release && crash->signature < signature))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t triage_exposure_find_lengths(const struct triage_exposure *exposure, uint32_t release)
{
	size_t low = 0, high = exposure->length_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (exposure->lengths[middle].at.release < release)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t triage_exposure_find_crash_lengths(const struct triage_exposure *exposure, uint32_t release,
					  uint32_t signature)
{
	size_t low = 0, high = exposure->crash_length_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct triage_crash_length *crash = &exposure->crash_lengths[middle];

		if (crash->at.release < release ||
		    (crash->at.release == release && crash->signature < signature))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct triage_cell *triage_exposure_find_cell(const struct triage_exposure *exposure,
					      const struct triage_cell *at)
{
	if (exposure->cell_count == 0)
		return NULL;
	return bsearch(at, exposure->cells, exposure->cell_count, sizeof(*exposure->cells),
		       compare_cells);
}

/*
 * Add the crash cells to the crashes of each cell. @is_any: add only the crash cells of
 * TRIAGE_ANY_CRASH; otherwise, add all others.
 */
static void add_to_cells(struct triage_exposure *exposure, bool is_any)
{
	uint32_t any = UINT32_MAX;

	store_names_find(&exposure->signature_names, TRIAGE_ANY_CRASH, &any);
	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];
		struct triage_cell *cell;

		if ((crash->signature == any) != is_any)
			continue;
		cell = triage_exposure_find_cell(exposure, &crash->at);
		if (!cell)
			continue;
		if (!is_any)
			cell->crashes += crash->at.boots;
		else if (crash->at.boots > cell->crashes)
			cell->crashes = crash->at.boots;
	}
}

/* Set the number of crashes of each cell, and the upper bound of the boots that crashed. */
static void count_crashed(struct triage_exposure *exposure)
{
	exposure->crashed = 0;
	for (size_t i = 0; i < exposure->cell_count; i++)
		exposure->cells[i].crashes = 0;
	add_to_cells(exposure, false);
	add_to_cells(exposure, true);
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (!triage_is_pooled(exposure, cell->release))
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

size_t triage_cells_merge(struct triage_cell *cells, size_t count)
{
	size_t kept = 0;

	triage_sort(cells, count, &cell_order);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_cells(&cells[kept - 1], &cells[i]) == 0)
			cells[kept - 1].boots += cells[i].boots;
		else
			cells[kept++] = cells[i];
	}
	return kept;
}

size_t triage_crash_cells_merge(struct triage_crash_cell *crashes, size_t count)
{
	size_t kept = 0;

	triage_sort(crashes, count, &crash_order);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_crashes(&crashes[kept - 1], &crashes[i]) == 0)
			crashes[kept - 1].at.boots += crashes[i].at.boots;
		else
			crashes[kept++] = crashes[i];
	}
	return kept;
}

void triage_exposure_sort(struct triage_exposure *exposure)
{
	exposure->cell_count = triage_cells_merge(exposure->cells, exposure->cell_count);
	exposure->crash_count = triage_crash_cells_merge(exposure->crashes, exposure->crash_count);
	triage_sort(exposure->lengths, exposure->length_count, &length_order);
	triage_sort(exposure->crash_lengths, exposure->crash_length_count, &crash_length_order);
	count_crashed(exposure);
	drop_repeated(exposure);
}

void triage_signature_deinit(struct triage_signature *signature)
{
	free(signature->signature);
	free(signature->title);
	free(signature->type);
	free(signature->module);
	free(signature->frames);
	free(signature->host);
	free(signature->boot_id);
}

void triage_exposure_deinit(struct triage_exposure *exposure)
{
	for (size_t i = 0; i < exposure->signature_count; i++)
		triage_signature_deinit(&exposure->signatures[i]);
	free(exposure->signatures);
	free(exposure->cells);
	free(exposure->crashes);
	free(exposure->lengths);
	free(exposure->crash_lengths);
	triage_ancestors_deinit(&exposure->ancestors);
	store_names_deinit(&exposure->signature_names);
	store_names_deinit(&exposure->releases);
	store_names_deinit(&exposure->labels);
	*exposure = (struct triage_exposure){ 0 };
}
