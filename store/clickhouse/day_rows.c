// SPDX-License-Identifier: GPL-2.0-or-later
#include "day_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/host_level.h"

/* Fields of a row (host_days.c). */
enum {
	HOST,
	DAY,
	PREVIOUS,
	RELEASE,
	BOOT,
	KEXEC_COUNT,
	LABEL,
	INFERRED,
	BOOTS,
	CRASHES,
	MEASURED,
	LENGTH_S,
	TIMED_CRASHES,
	UPTIME_US,
	BAND,
	AT_RISK_S,
	CHAIN,
	IS_COMPLETE,
	FIELDS,
};

/* The fields after HOST and DAY that are parts of the key, in the order of the list. */
static const int key[] = { RELEASE,  PREVIOUS, BOOT,  KEXEC_COUNT, LABEL,
			   INFERRED, BAND,     CHAIN, IS_COMPLETE };

static const int values[] = { BOOTS,	     CRASHES,	MEASURED, LENGTH_S,
			      TIMED_CRASHES, UPTIME_US, AT_RISK_S };
#define VALUES (sizeof(values) / sizeof(*values))

/* The types of the fields after DAY, for tsv_has_types(). */
static const char types[] = TRANSITION_TYPES "nnnnnnntn";
_Static_assert(sizeof(types) - 1 == FIELDS - PREVIOUS, "each field has a type");

#define NO_DAY INT64_MAX /* an unknown day is the last one */

/**
 * struct line - a row that is not parsed yet
 * @rest: the fields after the day
 */
struct line {
	int64_t day;
	char *rest;
};

/**
 * struct run - consecutive lines of one host
 * @hash: store_host_hash() of @host
 */
struct run {
	uint64_t hash;
	const char *host;
	struct line *lines;
	size_t count;
};

/** struct host - @count runs of a host */
struct host {
	const struct run *runs;
	size_t count;
};

/**
 * struct days - a response
 * @lines: array of @line_count lines, in their order; owned
 * @runs: array of @run_count runs, by the hash of the host; owned
 * @hosts: array of @host_count hosts, by name; owned
 * @sorted: room for the lines of a host; owned
 * @rows: room for @row_capacity rows of a day; owned
 */
struct days {
	struct line *lines;
	size_t line_count;
	struct run *runs;
	size_t run_count;
	struct host *hosts;
	size_t host_count;
	struct line *sorted;
	struct row *rows;
	size_t row_capacity;
};

static void days_deinit(struct days *days)
{
	free(days->lines);
	free(days->runs);
	free(days->hosts);
	free(days->sorted);
	free(days->rows);
}
#define AUTO_DAYS __attribute__((cleanup(days_deinit))) struct days

/** struct row - a parsed row */
struct row {
	const char *fields[FIELDS];
	int64_t values[VALUES];
};

static int compare_runs(const void *left, const void *right)
{
	const struct run *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->host == b->host ? 0 : strcmp(a->host, b->host);
}

