/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merge the findings of all sources into one lineage and list the conflicts.
 *
 * docs/explanation/architecture.md explains the rules.
 */
#ifndef LINEAGE_LIB_MERGE_H
#define LINEAGE_LIB_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"
#include "finding.h"

#define LINEAGE_CONFLICTS_MAX 8
#define LINEAGE_CONFLICT_SIZE (LINEAGE_DETAIL_SIZE + 32)

/**
 * struct lineage_merge - input and output of lineage_merge()
 * @release: in: release of the running kernel; empty if unknown
 * @is_log: in: the findings are from a log, which has no trace of the boot loader
 * @boot: in and out: traces of the boot loader, and how the kernel was booted. If @is_log, its kind
 *	is also an input
 * @findings: in: one for each source; out: is_stale and detail are set if the source is stale
 * @has_previous: out: whether @previous_release is known
 * @previous_release: out: NUL-terminated
 * @has_count: out: whether @lineage.count is known
 * @lineage: out: count and chain; the chain is empty if unknown
 * @is_lower_bound: out: @lineage.count is from IMA's list, which lacks kernels without IMA
 * @conflicts: out: one line of text each, NUL-terminated
 * @conflict_count: out: entries of @conflicts; further conflicts are dropped
 */
struct lineage_merge {
	char release[LINEAGE_RELEASE_SIZE];
	bool is_log;
	struct lineage_boot_finding boot;
	struct lineage_finding findings[LINEAGE_SOURCES];
	bool has_previous;
	char previous_release[LINEAGE_RELEASE_SIZE];
	bool has_count;
	struct lineage lineage;
	bool is_lower_bound;
	char conflicts[LINEAGE_CONFLICTS_MAX][LINEAGE_CONFLICT_SIZE];
	size_t conflict_count;
};

/** lineage_source_name() - "ima", "kho", "stamp", "module", "log" or "unknown"; a static string */
const char *lineage_source_name(enum lineage_source source);

/**
 * lineage_merge() - merge the findings of all sources
 * @merge: inputs filled in by the caller, everything else zeroed
 */
void lineage_merge(struct lineage_merge *merge);

#endif /* LINEAGE_LIB_MERGE_H */
