/* SPDX-License-Identifier: GPL-2.0-or-later */
/* List the hosts that had a crash, without a row for each of them. */
#ifndef LINEAGE_STORE_CRASHED_HOSTS_H
#define LINEAGE_STORE_CRASHED_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counts.h"

struct store;
struct store_host_filter;

/**
 * struct store_crashed_boots - the boots of one transition in which some hosts had a crash
 * @at: the transition; its @label is NULL, its numbers are 0
 * @is_timed: the times at risk of these boots are known
 * @has_days: whether @first_day and @last_day are known
 * @first_day, @last_day: days that store_day_has_year(), as in struct store_host_day. All rows with
 *	this transition together have the first and the last day of its crashed boots.
 */
struct store_crashed_boots {
	struct store_transition at;
	bool is_timed;
	bool has_days;
	int64_t first_day;
	int64_t last_day;
};

/**
 * struct store_crashed_hosts - hosts that had a crash in boots of the same transitions
 * @hosts: number of these hosts
 * @boots: array of @count transitions; each pair of a transition and @is_timed is in it once
 */
struct store_crashed_hosts {
	int64_t hosts;
	const struct store_crashed_boots *boots;
	size_t count;
};

/* Called for each row. The row is valid during the call. A value other than 0 ends the list. */
typedef int store_crashed_hosts_visitor(const struct store_crashed_hosts *hosts, void *data);

/**
 * store_list_crashed_hosts() - list the hosts that had a crash in cold boots or boots after a kexec
 * @filter: only @release and @signature are used
 *
 * Each host is in one row. A row can be about one host: a back end need not find all hosts with the
 * same transitions.
 *
 * Return: 0, a negative errno (see store_error()), or the value of the visitor.
 */
int store_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
			     store_crashed_hosts_visitor *visit, void *data);

/**
 * store_expect_crashed_hosts() - announce a later store_list_crashed_hosts() with this filter
 *
 * The list is needed after that of the last store_expect_host_days().
 */
void store_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter);

#endif /* LINEAGE_STORE_CRASHED_HOSTS_H */
