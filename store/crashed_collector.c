// SPDX-License-Identifier: GPL-2.0-or-later
#include "crashed_collector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void crashed_collector_deinit(struct crashed_collector *all)
{
	free(all->host);
	free(all->boots);
	store_names_deinit(&all->texts);
}

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

/* Replace a text that may be NULL with a copy that stays valid. Return 0 or -ENOMEM. */
static int keep(struct crashed_collector *all, const char **text)
{
	uint32_t number;

	if (!*text)
		return 0;
	if (store_names_add(&all->texts, *text, &number))
		return -ENOMEM;
	*text = all->texts.texts[number];
	return 0;
}

static int add_boots(struct crashed_collector *all, const struct store_crashed_boots *boots)
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
	return keep(all, &added->at.release) || keep(all, &added->at.previous_release) ? -ENOMEM
										       : 0;
}

int crashed_collector_end(struct crashed_collector *all)
{
	const struct store_crashed_hosts hosts = { all->hosts, all->boots, all->count };

	all->count = 0;
	return hosts.count > 0 ? all->visit(&hosts, all->data) : 0;
}

int crashed_collector_add(struct crashed_collector *all, const char *host, int64_t hosts,
			  const struct store_crashed_boots *boots)
{
	int error = 0;

	if (!all->host || strcmp(all->host, host) != 0) {
		error = crashed_collector_end(all);
		free(all->host);
		all->host = strdup(host);
		if (!error && !all->host)
			error = -ENOMEM;
		all->hosts = hosts;
	}
	return error ? error : add_boots(all, boots);
}
