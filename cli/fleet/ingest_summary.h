/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The most frequent crash titles. */
#ifndef LINEAGE_CLI_FLEET_INGEST_SUMMARY_H
#define LINEAGE_CLI_FLEET_INGEST_SUMMARY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Maximum number of different titles; crashes with further titles are counted together. */
#define INGEST_TITLES_MAX 10000

/**
 * struct ingest_summary - crashes by title
 * @titles: a tsearch(3) tree, keyed by title
 * @count: number of @titles
 * @others: number of crashes whose title did not fit in @titles
 */
struct ingest_summary {
	void *titles;
	size_t count;
	uint64_t others;
};

/* Count one crash. */
void ingest_summary_add(struct ingest_summary *summary, const char *title);

/* Print the most frequent titles, in descending order. */
void ingest_summary_print(const struct ingest_summary *summary, FILE *stream);

/* Free the titles. */
void ingest_summary_deinit(struct ingest_summary *summary);

#endif /* LINEAGE_CLI_FLEET_INGEST_SUMMARY_H */
