// SPDX-License-Identifier: GPL-2.0-or-later
#include "exposure_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all_releases.h"
#include "exposure.h"
#include "store/store.h"

/*
 * If the release of a lost kexec is unknown, compare the lost kexecs with the kexecs to all
 * releases: copy their cells to TRIAGE_ANY_RELEASE.
 */
static int pool_kexecs(struct triage_exposure *exposure)
{
	size_t cells = exposure->cell_count, crashes = exposure->crash_count;
	bool is_needed = false;
	uint32_t any;
	int error = store_names_add(&exposure->releases, TRIAGE_ANY_RELEASE, &any);

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
		error = triage_exposure_add_cell(exposure, &cell);
	}
	for (size_t i = 0; !error && i < crashes; i++) {
		struct triage_crash_cell crash = exposure->crashes[i];

		if (!triage_is_lost_kexec(exposure, crash.signature) || crash.at.release == any)
			continue;
		crash.at.release = any;
		error = triage_exposure_add_crash_cell(exposure, &crash);
	}
	return error;
}

static int read_boots(const struct store_transition *at, void *data)
{
	return triage_exposure_add(data, NULL, at);
}

/* A crash without a signature counts only as any crash. */
static int read_crashes(const struct store_crash_transition *crash, void *data)
{
	return crash->signature[0] ? triage_exposure_add(data, crash->signature, &crash->at) : 0;
}

static int read_lengths(const struct store_length *length, void *data)
{
	return triage_exposure_add_lengths(data, length);
}

/* The rows of any crash count the boots that crashed. */
static int read_crash_lengths(const struct store_crash_length *crash, void *data)
{
	int error = crash->signature ? 0 : triage_exposure_add(data, TRIAGE_ANY_CRASH, &crash->at);

	return error ? error : triage_exposure_add_crash_length(data, crash);
}

#define AUTO_SIGNATURE __attribute__((cleanup(triage_signature_deinit))) struct triage_signature

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
	if (store_names_add(&exposure->signature_names, example->signature, &number))
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
	triage_signature_deinit(&exposure->signatures[number]);
	exposure->signatures[number] = signature;
	signature = (struct triage_signature){ 0 };
	return 0;
}

static int title_any_crash(struct triage_exposure *exposure)
{
	uint32_t number;

	if (store_names_add(&exposure->signature_names, TRIAGE_ANY_CRASH, &number))
		return -ENOMEM;
	if (number >= exposure->signature_count)
		return 0;
	return copy(TRIAGE_ANY_CRASH, &exposure->signatures[number].title) ? 0 : -ENOMEM;
}

int triage_exposure_read(struct triage_exposure *exposure, struct store *store)
{
	int error = store_restrict(store, &exposure->period);

	if (!error)
		error = store_list_crash_transitions(store, read_crashes, exposure);
	if (!error)
		error = store_list_crash_lengths(store, read_crash_lengths, exposure);
	/*
	 * The crashes were read first, so a boot that was added after that counts as a boot without
	 * a crash.
	 */
	if (!error)
		error = store_list_transitions(store, true, read_boots, exposure);
	if (!error)
		error = store_list_lengths(store, read_lengths, exposure);
	if (!error)
		error = pool_kexecs(exposure);
	if (!error)
		error = triage_all_releases_add(exposure);
	if (error)
		return error;
	/* Sort before the next list is read, since a server may still be making it. */
	triage_exposure_sort(exposure);
	error = triage_ancestors_read(exposure, store);
	if (error)
		return error;
	exposure->signature_count = exposure->signature_names.count;
	exposure->signatures = calloc(exposure->signature_count + 1, sizeof(*exposure->signatures));
	if (!exposure->signatures)
		return -ENOMEM;
	error = title_any_crash(exposure);
	return error ? error : store_list_signatures(store, read_signature, exposure);
}
