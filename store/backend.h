/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interface of a back end: the functions of store.h, with the same meaning, errors and guarantees.
 *
 * tests/unit/store/test_store.c runs against every back end. To add a back end, add a folder here
 * and add its struct store_backend to the table in store/backends.c. A back end may use backend.c
 * but not store.c.
 */
#ifndef LINEAGE_STORE_BACKEND_H
#define LINEAGE_STORE_BACKEND_H

#include "bulk.h"
#include "crashed_hosts.h"

/**
 * struct store - an open store; the struct of each back end begins with this struct
 * @backend: its back end
 * @name: prefix of its error messages; owned by the back end
 * @is_batch: whether a batch has begun
 * @is_copy: as store_is_copy()
 * @refused: as store_refused()
 * @error: the error message of the last failed call
 */
struct store {
	const struct store_backend *backend;
	const char *name;
	bool is_batch;
	bool is_copy;
	uint64_t refused;
	char error[STORE_ERROR_SIZE];
};

/**
 * struct store_backend - implementation of the functions of store.h
 * @batch_max: recommended number of additions in a batch
 * @open: as store_open(), which sets @backend; @where is the part of the URL after the scheme and
 *   its colon
 * @is_valid: return whether @where can name a store; @where as for @open; NULL: every text can
 * @set_kexec: set the facts of the kexec that @boot started; from @boot, use only these facts, the
 *   host and the boot id
 * @list_boots: list the boots of @host (NULL: of all hosts) in any order; if @recorded_max is not
 *   0, list only the newest @recorded_max boots that the machine recorded
 * @list_crashed_hosts: NULL if the hosts are found in their days
 * @expect_host_days, @expect_crashed_hosts: NULL if the back end requests no list before it is
 *   needed
 * @find_excerpt: NULL if the back end keeps no lines of reports
 * @seal: NULL if the back end counts at each write
 * @set_aside: @where as for @open; NULL if the back end cannot rename a store
 * @is_same: return whether two stores of this back end are the same; @where, @other as for @open
 *
 * store.c has validated the boots and crashes that these functions receive.
 */
struct store_backend {
	size_t batch_max;
	int (*open)(const char *where, enum store_access access, struct store **ret);
	bool (*is_valid)(const char *where);
	void (*close)(struct store *store);
	int (*set_aside)(const char *where, char **ret);
	int (*add_boot)(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before);
	int (*rename_host)(struct store *store, const char *from, const char *to);
	int (*add_part)(struct store *store, const struct store_boot *part);
	int (*end_boot)(struct store *store, const char *host, const char *boot_id, int64_t time);
	int (*set_kexec)(struct store *store, const struct store_boot *boot);
	int (*add_crash)(struct store *store, const struct store_crash *crash, bool *ret_is_new);
	int (*begin_batch)(struct store *store);
	int (*end_batch)(struct store *store);
	int (*list_boots)(struct store *store, const char *host, size_t recorded_max,
			  store_boot_visitor *visit, void *data);
	int (*list_crashes)(struct store *store, const char *host, const char *boot_id,
			    store_boot_crash_visitor *visit, void *data);
	int (*find_excerpt)(struct store *store, const char *signature, const char *release,
			    char **ret);
	int (*list_transitions)(struct store *store, bool by_label, store_transition_visitor *visit,
				void *data);
	int (*list_crash_transitions)(struct store *store, store_crash_visitor *visit, void *data);
	int (*list_chains)(struct store *store, bool only_crashed,
			   store_ancestors_visitor *visit_sums, store_chain_visitor *visit,
			   void *data);
	int (*list_shared_crashes)(struct store *store, const char *signature, const char *other,
				   bool with_chains, store_chain_visitor *visit, void *data);
	int (*list_lengths)(struct store *store, store_length_visitor *visit, void *data);
	int (*list_crash_lengths)(struct store *store, store_crash_length_visitor *visit,
				  void *data);
	int (*list_signatures)(struct store *store, store_signature_visitor *visit, void *data);
	int (*list_host_days)(struct store *store, const struct store_host_filter *filter,
			      store_host_day_visitor *visit, void *data);
	void (*expect_host_days)(struct store *store, const struct store_host_filter *filter);
	int (*list_crashed_hosts)(struct store *store, const struct store_host_filter *filter,
				  store_crashed_hosts_visitor *visit, void *data);
	void (*expect_crashed_hosts)(struct store *store, const struct store_host_filter *filter);
	int (*has_one_host)(struct store *store, bool *ret);
	int (*list_hosts)(struct store *store, store_host_visitor *visit, void *data);
	int (*remove)(struct store *store, const struct store_selection *what, bool is_dry_run,
		      store_host_visitor *visit, void *data);
	int (*seal)(struct store *store, int64_t now, bool all, store_seal_visitor *visit,
		    void *data);
	int (*list_looks)(struct store *store, const char *watched, store_look_visitor *visit,
			  void *data);
	int (*restrict_to)(struct store *store, const struct store_period *period);
	int (*add_look)(struct store *store, const struct store_look *look);
	bool (*is_same)(const char *where, const char *other);
	int (*list_sizes)(struct store *store, store_size_visitor *visit, void *data);
	int (*list_names)(struct store *store, const struct store_range *names,
			  store_name_visitor *visit, void *data);
	int (*list_rows)(struct store *store, const struct store_range *hosts,
			 store_boot_visitor *visit, void *data);
	int (*list_range_crashes)(struct store *store, const struct store_range *hosts,
				  store_boot_crash_visitor *visit, void *data);
	int (*add_name)(struct store *store, const char *name, const char *host);
	int (*copy_boot)(struct store *store, const struct store_boot *boot, bool is_unchanged);
	int (*copy_crash)(struct store *store, const struct store_crash *crash, bool is_unchanged);
	int (*set_example)(struct store *store, const struct store_crash *crash);
};

