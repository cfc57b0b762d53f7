// SPDX-License-Identifier: GPL-2.0-or-later
#include "support_crashed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/crashed_hosts.h"
#include "store/names.h"

#define CELLS_MAX 256
#define TEXT_MAX 256

/**
 * struct summary - hosts and days by transition
 * @cells: names of the transitions
 * @first, @last: days of each transition; 0 if unknown
 * @hosts: for each two transitions, the number of hosts that had a crash in both
 * @host: the host of the last row, if the rows are about days
 * @has: its transitions
 */
struct summary {
	struct store_names cells;
	int64_t first[CELLS_MAX];
	int64_t last[CELLS_MAX];
	int64_t hosts[CELLS_MAX][CELLS_MAX];
	char host[TEXT_MAX];
	bool has[CELLS_MAX];
};

static uint32_t add_cell(struct summary *summary, const struct store_transition *at, bool is_timed,
			 bool has_days, int64_t first, int64_t last)
{
	char name[TEXT_MAX];
	uint32_t number;

	snprintf(name, sizeof(name), "%s %s %d %d %u %d %d", at->previous_release ?: "-",
		 at->release ?: "-", (int)at->boot, at->has_count, at->kexec_count, at->is_inferred,
		 is_timed);
	assert_int_equal(store_names_add(&summary->cells, name, &number), 0);
	assert_true(number < CELLS_MAX);
	if (has_days && (summary->first[number] == 0 || first < summary->first[number]))
		summary->first[number] = first;
	if (has_days && last > summary->last[number])
		summary->last[number] = last;
	return number;
}

/* Add hosts that have the transitions in @has. */
static void add_hosts(struct summary *summary, int64_t hosts)
{
	for (size_t i = 0; i < CELLS_MAX; i++)
		for (size_t j = 0; j <= i && summary->has[i]; j++)
			summary->hosts[i][j] += summary->has[j] ? hosts : 0;
	memset(summary->has, 0, sizeof(summary->has));
}

static int see_hosts(const struct store_crashed_hosts *hosts, void *data)
{
	struct summary *summary = data;

	for (size_t i = 0; i < hosts->count; i++) {
		const struct store_crashed_boots *boots = &hosts->boots[i];
		uint32_t cell = add_cell(summary, &boots->at, boots->is_timed, boots->has_days,
					 boots->first_day, boots->last_day);

		assert_null(boots->at.label);
		assert_false(summary->has[cell]);
		summary->has[cell] = true;
	}
	add_hosts(summary, hosts->hosts);
	return 0;
}

static int see_day(const struct store_host_day *day, void *data)
{
	struct summary *summary = data;
	bool has_day = day->has_day && store_day_has_year(day->day);

	if (strcmp(summary->host, day->host) != 0)
		add_hosts(summary, 1);
	snprintf(summary->host, sizeof(summary->host), "%s", day->host);
	summary->has[add_cell(summary, &day->at, day->band != STORE_BAND_UNKNOWN, has_day, day->day,
			      day->day)] = true;
	return 0;
}

static int compare(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Print the summary. The numbers of the transitions depend on the order of the rows. */
static void print(FILE *out, const struct summary *summary)
{
	size_t cells = summary->cells.count, count = 0;
	char **lines = calloc(cells * cells + 1, sizeof(*lines));

	assert_non_null(lines);
	for (size_t i = 0; i < cells; i++)
		for (size_t j = 0; j < cells; j++) {
			int64_t hosts = summary->hosts[i > j ? i : j][i > j ? j : i];

			if (hosts > 0)
				assert_true(asprintf(&lines[count++],
						     "%s, %s: %" PRId64 ", days %" PRId64
						     " to %" PRId64,
						     summary->cells.texts[i],
						     summary->cells.texts[j], hosts,
						     summary->first[i], summary->last[i]) > 0);
		}
	qsort(lines, count, sizeof(*lines), compare);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
}

void support_print_crashed(FILE *out, struct store *store, const struct store_host_filter *filter,
			   bool by_days)
{
	struct summary *summary = calloc(1, sizeof(*summary));
	struct store_host_filter crashed = *filter;
	int error;

	assert_non_null(summary);
	crashed.only_crashed = true;
	if (by_days)
		error = store_list_host_days(store, &crashed, see_day, summary);
	else
		error = store_list_crashed_hosts(store, filter, see_hosts, summary);
	if (error)
		fail_msg("%s", store_error(store));
	add_hosts(summary, 1);
	print(out, summary);
	store_names_deinit(&summary->cells);
	free(summary);
}
