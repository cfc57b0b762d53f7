/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface of a back end: the functions of store.h, with the same meaning, errors and guarantees.
 *
 * tests/unit/store/test_store.c runs against every back end. To add one: a folder here, its struct store_backend in the
 * table of store/backends.c. A back end uses backend.c and nothing of store.c.
 */
#ifndef LINEAGE_STORE_BACKEND_H
#define LINEAGE_STORE_BACKEND_H

#include "store.h"

/**
 * struct store - one that is open; a back end's own struct begins with it
 * @backend: whose
 * @name: what its errors begin with; the back end's
 * @is_batch: a batch is under way
 * @error: why the last call failed
 */
struct store {
	const struct store_backend *backend;
	const char *name;
	bool is_batch;
	char error[STORE_ERROR_SIZE];
};

/**
 * struct store_backend - the functions that store.h promises
 * @batch_max: additions that a batch is best ended after
 * @open: @where: what follows the scheme and its colon; @ret as for store_open(), which fills in its @backend
 * @set_aside: @where as for @open; NULL where there is no such thing
 *
 * Boots and crashes were looked at before: they keep the rules of store.h.
 */
struct store_backend {
	size_t batch_max;
	int (*open)(const char *where, enum store_access access, struct store **ret);
	void (*close)(struct store *store);
	int (*set_aside)(const char *where, char **ret);
	int (*add_boot)(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before);
	int (*end_boot)(struct store *store, const char *host, const char *boot_id, int64_t time);
	int (*add_crash)(struct store *store, const struct store_crash *crash, bool *ret_is_new);
	int (*begin_batch)(struct store *store);
	int (*end_batch)(struct store *store);
	int (*list_boots)(struct store *store, const struct store_filter *filter,
			  store_boot_visitor *visit, void *data);
	int (*list_transitions)(struct store *store, bool by_label, store_transition_visitor *visit,
				void *data);
	int (*list_crash_transitions)(struct store *store, store_crash_visitor *visit, void *data);
	int (*list_signatures)(struct store *store, store_signature_visitor *visit, void *data);
	int (*count_hosts)(struct store *store, const struct store_crash_transition *crash,
			   int64_t *ret);
	int (*has_one_host)(struct store *store, bool *ret);
};

extern const struct store_backend sqlite_backend;
extern const struct store_backend clickhouse_backend;
extern const struct store_backend clickhouses_backend; /* the same by TLS */

/**
 * struct store_scheme - one kind of URL
 * @name: what such URLs begin with, without the colon
 * @backend: the back end that opens them; NULL where this program does not link it
 * @missing: where @backend is NULL, the reason: one line for people
 */
struct store_scheme {
	const char *name;
	const struct store_backend *backend;
	const char *missing;
};

/* The schemes that this program knows, up to one without a name; backends.c. A URL without a scheme is the first one's. */
extern const struct store_scheme store_schemes[];

/* Set the store's line of error, as printf does, and return @error. */
__attribute__((format(printf, 3, 4))) int store_fail(struct store *store, int error,
						     const char *format, ...);

/* The value of a word in the columns boot and end; unknown for NULL and for any other word. */
enum lineage_boot store_start_of(const char *word);
enum store_end store_end_of(const char *word);

#endif /* LINEAGE_STORE_BACKEND_H */