extern const struct store_backend sqlite_backend;
extern const struct store_backend clickhouse_backend;
extern const struct store_backend clickhouses_backend; /* clickhouse over TLS */

/**
 * struct store_scheme - one URL scheme
 * @name: the scheme, without the colon
 * @backend: its back end; NULL if this program does not link it
 * @missing: an error message of one line for the user, if @backend is NULL
 */
struct store_scheme {
	const char *name;
	const struct store_backend *backend;
	const char *missing;
};

/*
 * Schemes that this program knows (backends.c). The first entry also opens URLs without a scheme.
 * The last entry has no name and ends the table.
 */
extern const struct store_scheme store_schemes[];

/* Format the store's error message and return @error. */
__attribute__((format(printf, 3, 4))) int store_fail(struct store *store, int error,
						     const char *format, ...);

/*
 * Error message for a store of a newer schema: its version (long long), and the version of this
 * program (int).
 */
#define STORE_NEWER_SCHEMA                                                                   \
	"it was created by a newer kexec-lineage (schema %lld, supported up to %d): upgrade" \
	" kexec-lineage; it was not changed"

/*
 * SQL expression for the time by which a boot belongs to a period: its start or, if the start is
 * unknown or from a clock that was not set, the last time at which it was seen; NULL if unknown.
 */
#define STORE_STARTED_SQL                                        \
	"CASE WHEN time >= " STORE_CLOCK_IS_SET_SQL " THEN time" \
	" WHEN last_seen >= " STORE_CLOCK_IS_SET_SQL " THEN last_seen END"

/*
 * SQL expression for store_length_band(@x). The column boots.length_band is defined in the same
 * way.
 */
#define STORE_BAND_SQL(x)                                                                   \
	"(" x " >= 60) + (" x " >= 120) + (" x " >= 240) + (" x " >= 480)"                  \
	" + (" x " >= 960) + (" x " >= 1920) + (" x " >= 3840) + (" x " >= 7680)"           \
	" + (" x " >= 15360) + (" x " >= 30720) + (" x " >= 61440) + (" x " >= 122880)"     \
	" + (" x " >= 245760) + (" x " >= 491520) + (" x " >= 983040) + (" x " >= 1966080)" \
	" + (" x " >= 3932160) + (" x " >= 7864320)"

/*
 * Parse a value of the column boot or end. NULL or an unknown word gives LINEAGE_BOOT_UNKNOWN or
 * STORE_END_UNKNOWN.
 */
enum lineage_boot store_start_of(const char *word);
enum store_end store_end_of(const char *word);

#endif /* LINEAGE_STORE_BACKEND_H */
