/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is compared with whom? The boots of one release, with their crashes of one signature, cut into strata. */
#ifndef LINEAGE_TRIAGE_ROWS_H
#define LINEAGE_TRIAGE_ROWS_H

#include "counts.h"
#include "statistics.h"

/** struct row - boots that have everything in common, and how many of them had the crash */
struct row {
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	uint64_t boots;
	uint64_t crashes;
};

/**
 * struct rows - all of a release; all 0 is an empty one, to be used again and again
 * @rows: @count of them, by origin, count, label
 * @sorted: the same rows in another order, for rows_cut()
 * @tables, @doses, @strata: room for as many
 */
struct rows {
	struct row *rows;
	size_t count;
	size_t capacity;
	struct row *sorted;
	struct triage_table *tables;
	struct triage_dose *doses;
	struct triage_stratum *strata;
};

/**
 * rows_fill() - with the cells of one release, and the crashes of one signature in it
 * @cells: @cell_count of them; @crashes: @crash_count of them; both in the order of struct triage_counts
 *
 * Return: 0 or -ENOMEM.
 */
int rows_fill(struct rows *rows, const struct triage_cell *cells, size_t cell_count,
	      const struct triage_crash_cell *crashes, size_t crash_count);
void rows_deinit(struct rows *rows);

/** rows_table() - boots of an origin against all others */
struct triage_table rows_table(const struct rows *rows, uint32_t origin);

/** How rows are cut into strata. */
enum rows_cut {
	ROWS_BY_LABEL,
	ROWS_BY_LABEL_AND_COUNT, /* only those that were kexec'ed */
};

/** rows_cut() - prepare rows_strata(), once for all origins */
void rows_cut(struct rows *rows, enum rows_cut cut);

/**
 * rows_strata() - an origin against all others, in each stratum
 * @ret: tables that live until the next call; returns how many
 */
size_t rows_strata(struct rows *rows, enum rows_cut cut, uint32_t origin,
		   const struct triage_table **ret);

/**
 * rows_doses() - the kexec counts, in strata of the same origin and label
 * @cap: counts above it are taken for it
 * @ret: strata that live until the next call; returns how many
 */
size_t rows_doses(struct rows *rows, uint32_t cap, const struct triage_stratum **ret);

#endif /* LINEAGE_TRIAGE_ROWS_H */
