// SPDX-License-Identifier: GPL-2.0-or-later
/* Open and close a database on a ClickHouse server. */
#include "clickhouse.h"
#include "excerpts.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ahead.h"
#include "seals.h"
#include "tables.h"

#define BATCH_MAX 50000

/* Check that the tables exist, without creating anything. */
static int look(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT count() FROM boot_rows%s WHERE 0", server->tables);
	return clickhouse_ask(server, sql.at ? sql.at : "", NULL, NULL);
}

/*
 * Read settings of the server. A profile can make the server leave unavailable shards out of a
 * result. Refuse such a profile, since a partial result is wrong. Version 18.16 has neither the
 * settings of a modern server nor what they prevent.
 */
static int read_settings(struct clickhouse *server)
{
	TSV_AUTO answer = { 0 };
	const char *fields[3] = { 0 };
	char *at;
	int error = clickhouse_ask(server,
				   "SELECT countIf(name = 'skip_unavailable_shards' AND value ="
				   " '1'), countIf(name = 'async_insert'),"
				   " countIf(name = 'max_partitions_per_insert_block')"
				   " FROM system.settings FORMAT TabSeparated",
				   NULL, &answer);

	if (error)
		return error;
	at = answer.at;
	if (!at || tsv_row(&at, fields, 3) <= 0)
		return store_fail(&server->store, -EIO, "the response is truncated");
	server->has_async_insert = tsv_value(fields[1]) > 0;
	server->limits_partitions = tsv_value(fields[2]) > 0;
	if (!server->cluster || tsv_value(fields[0]) == 0)
		return 0;
	return store_fail(
		&server->store, -EPROTONOSUPPORT,
		"the profile of this user sets skip_unavailable_shards, which makes results"
		" incomplete: set it to 0");
}

static int open_with(const char *where, enum store_access access, bool is_https, struct store **ret)
{
	struct clickhouse *server = calloc(1, sizeof(*server));
	int error;

	*ret = server ? &server->store : NULL;
	if (!server)
		return -ENOMEM;
	server->store.name = "clickhouse";
	server->is_read_only = access == STORE_READ;
	error = clickhouse_parse_url(server, where, is_https);
	if (error)
		return error;
	server->curl = curl_easy_init();
	if (!server->curl)
		return clickhouse_fail_memory(server);
	error = access == STORE_WRITE ? clickhouse_make_database(server) : 0;
	/* A user who may only insert rows needs a database that exists. */
	if (error == -EROFS)
		error = 0;
	if (!error && (server->cluster || access != STORE_READ))
		error = read_settings(server);
	if (!error)
		error = access == STORE_WRITE ? clickhouse_make_tables(server)
					      : clickhouse_check_tables(server);
	if (!error)
		error = look(server);
	server->is_open = !error;
	return error;
}

static int open_plain(const char *where, enum store_access access, struct store **ret)
{
	return open_with(where, access, false, ret);
}

static int open_by_tls(const char *where, enum store_access access, struct store **ret)
{
	return open_with(where, access, true, ret);
}

static void close_server(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);

	/* Without the seal, lists only take longer. */
	if (server->has_written)
		clickhouse_seal_one(server, time(NULL));
	clickhouse_ahead_stop(server);
	clickhouse_batch_destroy(server->batch);
	clickhouse_excerpts_deinit(&server->excerpts);
	tdestroy(server->refused, free);
	if (server->curl)
		curl_easy_cleanup(server->curl);
	clickhouse_free_names(server);
	clickhouse_forget_seals(server);
	free(server->of_boots);
	free(server->of_crashes);
	free(server);
}

/* Return whether two URLs of one scheme name the same database. */
static bool is_same(const char *where, const char *other, bool is_https)
{
	struct clickhouse a = { 0 }, b = { 0 };
	bool is_same = !clickhouse_parse_url(&a, where, is_https) &&
		       !clickhouse_parse_url(&b, other, is_https) && strcmp(a.url, b.url) == 0 &&
		       strcmp(a.database, b.database) == 0;

	clickhouse_free_names(&a);
	clickhouse_free_names(&b);
	return is_same;
}

static bool is_same_plain(const char *where, const char *other)
{
	return is_same(where, other, false);
}

static bool is_same_by_tls(const char *where, const char *other)
{
	return is_same(where, other, true);
}

/* A URL that is valid but not allowed, such as a password without TLS, is an error of open. */
static bool is_valid(const char *where, bool is_https)
{
	struct clickhouse server = { .store.name = "" };
	int error = clickhouse_parse_url(&server, where, is_https);

	clickhouse_free_names(&server);
	return error != -EPROTONOSUPPORT;
}

static bool is_valid_plain(const char *where)
{
	return is_valid(where, false);
}

static bool is_valid_by_tls(const char *where)
{
	return is_valid(where, true);
}

#define FUNCTIONS                                                                                  \
	.batch_max = BATCH_MAX, .close = close_server, .add_boot = clickhouse_add_boot,            \
	.add_part = clickhouse_add_part, .rename_host = clickhouse_rename_host,                    \
	.end_boot = clickhouse_end_boot, .set_kexec = clickhouse_set_kexec,                        \
	.add_crash = clickhouse_add_crash, .begin_batch = clickhouse_begin_batch,                  \
	.end_batch = clickhouse_end_batch, .list_boots = clickhouse_list_boots,                    \
	.list_transitions = clickhouse_list_transitions,                                           \
	.list_crash_transitions = clickhouse_list_crash_transitions,                               \
	.find_excerpt = clickhouse_find_excerpt, .list_signatures = clickhouse_list_signatures,    \
	.list_lengths = clickhouse_list_lengths,                                                   \
	.list_crash_lengths = clickhouse_list_crash_lengths,                                       \
	.list_host_days = clickhouse_list_host_days,                                               \
	.expect_host_days = clickhouse_expect_host_days,                                           \
	.list_crashed_hosts = clickhouse_list_crashed_hosts,                                       \
	.expect_crashed_hosts = clickhouse_expect_crashed_hosts,                                   \
	.has_one_host = clickhouse_has_one_host, .list_hosts = clickhouse_list_hosts,              \
	.list_crashes = clickhouse_list_crashes, .remove = clickhouse_remove,                      \
	.list_chains = clickhouse_list_chains,                                                     \
	.list_shared_crashes = clickhouse_list_shared_crashes, .restrict_to = clickhouse_restrict, \
	.seal = clickhouse_seal, .list_looks = clickhouse_list_looks,                              \
	.add_look = clickhouse_add_look, .list_sizes = clickhouse_list_sizes,                      \
	.list_names = clickhouse_list_names, .list_rows = clickhouse_list_rows,                    \
	.list_range_crashes = clickhouse_list_range_crashes, .add_name = clickhouse_add_name,      \
	.copy_boot = clickhouse_copy_boot, .copy_crash = clickhouse_copy_crash,                    \
	.set_example = clickhouse_set_example

const struct store_backend clickhouse_backend = {
	.open = open_plain, .is_valid = is_valid_plain, .is_same = is_same_plain, FUNCTIONS
};
const struct store_backend clickhouses_backend = {
	.open = open_by_tls, .is_valid = is_valid_by_tls, .is_same = is_same_by_tls, FUNCTIONS
};
