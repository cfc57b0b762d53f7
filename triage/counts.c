// SPDX-License-Identifier: GPL-2.0-or-later
#include "counts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

/* Room for one more; 0 or -ENOMEM. */
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

/* Capture kernels run to write a dump: what makes them crash is another question. */
static bool is_comparable(const struct store_transition *at)
{
	if (!at->release)
		return false;
	return at->boot == LINEAGE_BOOT_COLD ||
	       (at->boot == LINEAGE_BOOT_KEXEC && at->previous_release);
}

static int cell_of(struct triage_counts *counts, const struct store_transition *at,
		   struct triage_cell *ret)
{
	struct triage_cell cell = { .origin = TRIAGE_COLD, .boots = (uint64_t)at->boots };
	int error = names_add(&counts->releases, at->release, &cell.release);

	if (!error && at->boot == LINEAGE_BOOT_KEXEC)
		error = names_add(&counts->releases, at->previous_release, &cell.origin);
	if (!error)
		error = names_add(&counts->labels, at->label ? at->label : "", &cell.label);
	if (error)
		return error;
	if (at->boot == LINEAGE_BOOT_KEXEC)
		cell.count = at->has_count ? at->kexec_count : TRIAGE_NO_COUNT;
	if (at->has_count && cell.count == TRIAGE_NO_COUNT)
		cell.count--;
	*ret = cell;
	return 0;
}

static int add_exposure(struct triage_counts *counts, const struct triage_cell *cell)
{
	int error = make_room((void **)&counts->cells, counts->cell_count, &counts->cell_capacity,
			      sizeof(*counts->cells));

	if (error)
		return error;
	counts->cells[counts->cell_count++] = *cell;
	counts->boots += cell->boots;
	return 0;
}

static int add_crashes(struct triage_counts *counts, const char *signature,
		       const struct triage_cell *cell)
{
	uint32_t number;
	int error = names_add(&counts->signature_names, signature, &number);

	if (!error)
		error = make_room((void **)&counts->crashes, counts->crash_count,
				  &counts->crash_capacity, sizeof(*counts->crashes));
	if (error)
		return error;
	counts->crashes[counts->crash_count++] = (struct triage_crash_cell){ number, *cell };
	return 0;
}

int triage_counts_add(struct triage_counts *counts, const char *signature,
		      const struct store_transition *at)
{
	struct triage_cell cell;
	int error;

	if (!is_comparable(at)) {
		counts->left_out += signature ? 0 : (uint64_t)at->boots;
		return 0;
	}
	error = cell_of(counts, at, &cell);
	if (error)
		return error;
	return signature ? add_crashes(counts, signature, &cell) : add_exposure(counts, &cell);
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

/* What was added for the same cell twice becomes one. */
void triage_counts_sort(struct triage_counts *counts)
{
	struct triage_crash_cell *crashes = counts->crashes;
	struct triage_cell *cells = counts->cells;
	size_t kept = 0;

	if (counts->cell_count > 0)
		qsort(cells, counts->cell_count, sizeof(*cells), compare_cells);
	for (size_t i = 0; i < counts->cell_count; i++) {
		if (kept > 0 && compare_cells(&cells[kept - 1], &cells[i]) == 0)
			cells[kept - 1].boots += cells[i].boots;
		else
			cells[kept++] = cells[i];
	}
	counts->cell_count = kept;
	kept = 0;
	if (counts->crash_count > 0)
		qsort(crashes, counts->crash_count, sizeof(*crashes), compare_crashes);
	for (size_t i = 0; i < counts->crash_count; i++) {
		if (kept > 0 && compare_crashes(&crashes[kept - 1], &crashes[i]) == 0)
			crashes[kept - 1].at.boots += crashes[i].at.boots;
		else
			crashes[kept++] = crashes[i];
	}
	counts->crash_count = kept;
}

static int read_exposure(const struct store_transition *at, void *data)
{
	return triage_counts_add(data, NULL, at);
}

static int read_crashes(const struct store_crash_transition *crash, void *data)
{
	return crash->signature[0] ? triage_counts_add(data, crash->signature, &crash->at) : 0;
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

/* A copy that is NULL for NULL; false where there is no memory for one. */
static bool copy(const char *text, char **ret)
{
	*ret = text ? strdup(text) : NULL;
	return *ret || !text;
}

/* Cut where it is too long, not within a character of several bytes. */
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
	struct triage_counts *counts = data;
	const struct store_crash *example = &row->example;
	struct triage_signature signature = { .has_uptime = example->has_uptime,
					      .uptime_us = example->uptime_us,
					      .crashes = row->crashes };
	uint32_t number;

	if (!example->signature[0]) {
		counts->unsigned_crashes += row->crashes;
		return 0;
	}
	if (names_add(&counts->signature_names, example->signature, &number))
		return -ENOMEM;
	/* Of a crash that came after the transitions had been read nothing is known yet. */
	if (number >= counts->signature_count)
		return 0;
	if (!copy(example->signature, &signature.signature) ||
	    !copy_title(example->title, &signature.title) ||
	    !copy(example->type, &signature.type) || !copy(example->module, &signature.module) ||
	    !copy(example->frames, &signature.frames) || !copy(example->host, &signature.host) ||
	    !copy(example->boot_id, &signature.boot_id)) {
		signature_deinit(&signature);
		return -ENOMEM;
	}
	signature_deinit(&counts->signatures[number]);
	counts->signatures[number] = signature;
	return 0;
}

int triage_counts_read(struct triage_counts *counts, struct store *store)
{
	int error = store_list_crash_transitions(store, read_crashes, counts);

	/* Boots after the crashes: one that comes between is at risk and has not crashed yet. */
	if (!error)
		error = store_list_transitions(store, true, read_exposure, counts);
	if (error)
		return error;
	triage_counts_sort(counts);
	counts->signature_count = counts->signature_names.count;
	counts->signatures = calloc(counts->signature_count + 1, sizeof(*counts->signatures));
	if (!counts->signatures)
		return -ENOMEM;
	return store_list_signatures(store, read_signature, counts);
}

void triage_counts_deinit(struct triage_counts *counts)
{
	for (size_t i = 0; i < counts->signature_count; i++)
		signature_deinit(&counts->signatures[i]);
	free(counts->signatures);
	free(counts->cells);
	free(counts->crashes);
	names_deinit(&counts->signature_names);
	names_deinit(&counts->releases);
	names_deinit(&counts->labels);
	*counts = (struct triage_counts){ 0 };
}
