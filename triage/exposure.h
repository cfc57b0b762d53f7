/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exposure and crashes of a store, summed by release, origin, kexec count and label.
 *
 * All comparisons use only these sums. Their number depends on the number of transitions in the
 * store, not on the number of boots. Only the check of associations (machines.h) reads boots by
 * host.
 */
#ifndef LINEAGE_TRIAGE_EXPOSURE_H
#define LINEAGE_TRIAGE_EXPOSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ancestors.h"
#include "store/names.h"
#include "store/store.h"

/* Origin of a boot after a cold boot; every other origin is the number of a release. */
#define TRIAGE_COLD UINT32_MAX
/*
 * Name for the sum over all releases. A release contains no blanks, so no kernel has this name. A
 * lost kexec to an unknown release can be compared only with the kexecs to all releases.
 */
#define TRIAGE_ANY_RELEASE "any release"
/* Name for the sum over all releases in which only boots of the same release are compared. */
#define TRIAGE_ALL_RELEASES "all releases"
/* Key for the crashes of all signatures except lost kexecs. A signature contains no blanks. */
#define TRIAGE_ANY_CRASH "any crash"
/* Maximum length of a title in bytes; longer titles are truncated and end with an ellipsis. */
#define TRIAGE_TITLE_MAX 300
/* Value for an unknown kexec count. A saturated count (UINT32_MAX) is stored as UINT32_MAX - 1. */
#define TRIAGE_NO_COUNT UINT32_MAX

/**
 * struct triage_cell - boots with the same release, origin, kexec count and label
 * @release: number of the kernel that ran
 * @origin: TRIAGE_COLD, or the number of the previous release
 * @count: kexecs since cold boot, or TRIAGE_NO_COUNT
 * @label: number of the label
 * @boots: number of boots
 * @crashes: number of boots with any crash, or the sum over all signatures if it is larger; set by
 *	triage_exposure_sort()
 */
struct triage_cell {
	uint32_t release;
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	uint64_t boots;
	uint64_t crashes;
};

/**
 * struct triage_crash_cell - boots of a cell that had at least one crash with one signature
 * @signature: number of the signature
 * @at: the cell; its @boots counts only the boots that crashed
 */
struct triage_crash_cell {
	uint32_t signature;
	struct triage_cell at;
};

/**
 * struct triage_length_cell - boots of a cell whose lengths are in one band
 * @at: the cell; its @boots counts only these boots
 * @band: store_length_band() of the lengths
 * @length_s: sum of the lengths in seconds
 */
struct triage_length_cell {
	struct triage_cell at;
	uint32_t band;
	uint64_t length_s;
};

/**
 * struct triage_crash_length - boots of a cell that had a crash with one signature
 * @at: the cell; its @boots counts only these boots
 * @length_band, @length_s, @end_band, @end_s: as in struct store_crash_length
 */
struct triage_crash_length {
	uint32_t signature;
	uint32_t length_band;
	uint32_t end_band;
	struct triage_cell at;
	uint64_t length_s;
	uint64_t end_s;
};

/**
 * struct triage_signature - an example crash of a signature; strings are owned, NULL if unknown
 * @crashes: number of crashes; two crashes in one boot count as two
 * @frames: call stack, innermost function first, one function per line
 * @host: host of the example
 */
struct triage_signature {
	char *signature;
	char *title;
	char *type;
	char *module;
	char *frames;
	char *host;
	char *boot_id;
	bool has_uptime;
	int64_t uptime_us;
	int64_t crashes;
};

/**
 * struct triage_exposure - the sums; all zero is a valid empty exposure
 * @releases, @labels, @signature_names: the strings that the numbers refer to
 * @signatures: array of @signature_count signatures, indexed by signature number
 * @cells: array of @cell_count cells, sorted by release, origin, count and label
 * @crashes: array of @crash_count cells, sorted by release, signature, then as @cells
 * @lengths: array of @length_count cells, sorted as @cells
 * @crash_lengths: array of @crash_length_count sums, sorted as @crashes
 * @ancestors: boots and crashes by ancestor
 * @boots: sum over @cells
 * @crashed: upper bound of the number of these boots that crashed; set by triage_exposure_sort()
 * @unnamed: boots of an unknown release after a kexec. They are included in @boots if there are
 *	cells of TRIAGE_ANY_RELEASE, otherwise in @left_out
 * @left_out: boots excluded from every comparison: capture kernels, and boots with an unknown
 *	origin or release
 * @unsigned_crashes: crashes without a signature
 * @inferred: boots with an inferred lineage. They are included in @left_out if @skips_inferred is
 *	set, otherwise in @boots
 * @unnamed_inferred: boots of @unnamed with an inferred lineage
 * @period: the period of the boots, as of store_restrict(); set before the first addition
 * @skips_inferred: the origin of a boot with an inferred lineage counts as unknown; set before the
 *	first addition
 * @last, @last_signature: numbers that were added last; the next ones are likely to be equal
 */
struct triage_exposure {
	struct store_names releases;
	struct store_names labels;
	struct store_names signature_names;
	struct triage_signature *signatures;
	size_t signature_count;
	struct triage_cell *cells;
	size_t cell_count;
	size_t cell_capacity;
	struct triage_crash_cell *crashes;
	size_t crash_count;
	size_t crash_capacity;
	struct triage_length_cell *lengths;
	size_t length_count;
	size_t length_capacity;
	struct triage_crash_length *crash_lengths;
	size_t crash_length_count;
	size_t crash_length_capacity;
	struct triage_ancestors ancestors;
	uint64_t boots;
	uint64_t crashed;
	uint64_t unnamed;
	uint64_t left_out;
	int64_t unsigned_crashes;
	uint64_t inferred;
	uint64_t unnamed_inferred;
	struct store_period period;
	bool skips_inferred;
	struct triage_cell last;
	uint32_t last_signature;
};

