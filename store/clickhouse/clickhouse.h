/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Struct of a server connection, and functions that the files of this back end share. */
#ifndef LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H
#define LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H

#include <curl/curl.h>
#include <errno.h>

#include "store/backend.h"
#include "tsv.h"

struct clickhouse_ahead;
struct clickhouse_batch;

/**
 * struct clickhouse_sealed - conditions of SQL for the sealed weeks; owned
 * @sealed: condition on a table of sums; NULL if no week is sealed
 * @weeks: the same for sums that totals do not have
 * @others: condition on boot_rows or crash_rows for the weeks that are not sealed, which begins
 *	with " AND ", or ""
 * @has_others: such weeks have rows, or may have rows
 * @count: number of seals and totals in @sealed
 */
struct clickhouse_sealed {
	char *sealed;
	char *weeks;
	char *others;
	bool has_others;
	size_t count;
};

/**
 * struct clickhouse_excerpts - how many crashes have lines (excerpts.h)
 * @by_signature: tree (tsearch(3)) of struct excerpt_count; owned
 * @all: number of all crashes with lines
 * @read_s: time of CLOCK_MONOTONIC in seconds when the numbers were read
 * @is_known: the numbers were read
 * @is_changed: lines were added after that
 */
struct clickhouse_excerpts {
	void *by_signature;
	int64_t all;
	int64_t read_s;
	bool is_known;
	bool is_changed;
};

/**
 * struct clickhouse - a database on a server
 * @store: the part common to all back ends
 * @curl: the connection
 * @url: URL of the server, without a password
 * @user, @password: owned; NULL if not given
 * @ca: file of trusted certificates; NULL for the certificates of the system
 * @tables: suffix of the table names: "", or "_all" for the Distributed tables of a cluster
 * @seals: the sealed weeks (seals.h)
 * @seals_s: time of CLOCK_MONOTONIC in seconds when they were read; 0 if they are not kept
 * @of_boots, @of_crashes: SQL conditions on the tables boots and crashes, each of which begins with
 *	" AND "; NULL if there is no condition; set by clickhouse_restrict()
 * @timeout_s: timeout of one request
 * @wait_s: timeout of a request while the store is opened; 0 for @timeout_s
 * @may_send_login: over TLS, to this machine, or with "tls=no" in the URL
 * @is_loopback: the server is on this machine
 * @keeps_seals: all lists are of one report, and use the seals of the first list
 * @lacks_excerpts: the table of crashes has no column excerpt
 * @is_stopped: if it becomes true, the requests of this connection fail; NULL for never
 * @when_refused: called after @has_too_many; ends the requests of another thread. Returns whether
 *	one was not answered, so that a retry may succeed at once. NULL for none
 * @ahead: requests that a thread sends (ahead.h); NULL for none
 * @ignores_seals: count all boots, also of sealed weeks
 * @has_written: a batch was written
 * @has_async_insert, @limits_partitions: the server knows async_insert, and
 *	max_partitions_per_insert_block
 * @is_open: the server has answered before
 * @has_too_many: the server refused the last request because of other requests at the same time
 * @excerpts: how many crashes have lines
 * @refused: tree of the ids of refused boots (tsearch(3)); owned
 * @batch: additions that are not written yet
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
	struct clickhouse_sealed seals;
	int64_t seals_s;
	char *of_boots;
	char *of_crashes;
	long timeout_s;
	long wait_s;
	bool is_read_only;
	bool may_send_login;
	bool is_loopback;
	bool keeps_seals;
	bool ignores_seals;
	bool lacks_excerpts;
	const bool *is_stopped;
	bool (*when_refused)(struct clickhouse *server);
	struct clickhouse_ahead *ahead;
	bool has_written;
	bool has_async_insert;
	bool limits_partitions;
	bool is_open;
	bool has_too_many;
	struct clickhouse_excerpts excerpts;
	void *refused;
	struct clickhouse_batch *batch;
};

static inline struct clickhouse *clickhouse_of(struct store *store)
{
	return (struct clickhouse *)store;
}

/* Set the error message for -ENOMEM and return -ENOMEM. */
static inline int clickhouse_fail_memory(struct clickhouse *server)
{
	return store_fail(&server->store, -ENOMEM, "out of memory");
}

/* Types of libcurl objects that are freed at the end of the scope. */
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

