// SPDX-License-Identifier: GPL-2.0-or-later
#include "seals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "lib/cleanup.h"
#include "sums.h"

/* Longer lists of weeks would exceed the largest query of a server, so the oldest are counted. */
#define SEALS_MAX 4000

void clickhouse_week_states_deinit(struct week_states *states)
{
	for (size_t i = 0; i < states->count; i++) {
		for (size_t j = 0; j < STATES; j++)
			free(states->list[i].states[j]);
		free(states->list[i].sums);
	}
	free(states->list);
}

void clickhouse_week_seals_deinit(struct week_seals *seals)
{
	clickhouse_week_states_deinit(&seals->seals);
	clickhouse_week_states_deinit(&seals->sums);
	clickhouse_week_states_deinit(&seals->now);
}

#define STATE_FIELDS (3 + STATES)

/* Take the columns week, seal, boots, crashes, sums. */
static int take_state(const char *const *fields, void *data)
{
	struct week_states *states = data;
	struct week_state *state;

	if (!clickhouse_make_room(&states->list, states->count, sizeof(*states->list)))
		return -ENOMEM;
	state = &states->list[states->count++];
	*state = (struct week_state){ .week = (uint16_t)tsv_value(fields[0]),
				      .seal = strtoull(fields[1] ? fields[1] : "0", NULL, 10),
				      .sums = strdup(fields[4] ? fields[4] : "") };
	for (size_t i = 0; i < STATES; i++) {
		state->states[i] = strdup(fields[2 + i] ? fields[2 + i] : "");
		if (!state->states[i])
			return -ENOMEM;
	}
	return state->sums ? 0 : -ENOMEM;
}

static void print_parts(const struct clickhouse *server, struct tsv *sql)
{
	if (server->cluster)
		tsv_print(sql, "cluster('%s', system, parts)", server->cluster);
	else
		tsv_print(sql, "system.parts");
	tsv_print(sql, " WHERE active AND database = '%s'", server->database);
}

/*
 * The name of a part that a mutation changed ends in its number. Replicas give a block its number
 * before they insert it, so a block can arrive after blocks with higher numbers; the number of
 * blocks then grows. In other tables, the blocks of other weeks have numbers between those of a
 * week, and a merged part has all these numbers. The path of a part distinguishes the shards of a
 * cluster.
 */
int clickhouse_read_states(struct clickhouse *server, int week, struct week_states *ret)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT partition, 0, if(table = 'boot_rows', state, ''),"
		  " if(table = 'crash_rows', state, ''), ''"
		  " FROM (SELECT partition, table,"
		  " concat(toString(min(min_block_number)), '-',"
		  " toString(max(max_block_number)), '-',"
		  " if(any(engine) LIKE 'Replicated%%',"
		  " toString(sum(max_block_number - min_block_number + 1)), ''), '-',"
		  " toString(max(toUInt64OrZero(splitByChar('_', name)[5])))) AS state FROM ");
	print_parts(server, &sql);
	tsv_print(&sql, " AND table IN ('boot_rows', 'crash_rows')");
	if (week >= 0)
		tsv_print(&sql, " AND partition = '%d'", week);
	tsv_print(&sql, " GROUP BY %spartition, table) FORMAT TabSeparated",
		  server->cluster ? "hostName(),"
				    " substring(path, 1, length(path) - length(name) - 1), "
				  : "");
	return clickhouse_ask_rows(server, &sql, STATE_FIELDS, take_state, ret);
}

int clickhouse_read_sums(struct clickhouse *server, uint64_t seal, struct week_states *ret)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT of_week, of_seal, '', '',"
			" arrayStringConcat(arraySort(groupArray(listed)), ' ') FROM"
			" (SELECT extract(partition, '([0-9]+),') AS of_week,"
			" extract(partition, ',([0-9]+)') AS of_seal,"
			" concat(table, '=', toString(sum(rows))) AS listed FROM ");
	print_parts(server, &sql);
	if (seal)
		tsv_print(&sql, " AND endsWith(partition, ',%" PRIu64 ")')", seal);
	tsv_print(&sql, " AND table IN (");
	for (size_t i = 0; clickhouse_all_sums[i]; i++)
		tsv_print(&sql, "%s'%s'", i > 0 ? ", " : "", clickhouse_all_sums[i]->table);
	tsv_print(&sql, ") GROUP BY partition, table) GROUP BY of_week, of_seal"
			" FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, STATE_FIELDS, take_state, ret);
}

