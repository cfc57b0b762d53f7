// SPDX-License-Identifier: GPL-2.0-or-later
/* Select the back end for a URL, and validate all data written to it and read from it. */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "listing.h"
#include "migration.h"

#define HOST_MAX 128

void (*store_on_migration)(const char *name, int64_t to);

/* Return the scheme of a URL, or NULL if no back end supports it. */
static const struct store_scheme *find_scheme(const char *url, const char **ret_where)
{
	for (const struct store_scheme *scheme = store_schemes; scheme->name; scheme++) {
		size_t length = strlen(scheme->name);

		if (strncmp(url, scheme->name, length) == 0 && url[length] == ':') {
			*ret_where = url + length + 1;
			return scheme;
		}
	}
	*ret_where = url;
	return strstr(url, "://") ? NULL : store_schemes;
}

/**
 * struct refused - a store that could not be opened, kept for its error message
 * @name: the URL without the password
 */
struct refused {
	struct store store;
	char *name;
};

static void close_refused(struct store *store)
{
	free(((struct refused *)store)->name);
	free(store);
}

/* Copy a URL without "USER:PASSWORD@", which precedes the first slash after "://". */
static char *copy_without_login(const char *url)
{
	const char *host = strstr(url, "://"), *login_end;
	size_t scheme;
	char *copy;

	if (!host)
		return strdup(url);
	host += 3;
	scheme = (size_t)(host - url);
	login_end = memrchr(host, '@', strcspn(host, "/"));
	if (asprintf(&copy, "%.*s%s", (int)scheme, url, login_end ? login_end + 1 : host) < 0)
		return NULL;
	return copy;
}

static int refuse(const char *url, const char *why, struct store **ret)
{
	static const struct store_backend none = { .close = close_refused };
	struct refused *refused = calloc(1, sizeof(*refused));

	*ret = refused ? &refused->store : NULL;
	if (!refused)
		return -ENOMEM;
	refused->name = copy_without_login(url);
	refused->store.backend = &none;
	refused->store.name = refused->name ? refused->name : "the store";
	return store_fail(&refused->store, -EPROTONOSUPPORT, "%s", why);
}

int store_open(const char *url, enum store_access access, struct store **ret)
{
	static const char unknown[] =
		"invalid store URL (expected sqlite:FILE, a path, or clickhouse://HOST/DATABASE)";
	const char *where;
	const struct store_scheme *scheme = find_scheme(url, &where);
	struct store *store = NULL;
	int error;

	if (!scheme || !where[0])
		return refuse(url, unknown, ret);
	if (!scheme->backend)
		return refuse(url, scheme->missing, ret);
	error = scheme->backend->open(where, access, &store);
	if (store)
		store->backend = scheme->backend;
	*ret = store;
	return error;
}

bool store_is_built(const char *url)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(url, &where);

	return !scheme || scheme->backend;
}

bool store_is_same(const char *url, const char *other)
{
	const char *where, *other_where;
	const struct store_scheme *scheme = find_scheme(url, &where);
	const struct store_scheme *other_scheme = find_scheme(other, &other_where);

	if (strcmp(url, other) == 0)
		return true;
	return scheme && other_scheme && scheme->backend &&
	       scheme->backend == other_scheme->backend &&
	       scheme->backend->is_same(where, other_where);
}

bool store_is_copy(const struct store *store)
{
	return store->is_copy;
}

uint64_t store_refused(const struct store *store)
{
	return store->refused;
}

void store_close(struct store *store)
{
	if (store)
		store->backend->close(store);
}

int store_set_aside(const char *url, char **ret)
{
	const char *where;
	const struct store_scheme *scheme = find_scheme(url, &where);

	if (!scheme || !scheme->backend || !scheme->backend->set_aside)
		return -EPROTONOSUPPORT;
	return scheme->backend->set_aside(where, ret);
}

const char *store_error(const struct store *store)
{
	return store ? store->error : "out of memory";
}

