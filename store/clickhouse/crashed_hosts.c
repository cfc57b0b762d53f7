// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the hosts that had a crash. The server puts hosts with the same transitions into one row, so
 * that the size of the response hardly depends on the number of hosts.
 *
 * The response has two kinds of rows. The first ones are the transitions, each with a hash of it.
 * The others are lists of hashes, each with the number of hosts that have exactly these
 * transitions. Numbers take the server much less time than the transitions themselves.
 */
#include "store/crashed_hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ahead.h"
#include "host_days.h"
#include "store/host_level.h"
#include "store/names.h"
#include "store/store.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

/* Days that store_day_has_year(). Without such a day, the first day is after the last one. */
#define HAS_YEAR "(day >= " TEXT(STORE_DAY_FIRST) " AND day <= " TEXT(STORE_DAY_LAST) ")"
#define FIRST_DAY "min(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_LAST) " + 1)))"
#define LAST_DAY "max(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_FIRST) " - 1)))"
#define BOOTS "previous, release, boot, kexec_count, is_inferred, is_timed"
#define HASH "toInt64(cityHash64(" BOOTS "))"

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
#define TYPES "ntnnnn" TRANSITION_TYPES

/* Append the boots that had the crash, in parentheses. */
static int print_boots(struct clickhouse *server, const struct store_host_filter *filter,
		       struct tsv *sql)
{
	const struct store_host_filter crashed = { .release = filter->release,
						   .signature = filter->signature,
						   .only_crashed = true };
	int error;

	tsv_print(sql, "(SELECT host, coalesce(day, " HOST_DAYS_NO_DAY
		       ") AS day, previous, release, boot, kexec_count, is_inferred,"
		       " toUInt8(band >= 0) AS is_timed FROM (");
	error = clickhouse_print_host_days(server, &crashed, sql);
	tsv_print(sql, ") WHERE c > 0)");
	return error;
}

static int print(struct clickhouse *server, const struct store_host_filter *filter, struct tsv *sql)
{
	int error;

	tsv_print(sql, "SELECT * FROM (SELECT toInt64(0) AS hosts, emptyArrayInt64() AS list,"
		       " is_timed, " FIRST_DAY " AS first, " LAST_DAY " AS last, " HASH
		       " AS own_hash, previous, release, boot, kexec_count, '' AS label,"
		       " is_inferred, toInt64(0) AS boots FROM ");
	error = print_boots(server, filter, sql);
	if (error)
		return error;
	/* The same transitions have the same order, so that equal lists are equal sets. */
	tsv_print(sql, " GROUP BY " BOOTS " UNION ALL SELECT toInt64(count()) AS hosts, list,"
		       " toUInt8(0) AS is_timed, toInt64(0) AS first, toInt64(0) AS last,"
		       " toInt64(0) AS own_hash, '' AS previous, '' AS release, '' AS boot,"
		       " toInt64(0) AS kexec_count, '' AS label, toUInt8(0) AS is_inferred,"
		       " toInt64(0) AS boots FROM (SELECT " STORE_HOST_HASH_SQL
		       " AS of_host, arraySort(groupArray(" HASH ")) AS list FROM ");
	error = print_boots(server, filter, sql);
	tsv_print(sql, " GROUP BY of_host) GROUP BY list) ORDER BY hosts FORMAT TabSeparated");
	return error;
}

void clickhouse_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter)
{
	struct clickhouse *server = clickhouse_of(store);
	TSV_AUTO sql = { 0 };

	/* Without the seals of a report, the list can be another one when it is needed. */
	if (server->keeps_seals && !print(server, filter, &sql))
		clickhouse_ahead_expect_too(server, &sql);
}

struct transition {
	int64_t hash;
	struct store_crashed_boots boots;
};

/**
 * struct reader - state of a list
 * @transitions: array of @count transitions, sorted when the first list of hashes is read; owned
 * @texts: their texts
 * @boots: room for the transitions of a row; owned
 */
