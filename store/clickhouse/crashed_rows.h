/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parse the rows of the list of crashed hosts (crashed_hosts.c).
 *
 * There are two kinds of rows. The first ones are the transitions, each with a hash of it. The
 * others are lists of hashes, each with the number of hosts that have exactly these transitions.
 * Numbers take the server much less time than the transitions themselves.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_CRASHED_ROWS_H
#define LINEAGE_STORE_CLICKHOUSE_CRASHED_ROWS_H

#include "clickhouse.h"
#include "store/names.h"

#define CRASHED_TYPES "ntnnnn" TRANSITION_TYPES /* of the fields of a row, for tsv_has_types() */
#define CRASHED_FIELDS (sizeof(CRASHED_TYPES) - 1)

struct crashed_transition;

/**
 * struct crashed_rows - state of a list; zero but for @visit and @data
 * @transitions: array of @count transitions, sorted when the first list of hashes is read; owned
 * @texts: their texts
 * @boots: room for the transitions of a row; owned
 */
struct crashed_rows {
	store_crashed_hosts_visitor *visit;
	void *data;
	struct crashed_transition *transitions;
	size_t count;
	struct store_names texts;
	struct store_crashed_boots *boots;
};

/**
 * clickhouse_visit_crashed() - remember the transition of a row, or visit its hosts
 * @fields: the fields of the row, with the types CRASHED_TYPES
 * @data: struct crashed_rows
 *
 * Return: -ENOMEM; -EPROTO if a transition comes after a list of hashes, or a list is not sorted,
 * not complete or has an unknown hash. Otherwise the value of the visitor, or 0.
 */
int clickhouse_visit_crashed(const char *const *fields, void *data);

void clickhouse_crashed_rows_deinit(struct crashed_rows *rows);

/* Deinitialise the state at the end of the scope. Initialise the variable at its declaration. */
#define CRASHED_AUTO __attribute__((cleanup(clickhouse_crashed_rows_deinit)))

#endif /* LINEAGE_STORE_CLICKHOUSE_CRASHED_ROWS_H */