static int check_boot(struct store *store, const struct store_boot *boot)
{
	if (!boot->host || !boot->host[0] || strlen(boot->host) > HOST_MAX)
		return store_fail(store, -EINVAL, "invalid host of a boot (expected 1 to %d bytes)",
				  HOST_MAX);
	if (!boot->boot_id || !boot->boot_id[0])
		return store_fail(store, -EINVAL, "a boot has no boot id");
	if (boot->label && strlen(boot->label) > STORE_LABEL_MAX)
		return store_fail(store, -EINVAL,
				  "the label of a boot is too long (at most %d bytes)",
				  STORE_LABEL_MAX);
	if (boot->end == STORE_END_RUNNING && (!boot->release || !boot->release[0]))
		return store_fail(store, -EINVAL, "a running boot has no release");
	return 0;
}

int store_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before)
{
	int error = check_boot(store, boot);

	return error ? error : store->backend->add_boot(store, boot, ret_before);
}

int store_rename_host(struct store *store, const char *from, const char *to)
{
	return strcmp(from, to) == 0 ? 0 : store->backend->rename_host(store, from, to);
}

int store_add_part(struct store *store, const struct store_boot *part)
{
	int error = check_boot(store, part);

	return error ? error : store->backend->add_part(store, part);
}

int store_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	return store->backend->end_boot(store, host, boot_id, time);
}

int store_kexec_started(struct store *store, const char *host, const char *boot_id,
			const char *release, int64_t time)
{
	const struct store_boot boot = {
		.host = host,
		.boot_id = boot_id,
		.has_kexec_time = true,
		.kexec_time = time,
		.kexec_release = release && release[0] ? release : NULL,
	};

	return store->backend->set_kexec(store, &boot);
}

static int check_crash_facts(struct store *store, const struct store_crash *crash)
{
	if (!crash->title || !crash->type || !crash->signature)
		return store_fail(store, -EINVAL, "a crash has no title, no type or no signature");
	return 0;
}

int store_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	int error = check_crash_facts(store, crash);

	return error ? error : store->backend->add_crash(store, crash, ret_is_new);
}

size_t store_batch_max(const struct store *store)
{
	return store->backend->batch_max;
}

int store_begin_batch(struct store *store)
{
	int error = store->backend->begin_batch(store);

	store->is_batch = !error;
	return error;
}

int store_end_batch(struct store *store)
{
	if (!store->is_batch)
		return 0;
	store->is_batch = false;
	return store->backend->end_batch(store);
}

static int list_boots(struct store *store, const struct store_filter *filter, size_t recorded_max,
		      store_boot_visitor *visit, void *data)
{
	STORE_AUTO_LISTING listing = { 0 };
	int error = store->backend->list_boots(store, filter->host, recorded_max, store_listing_add,
					       &listing);

	if (error == -ENOMEM)
		store_fail(store, error, "out of memory");
	if (error)
		return error;
	store_listing_sort(&listing);
	return store_listing_visit(&listing, filter, visit, data);
}

int store_list_boots(struct store *store, const struct store_filter *filter,
		     store_boot_visitor *visit, void *data)
{
	return list_boots(store, filter, 0, visit, data);
}

int store_list_recorded(struct store *store, const char *host, size_t limit,
			store_boot_visitor *visit, void *data)
{
	return list_boots(store, &(struct store_filter){ .host = host }, limit, visit, data);
}

int store_list_crashes(struct store *store, const char *host, const char *boot_id,
		       store_boot_crash_visitor *visit, void *data)
{
	return store->backend->list_crashes(store, host, boot_id, visit, data);
}

/* Maximum valid count. A double cannot hold all larger counts exactly; no fleet reaches this. */
#define COUNT_MAX ((int64_t)1 << 53)

static bool is_count(int64_t count)
{
	return count >= 0 && count <= COUNT_MAX;
}

/*
 * struct checked - a list whose rows are validated before the visitor sees them
 * @boots: sum of the boots of all rows so far
 *
 * A damaged file, or a server that is not ClickHouse, can return any value. Invalid values must not
 * reach the statistics.
 */
