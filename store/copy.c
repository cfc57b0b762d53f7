// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "copy_rows.h"
#include "identity.h"
#include "lib/cleanup.h"

/* Return an error of a store, and note the store. */
static int note(struct store_copy *copy, struct store *store, int error)
{
	copy->failed = error && error != -ENOMEM && !copy->refused ? store : NULL;
	return error;
}

/* Return -EPERM if the name is refused. */
static int check_name(struct store_copy *copy, const char *name)
{
	if (!copy->accepts || !name || !name[0] || copy->accepts(name))
		return 0;
	copy->refused = strdup(name);
	return copy->refused ? -EPERM : -ENOMEM;
}

/**
 * struct names - state of the copy of names
 * @pending: number of additions in the batch
 * @error: error of the target
 */
struct names {
	struct store_copy *copy;
	size_t pending;
	int error;
};

static int copy_name(const char *name, const char *host, void *data)
{
	struct names *names = data;
	struct store *to = names->copy->to;

	if (names->pending == store_batch_max(to)) {
		names->pending = 0;
		names->error = store_end_batch(to);
	}
	if (!names->error && names->pending++ == 0)
		names->error = store_begin_batch(to);
	if (!names->error)
		names->error = store_add_name(to, name, host);
	return names->error;
}

static int check_names(const char *name, const char *host, void *data)
{
	int error = check_name(data, name);

	return error ? error : check_name(data, host);
}

int store_copy_names(struct store_copy *copy)
{
	static const struct store_range all = { 0 };
	struct names names = { .copy = copy };
	int error = copy->accepts ? store_list_names(copy->from, &all, check_names, copy) : 0;

	if (!error)
		error = store_list_names(copy->from, &all, copy_name, &names);
	if (!error)
		error = names.error = store_end_batch(copy->to);
	return note(copy, names.error ? copy->to : copy->from, error);
}

/* The name of a host of the page that is also a name of another host. @texts: owned */
struct shared_name {
	const char *name;
	const char *host;
	char *texts;
};

/**
 * struct shared_names - the shared names of a page, by name and host
 * @rows: the hosts of the page
 * @known: if not NULL, leave out the names that are in this list
 */
struct shared_names {
	const struct copy_rows *rows;
	const struct shared_names *known;
	struct shared_name *names;
	size_t count;
};

static void deinit_shared(struct shared_names *shared)
{
	for (size_t i = 0; i < shared->count; i++)
		free(shared->names[i].texts);
	free(shared->names);
}
#define AUTO_SHARED __attribute__((cleanup(deinit_shared))) struct shared_names

static int compare_shared(const void *left, const void *right)
{
	const struct shared_name *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->host, b->host);
}

static bool has_shared(const struct shared_names *shared, const struct shared_name *name)
{
	return shared->count > 0 &&
	       bsearch(name, shared->names, shared->count, sizeof(*shared->names), compare_shared);
}

