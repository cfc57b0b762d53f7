// SPDX-License-Identifier: GPL-2.0-or-later
#include "seals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "lib/cleanup.h"

void clickhouse_week_states_deinit(struct week_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		for (size_t j = 0; j < STATES; j++)
			free(states->list[i].states[j]);
	free(states->list);
}

static int take_state(const char *const *fields, void *data)
{
	struct week_states *states = data;
	struct week_state *state;

	if (!clickhouse_make_room(&states->list, states->count, sizeof(*states->list)))
		return -ENOMEM;
	state = &states->list[states->count++];
	*state = (struct week_state){ .week = (uint16_t)tsv_value(fields[0]),
				      .seal = strtoull(fields[1] ? fields[1] : "0", NULL, 10) };
	for (size_t i = 0; i < STATES; i++) {
		state->states[i] = strdup(fields[2 + i] ? fields[2 + i] : "");
		if (!state->states[i])
			return -ENOMEM;
	}
	return 0;
}

/*
 * The name of a part that a mutation changed ends in its number. The path of a part distinguishes
 * the shards of a cluster. Replicas give a block its number before they insert it, so a block can
 * arrive after blocks with higher numbers; the number of blocks then grows.
 */
int clickhouse_read_states(struct clickhouse *server, const char *condition,
			   struct week_states *ret)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT partition, 0,"
		  " if(table = 'boot_rows', state, ''), if(table = 'crash_rows', state, '')"
		  " FROM (SELECT partition, table,"
		  " concat(toString(min(min_block_number)), '-',"
		  " toString(max(max_block_number)), '-',"
		  " toString(sum(max_block_number - min_block_number + 1)), '-',"
		  " toString(max(toUInt64OrZero(splitByChar('_', name)[5])))) AS state FROM ");
	if (server->cluster)
		tsv_print(&sql, "cluster('%s', system, parts)", server->cluster);
	else
		tsv_print(&sql, "system.parts");
	tsv_print(
		&sql,
		" WHERE active AND database = '%s' AND table IN ('boot_rows', 'crash_rows')%s"
		" GROUP BY hostName(), substring(path, 1, length(path) - length(name) - 1), partition, table)"
		" FORMAT TabSeparated",
		server->database, condition);
	return clickhouse_ask_rows(server, &sql, 2 + STATES, take_state, ret);
}

int clickhouse_read_seals(struct clickhouse *server, struct week_states *ret)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT week, seal, boots, crashes FROM seals%s FINAL FORMAT TabSeparated",
		  server->tables);
	return clickhouse_ask_rows(server, &sql, 2 + STATES, take_state, ret);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Collect the states of a week in one table, sorted. Return their number. */
static size_t collect(const struct week_states *from, uint16_t week, size_t table, const char **ret)
{
	size_t count = 0;

	for (size_t i = 0; i < from->count; i++)
		if (from->list[i].week == week && from->list[i].states[table][0])
			ret[count++] = from->list[i].states[table];
	qsort(ret, count, sizeof(*ret), compare_texts);
	return count;
}

/* A state only grows, so the states in the seals of two shards cannot be exchanged. */
bool clickhouse_is_sealed(const struct week_states *now, const struct week_states *seals,
			  uint16_t week, const char **scratch)
{
	for (size_t table = 0; table < STATES; table++) {
		size_t count = collect(now, week, table, scratch);
		const char **others = scratch + count;

		if (collect(seals, week, table, others) != count)
			return false;
		for (size_t i = 0; i < count; i++)
			if (strcmp(scratch[i], others[i]) != 0)
				return false;
	}
	return true;
}

/* Append the sealed weeks and the numbers of their seals, each after a comma except the first. */
static int list_sealed(const struct week_states *now, const struct week_states *seals,
		       struct tsv *weeks, struct tsv *numbers)
{
	const char **scratch = calloc(now->count + seals->count + 1, sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	for (size_t i = 0; i < seals->count; i++) {
		const struct week_state *seal = &seals->list[i];

		if (!clickhouse_is_sealed(now, seals, seal->week, scratch))
			continue;
		tsv_print(weeks, "%s%u", weeks->size > 0 ? ", " : "", seal->week);
		tsv_print(numbers, "%s%" PRIu64, numbers->size > 0 ? ", " : "", seal->seal);
	}
	free(scratch);
	return weeks->has_failed || numbers->has_failed ? -ENOMEM : 0;
}

void clickhouse_forget_seals(struct clickhouse *server)
{
	free(server->seals.sealed);
	free(server->seals.others);
	server->seals.sealed = server->seals.others = NULL;
}

static int set_seals(struct clickhouse *server, const struct tsv *weeks, const struct tsv *numbers)
{
	TSV_AUTO sealed = { 0 };
	TSV_AUTO others = { 0 };

	clickhouse_forget_seals(server);
	tsv_print(&others, "%s", "");
	if (weeks->size > 0) {
		tsv_print(&sealed, "week IN (%s) AND seal IN (%s)", weeks->at, numbers->at);
		tsv_print(&others, " AND week NOT IN (%s)", weeks->at);
	}
	if (sealed.has_failed || others.has_failed)
		return clickhouse_fail_memory(server);
	server->seals.sealed = LINEAGE_TAKE(sealed.at);
	server->seals.others = LINEAGE_TAKE(others.at);
	return 0;
}

int clickhouse_find_seals(struct clickhouse *server)
{
	AUTO_STATES now = { 0 };
	AUTO_STATES seals = { 0 };
	TSV_AUTO weeks = { 0 };
	TSV_AUTO numbers = { 0 };
	int error = 0;

	if (server->of_boots)
		return 0;
	if (server->ignores_seals)
		return set_seals(server, &weeks, &numbers);
	/* Read the seals first: a week that is sealed in between counts as not sealed. */
	error = clickhouse_read_seals(server, &seals);
	if (!error && seals.count > 0)
		error = clickhouse_read_states(server, "", &now);
	if (error == -EROFS)
		return set_seals(server, &weeks, &numbers);
	if (!error && list_sealed(&now, &seals, &weeks, &numbers))
		error = clickhouse_fail_memory(server);
	return error ? error : set_seals(server, &weeks, &numbers);
}
