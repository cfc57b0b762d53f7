/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is compared with whom? The boots of one release, with their crashes of one signature, cut into strata. */
#ifndef LINEAGE_TRIAGE_ROWS_H
#define LINEAGE_TRIAGE_ROWS_H

#include "counts.h"
#include "statistics.h"

/** How boots are cut into strata: only boots of one stratum are compared with each other. */
enum rows_cut {
	ROWS_BY_LABEL,		 /* all of them */
	ROWS_KEXECED,		 /* those that were kexec'ed, by label */
	ROWS_BY_LABEL_AND_COUNT, /* those of them whose kexec count is known */
	ROWS_BY_COUNT,		 /* the same, whatever their label */
	ROWS_CUTS,
};

/** struct row - boots that have everything in common, and how many of them had the crash */
struct row {
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	uint64_t boots;
	uint64_t crashes;
	uint32_t strata[ROWS_CUTS]; /* its stratum in each cut, or ROWS_NONE */
};
#define ROWS_NONE UINT32_MAX

/** struct rows_sum - all boots of a stratum; @count: of its first row */
struct rows_sum {
	uint32_t count;
	uint64_t boots;
	uint64_t crashes;
};

/** struct rows_origin - the rows of one origin: @count of them from @first on */
struct rows_origin {
	uint32_t origin;
	size_t first;
	size_t count;
};

/**
 * struct rows - all of a release; all 0 is an empty one, to be used again and again
 * @rows: @count of them, by origin, count, label
 * @origins: @origin_count of them
 * @all: of all rows
 * @sums: of each cut's strata, in their order; @sum_count of them
 * @by_label: the same rows by origin, label, count
 * @tables, @slots, @doses, @groups: room for as many
 */
struct rows {
	struct row *rows;
	size_t count;
	size_t capacity;
	struct rows_origin *origins;
	size_t origin_count;
	struct rows_sum all;
	struct rows_sum *sums[ROWS_CUTS];
	size_t sum_count[ROWS_CUTS];
	struct row **by_label;
	struct triage_table *tables;
	uint32_t *slots;
	struct triage_dose *doses;
	struct triage_stratum *groups;
};

/** rows_take() - the boots of one release, in the order of struct triage_counts; 0 or -ENOMEM */
int rows_take(struct rows *rows, const struct triage_cell *cells, size_t count);

/** rows_fill() - the crashes of one signature among them, in place of another's, in the same order */
void rows_fill(struct rows *rows, const struct triage_crash_cell *crashes, size_t count);

void rows_deinit(struct rows *rows);

/** rows_table() - boots of an origin against all others */
struct triage_table rows_table(const struct rows *rows, const struct rows_origin *origin);

/**
 * rows_strata() - an origin against all others, in each stratum that it has boots in
 * @ret: tables that live until the next call; returns how many
 */
size_t rows_strata(struct rows *rows, enum rows_cut cut, const struct rows_origin *origin,
		   const struct triage_table **ret);

/**
 * rows_doses() - the kexec counts, in strata of the same origin and label
 * @cap: counts above it are taken for it
 * @ret: strata that live until the next call, their doses the smallest first; returns how many
 */
size_t rows_doses(struct rows *rows, uint32_t cap, const struct triage_stratum **ret);

#endif /* LINEAGE_TRIAGE_ROWS_H */