static int take_shared(const char *name, const char *host, void *data)
{
	struct shared_names *shared = data;
	struct shared_name own = { .name = name, .host = host }, *names;

	if (strcmp(name, host) == 0 || store_rows_host(shared->rows, name).boot_count == 0 ||
	    (shared->known && has_shared(shared->known, &own)))
		return 0;
	names = reallocarray(shared->names, shared->count + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	shared->names = names;
	own.texts = store_texts_keep((const char **const[]){ &own.name, &own.host }, 2);
	names[shared->count] = own;
	return own.texts ? shared->count++, 0 : -ENOMEM;
}

static bool has_name(const struct shared_names *shared, const char *name)
{
	for (size_t i = 0; i < shared->count; i++)
		if (strcmp(shared->names[i].name, name) == 0)
			return true;
	return false;
}

/**
 * struct page - the rows of some hosts in both stores
 * @moved: names that in the target, but not in the source, belong to another host
 */
struct page {
	struct store_copy *copy;
	const struct copy_rows *from;
	const struct copy_rows *to;
	const struct shared_names *moved;
};

/* Return whether the source has everything that the target has of this host. */
static bool is_unchanged(const struct page *page, const struct copy_host *from,
			 const struct copy_host *to)
{
	for (size_t i = 0; i < to->boot_count; i++)
		if (!store_rows_has(page->from, &to->boots[i]->boot))
			return false;
	for (size_t i = 0; i < to->crash_count; i++)
		if (!store_host_has_crash(from, &to->crashes[i]->crash))
			return false;
	return !has_name(page->moved, from->name);
}

/* Return the id of the boot of a crash. On a server, the boot may have got another id. */
static const char *find_boot(const struct page *page, const struct copy_host *from,
			     const struct store_crash *crash)
{
	const struct store_boot wanted = { .host = crash->host, .boot_id = crash->boot_id };
	const struct store_boot *found = store_rows_find(page->from, &wanted);

	for (size_t i = 0; !found && i < from->boot_count; i++)
		if (!from->boots[i]->boot.is_part &&
		    store_boot_has_id(&from->boots[i]->boot, crash->boot_id))
			found = &from->boots[i]->boot;
	return found ? found->boot_id : NULL;
}

/* A crash without a boot is what an interrupted removal leaves on a server. */
static int copy_crash(struct page *page, const struct copy_host *from, const struct copy_host *to,
		      const struct store_crash *crash, bool as_it_is)
{
	struct store_crash own = *crash;

	own.boot_id = find_boot(page, from, crash);
	if (!own.boot_id)
		return 0;
	page->copy->crashes++;
	if (as_it_is && store_host_has_crash(to, &own))
		return 0;
	return store_copy_crash(page->copy->to, &own, as_it_is);
}

static int copy_host(struct page *page, const struct copy_host *from)
{
	struct copy_host to = store_rows_host(page->to, from->name);
	bool as_it_is = is_unchanged(page, from, &to);
	int error = 0;

	page->copy->hosts++;
	for (size_t i = 0; !error && i < from->boot_count; i++) {
		const struct store_boot *boot = &from->boots[i]->boot;

		page->copy->boots += !boot->is_part;
		if (!as_it_is || !store_rows_has(page->to, boot))
			error = store_copy_boot(page->copy->to, boot, as_it_is);
	}
	for (size_t i = 0; !error && i < from->crash_count; i++)
		error = copy_crash(page, from, &to, &from->crashes[i]->crash, as_it_is);
	return error;
}

static int copy_page(struct store_copy *copy, const struct store_range *hosts,
		     const struct copy_rows *from, const struct shared_names *shared)
{
	COPY_AUTO_ROWS to = { 0 };
	AUTO_SHARED moved = { .rows = from, .known = shared };
	struct page page = { copy, from, &to, &moved };
	struct copy_host host = { 0 };
	int error = store_begin_batch(copy->to);

	if (!error)
		error = store_rows_load(copy->to, hosts, &to);
	if (!error)
		error = store_list_names(copy->to, hosts, take_shared, &moved);
	while (!error && store_rows_next(from, &host))
		error = copy_host(&page, &host);
	return error ? error : store_end_batch(copy->to);
}

static int check_rows(struct store_copy *copy, const struct copy_rows *rows)
{
	int error = 0;

	for (size_t i = 0; !error && i < rows->boot_count; i++)
		error = check_names(rows->boots[i]->boot.host, rows->boots[i]->boot.machine_id,
				    copy);
	return error;
}

int store_copy_hosts(struct store_copy *copy, const struct store_range *hosts)
{
	COPY_AUTO_ROWS from = { 0 };
	AUTO_SHARED shared = { .rows = &from };
	int error = store_rows_load(copy->from, hosts, &from);

	if (!error)
		error = check_rows(copy, &from);
	if (!error)
		error = store_list_names(copy->from, hosts, take_shared, &shared);
	if (error)
		return note(copy, copy->from, error);
	return note(copy, copy->to, copy_page(copy, hosts, &from, &shared));
}

/** struct examples - state of the copy of examples; @error: error of the target */
struct examples {
	struct store_copy *copy;
	int error;
};

static int copy_example(const struct store_signature *signature, void *data)
{
	struct examples *examples = data;

	examples->error = store_set_example(examples->copy->to, &signature->example);
	return examples->error;
}

int store_copy_examples(struct store_copy *copy)
{
	struct examples examples = { .copy = copy };
	int error = store_begin_batch(copy->to);

	if (error)
		return note(copy, copy->to, error);
	error = store_list_signatures(copy->from, copy_example, &examples);
	if (error)
		return note(copy, examples.error ? copy->to : copy->from, error);
	return note(copy, copy->to, store_end_batch(copy->to));
}
