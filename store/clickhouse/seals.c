// SPDX-License-Identifier: GPL-2.0-or-later
#include "seals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "lib/cleanup.h"
#include "sums.h"

/* For how long the lists of a report use the same seals. */
#define REPORT_S 600

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
	clickhouse_week_states_deinit(&seals->totals);
}

#define STATE_FIELDS (3 + STATES)

/* Take the columns week, seal, boots, crashes, sums, which are text in all SELECTs. */
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
static void print_states(const struct clickhouse *server, int week, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT partition AS week, '0' AS seal, if(table = 'boot_rows', state, '') AS"
		  " boots, if(table = 'crash_rows', state, '') AS crashes, '' AS sums"
		  " FROM (SELECT partition, table,"
		  " concat(toString(min(min_block_number)), '-',"
		  " toString(max(max_block_number)), '-',"
		  " if(any(engine) LIKE 'Replicated%%',"
		  " toString(sum(max_block_number - min_block_number + 1)), ''), '-',"
		  " toString(max(toUInt64OrZero(splitByChar('_', name)[5])))) AS state FROM ");
	print_parts(server, sql);
	tsv_print(sql, " AND table IN ('boot_rows', 'crash_rows')");
	if (week >= 0)
		tsv_print(sql, " AND partition = '%d'", week);
	tsv_print(sql, " GROUP BY %spartition, table)",
		  server->cluster ? "hostName(),"
				    " substring(path, 1, length(path) - length(name) - 1), "
				  : "");
}

int clickhouse_read_states(struct clickhouse *server, int week, struct week_states *ret)
{
	TSV_AUTO sql = { 0 };

	print_states(server, week, &sql);
	tsv_print(&sql, " FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, STATE_FIELDS, take_state, ret);
}

static void print_sums(const struct clickhouse *server, uint64_t seal, struct tsv *sql)
{
	tsv_print(sql, "SELECT of_week AS week, of_seal AS seal, '' AS boots, '' AS crashes,"
		       " concat('" CLICKHOUSE_SUMS_VERSION
		       " ', arrayStringConcat(arraySort(groupArray(listed)), ' ')) AS sums FROM"
		       " (SELECT extract(partition, '([0-9]+),') AS of_week,"
		       " extract(partition, ',([0-9]+)') AS of_seal,"
		       " concat(table, '=', toString(sum(rows))) AS listed FROM ");
	print_parts(server, sql);
	if (seal)
		tsv_print(sql, " AND endsWith(partition, ',%" PRIu64 ")')", seal);
	tsv_print(sql, " AND table IN (");
	for (size_t i = 0; clickhouse_all_sums[i]; i++)
		tsv_print(sql, "%s'%s'", i > 0 ? ", " : "", clickhouse_all_sums[i]->table);
	tsv_print(sql, ") GROUP BY partition, table) GROUP BY of_week, of_seal");
}

int clickhouse_count_sums(struct clickhouse *server, uint64_t seal, struct tsv *row, char end)
{
	AUTO_STATES sums = { 0 };
	TSV_AUTO sql = { 0 };
	int error;

	print_sums(server, seal, &sql);
	tsv_print(&sql, " FORMAT TabSeparated");
	error = clickhouse_ask_rows(server, &sql, STATE_FIELDS, take_state, &sums);
	if (!error)
		tsv_field(row, sums.count > 0 ? sums.list[0].sums : CLICKHOUSE_NO_SUMS, end);
	return error;
}

/* Take a row of the request below: the columns of take_state() and the list. */
static int take_any(const char *const *fields, void *data)
{
	struct week_seals *seals = data;
	struct week_states *const lists[] = { &seals->seals, &seals->sums, &seals->now,
					      &seals->totals };
	size_t list = (size_t)tsv_value(fields[STATE_FIELDS]);

	return list < sizeof(lists) / sizeof(*lists) ? take_state(fields, lists[list]) : 0;
}

int clickhouse_read_seals(struct clickhouse *server, struct week_seals *ret)
{
#define ALL "SELECT week, seal, boots, crashes, sums, "
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT toString(week), toString(seal), boots, crashes, sums, 0 AS list"
		  " FROM seals%s FINAL UNION ALL " ALL "1 AS list FROM (",
		  server->tables);
	print_sums(server, 0, &sql);
	tsv_print(&sql, ") UNION ALL " ALL "2 AS list FROM (");
	print_states(server, -1, &sql);
	tsv_print(&sql,
		  ") UNION ALL SELECT '0', toString(total), weeks, '', sums, 3 AS list"
		  " FROM totals%s FINAL FORMAT TabSeparated",
		  server->tables);
	return clickhouse_ask_rows(server, &sql, STATE_FIELDS + 1, take_any, ret);
}

