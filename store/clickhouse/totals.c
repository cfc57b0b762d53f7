// SPDX-License-Identifier: GPL-2.0-or-later
#include "totals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "sums.h"

/* Append the list of the seals that are used. Return the number of those that are in no total. */
static size_t list_seals(const struct week_seals *seals, struct tsv *ret, size_t *ret_count)
{
	size_t open = 0;

	*ret_count = 0;
	for (size_t i = 0; i < seals->seals.count; i++) {
		const struct week_state *seal = &seals->seals.list[i];

		if (!seal->is_sealed)
			continue;
		tsv_print(ret, "%s%u=%" PRIu64, ret->size > 0 ? " " : "", seal->week, seal->seal);
		open += !seal->total;
		++*ret_count;
	}
	return open;
}

/**
 * struct total - a total that is made
 * @sealed: condition for the sums that it adds up
 * @weeks: list of its weeks and seals
 * @is_needed: it has a week that the last total has not
 */
struct total {
	struct tsv sealed;
	struct tsv weeks;
	bool is_needed;
};

static void deinit_total(struct total *total)
{
	tsv_deinit(&total->sealed);
	tsv_deinit(&total->weeks);
}
#define AUTO_TOTAL __attribute__((cleanup(deinit_total))) struct total

static int plan_total(struct clickhouse *server, uint32_t limit, struct total *ret)
{
	AUTO_SEALS seals = { 0 };
	size_t open, count;
	int error = clickhouse_read_seals(server, &seals);

	if (!error)
		error = clickhouse_use_seals(server, &seals, limit);
	if (error)
		return error;
	open = list_seals(&seals, &ret->weeks, &count);
	ret->is_needed = open > 0 && count > 1;
	if (ret->is_needed)
		tsv_print(&ret->sealed, "%s", server->seals.sealed);
	return ret->weeks.has_failed || ret->sealed.has_failed ? clickhouse_fail_memory(server) : 0;
}

/* Add up one kind of sums. A failed insert is not repeated. */
static int add_up(struct clickhouse *server, const struct clickhouse_sums *sums,
		  const struct total *total, uint64_t number)
{
	TSV_AUTO from = { 0 };
	TSV_AUTO sql = { 0 };

	tsv_print(&from, "(SELECT %s FROM %s WHERE %s)", sums->columns, sums->table,
		  total->sealed.at);
	if (from.has_failed)
		return clickhouse_fail_memory(server);
	tsv_print(&sql,
		  "INSERT INTO %s (week, seal, %s) SELECT toUInt16(%u), toUInt64(%" PRIu64
		  "), * FROM (",
		  sums->table, sums->columns, CLICKHOUSE_TOTAL_WEEK, number);
	sums->merge(from.at, &sql);
	tsv_print(&sql, ")");
	return clickhouse_change_once(server, &sql);
}

static int store_total(struct clickhouse *server, const struct total *total, uint64_t number)
{
	int error = 0;

	for (size_t i = 0; !error && clickhouse_all_sums[i]; i++) {
		const struct clickhouse_sums *sums = clickhouse_all_sums[i];

		if (!sums->merge)
			continue;
		error = add_up(server, sums, total, number);
		if (!error)
			error = clickhouse_check_sums(server, sums, CLICKHOUSE_TOTAL_WEEK, number);
	}
	return error;
}

static int add_total(struct clickhouse *server, const struct total *total, uint64_t number)
{
	TSV_AUTO row = { 0 };
	int error;

	tsv_print(&row, "0\t%" PRIu64 "\t%s\t", number, total->weeks.at);
	error = clickhouse_count_sums(server, number, &row, '\n');
	return error ? error
		     : clickhouse_insert(server, "totals", "slot, total, weeks, sums", &row);
}

/* Choose a number above that of the last total, which a clock that is ahead can have chosen. */
static int choose_number(struct clickhouse *server, uint64_t *ret)
{
	static const char text[] = "SELECT max(total) FROM totals FORMAT TabSeparated";
	const struct tsv sql = { .at = (char *)(uintptr_t)text, .size = sizeof(text) - 1 };
	int64_t highest = 0;
	int error = clickhouse_ask_number(server, &sql, &highest);

	*ret = clickhouse_choose_version(clickhouse_now_ns(), (uint64_t)highest);
	return error;
}

int clickhouse_make_total(struct clickhouse *server, uint32_t limit, bool is_writer, int64_t now)
{
	AUTO_TOTAL before = { 0 };
	AUTO_TOTAL after = { 0 };
	bool is_claimed = true;
	uint64_t number;
	int error = plan_total(server, limit, &before);

	if (error || !before.is_needed)
		return error;
	if (is_writer)
		error = clickhouse_claim(server, CLICKHOUSE_TOTAL_WEEK, now, &is_claimed);
	if (!error && is_claimed)
		error = choose_number(server, &number);
	if (error || !is_claimed)
		return error;
	error = store_total(server, &before, number);
	if (!error)
		error = plan_total(server, limit, &after);
	if (error || !after.is_needed || strcmp(before.sealed.at, after.sealed.at) != 0)
		return error;
	return add_total(server, &before, number);
}
