/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many boots were at risk, and how many crashed?
 *
 * Everything that triage reckons with: sums, never single boots. What a store keeps by transition is read
 * as it is; so the size of this is that of the transitions seen, whatever the number of boots.
 */
#ifndef LINEAGE_TRIAGE_COUNTS_H
#define LINEAGE_TRIAGE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

struct store;
struct store_transition;

/* Origin of a boot that came up cold; any other origin is the number of a release. */
#define TRIAGE_COLD UINT32_MAX
/* Longer titles are cut, with an ellipsis: in a sentence they would be all there is. */
#define TRIAGE_TITLE_MAX 300
/* A kexec count that is not known; what saturated (UINT32_MAX) is taken for one less. */
#define TRIAGE_NO_COUNT UINT32_MAX

/**
 * struct triage_cell - boots that have everything in common that triage looks at
 * @release: number of the kernel that ran
 * @origin: where it came from: TRIAGE_COLD, or the number of a release
 * @count: kexecs since cold boot, or TRIAGE_NO_COUNT
 * @label: number of the label
 * @boots: how many
 */
struct triage_cell {
	uint32_t release;
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	uint64_t boots;
};

/** struct triage_crash_cell - those of them that had a crash of one signature */
struct triage_crash_cell {
	uint32_t signature;
	struct triage_cell at;
};

/**
 * struct triage_signature - what to show of a crash; texts are owned, NULL where not known
 * @crashes: how many there were, several in one boot counted each
 * @frames: its stack, newest first, one function a line
 * @host: where the example was seen
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
 * struct triage_counts - all of it; all 0 is an empty one
 * @releases, @labels: what the numbers stand for
 * @signatures: @signature_count of them, by signature
 * @cells: @cell_count of them, by release, origin, count, label
 * @crashes: @crash_count of them, by release, signature, then as @cells
 * @boots: all in @cells
 * @left_out: boots that nothing can be said of: capture kernels, and those whose origin is not known
 * @unsigned_crashes: crashes without a signature, which nothing has in common
 */
struct triage_counts {
	struct names releases;
	struct names labels;
	struct names signature_names;
	struct triage_signature *signatures;
	size_t signature_count;
	struct triage_cell *cells;
	size_t cell_count;
	size_t cell_capacity;
	struct triage_crash_cell *crashes;
	size_t crash_count;
	size_t crash_capacity;
	uint64_t boots;
	uint64_t left_out;
	int64_t unsigned_crashes;
};

/** triage_counts_read() - read a store's; 0 or what the store's functions return */
int triage_counts_read(struct triage_counts *counts, struct store *store);

/**
 * triage_counts_add() - add boots of one transition, in any order, the same ones again, too
 * @signature: those that had a crash with this signature; NULL for all boots
 *
 * What is added is looked at from triage_counts_sort() on. Return: 0 or -ENOMEM.
 */
int triage_counts_add(struct triage_counts *counts, const char *signature,
		      const struct store_transition *at);

/** triage_counts_sort() - after the last addition */
void triage_counts_sort(struct triage_counts *counts);

void triage_counts_deinit(struct triage_counts *counts);

#endif /* LINEAGE_TRIAGE_COUNTS_H */
