/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connection to a server, and the functions that the files of this back end share. */
#ifndef LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H
#define LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H

#include <curl/curl.h>
#include <errno.h>

#include "store/backend.h"
#include "tsv.h"

struct clickhouse_batch;

/**
 * struct clickhouse - a database on a server
 * @store: what every back end has
 * @curl: the connection
 * @url: of the server and the database, without a password
 * @user, @password: owned; NULL where there is none
 * @ca: file of certificates to trust; NULL for the system's
 * @tables: what the tables' names end with: "" or "_all", the Distributed ones of a cluster
 * @timeout_s: how long one request may take
 * @is_open: it has answered before
 * @batch: what was added and is not written yet
 */
struct clickhouse {
	struct store store;
	CURL *curl;
	char *name;
	char *url;
	char *database;
	char *user;
	char *password;
	char *ca;
	char *cluster;
	const char *tables;
	long timeout_s;
	bool is_read_only;
	bool is_open;
	struct clickhouse_batch *batch;
};

static inline struct clickhouse *clickhouse_of(struct store *store)
{
	return (struct clickhouse *)store;
}

/* Set the line of error for -ENOMEM and return that. */
static inline int clickhouse_fail_memory(struct clickhouse *server)
{
	return store_fail(&server->store, -ENOMEM, "out of memory");
}

/* Owners of libcurl's objects: each is freed at the end of the scope. */
static inline void clickhouse_free_text(char **text)
{
	curl_free(*text);
}
static inline void clickhouse_free_headers(struct curl_slist **headers)
{
	curl_slist_free_all(*headers);
}
static inline void clickhouse_free_mime(curl_mime **mime)
{
	curl_mime_free(*mime);
}
static inline void clickhouse_free_url(CURLU **url)
{
	curl_url_cleanup(*url);
}
#define CLICKHOUSE_AUTO_TEXT __attribute__((cleanup(clickhouse_free_text))) char
#define CLICKHOUSE_AUTO_HEADERS __attribute__((cleanup(clickhouse_free_headers))) struct curl_slist
#define CLICKHOUSE_AUTO_MIME __attribute__((cleanup(clickhouse_free_mime))) curl_mime
#define CLICKHOUSE_AUTO_URL __attribute__((cleanup(clickhouse_free_url))) CURLU

/* The back end's functions; backend.h says what they do. */
int clickhouse_add_boot(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before);
int clickhouse_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);
int clickhouse_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);
int clickhouse_begin_batch(struct store *store);
int clickhouse_end_batch(struct store *store);
int clickhouse_list_boots(struct store *store, const struct store_filter *filter,
			  store_boot_visitor *visit, void *data);
int clickhouse_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
				void *data);
int clickhouse_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);
int clickhouse_list_signatures(struct store *store, store_signature_visitor *visit, void *data);
int clickhouse_count_hosts(struct store *store, const struct store_crash_transition *crash,
			   int64_t *ret);
int clickhouse_has_one_host(struct store *store, bool *ret);

/* Fill in what the URL says: 0, -EPROTONOSUPPORT or -ENOMEM, the line of error set. */
int clickhouse_parse_url(struct clickhouse *server, const char *where, bool is_https);

/**
 * struct clickhouse_external - a table that goes with a request, and lives as long as it
 * @name: by which the SQL calls it
 * @structure: its columns and their types
 * @rows: TabSeparated
 */
struct clickhouse_external {
	const char *name;
	const char *structure;
	const struct tsv *rows;
};

/** clickhouse_make_database() - where it is missing */
int clickhouse_make_database(struct clickhouse *server);

/**
 * clickhouse_ask() - a SELECT, or a statement without an answer
 * @external: NULL, or a table to go with it
 * @ret: the answer, TabSeparated, to tsv_deinit(); NULL where none is wanted
 *
 * Asked again for some seconds where the server cannot be reached or has too much to do.
 */
int clickhouse_ask(struct clickhouse *server, const char *sql,
		   const struct clickhouse_external *external, struct tsv *ret);

/** clickhouse_insert() - rows into a table, TabSeparated; the same again and again where the answer is lost */
int clickhouse_insert(struct clickhouse *server, const char *table, const char *columns,
		      const struct tsv *rows);

/* Make the tables where they are missing. */
int clickhouse_make_tables(struct clickhouse *server);

/* NULL is fine. */
void clickhouse_batch_destroy(struct clickhouse_batch *batch);

#endif /* LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H */
