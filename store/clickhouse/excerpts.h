/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of crash reports. Only some crashes have them, as in a SQLite store
 * (store/sqlite/excerpts.c).
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H
#define LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H

#include "clickhouse.h"

struct excerpt_count;

/**
 * struct clickhouse_excerpts - how many crashes have lines
 * @by_signature: tree (tsearch(3)) of struct excerpt_count; owned
 * @all: number of all crashes with lines
 * @is_known: the numbers were read
 */
struct clickhouse_excerpts {
	void *by_signature;
	int64_t all;
	bool is_known;
};

/**
 * clickhouse_limit_excerpt() - remove the lines of a crash if there are enough
 * @excerpts: the numbers when the batch began, and those of the batch
 *
 * Two programs that write at the same time can together keep more lines than one. Return: 0 or an
 * error, with the message set.
 */
int clickhouse_limit_excerpt(struct clickhouse *server, struct clickhouse_excerpts *excerpts,
			     struct store_crash *crash);

void clickhouse_excerpts_deinit(struct clickhouse_excerpts *excerpts);

#endif /* LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H */