/**
 * triage_exposure_add() - add boots of one transition; transitions may be added in any order and
 * more than once
 * @signature: add boots that had a crash with this signature, or with any signature
 *	(TRIAGE_ANY_CRASH); NULL: add boots to the exposure
 *
 * The sums are valid after triage_exposure_sort(). Return: 0 or -ENOMEM.
 */
int triage_exposure_add(struct triage_exposure *exposure, const char *signature,
			const struct store_transition *at);

/** triage_exposure_add_cell() - add boots; return 0 or -ENOMEM */
int triage_exposure_add_cell(struct triage_exposure *exposure, const struct triage_cell *cell);

/** triage_exposure_add_crash_cell() - add boots that crashed; return 0 or -ENOMEM */
int triage_exposure_add_crash_cell(struct triage_exposure *exposure,
				   const struct triage_crash_cell *crash);

/** triage_exposure_add_lengths() - add the lengths of boots; return 0 or -ENOMEM */
int triage_exposure_add_lengths(struct triage_exposure *exposure,
				const struct store_length *length);

/** triage_exposure_add_crash_length() - add boots that crashed; return 0 or -ENOMEM */
int triage_exposure_add_crash_length(struct triage_exposure *exposure,
				     const struct store_crash_length *crash);

/** triage_exposure_add_length_cell() - add the lengths of boots; return 0 or -ENOMEM */
int triage_exposure_add_length_cell(struct triage_exposure *exposure,
				    const struct triage_length_cell *length);

/** triage_exposure_add_crash_length_cell() - add boots that crashed; return 0 or -ENOMEM */
int triage_exposure_add_crash_length_cell(struct triage_exposure *exposure,
					  const struct triage_crash_length *crash);

/** triage_exposure_find_cell() - find the cell with the same key as @at; NULL if not found */
struct triage_cell *triage_exposure_find_cell(const struct triage_exposure *exposure,
					      const struct triage_cell *at);

/** triage_exposure_find_cells() - index of the first of the @cells of a release */
size_t triage_exposure_find_cells(const struct triage_exposure *exposure, uint32_t release);

/** triage_exposure_find_crashes() - index of the first of the @crashes of a case */
size_t triage_exposure_find_crashes(const struct triage_exposure *exposure, uint32_t release,
				    uint32_t signature);

/** triage_exposure_find_lengths() - index of the first of the @lengths of a release */
size_t triage_exposure_find_lengths(const struct triage_exposure *exposure, uint32_t release);

/** triage_exposure_find_crash_lengths() - index of the first of the @crash_lengths of a case */
size_t triage_exposure_find_crash_lengths(const struct triage_exposure *exposure, uint32_t release,
					  uint32_t signature);

/** triage_is_lost_kexec() - return whether a signature number is the number of lost kexecs */
bool triage_is_lost_kexec(const struct triage_exposure *exposure, uint32_t signature);

/** triage_is_any_crash() - return whether a signature number is the number of TRIAGE_ANY_CRASH */
static inline bool triage_is_any_crash(const struct triage_exposure *exposure, uint32_t signature)
{
	return strcmp(exposure->signature_names.texts[signature], TRIAGE_ANY_CRASH) == 0;
}

/** triage_is_any_release() - return whether a release number is the number of TRIAGE_ANY_RELEASE */
static inline bool triage_is_any_release(const struct triage_exposure *exposure, uint32_t release)
{
	return strcmp(exposure->releases.texts[release], TRIAGE_ANY_RELEASE) == 0;
}

/** triage_is_all_releases() - return whether a release number is that of TRIAGE_ALL_RELEASES */
static inline bool triage_is_all_releases(const struct triage_exposure *exposure, uint32_t release)
{
	return strcmp(exposure->releases.texts[release], TRIAGE_ALL_RELEASES) == 0;
}

/**
 * triage_is_pooled() - return whether a release number is that of TRIAGE_ANY_RELEASE or
 * TRIAGE_ALL_RELEASES
 */
static inline bool triage_is_pooled(const struct triage_exposure *exposure, uint32_t release)
{
	return triage_is_any_release(exposure, release) ||
	       triage_is_all_releases(exposure, release);
}

/**
 * triage_exposure_is_crashes_only() - return whether ten or more boots are known, of which at least
 * 95 % crashed
 *
 * The store then probably has crash logs only. A boot with crashes of two signatures counts twice,
 * but no cell counts more crashed boots than it has boots.
 */
bool triage_exposure_is_crashes_only(const struct triage_exposure *exposure);

/**
 * triage_exposure_sort() - sort the cells and merge equal cells; call it after the last addition
 */
void triage_exposure_sort(struct triage_exposure *exposure);

/** triage_cells_compare() - order of cells in struct triage_exposure, as for qsort(3) */
int triage_cells_compare(const struct triage_cell *left, const struct triage_cell *right);

/** triage_cells_merge() - sort cells and merge equal ones; return the number that is left */
size_t triage_cells_merge(struct triage_cell *cells, size_t count);

/** triage_crash_cells_merge() - the same for crash cells */
size_t triage_crash_cells_merge(struct triage_crash_cell *crashes, size_t count);

/** triage_signature_deinit() - free the strings of a signature */
void triage_signature_deinit(struct triage_signature *signature);

void triage_exposure_deinit(struct triage_exposure *exposure);

/* Deinitialise the exposure at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_EXPOSURE __attribute__((cleanup(triage_exposure_deinit))) struct triage_exposure

#endif /* LINEAGE_TRIAGE_EXPOSURE_H */