static int compare_days(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

static int compare_hosts(const void *left, const void *right)
{
	return strcmp(((const struct host *)left)->runs->host,
		      ((const struct host *)right)->runs->host);
}

static bool is_number(int field)
{
	return field == KEXEC_COUNT || field == INFERRED || field == BAND || field == IS_COMPLETE;
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *one = left, *other = right;

	for (size_t i = 0; i < sizeof(key) / sizeof(*key); i++) {
		const char *a = one->fields[key[i]], *b = other->fields[key[i]];
		int order;

		if (!a || !b)
			order = !a - !b;
		else if (is_number(key[i]))
			order = (tsv_value(a) > tsv_value(b)) - (tsv_value(a) < tsv_value(b));
		else
			order = strcmp(a, b);
		if (order)
			return order;
	}
	return 0;
}

/* Allocate room for the lines of a response. Each line can be a run and a host. */
static int allocate(struct days *days, const char *response)
{
	size_t count = 1;

	for (const char *at = response; (at = strchr(at, '\n')); at++)
		count++;
	days->lines = calloc(count, sizeof(*days->lines));
	days->runs = calloc(count, sizeof(*days->runs));
	days->line_count = count - 1;
	return days->lines && days->runs ? 0 : -ENOMEM;
}

/* Add a line to the last run, or to a new one if its host is another one. */
static void add_line(struct days *days, const char *host, struct line *line)
{
	struct run *last = days->run_count > 0 ? &days->runs[days->run_count - 1] : NULL;

	if (!last || strcmp(last->host, host) != 0) {
		last = &days->runs[days->run_count++];
		*last = (struct run){ store_host_hash(host), host, line, 0 };
	}
	last->count++;
}

/* Find the lines of a response and their runs. */
static int find_lines(struct days *days, char *response)
{
	size_t found = 0;

	for (char *at = response; *at; at++, found++) {
		const char *fields[2];

		if (found == days->line_count || !tsv_begin(&at, fields, 2) ||
		    !tsv_has_types(fields, "tn"))
			return -EPROTO;
		days->lines[found].day = fields[1] ? tsv_value(fields[1]) : NO_DAY;
		days->lines[found].rest = at;
		add_line(days, fields[0] ? fields[0] : "", &days->lines[found]);
		at = strchr(at, '\n');
		if (!at)
			return -EPROTO;
	}
	days->line_count = found;
	return 0;
}

/* Find the hosts of the runs. */
static int find_hosts(struct days *days)
{
	size_t longest = 0, lines = 0;

	if (days->run_count == 0)
		return 0;
	qsort(days->runs, days->run_count, sizeof(*days->runs), compare_runs);
	days->hosts = calloc(days->run_count, sizeof(*days->hosts));
	if (!days->hosts)
		return -ENOMEM;
	for (size_t i = 0; i < days->run_count; i++) {
		if (i == 0 || compare_runs(&days->runs[i - 1], &days->runs[i]) != 0) {
			days->hosts[days->host_count++].runs = &days->runs[i];
			lines = 0;
		}
		days->hosts[days->host_count - 1].count++;
		lines += days->runs[i].count;
		longest = lines > longest ? lines : longest;
	}
	qsort(days->hosts, days->host_count, sizeof(*days->hosts), compare_hosts);
	days->sorted = calloc(longest, sizeof(*days->sorted));
	return days->sorted ? 0 : -ENOMEM;
}

static int parse(const char *host, const struct line *line, struct row *ret)
{
	char *at = line->rest;

	ret->fields[HOST] = host;
	if (tsv_row(&at, ret->fields + PREVIOUS, FIELDS - PREVIOUS) != 1 ||
	    !tsv_has_types(ret->fields + PREVIOUS, types))
		return -EPROTO;
	for (size_t i = 0; i < VALUES; i++)
		ret->values[i] = tsv_value(ret->fields[values[i]]);
	return 0;
}

static int visit_row(const struct row *row, int64_t day, store_host_day_visitor *visit, void *data)
{
	int64_t band = tsv_value(row->fields[BAND]);
	struct store_host_day ret = { .host = row->fields[HOST],
				      .has_day = day != NO_DAY,
				      .day = day == NO_DAY ? 0 : day };

	/* Leave out a boot without a crash from which a boot with a crash was subtracted. */
	if (row->values[0] <= 0)
		return 0;
	clickhouse_read_transition(row->fields + PREVIOUS, &ret.at);
	ret.at.boots = row->values[0];
	ret.at.crashes = row->values[1];
	ret.measured = row->values[2];
	ret.length_s = row->values[3];
	ret.timed_crashes = row->values[4];
	ret.uptime_s = row->values[5] / 1000000;
	ret.at_risk_s = row->values[6];
	ret.band = band < 0 ? STORE_BAND_UNKNOWN : (uint32_t)band;
	ret.chain = row->fields[CHAIN];
	ret.chain_is_complete = tsv_value(row->fields[IS_COMPLETE]) == 1;
	return visit(&ret, data);
}

/* Add the values of a row. A sum that is too large is refused by the caller of the visitor. */
static void add_values(struct row *sum, const struct row *row)
{
	for (size_t i = 0; i < VALUES; i++)
		if (__builtin_add_overflow(sum->values[i], row->values[i], &sum->values[i]))
			sum->values[i] = INT64_MAX;
}

/* Make room for the rows of a day. */
static int reserve(struct days *days, size_t count)
{
	struct row *rows;

	if (count <= days->row_capacity)
		return 0;
	rows = reallocarray(days->rows, 2 * count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	days->rows = rows;
	days->row_capacity = 2 * count;
	return 0;
}

/* Visit the rows of one host and day; equal keys are added up. */
static int visit_day(struct days *days, const char *host, const struct line *lines, size_t count,
		     store_host_day_visitor *visit, void *data)
{
	int error = reserve(days, count);

	for (size_t i = 0; i < count && !error; i++)
		error = parse(host, &lines[i], &days->rows[i]);
	if (error)
		return error;
	if (count > 1)
		qsort(days->rows, count, sizeof(*days->rows), compare_rows);
	for (size_t at = 0, end; at < count && !error; at = end) {
		struct row *sum = &days->rows[at];

		for (end = at + 1; end < count && compare_rows(sum, &days->rows[end]) == 0; end++)
			add_values(sum, &days->rows[end]);
		error = visit_row(sum, lines->day, visit, data);
	}
	return error;
}

/* Copy the lines of a host to @sorted, by day. Return their number. */
static size_t sort_days(struct days *days, const struct host *host)
{
	struct line *lines = days->sorted;
	bool is_sorted = true;
	size_t count = 0;

	for (size_t i = 0; i < host->count; i++) {
		memcpy(&lines[count], host->runs[i].lines, host->runs[i].count * sizeof(*lines));
		count += host->runs[i].count;
	}
	for (size_t i = 1; i < count; i++)
		is_sorted = is_sorted && lines[i - 1].day <= lines[i].day;
	if (!is_sorted)
		qsort(lines, count, sizeof(*lines), compare_days);
	return count;
}

static int visit_host(struct days *days, const struct host *host, store_host_day_visitor *visit,
		      void *data)
{
	const struct line *lines = days->sorted;
	size_t count = sort_days(days, host);
	int error = 0;

	for (size_t at = 0, end; at < count && !error; at = end) {
		for (end = at + 1; end < count && lines[end].day == lines[at].day;)
			end++;
		error = visit_day(days, host->runs->host, &lines[at], end - at, visit, data);
	}
	return error;
}

int clickhouse_visit_days(char *response, store_host_day_visitor *visit, void *data)
{
	AUTO_DAYS days = { 0 };
	int error = allocate(&days, response);

	if (!error)
		error = find_lines(&days, response);
	if (!error)
		error = find_hosts(&days);
	for (size_t i = 0; i < days.host_count && !error; i++)
		error = visit_host(&days, &days.hosts[i], visit, data);
	return error;
}
