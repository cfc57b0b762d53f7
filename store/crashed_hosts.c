// SPDX-License-Identifier: GPL-2.0-or-later
#include "crashed_hosts.h"

#include <errno.h>

#include "backend.h"
#include "crashed_collector.h"
#include "store.h"

#define HOSTS_MAX ((int64_t)1 << 53)

static int add_day(const struct store_host_day *day, void *data)
{
	struct store_crashed_boots boots = { .at = day->at,
					     .is_timed = day->band != STORE_BAND_UNKNOWN,
					     .has_days =
						     day->has_day && store_day_has_year(day->day),
					     .first_day = day->day,
					     .last_day = day->day };

	boots.at.label = NULL;
	boots.at.boots = boots.at.unclean = boots.at.crashes = 0;
	return crashed_collector_add(data, day->host, 1, &boots);
}

/* Find the hosts in the list of their days, which is sorted by host. */
static int list_days(struct store *store, const struct store_host_filter *filter,
		     store_crashed_hosts_visitor *visit, void *data)
{
	const struct store_host_filter crashed = { .release = filter->release,
						   .signature = filter->signature,
						   .only_crashed = true };
	AUTO_CRASHED_COLLECTOR all = { .visit = visit, .data = data };
	int error = store_list_host_days(store, &crashed, add_day, &all);

	if (!error)
		error = crashed_collector_end(&all);
	return error == -ENOMEM ? store_fail(store, error, "out of memory") : error;
}

/** struct checked - the visitor of a list whose rows are checked */
struct checked {
	struct store *store;
	store_crashed_hosts_visitor *visit;
	void *data;
};

/* A damaged file, or a server that is not ClickHouse, can return any value. */
static int check(const struct store_crashed_hosts *hosts, void *data)
{
	const struct checked *checked = data;

	if (hosts->hosts < 1 || hosts->hosts > HOSTS_MAX)
		return store_fail(checked->store, -EBADMSG,
				  "invalid data in the store: a number of hosts is below 1 or"
				  " above 2^53");
	return checked->visit(hosts, checked->data);
}

int store_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
			     store_crashed_hosts_visitor *visit, void *data)
{
	struct checked checked = { store, visit, data };

	if (!store->backend->list_crashed_hosts)
		return list_days(store, filter, visit, data);
	return store->backend->list_crashed_hosts(store, filter, check, &checked);
}

void store_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter)
{
	if (store->backend->expect_crashed_hosts)
		store->backend->expect_crashed_hosts(store, filter);
}