struct checked {
	struct store *store;
	store_transition_visitor *transition;
	store_crash_visitor *crash;
	store_signature_visitor *signature;
	store_chain_visitor *chain;
	store_ancestors_visitor *ancestors;
	store_length_visitor *length;
	store_crash_length_visitor *crash_length;
	store_host_day_visitor *host_day;
	void *data;
	int64_t boots;
};

static int refuse_row(const struct checked *checked, const char *what)
{
	return store_fail(checked->store, -EBADMSG, "invalid data in the store: %s", what);
}

static bool makes_sense(struct checked *checked, const struct store_transition *at)
{
	if (!is_count(at->boots) || !is_count(at->unclean) || !is_count(at->crashes))
		return false;
	checked->boots += at->boots;
	return is_count(checked->boots);
}

static int check_transition(const struct store_transition *at, void *data)
{
	struct checked *checked = data;

	if (!makes_sense(checked, at))
		return refuse_row(checked, "a number of boots is below 0 or above 2^53");
	return checked->transition(at, checked->data);
}

static int check_crash(const struct store_crash_transition *crash, void *data)
{
	struct checked *checked = data;

	if (!crash->signature || !makes_sense(checked, &crash->at))
		return refuse_row(
			checked,
			"a crash has no signature, or a number of boots is below 0 or above 2^53");
	return checked->crash(crash, checked->data);
}

static int check_signature(const struct store_signature *signature, void *data)
{
	const struct checked *checked = data;
	const struct store_crash *example = &signature->example;

	if (!is_count(signature->crashes) || !example->signature || !example->title ||
	    !example->host || !example->boot_id)
		return refuse_row(checked, "a crash has no title, no host or no boot id");
	return checked->signature(signature, checked->data);
}

static int check_chain(const struct store_chain *chain, void *data)
{
	struct checked *checked = data;

	if (!makes_sense(checked, &chain->at))
		return refuse_row(checked, "a number of boots is below 0 or above 2^53");
	return checked->chain(chain, checked->data);
}

static int check_ancestors(const struct store_ancestors *ancestors, void *data)
{
	struct checked *checked = data;

	if (!is_count(ancestors->at.boots))
		return refuse_row(checked, "a number of boots is below 0 or above 2^53");
	if (ancestors->at.has_count && !ancestors->at.previous_release)
		return refuse_row(checked, "a boot with known ancestors has no previous release");
	return checked->ancestors(ancestors, checked->data);
}

static bool is_band(uint32_t band)
{
	return band < STORE_BANDS || band == STORE_BAND_UNKNOWN;
}

static int check_length(const struct store_length *length, void *data)
{
	struct checked *checked = data;

	if (!makes_sense(checked, &length->at) || !is_count(length->length_s) ||
	    length->band >= STORE_BANDS)
		return refuse_row(checked, "a length of boots is below 0 or above 2^53 seconds");
	return checked->length(length, checked->data);
}

static int check_crash_length(const struct store_crash_length *crash, void *data)
{
	struct checked *checked = data;

	if (!makes_sense(checked, &crash->at) || !is_count(crash->length_s) ||
	    !is_count(crash->end_s) || !is_band(crash->length_band) || !is_band(crash->end_band))
		return refuse_row(checked, "an uptime is below 0 or above 2^53 seconds");
	return checked->crash_length(crash, checked->data);
}

static int check_host_day(const struct store_host_day *day, void *data)
{
	struct checked *checked = data;

	if (!day->host || !makes_sense(checked, &day->at) || !is_count(day->measured) ||
	    !is_count(day->length_s) || !is_count(day->timed_crashes) || !is_count(day->uptime_s) ||
	    !is_count(day->at_risk_s) || !is_band(day->band))
		return refuse_row(checked, "a boot has no host, or a number of boots or seconds is"
					   " below 0 or above 2^53");
	if (day->at.crashes > day->at.boots)
		return refuse_row(checked, "more boots of a day crashed than the day has");
	return checked->host_day(day, checked->data);
}

int store_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			   void *data)
{
	struct checked checked = { .store = store, .transition = visit, .data = data };

	return store->backend->list_transitions(store, by_label, check_transition, &checked);
}

