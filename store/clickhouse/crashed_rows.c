// SPDX-License-Identifier: GPL-2.0-or-later
#include "crashed_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The fields of a row. */
enum {
	HOSTS, /* 0 in a row about a transition */
	LIST,  /* array of hashes */
	IS_TIMED,
	FIRST,
	LAST,
	OWN_HASH,
	AT, /* the transition */
};
_Static_assert(AT == sizeof("ntnnnn") - 1, "the transition is last");

struct crashed_transition {
	int64_t hash;
	struct store_crashed_boots boots;
};

void clickhouse_crashed_rows_deinit(struct crashed_rows *rows)
{
	free(rows->transitions);
	free(rows->boots);
	store_names_deinit(&rows->texts);
}

static int add_transition(struct crashed_rows *rows, const char *const *fields)
{
	struct crashed_transition *added;
	struct store_crashed_boots *boots;

	if (rows->boots) /* a list of hashes came before */
		return -EPROTO;
	added = reallocarray(rows->transitions, rows->count + 1, sizeof(*added));
	if (!added)
		return -ENOMEM;
	rows->transitions = added;
	added += rows->count++;
	boots = &added->boots;
	added->hash = tsv_value(fields[OWN_HASH]);
	*boots = (struct store_crashed_boots){ .is_timed = tsv_value(fields[IS_TIMED]) == 1,
					       .first_day = tsv_value(fields[FIRST]),
					       .last_day = tsv_value(fields[LAST]) };
	boots->has_days = boots->first_day <= boots->last_day;
	clickhouse_read_transition(fields + AT, &boots->at);
	boots->at.label = NULL;
	if (store_names_keep(&rows->texts, &boots->at.release) ||
	    store_names_keep(&rows->texts, &boots->at.previous_release))
		return -ENOMEM;
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct crashed_transition *a = left, *b = right;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

/* All transitions were read. */
static int prepare(struct crashed_rows *rows)
{
	rows->boots = calloc(rows->count + 1, sizeof(*rows->boots));
	if (!rows->boots)
		return -ENOMEM;
	if (rows->count > 0)
		qsort(rows->transitions, rows->count, sizeof(*rows->transitions), compare);
	return 0;
}

/* Take the next hash of a list. Return the transition, or NULL at an error or the end. */
static const struct crashed_transition *take(const struct crashed_rows *rows, const char **at,
					     char separator)
{
	struct crashed_transition wanted;
	char *end;

	if (**at != separator || rows->count == 0)
		return NULL;
	wanted.hash = strtoll(*at + 1, &end, 10);
	*at = end;
	return bsearch(&wanted, rows->transitions, rows->count, sizeof(wanted), compare);
}

/* Visit the hosts of a row. @list: sorted hashes, of which some may be equal: "[1,2]" */
static int visit_list(const struct crashed_rows *rows, const char *list, int64_t count)
{
	struct store_crashed_hosts hosts = { .hosts = count, .boots = rows->boots };
	const struct crashed_transition *found = take(rows, &list, '['), *last = NULL;

	for (; found; last = found, found = take(rows, &list, ',')) {
		if (last && found < last)
			return -EPROTO;
		if (found != last)
			rows->boots[hosts.count++] = found->boots;
	}
	return last && strcmp(list, "]") == 0 ? rows->visit(&hosts, rows->data) : -EPROTO;
}

int clickhouse_visit_crashed(const char *const *fields, void *data)
{
	struct crashed_rows *rows = data;
	int64_t hosts = tsv_value(fields[HOSTS]);
	int error = 0;

	if (hosts == 0)
		return add_transition(rows, fields);
	if (!rows->boots)
		error = prepare(rows);
	return error ? error : visit_list(rows, fields[LIST] ? fields[LIST] : "", hosts);
}