/* Functions of the back end, documented in store/backend.h. */
int clickhouse_add_boot(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before);
int clickhouse_add_part(struct store *store, const struct store_boot *part);
int clickhouse_rename_host(struct store *store, const char *from, const char *to);
int clickhouse_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);
int clickhouse_set_kexec(struct store *store, const struct store_boot *boot);
int clickhouse_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);
int clickhouse_begin_batch(struct store *store);
int clickhouse_end_batch(struct store *store);
int clickhouse_list_boots(struct store *store, const char *host, size_t recorded_max,
			  store_boot_visitor *visit, void *data);
int clickhouse_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
				void *data);
int clickhouse_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);
int clickhouse_list_crashes(struct store *store, const char *host, const char *boot_id,
			    store_boot_crash_visitor *visit, void *data);
int clickhouse_find_excerpt(struct store *store, const char *signature, const char *release,
			    char **ret);
int clickhouse_list_chains(struct store *store, bool only_crashed,
			   store_ancestors_visitor *visit_sums, store_chain_visitor *visit,
			   void *data);
int clickhouse_list_shared_crashes(struct store *store, const char *signature, const char *other,
				   bool with_chains, store_chain_visitor *visit, void *data);
int clickhouse_list_lengths(struct store *store, store_length_visitor *visit, void *data);
int clickhouse_list_crash_lengths(struct store *store, store_crash_length_visitor *visit,
				  void *data);
int clickhouse_list_signatures(struct store *store, store_signature_visitor *visit, void *data);
int clickhouse_list_host_days(struct store *store, const struct store_host_filter *filter,
			      store_host_day_visitor *visit, void *data);
void clickhouse_expect_host_days(struct store *store, const struct store_host_filter *filter);
int clickhouse_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
				  store_crashed_hosts_visitor *visit, void *data);
void clickhouse_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter);
int clickhouse_has_one_host(struct store *store, bool *ret);

int clickhouse_list_hosts(struct store *store, store_host_visitor *visit, void *data);
int clickhouse_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		      store_host_visitor *visit, void *data);

int clickhouse_seal(struct store *store, int64_t now, bool all, store_seal_visitor *visit,
		    void *data);

int clickhouse_restrict(struct store *store, const struct store_period *period);

/* Return the conditions of clickhouse_restrict(), for the end of a WHERE clause; "" if none. */
static inline const char *clickhouse_of_boots(const struct clickhouse *server)
{
	return server->of_boots ? server->of_boots : "";
}

static inline const char *clickhouse_of_crashes(const struct clickhouse *server)
{
	return server->of_crashes ? server->of_crashes : "";
}

int clickhouse_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
			  void *data);
int clickhouse_add_look(struct store *store, const struct store_look *look);

int clickhouse_list_sizes(struct store *store, store_size_visitor *visit, void *data);
int clickhouse_list_names(struct store *store, const struct store_range *names,
			  store_name_visitor *visit, void *data);
int clickhouse_list_rows(struct store *store, const struct store_range *hosts,
			 store_boot_visitor *visit, void *data);
int clickhouse_list_range_crashes(struct store *store, const struct store_range *hosts,
				  store_boot_crash_visitor *visit, void *data);
int clickhouse_add_name(struct store *store, const char *name, const char *host);
int clickhouse_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged);
int clickhouse_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged);
int clickhouse_set_example(struct store *store, const struct store_crash *crash);

/*
 * The length of a boot in seconds from the columns of the table boots; -1 if it is unknown, or
 * above STORE_LENGTH_MAX_S.
 */
#define CLICKHOUSE_LONGEST                                                  \
	"greatest(coalesce(intDiv(last_uptime_us, 1000000), -1), greatest(" \
	"coalesce(end_time - time, -1), coalesce(last_seen - time, -1)))"
#define CLICKHOUSE_LENGTH                                                           \
	"if(" CLICKHOUSE_LONGEST " > " STORE_LENGTH_MAX_S " OR " CLICKHOUSE_LONGEST \
	" < 0, -1, " CLICKHOUSE_LONGEST ")"

/* Parse the columns previous, release, boot, kexec_count, label, inferred, boots. */
#define TRANSITION_TYPES "tttctnn"
void clickhouse_read_transition(const char *const *fields, struct store_transition *ret);

