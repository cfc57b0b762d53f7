/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests that a thread sends before their responses are needed.
 *
 * The lists of a report are known before the first one is read. While the program parses a
 * response, the server makes the next one. Each request is sent once, in the given order; if it
 * fails, the program sends it again itself, and reports the error. If the server refuses one of two
 * simultaneous requests, as with max_concurrent_queries_for_user = 1, the thread sends no more.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_AHEAD_H
#define LINEAGE_STORE_CLICKHOUSE_AHEAD_H

#include <stdbool.h>

#include "clickhouse.h"

struct clickhouse_ahead;

/**
 * clickhouse_ahead_add() - send a SELECT after those that were added before
 * @sql: copied
 *
 * If memory runs out or no thread can be created, nothing is sent.
 */
void clickhouse_ahead_add(struct clickhouse *server, const struct tsv *sql);

/**
 * clickhouse_ahead_expect() - the same for a SELECT that may not be needed after all
 *
 * It replaces all of these SELECTs that were not taken.
 */
void clickhouse_ahead_expect(struct clickhouse *server, const struct tsv *sql);

/** clickhouse_ahead_expect_too() - the same for a SELECT after that, which replaces none */
void clickhouse_ahead_expect_too(struct clickhouse *server, const struct tsv *sql);

/**
 * clickhouse_ahead_take() - wait for the response of a SELECT that was added
 * @ret: the response, to be freed with tsv_deinit()
 *
 * Return: whether the SELECT was added, was not taken yet, and succeeded.
 */
bool clickhouse_ahead_take(struct clickhouse *server, const char *sql, struct tsv *ret);

/* Stop the thread, and free the responses that were not taken. */
void clickhouse_ahead_stop(struct clickhouse *server);

#endif /* LINEAGE_STORE_CLICKHOUSE_AHEAD_H */