struct reader {
	store_crashed_hosts_visitor *visit;
	void *data;
	struct transition *transitions;
	size_t count;
	struct store_names texts;
	struct store_crashed_boots *boots;
};

static void reader_deinit(struct reader *reader)
{
	free(reader->transitions);
	free(reader->boots);
	store_names_deinit(&reader->texts);
}
#define AUTO_READER __attribute__((cleanup(reader_deinit))) struct reader

/* Replace a text that may be NULL with a copy that stays valid. Return 0 or -ENOMEM. */
static int keep(struct reader *reader, const char **text)
{
	uint32_t number;

	if (!*text)
		return 0;
	if (store_names_add(&reader->texts, *text, &number))
		return -ENOMEM;
	*text = reader->texts.texts[number];
	return 0;
}

static int add_transition(struct reader *reader, const char *const *fields)
{
	struct transition *added;

	if (reader->boots) /* a list of hashes came before */
		return -EPROTO;
	added = reallocarray(reader->transitions, reader->count + 1, sizeof(*added));
	if (!added)
		return -ENOMEM;
	reader->transitions = added;
	added += reader->count++;
	*added = (struct transition){ .hash = tsv_value(fields[OWN_HASH]),
				      .boots = { .is_timed = tsv_value(fields[IS_TIMED]) == 1,
						 .first_day = tsv_value(fields[FIRST]),
						 .last_day = tsv_value(fields[LAST]) } };
	clickhouse_read_transition(fields + AT, &added->boots.at);
	added->boots.at.label = NULL;
	added->boots.has_days = added->boots.first_day <= added->boots.last_day;
	return keep(reader, &added->boots.at.release) ||
			       keep(reader, &added->boots.at.previous_release)
		       ? -ENOMEM
		       : 0;
}

static int compare(const void *left, const void *right)
{
	const struct transition *a = left, *b = right;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

/* All transitions were read. */
static int prepare(struct reader *reader)
{
	reader->boots = calloc(reader->count + 1, sizeof(*reader->boots));
	if (!reader->boots)
		return -ENOMEM;
	if (reader->count > 0)
		qsort(reader->transitions, reader->count, sizeof(*reader->transitions), compare);
	return 0;
}

/* Take the next hash of a list. Return the transition, or NULL at an error or the end. */
static const struct transition *take(const struct reader *reader, const char **at, char separator)
{
	struct transition wanted;
	char *end;

	if (**at != separator || reader->count == 0)
		return NULL;
	wanted.hash = strtoll(*at + 1, &end, 10);
	*at = end;
	return bsearch(&wanted, reader->transitions, reader->count, sizeof(wanted), compare);
}

/* Visit the hosts of a row. @list: sorted hashes, of which some may be equal: "[1,2]" */
static int visit_list(const struct reader *reader, const char *list, int64_t count)
{
	struct store_crashed_hosts hosts = { .hosts = count, .boots = reader->boots };
	const struct transition *found = take(reader, &list, '['), *last = NULL;

	for (; found; last = found, found = take(reader, &list, ',')) {
		if (found == last)
			continue;
		if (hosts.count == reader->count)
			return -EPROTO;
		reader->boots[hosts.count++] = found->boots;
	}
	return last && strcmp(list, "]") == 0 ? reader->visit(&hosts, reader->data) : -EPROTO;
}

static int visit_row(const char *const *fields, void *data)
{
	struct reader *reader = data;
	int64_t hosts = tsv_value(fields[HOSTS]);
	int error = 0;

	if (hosts == 0)
		return add_transition(reader, fields);
	if (!reader->boots)
		error = prepare(reader);
	if (!error)
		error = visit_list(reader, fields[LIST] ? fields[LIST] : "", hosts);
	return error;
}

int clickhouse_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
				  store_crashed_hosts_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	AUTO_READER reader = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int error = print(server, filter, &sql);

	if (!error)
		error = clickhouse_ask_typed(server, &sql, TYPES, visit_row, &reader);
	if (error == -EPROTO)
		return store_fail(store, -EIO, "the response is truncated or invalid");
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}
