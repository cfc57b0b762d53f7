/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boots of one release with their crashes of one signature, divided into strata. */
#ifndef LINEAGE_TRIAGE_STRATA_CUT_H
#define LINEAGE_TRIAGE_STRATA_CUT_H

#include <stdbool.h>

#include "exposure.h"
#include "radix.h"
#include "tables.h"

/** How boots are stratified. Only boots of the same stratum are compared with each other. */
enum triage_strata_by {
	TRIAGE_STRATA_BY_LABEL,		  /* all boots, by label */
	TRIAGE_STRATA_KEXECED,		  /* boots after a kexec, by label */
	TRIAGE_STRATA_BY_LABEL_AND_COUNT, /* boots with a known kexec count, by label and count */
	TRIAGE_STRATA_BY_COUNT,		  /* boots with a known kexec count, by count only */
	TRIAGE_STRATA_WAYS,
};

/**
 * struct triage_strata_row - boots with the same origin, kexec count and label
 * @number: index of the origin in @origins of struct triage_strata_cut
 * @boots: number of boots
 * @crashes: number of these boots that had the crash
 * @strata: index of the row's stratum in each stratification, or TRIAGE_STRATA_NONE
 */
struct triage_strata_row {
	uint32_t origin;
	uint32_t number;
	uint32_t count;
	uint32_t label;
	uint64_t boots;
	uint64_t crashes;
	uint32_t strata[TRIAGE_STRATA_WAYS];
};
#define TRIAGE_STRATA_NONE UINT32_MAX

/** struct triage_strata_sum - totals of a stratum; @count is the kexec count of its first row */
struct triage_strata_sum {
	uint32_t count;
	uint64_t boots;
	uint64_t crashes;
};

/** struct triage_strata_origin - @count rows of one origin, from index @first on */
struct triage_strata_origin {
	uint32_t origin;
	size_t first;
	size_t count;
};

/**
 * struct triage_strata_cut - the rows of a release in every stratification; all zero is a valid
 * empty cut
 * @rows: array of @count rows, sorted by origin, count and label
 * @origins: array of @origin_count origins
 * @all: totals of all rows
 * @sums: for each stratification, @sum_count totals in the order of its strata
 * @step: kexec count from which on the boots crash more; 0 if the crashes show no such count
 * @is_odds: the boots are crashes, so that ratios are odds ratios; set before the boots
 * @by_label: pointers to @rows, sorted by origin, label and count
 * @keys, @tables, @slots, @doses, @groups: temporary arrays of @capacity elements each
 */
struct triage_strata_cut {
	struct triage_strata_row *rows;
	size_t count;
	size_t capacity;
	struct triage_strata_origin *origins;
	size_t origin_count;
	struct triage_strata_sum all;
	struct triage_strata_sum *sums[TRIAGE_STRATA_WAYS];
	size_t sum_count[TRIAGE_STRATA_WAYS];
	uint32_t step;
	bool is_odds;
	struct triage_strata_row **by_label;
	struct triage_radix_key *keys;
	struct triage_table *tables;
	uint32_t *slots;
	struct triage_dose *doses;
	struct triage_stratum *groups;
};

/**
 * triage_strata_cut_set_boots() - make the rows from the cells of one release
 * @cells: array of @count cells, sorted as in struct triage_exposure
 *
 * Return: 0 or -ENOMEM.
 */
int triage_strata_cut_set_boots(struct triage_strata_cut *cut, const struct triage_cell *cells,
				size_t count);

/**
 * triage_strata_cut_set_crashes() - set the crashes of the rows to those of one signature
 * @crashes: array of @count cells of the same release, sorted like the rows
 */
void triage_strata_cut_set_crashes(struct triage_strata_cut *cut,
				   const struct triage_crash_cell *crashes, size_t count);

void triage_strata_cut_deinit(struct triage_strata_cut *cut);

#define TRIAGE_AUTO_STRATA_CUT \
	__attribute__((cleanup(triage_strata_cut_deinit))) struct triage_strata_cut

/** triage_strata_cut_table() - 2x2 table of an origin against all others, not stratified */
struct triage_table triage_strata_cut_table(const struct triage_strata_cut *cut,
					    const struct triage_strata_origin *origin);

/**
 * triage_strata_cut_tables() - 2x2 tables of an origin against all others, one for each stratum
 * with boots of the origin
 * @below: only boots with a smaller kexec count; 0 for all
 * @ret: the tables, valid until the next call; owned by @cut
 *
 * Return: number of tables.
 */
size_t triage_strata_cut_tables(struct triage_strata_cut *cut, enum triage_strata_by by,
				const struct triage_strata_origin *origin, uint32_t below,
				const struct triage_table **ret);

/**
 * triage_strata_cut_doses() - boots and crashes by kexec count, in strata of the same origin and
 * label
 * @cap: larger counts are replaced with this count
 * @ret: the strata, doses in ascending order, valid until the next call; owned by @cut
 *
 * Return: number of strata.
 */
size_t triage_strata_cut_doses(struct triage_strata_cut *cut, uint32_t cap,
			       const struct triage_stratum **ret);

#endif /* LINEAGE_TRIAGE_STRATA_CUT_H */