int store_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .crash = visit, .data = data };

	return store->backend->list_crash_transitions(store, check_crash, &checked);
}

int store_list_signatures(struct store *store, store_signature_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .signature = visit, .data = data };

	return store->backend->list_signatures(store, check_signature, &checked);
}

int store_list_host_days(struct store *store, const struct store_host_filter *filter,
			 store_host_day_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .host_day = visit, .data = data };

	return store->backend->list_host_days(store, filter, check_host_day, &checked);
}

void store_expect_host_days(struct store *store, const struct store_host_filter *filter)
{
	if (store->backend->expect_host_days)
		store->backend->expect_host_days(store, filter);
}

int store_list_chains(struct store *store, bool only_crashed, store_ancestors_visitor *visit_sums,
		      store_chain_visitor *visit, void *data)
{
	struct checked checked = {
		.store = store, .chain = visit, .ancestors = visit_sums, .data = data
	};

	return store->backend->list_chains(store, only_crashed, visit_sums ? check_ancestors : NULL,
					   check_chain, &checked);
}

int store_list_shared_crashes(struct store *store, const char *signature, const char *other,
			      bool with_chains, store_chain_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .chain = visit, .data = data };

	return store->backend->list_shared_crashes(store, signature, other, with_chains,
						   check_chain, &checked);
}

int store_list_lengths(struct store *store, store_length_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .length = visit, .data = data };

	return store->backend->list_lengths(store, check_length, &checked);
}

int store_list_crash_lengths(struct store *store, store_crash_length_visitor *visit, void *data)
{
	struct checked checked = { .store = store, .crash_length = visit, .data = data };

	return store->backend->list_crash_lengths(store, check_crash_length, &checked);
}

int store_list_hosts(struct store *store, store_host_visitor *visit, void *data)
{
	return store->backend->list_hosts(store, visit, data);
}

int store_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		 store_host_visitor *visit, void *data)
{
	return store->backend->remove(store, what, is_dry_run, visit, data);
}

int store_has_one_host(struct store *store, bool *ret)
{
	return store->backend->has_one_host(store, ret);
}

int store_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
		     void *data)
{
	return store->backend->list_looks(store, watched, visit, data);
}

int store_restrict(struct store *store, const struct store_period *period)
{
	return store->backend->restrict_to(store, period);
}

int store_seal(struct store *store, int64_t now, bool all, store_seal_visitor *visit, void *data)
{
	return store->backend->seal ? store->backend->seal(store, now, all, visit, data) : 0;
}

int store_add_look(struct store *store, const struct store_look *look)
{
	return store->backend->add_look(store, look);
}

int store_list_sizes(struct store *store, store_size_visitor *visit, void *data)
{
	return store->backend->list_sizes(store, visit, data);
}

int store_list_names(struct store *store, const struct store_range *names,
		     store_name_visitor *visit, void *data)
{
	return store->backend->list_names(store, names, visit, data);
}

int store_list_rows(struct store *store, const struct store_range *hosts, store_boot_visitor *visit,
		    void *data)
{
	return store->backend->list_rows(store, hosts, visit, data);
}

int store_find_excerpt(struct store *store, const char *signature, const char *release, char **ret)
{
	*ret = NULL;
	return store->backend->find_excerpt
		       ? store->backend->find_excerpt(store, signature, release, ret)
		       : 0;
}

int store_list_range_crashes(struct store *store, const struct store_range *hosts,
			     store_boot_crash_visitor *visit, void *data)
{
	return store->backend->list_range_crashes(store, hosts, visit, data);
}

int store_add_name(struct store *store, const char *name, const char *host)
{
	return store->backend->add_name(store, name, host);
}

int store_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged)
{
	int error = check_boot(store, boot);

	return error ? error : store->backend->copy_boot(store, boot, is_unchanged);
}

int store_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged)
{
	int error = check_crash_facts(store, crash);

	return error ? error : store->backend->copy_crash(store, crash, is_unchanged);
}

int store_set_example(struct store *store, const struct store_crash *crash)
{
	return store->backend->set_example(store, crash);
}
