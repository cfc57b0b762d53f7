// SPDX-License-Identifier: GPL-2.0-or-later
#include "crashed_hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "names.h"
#include "store.h"

#define HOSTS_MAX ((int64_t)1 << 53)

/**
 * struct collector - collects the boots of consecutive hosts; zero but for @visit and @data
 * @visit, @data: receives the hosts
 * @host: name of the current host; owned
 * @boots: array of @count transitions of this host; owned
 * @texts: the texts of @boots
 */
struct collector {
	store_crashed_hosts_visitor *visit;
	void *data;
	char *host;
	struct store_crashed_boots *boots;
	size_t count;
	size_t capacity;
	struct store_names texts;
};

static void collector_deinit(struct collector *all)
{
	free(all->host);
	free(all->boots);
	store_names_deinit(&all->texts);
}
#define AUTO_COLLECTOR __attribute__((cleanup(collector_deinit))) struct collector

static bool is_same_text(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool is_same(const struct store_crashed_boots *a, const struct store_crashed_boots *b)
{
	return a->at.boot == b->at.boot && a->at.has_count == b->at.has_count &&
	       a->at.kexec_count == b->at.kexec_count && a->at.is_inferred == b->at.is_inferred &&
	       a->is_timed == b->is_timed && is_same_text(a->at.release, b->at.release) &&
	       is_same_text(a->at.previous_release, b->at.previous_release);
}

static void add_days(struct store_crashed_boots *to, const struct store_crashed_boots *from)
{
	if (!from->has_days)
		return;
	if (!to->has_days || from->first_day < to->first_day)
		to->first_day = from->first_day;
	if (!to->has_days || from->last_day > to->last_day)
		to->last_day = from->last_day;
	to->has_days = true;
}

static int add_boots(struct collector *all, const struct store_crashed_boots *boots)
{
	struct store_crashed_boots *added;
	size_t capacity = all->capacity ? 2 * all->capacity : 16;

	for (size_t i = 0; i < all->count; i++) {
		if (!is_same(&all->boots[i], boots))
			continue;
		add_days(&all->boots[i], boots);
		return 0;
	}
	if (all->count == all->capacity) {
		added = reallocarray(all->boots, capacity, sizeof(*added));
		if (!added)
			return -ENOMEM;
		all->boots = added;
		all->capacity = capacity;
	}
	added = &all->boots[all->count++];
	*added = *boots;
	if (store_names_keep(&all->texts, &added->at.release) ||
	    store_names_keep(&all->texts, &added->at.previous_release))
		return -ENOMEM;
	return 0;
}

/* Visit the last host. */
static int collector_end(struct collector *all)
{
	const struct store_crashed_hosts hosts = { 1, all->boots, all->count };

	all->count = 0;
	return hosts.count > 0 ? all->visit(&hosts, all->data) : 0;
}

/* Add boots of a host, which may be of a transition that it already has. */
static int collector_add(struct collector *all, const char *host,
			 const struct store_crashed_boots *boots)
{
	int error = 0;

	if (!all->host || strcmp(all->host, host) != 0) {
		error = collector_end(all);
		free(all->host);
		all->host = strdup(host);
		if (!error && !all->host)
			error = -ENOMEM;
	}
	return error ? error : add_boots(all, boots);
}

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
	return collector_add(data, day->host, &boots);
}

/* Find the hosts in the list of their days, which is sorted by host. */
static int list_days(struct store *store, const struct store_host_filter *filter,
		     store_crashed_hosts_visitor *visit, void *data)
{
	const struct store_host_filter crashed = { .release = filter->release,
						   .signature = filter->signature,
						   .only_crashed = true };
	AUTO_COLLECTOR all = { .visit = visit, .data = data };
	int error = store_list_host_days(store, &crashed, add_day, &all);

	if (!error)
		error = collector_end(&all);
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