void clickhouse_forget_seals(struct clickhouse *server)
{
	free(server->seals.sealed);
	free(server->seals.weeks);
	free(server->seals.others);
	server->seals = (struct clickhouse_sealed){ 0 };
}

static void append(struct tsv *list, uint64_t number)
{
	tsv_print(list, "%s%" PRIu64, list->size > 0 ? ", " : "", number);
}

/*
 * Append the condition for sums. @with_totals: use totals instead of the seals that they have.
 * Return the number of seals and totals.
 */
static size_t print_sealed(const struct week_seals *seals, bool with_totals, struct tsv *sql)
{
	TSV_AUTO weeks = { 0 };
	TSV_AUTO numbers = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < seals->seals.count; i++) {
		const struct week_state *seal = &seals->seals.list[i];

		if (!seal->is_sealed || (with_totals && seal->total))
			continue;
		append(&weeks, seal->week);
		append(&numbers, seal->seal);
		count++;
	}
	for (size_t i = 0; with_totals && i < seals->totals.count; i++) {
		if (!seals->totals.list[i].is_sealed)
			continue;
		append(&weeks, CLICKHOUSE_TOTAL_WEEK);
		append(&numbers, seals->totals.list[i].seal);
		count++;
	}
	if (weeks.size > 0)
		tsv_print(sql, "week IN (%s) AND seal IN (%s)", weeks.at, numbers.at);
	sql->has_failed |= weeks.has_failed || numbers.has_failed;
	return count;
}

/*
 * Append the condition for the weeks that are not sealed, as ranges: with NOT IN, version 18.16
 * reads all partitions.
 */
static void print_others(const struct week_seals *seals, struct tsv *sql)
{
	int64_t last = -1; /* the seals begin with the newest week */

	tsv_append(sql, "", 0);
	for (size_t i = 0; i < seals->seals.count; i++) {
		const struct week_state *seal = &seals->seals.list[i];

		if (!seal->is_sealed || seal->week == last)
			continue;
		if (last < 0)
			tsv_print(sql, " AND (week > %u", seal->week);
		else if (seal->week + 1 < last)
			tsv_print(sql, " OR week > %u AND week < %" PRId64, seal->week, last);
		last = seal->week;
	}
	if (last >= 0)
		tsv_print(sql, " OR week < %" PRId64 ")", last);
}

/*
 * Return whether a week that is not sealed has rows. Even if it has none, the server takes about
 * 40 ms to count its rows for a list. If no week is sealed, the states may be unreadable.
 */
static bool has_others(const struct week_seals *seals, size_t count)
{
	for (size_t i = 0; i < seals->now.count; i++) {
		uint16_t week = seals->now.list[i].week;
		bool is_sealed = false;

		for (size_t j = 0; j < seals->seals.count && !is_sealed; j++)
			is_sealed =
				seals->seals.list[j].week == week && seals->seals.list[j].is_sealed;
		if (!is_sealed)
			return true;
	}
	return count == 0;
}

static int set_seals(struct clickhouse *server, const struct week_seals *seals)
{
	TSV_AUTO sealed = { 0 };
	TSV_AUTO weeks = { 0 };
	TSV_AUTO others = { 0 };
	size_t count;

	clickhouse_forget_seals(server);
	count = print_sealed(seals, true, &sealed);
	print_sealed(seals, false, &weeks);
	print_others(seals, &others);
	if (sealed.has_failed || weeks.has_failed || others.has_failed)
		return clickhouse_fail_memory(server);
	server->seals.sealed = LINEAGE_TAKE(sealed.at);
	server->seals.weeks = LINEAGE_TAKE(weeks.at);
	server->seals.others = LINEAGE_TAKE(others.at);
	server->seals.has_others = has_others(seals, count);
	server->seals.count = count;
	return 0;
}

int clickhouse_use_seals(struct clickhouse *server, struct week_seals *seals, uint32_t limit)
{
	if (clickhouse_mark_sealed(seals, limit))
		return clickhouse_fail_memory(server);
	clickhouse_mark_totals(seals);
	return set_seals(server, seals);
}

static int64_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + 1;
}

static int find_seals(struct clickhouse *server)
{
	AUTO_SEALS seals = { 0 };
	int error = server->ignores_seals ? 0 : clickhouse_read_seals(server, &seals);

	if (error == -EROFS) {
		AUTO_SEALS none = { 0 };

		return set_seals(server, &none);
	}
	return error ? error : clickhouse_use_seals(server, &seals, UINT16_MAX + 1);
}

int clickhouse_find_seals(struct clickhouse *server)
{
	int64_t now = monotonic_s();
	int error;

	if (server->of_boots)
		return 0;
	if (server->keeps_seals && server->seals_s > 0 && now - server->seals_s < REPORT_S)
		return 0;
	error = find_seals(server);
	server->seals_s = error ? 0 : now;
	return error;
}
