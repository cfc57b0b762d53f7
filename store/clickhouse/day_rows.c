// SPDX-License-Identifier: GPL-2.0-or-later
#include "day_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
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

#define NO_DAY INT64_MAX /* an unknown day is the last one */

/**
 * struct line - a row that is not parsed yet
 * @hash: store_host_hash() of @host; the rows of a host are found by number
 * @rest: the fields after the day
 */
struct line {
	uint64_t hash;
	const char *host;
	int64_t day;
	char *rest;
};

/** struct host - @count lines of a host */
struct host {
	struct line *lines;
	size_t count;
};

/** struct row - a parsed row */
struct row {
	const char *fields[FIELDS];
	int64_t values[VALUES];
};

static int compare_lines(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

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
	return strcmp(((const struct host *)left)->lines->host,
		      ((const struct host *)right)->lines->host);
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
		int64_t difference = 0;

		if (!a || !b)
			difference = !a - !b;
		else if (is_number(key[i]))
			difference = tsv_value(a) - tsv_value(b);
		else
			difference = strcmp(a, b);
		if (difference)
			return difference < 0 ? -1 : 1;
	}
	return 0;
}

/* Find the lines of a response, by the hash of the host. Return their number, or an error. */
static long find_lines(char *response, struct line **ret)
{
	LINEAGE_AUTO_FREE struct line *lines = NULL;
	size_t count = 0, found = 0;

	for (const char *at = response; (at = strchr(at, '\n')); at++)
		count++;
	lines = calloc(count + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	for (char *at = response; *at; at++) {
		const char *fields[2];

		if (found == count || !tsv_begin(&at, fields, 2))
			return -EBADMSG;
		lines[found++] = (struct line){
			.hash = store_host_hash(fields[0] ? fields[0] : ""),
			.host = fields[0] ? fields[0] : "",
			.day = fields[1] ? tsv_value(fields[1]) : NO_DAY,
			.rest = at,
		};
		at = strchr(at, '\n');
		if (!at)
			return -EBADMSG;
	}
	qsort(lines, found, sizeof(*lines), compare_lines);
	*ret = LINEAGE_TAKE(lines);
	return (long)found;
}

/* Find the hosts of the lines, by name. Return their number, or -ENOMEM. */
static long find_hosts(struct line *lines, size_t count, struct host **ret)
{
	struct host *hosts = calloc(count + 1, sizeof(*hosts));
	size_t found = 0;

	if (!hosts)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_lines(&lines[i - 1], &lines[i]) != 0)
			hosts[found++].lines = &lines[i];
		hosts[found - 1].count++;
	}
	qsort(hosts, found, sizeof(*hosts), compare_hosts);
	*ret = hosts;
	return (long)found;
}

static int parse(const struct line *line, struct row *ret)
{
	char *at = line->rest;

	ret->fields[HOST] = line->host;
	if (tsv_row(&at, ret->fields + PREVIOUS, FIELDS - PREVIOUS) != 1)
		return -EBADMSG;
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

/* Visit the rows of one host and day; equal keys are added up. */
static int visit_day(const struct line *lines, size_t count, store_host_day_visitor *visit,
		     void *data)
{
	LINEAGE_AUTO_FREE struct row *rows = count > 1 ? calloc(count, sizeof(*rows)) : NULL;
	struct row only, *all = rows ? rows : &only;
	int error = count > 1 && !rows ? -ENOMEM : 0;

	for (size_t i = 0; i < count && !error; i++)
		error = parse(&lines[i], &all[i]);
	if (error)
		return error;
	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_rows);
	for (size_t at = 0, end; at < count && !error; at = end) {
		for (end = at + 1; end < count && compare_rows(&all[at], &all[end]) == 0; end++)
			for (size_t i = 0; i < VALUES; i++)
				all[at].values[i] += all[end].values[i];
		error = visit_row(&all[at], lines->day, visit, data);
	}
	return error;
}

static int visit_host(const struct host *host, store_host_day_visitor *visit, void *data)
{
	int error = 0;

	qsort(host->lines, host->count, sizeof(*host->lines), compare_days);
	for (size_t at = 0, end; at < host->count && !error; at = end) {
		for (end = at + 1;
		     end < host->count && host->lines[end].day == host->lines[at].day;)
			end++;
		error = visit_day(&host->lines[at], end - at, visit, data);
	}
	return error;
}

int clickhouse_visit_days(char *response, store_host_day_visitor *visit, void *data)
{
	LINEAGE_AUTO_FREE struct line *lines = NULL;
	LINEAGE_AUTO_FREE struct host *hosts = NULL;
	long line_count = find_lines(response, &lines), host_count = line_count;
	int error = 0;

	if (line_count >= 0)
		host_count = find_hosts(lines, (size_t)line_count, &hosts);
	if (host_count < 0)
		return (int)host_count;
	for (long i = 0; i < host_count && !error; i++)
		error = visit_host(&hosts[i], visit, data);
	return error;
}
