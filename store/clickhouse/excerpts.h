/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of crash reports. Only some crashes have them, as in a SQLite store
 * (store/sqlite/excerpts.c).
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H
#define LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H

#include "clickhouse.h"

/**
 * clickhouse_excerpts_begin() - begin a batch
 *
 * The numbers of crashes with lines are read again if the batch before added lines, or after a
 * minute. So a server whose signatures have enough lines is not asked at each batch.
 */
void clickhouse_excerpts_begin(struct clickhouse *server);

/**
 * clickhouse_limit_excerpt() - remove the lines of a crash if there are enough
 *
 * Two programs that write at the same time can together keep more lines than one. Return: 0 or an
 * error, with the message set.
 */
int clickhouse_limit_excerpt(struct clickhouse *server, struct store_crash *crash);

/* Forget the numbers, for example after crashes were removed. */
void clickhouse_excerpts_deinit(struct clickhouse_excerpts *excerpts);

#endif /* LINEAGE_STORE_CLICKHOUSE_EXCERPTS_H */