/* Parse the URL. Return 0, -EPROTONOSUPPORT or -ENOMEM, with the error message set. */
int clickhouse_parse_url(struct clickhouse *server, const char *where, bool is_https);

/* Free what clickhouse_parse_url() has set, also after a failure. */
void clickhouse_free_names(struct clickhouse *server);

/**
 * struct clickhouse_external - a temporary table that is sent with a request
 * @name: its name in the SQL
 * @structure: its columns and their types
 * @rows: its rows, in TabSeparated format
 */
struct clickhouse_external {
	const char *name;
	const char *structure;
	const struct tsv *rows;
};

/** clickhouse_make_database() - create the database if it is missing */
int clickhouse_make_database(struct clickhouse *server);

/**
 * clickhouse_ask() - run a SELECT, or a statement without a result
 * @external: a table to send with the request; NULL for none
 * @ret: the result in TabSeparated format, to be freed with tsv_deinit(); NULL if not needed
 *
 * Retries for some seconds if the server cannot be reached or is overloaded.
 */
int clickhouse_ask(struct clickhouse *server, const char *sql,
		   const struct clickhouse_external *external, struct tsv *ret);

/**
 * clickhouse_read() - the same as clickhouse_ask() for a SELECT without a table, whose response may
 * have been requested ahead (ahead.h)
 */
int clickhouse_read(struct clickhouse *server, const struct tsv *sql, struct tsv *ret);

/* Run a statement without a result. */
int clickhouse_execute(struct clickhouse *server, const struct tsv *sql);

/* Run a SELECT of one number. */
int clickhouse_ask_number(struct clickhouse *server, const struct tsv *sql, int64_t *ret);

/* Called for each row of a response. A return value other than 0 ends the loop. */
typedef int clickhouse_row_visitor(const char *const *fields, void *data);

/** clickhouse_ask_rows() - run a SELECT with @count columns, and visit its rows */
int clickhouse_ask_rows(struct clickhouse *server, const struct tsv *sql, size_t count,
			clickhouse_row_visitor *visit, void *data);

/**
 * clickhouse_ask_typed() - the same, and check the rows
 * @types: the type of each column, for tsv_has_types()
 */
int clickhouse_ask_typed(struct clickhouse *server, const struct tsv *sql, const char *types,
			 clickhouse_row_visitor *visit, void *data);

/** clickhouse_ask_rows_with() - the same with a table to send with the request; NULL for none */
int clickhouse_ask_rows_with(struct clickhouse *server, const struct tsv *sql,
			     const struct clickhouse_external *external, size_t count,
			     clickhouse_row_visitor *visit, void *data);

/**
 * clickhouse_print_host() - append an SQL expression for the host with the name @name. If no host
 * or more than one host has this name, the expression is @name itself.
 */
void clickhouse_print_host(const struct clickhouse *server, struct tsv *sql, const char *name);

/**
 * clickhouse_change() - run an INSERT without a body of rows. The statement is sent again if the
 * response is lost, so running it twice must have the same effect as running it once.
 */
int clickhouse_change(struct clickhouse *server, const struct tsv *sql);

/** clickhouse_change_once() - run an INSERT ... SELECT that must not run twice */
int clickhouse_change_once(struct clickhouse *server, const struct tsv *sql);

/**
 * clickhouse_insert() - insert rows in TabSeparated format into a table; retries if the response is
 * lost
 */
int clickhouse_insert(struct clickhouse *server, const char *table, const char *columns,
		      const struct tsv *rows);

/* Create missing tables, and upgrade tables of an older version. */
int clickhouse_make_tables(struct clickhouse *server);

/* Check that the tables have the schema version of this program, without changing anything. */
int clickhouse_check_tables(struct clickhouse *server);

/*
 * Remember a boot that was refused, because its week was pruned. Later additions to it are left
 * out. @host: as in these additions
 */
int clickhouse_refuse(struct clickhouse *server, const char *host, const char *boot_id);

/* Return whether the boot was refused before. */
bool clickhouse_is_refused(struct clickhouse *server, const char *host, const char *boot_id);

/* Free a batch; does nothing for NULL. */
void clickhouse_batch_destroy(struct clickhouse_batch *batch);

#endif /* LINEAGE_STORE_CLICKHOUSE_CLICKHOUSE_H */
