/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom to believe where sources differ? docs/architecture.md has the rules in words. */
#ifndef LINEAGE_LIB_MERGE_H
#define LINEAGE_LIB_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"
#include "evidence.h"

#define LINEAGE_CONFLICTS_MAX 8
#define LINEAGE_CONFLICT_SIZE (LINEAGE_DETAIL_SIZE + 32)

/**
 * struct lineage_merged - facts in, lineage out
 * @release: in: the running kernel's, empty where not known
 * @boot: in and out: how it was started; a lineage from KHO settles what was unknown
 * @findings: in: of every source; out: is_stale and its reason are set
 * @has_previous: out: whether a previous release is known
 * @previous_release: out
 * @has_count: out: whether lineage.count is known
 * @lineage: out: count and chain
 * @conflicts: out: one line each
 * @conflict_count: out
 */
struct lineage_merged {
	char release[LINEAGE_RELEASE_SIZE];
	struct lineage_boot_finding boot;
	struct lineage_finding findings[LINEAGE_SOURCES];
	bool has_previous;
	char previous_release[LINEAGE_RELEASE_SIZE];
	bool has_count;
	struct lineage lineage;
	char conflicts[LINEAGE_CONFLICTS_MAX][LINEAGE_CONFLICT_SIZE];
	size_t conflict_count;
};

/** lineage_source_name() - "kho", "stamp", "module" or "log" */
const char *lineage_source_name(enum lineage_source source);

/**
 * lineage_merge() - decide
 * @merged: its inputs filled, all else zero
 */
void lineage_merge(struct lineage_merged *merged);

#endif /* LINEAGE_LIB_MERGE_H */