int clickhouse_read_seals(struct clickhouse *server, struct week_seals *ret)
{
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql,
		  "SELECT week, seal, boots, crashes, sums FROM seals%s FINAL FORMAT TabSeparated",
		  server->tables);
	error = clickhouse_ask_rows(server, &sql, STATE_FIELDS, take_state, &ret->seals);
	if (!error && ret->seals.count > 0)
		error = clickhouse_read_sums(server, 0, &ret->sums);
	/* The states are read last: a week that is sealed in between counts as not sealed. */
	return error ? error : clickhouse_read_states(server, -1, &ret->now);
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

/* Return whether all rows of the sums of a seal are stored, each once. */
static bool has_sums(const struct week_seals *seals, const struct week_state *seal)
{
	const char *found = "";

	for (size_t i = 0; i < seals->sums.count; i++)
		if (seals->sums.list[i].seal == seal->seal)
			found = seals->sums.list[i].sums;
	return strcmp(found, seal->sums) == 0;
}

/* A state only grows, so the states in the seals of two shards cannot be exchanged. */
bool clickhouse_is_sealed(const struct week_seals *seals, uint16_t week, const char **scratch)
{
	for (size_t table = 0; table < STATES; table++) {
		size_t count = collect(&seals->now, week, table, scratch);
		const char **others = scratch + count;

		if (collect(&seals->seals, week, table, others) != count)
			return false;
		for (size_t i = 0; i < count; i++)
			if (strcmp(scratch[i], others[i]) != 0)
				return false;
	}
	for (size_t i = 0; i < seals->seals.count; i++)
		if (seals->seals.list[i].week == week && !has_sums(seals, &seals->seals.list[i]))
			return false;
	return true;
}

static int newest_first(const void *left, const void *right)
{
	const struct week_state *a = left, *b = right;

	return (a->week < b->week) - (a->week > b->week);
}

/*
 * Append the sealed weeks and the numbers of their seals, each after a comma except the first. A
 * week has one seal for each shard.
 */
static int list_sealed(struct week_seals *seals, struct tsv *weeks, struct tsv *numbers)
{
	LINEAGE_AUTO_FREE const char **scratch =
		calloc(seals->now.count + seals->seals.count + 1, sizeof(*scratch));
	struct week_state *list = seals->seals.list;
	size_t count = seals->seals.count, next;

	if (!scratch)
		return -ENOMEM;
	if (count > 0)
		qsort(list, count, sizeof(*list), newest_first);
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && list[next].week == list[i].week;)
			next++;
		if (next > SEALS_MAX)
			break;
		if (!clickhouse_is_sealed(seals, list[i].week, scratch))
			continue;
		tsv_print(weeks, "%s%u", weeks->size > 0 ? ", " : "", list[i].week);
		for (size_t j = i; j < next; j++)
			tsv_print(numbers, "%s%" PRIu64, numbers->size > 0 ? ", " : "",
				  list[j].seal);
	}
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
	AUTO_SEALS seals = { 0 };
	TSV_AUTO weeks = { 0 };
	TSV_AUTO numbers = { 0 };
	int error;

	if (server->of_boots)
		return 0;
	if (server->ignores_seals)
		return set_seals(server, &weeks, &numbers);
	error = clickhouse_read_seals(server, &seals);
	if (error == -EROFS)
		return set_seals(server, &weeks, &numbers);
	if (!error && list_sealed(&seals, &weeks, &numbers))
		error = clickhouse_fail_memory(server);
	return error ? error : set_seals(server, &weeks, &numbers);
}
