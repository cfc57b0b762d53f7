// SPDX-License-Identifier: GPL-2.0-or-later
#include "excerpts.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PER_SIGNATURE 3
#define ALL 5000
#define READ_AGAIN_S 60

/** struct excerpt_count - number of crashes with a signature that have lines */
struct excerpt_count {
	char *signature;
	int64_t count;
};

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct excerpt_count *)left)->signature,
		      ((const struct excerpt_count *)right)->signature);
}

static void destroy(void *data)
{
	struct excerpt_count *count = data;

	free(count->signature);
	free(count);
}

void clickhouse_excerpts_deinit(struct clickhouse_excerpts *excerpts)
{
	tdestroy(excerpts->by_signature, destroy);
	*excerpts = (struct clickhouse_excerpts){ 0 };
}

/* Return the count of a signature, which is 0 if it is new; NULL if there is no memory. */
static struct excerpt_count *find(struct clickhouse_excerpts *excerpts, const char *signature)
{
	struct excerpt_count *added = calloc(1, sizeof(*added));
	struct excerpt_count *const *found = NULL;

	if (added)
		added->signature = strdup(signature);
	if (added && added->signature)
		found = tsearch(added, &excerpts->by_signature, compare);
	if (added && (!found || *found != added))
		destroy(added);
	return found ? *found : NULL;
}

static int take_count(const char *const *fields, void *data)
{
	struct clickhouse_excerpts *excerpts = data;
	struct excerpt_count *count = find(excerpts, fields[0] ? fields[0] : "");

	if (!count)
		return -ENOMEM;
	count->count = tsv_value(fields[1]);
	excerpts->all += count->count;
	return 0;
}

static int64_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

void clickhouse_excerpts_begin(struct clickhouse *server)
{
	struct clickhouse_excerpts *excerpts = &server->excerpts;

	if (excerpts->is_changed || monotonic_s() - excerpts->read_s >= READ_AGAIN_S)
		clickhouse_excerpts_deinit(excerpts);
}

/*
 * FINAL would read the keys of all crashes. The newest row of a crash that has lines has them as
 * well, or is a tombstone.
 */
static int read_counts(struct clickhouse *server)
{
	struct clickhouse_excerpts *excerpts = &server->excerpts;
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql,
		  "SELECT signature, toInt64(sum(has_lines)) FROM (SELECT signature,"
		  " argMax(NOT is_gone AND isNotNull(excerpt), version) AS has_lines"
		  " FROM crash_rows%s PREWHERE is_gone OR isNotNull(excerpt)"
		  " GROUP BY host, boot_id, signature, uptime_us, time, week)"
		  " GROUP BY signature FORMAT TabSeparated",
		  server->tables);
	clickhouse_excerpts_deinit(excerpts);
	excerpts->read_s = monotonic_s();
	error = clickhouse_ask_rows(server, &sql, 2, take_count, excerpts);
	excerpts->is_known = !error;
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}

int clickhouse_limit_excerpt(struct clickhouse *server, struct store_crash *crash)
{
	struct clickhouse_excerpts *excerpts = &server->excerpts;
	struct excerpt_count *own;
	int error = 0;

	if (!crash->excerpt)
		return 0;
	if (!crash->signature[0] || strlen(crash->excerpt) > STORE_EXCERPT_MAX) {
		crash->excerpt = NULL;
		return 0;
	}
	if (!excerpts->is_known)
		error = read_counts(server);
	if (error)
		return error;
	own = find(excerpts, crash->signature);
	if (!own)
		return clickhouse_fail_memory(server);
	if (own->count >= PER_SIGNATURE || excerpts->all >= ALL) {
		crash->excerpt = NULL;
		return 0;
	}
	own->count++;
	excerpts->all++;
	excerpts->is_changed = true;
	return 0;
}

static int take_excerpt(const char *const *fields, void *data)
{
	char **ret = data;

	*ret = strdup(fields[0] ? fields[0] : "");
	return *ret ? 0 : -ENOMEM;
}

int clickhouse_find_excerpt(struct store *store, const char *signature, const char *release,
			    char **ret)
{
	struct clickhouse *server = clickhouse_of(store);
	char *found = NULL;
	TSV_AUTO sql = { 0 };
	int error;

	*ret = NULL;
	if (server->lacks_excerpts)
		return 0;
	tsv_print(&sql, "SELECT excerpt FROM crash_rows%s FINAL WHERE NOT is_gone AND signature = ",
		  server->tables);
	tsv_literal(&sql, signature);
	tsv_print(&sql, " AND isNotNull(excerpt) ORDER BY ");
	if (release) {
		tsv_print(&sql, "release = ");
		tsv_literal(&sql, release);
		tsv_print(&sql, " DESC, ");
	}
	tsv_print(&sql, "recorded, host, boot_id LIMIT 1 FORMAT TabSeparated");
	error = clickhouse_ask_rows(server, &sql, 1, take_excerpt, &found);
	if (error)
		return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
	*ret = found;
	return 0;
}
