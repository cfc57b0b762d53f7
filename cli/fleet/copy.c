// SPDX-License-Identifier: GPL-2.0-or-later
/* The command `copy`: copy a store into another store. */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/output.h"
#include "cli/common/stored_hosts.h"
#include "copy_cursor.h"
#include "copy_progress.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "refused.h"
#include "store/copy.h"
#include "store/host_level.h"

enum { OPTION_FROM, OPTION_TO, OPTION_CURSOR };

static volatile sig_atomic_t was_stopped;

/** struct host - a host of the source; owns its name */
struct host {
	uint64_t hash;
	char *name;
	int64_t boots;
};

/**
 * struct copying - state of the command
 * @cursor: path of the cursor; NULL for none
 * @last: last host that was copied; "" at first; owned
 * @hosts: the hosts to copy, by hash and name; owned
 * @total: number of boots to copy
 * @before: number of boots in the target before the copy
 */
struct copying {
	const char *from;
	const char *to;
	const char *cursor;
	struct store_copy copy;
	struct copy_progress progress;
	char *last;
	struct host *hosts;
	size_t host_count;
	uint64_t total;
	uint64_t before;
};

static void copying_deinit(struct copying *copying)
{
	for (size_t i = 0; i < copying->host_count; i++)
		free(copying->hosts[i].name);
	free(copying->hosts);
	free(copying->last);
	free(copying->copy.refused);
	store_close(copying->copy.from);
	store_close(copying->copy.to);
}
#define AUTO_COPYING __attribute__((cleanup(copying_deinit))) struct copying

static void stop(int signal_number)
{
	was_stopped = 1;
}

/* SA_RESETHAND: a second signal ends the program even if it is waiting for a server. */
static void catch_stops(void)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static bool fail(struct copying *copying, const struct store *store)
{
	copy_progress_end(&copying->progress);
	complain("copy: %s", store_error(store));
	return false;
}

static bool fail_memory(void)
{
	complain("out of memory");
	return false;
}

/* Report an error of store_copy_names() and so on. */
static bool check(struct copying *copying, int error)
{
	if (error == 0)
		return true;
	if (!copying->copy.refused)
		return fail(copying, copying->copy.failed);
	copy_progress_end(&copying->progress);
	complain("copy: the source has the host name '%s', and Hosts=hashed is set: ingest the "
		 "logs into the target, or set Hosts=clear in /etc/kexec-lineage.conf",
		 copying->copy.refused);
	return false;
}

static bool open_store(const char *url, enum store_access access, struct store **ret)
{
	int error = store_open(url, access, ret);

	if (error)
		complain("copy: %s", *ret ? store_error(*ret) : strerror(-error));
	return error == 0;
}

static bool take_cursor(struct copying *copying)
{
	int error = 0;

	if (copying->cursor)
		error = copy_cursor_read(copying->cursor, copying->from, copying->to,
					 &copying->last);
	else
		copying->last = strdup("");
	if (error == -EEXIST)
		complain("copy: %s is not a cursor file and was not changed; use another "
			 "--cursor-file",
			 copying->cursor);
	else if (error)
		complain("copy: %s: %s", copying->cursor, strerror(-error));
	else if (!copying->last)
		complain("out of memory");
	return copying->last != NULL;
}

static bool write_cursor(struct copying *copying, const char *host)
{
	int error = 0;

	if (!copying->cursor)
		return true;
	if (host)
		error = copy_cursor_write(copying->cursor, copying->from, copying->to, host);
	else
		error = lineage_file_write(copying->cursor, "", 0);
	if (!error)
		return true;
	copy_progress_end(&copying->progress);
	complain("copy: cannot write %s: %s", copying->cursor, strerror(-error));
	return false;
}

/* A server sorts its rows by this hash, so that a page is in one place of each partition. */
static int compare_hosts(const void *left, const void *right)
{
	const struct host *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Keep a host that was not copied yet. The array is full if the count is a power of two. */
static int take_size(const char *host, int64_t boots, void *data)
{
	struct copying *copying = data;
	const struct host last = { store_host_hash(copying->last), copying->last, 0 };
	struct host own = { store_host_hash(host), (char *)(uintptr_t)host, boots };
	size_t count = copying->host_count;
	struct host *hosts = copying->hosts;

	if (copying->last[0] && compare_hosts(&own, &last) <= 0)
		return 0;
	if ((count & (count - 1)) == 0) {
		hosts = reallocarray(hosts, count ? 2 * count : 1, sizeof(*hosts));
		if (!hosts)
			return -ENOMEM;
		copying->hosts = hosts;
	}
	own.name = strdup(host);
	if (!own.name)
		return -ENOMEM;
	hosts[copying->host_count++] = own;
	copying->total += (uint64_t)boots;
	return 0;
}

static int add_size(const char *host, int64_t boots, void *data)
{
	*(uint64_t *)data += (uint64_t)boots;
	return 0;
}

/* Find the hosts to copy, and count the boots of both stores. */
static bool measure(struct copying *copying)
{
	struct store_copy *copy = &copying->copy;
	int error = store_list_sizes(copy->from, take_size, copying);

	if (error == -ENOMEM)
		return fail_memory();
	if (error)
		return fail(copying, copy->from);
	if (store_list_sizes(copy->to, add_size, &copying->before))
		return fail(copying, copy->to);
	if (copying->host_count > 0)
		qsort(copying->hosts, copying->host_count, sizeof(*copying->hosts), compare_hosts);
	return true;
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Copy some hosts. */
static bool copy_page(struct copying *copying, const struct host *hosts, size_t count)
{
	LINEAGE_AUTO_FREE const char **names = calloc(count, sizeof(*names));
	const struct store_range page = { names, count };
	char *last = strdup(hosts[count - 1].name);

	if (!last)
		return fail_memory();
	free(copying->last);
	copying->last = last;
	if (!names)
		return fail_memory();
	for (size_t i = 0; i < count; i++)
		names[i] = hosts[i].name;
	qsort(names, count, sizeof(*names), compare_names);
	if (!check(copying, store_copy_hosts(&copying->copy, &page)))
		return false;
	copy_progress_show(&copying->progress, copying->copy.boots, copying->total);
	return write_cursor(copying, last);
}

/* Return the number of hosts of the page that begins with host @first. */
static size_t count_page(const struct copying *copying, size_t first)
{
	int64_t boots = 0;
	size_t i = first;

	while (i < copying->host_count && boots < STORE_COPY_BOOTS && i - first < STORE_COPY_BOOTS)
		boots += copying->hosts[i++].boots;
	return i - first;
}

static bool report_stop(struct copying *copying)
{
	copy_progress_end(&copying->progress);
	complain("copy: stopped after %" PRIu64 " of %" PRIu64
		 " boots; what was copied is kept; run the same command again to continue",
		 copying->copy.boots, copying->total);
	return false;
}

static bool copy_all(struct copying *copying)
{
	bool is_fine = measure(copying) && check(copying, store_copy_names(&copying->copy));

	for (size_t i = 0, count; is_fine && i < copying->host_count; i += count) {
		if (was_stopped)
			return report_stop(copying);
		count = count_page(copying, i);
		is_fine = copy_page(copying, &copying->hosts[i], count);
	}
	is_fine = is_fine && check(copying, store_copy_examples(&copying->copy)) &&
		  check(copying, store_copy_looks(&copying->copy)) && write_cursor(copying, NULL);
	copy_progress_end(&copying->progress);
	if (is_fine && copying->copy.has_lost_looks)
		complain("copy: looks of 'triage --watch' were not copied: the target is a server, "
			 "which keeps none, or has other looks of the same releases");
	report_refused("copy", copying->copy.to);
	return is_fine;
}

static const char *plural(uint64_t count, const char *ending)
{
	return count == 1 ? "" : ending;
}

/* Print how many rows were copied, and how many boots the target has gained. */
static bool print_result(struct copying *copying, bool is_json)
{
	const struct store_copy *copy = &copying->copy;
	AUTO_JSON struct json_object *object = NULL;
	uint64_t after = 0, new;

	if (store_list_sizes(copy->to, add_size, &after))
		return fail(copying, copy->to);
	new = after > copying->before ? after - copying->before : 0;
	if (!is_json) {
		printf("copied %" PRIu64 " boot%s and %" PRIu64 " crash%s of %" PRIu64
		       " host%s; %" PRIu64 " boot%s new\n",
		       copy->boots, plural(copy->boots, "s"), copy->crashes,
		       plural(copy->crashes, "es"), copy->hosts, plural(copy->hosts, "s"), new,
		       new == 1 ? " was" : "s were");
		return true;
	}
	object = json_object_new_object();
	json_add(object, "hosts", json_object_new_int64((int64_t)copy->hosts));
	json_add(object, "boots", json_object_new_int64((int64_t)copy->boots));
	json_add(object, "crashes", json_object_new_int64((int64_t)copy->crashes));
	json_add(object, "new_boots", json_object_new_int64((int64_t) new));
	json_add(object, "looks", json_object_new_int64((int64_t)copy->looks));
	json_print(LINEAGE_TAKE(object));
	return true;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_COPYING copying = { .from = arguments->values[OPTION_FROM],
				 .to = arguments->values[OPTION_TO],
				 .cursor = arguments->values[OPTION_CURSOR] };
	bool are_hashed;

	if (!copying.from || !copying.to) {
		complain("copy: missing %s", copying.from ? "--to=URL" : "--from=URL");
		return STATUS_USAGE;
	}
	if (store_is_same(copying.from, copying.to)) {
		complain("copy: --from and --to are the same store");
		return STATUS_USAGE;
	}
	copy_progress_begin(&copying.progress);
	if (!stored_hosts_are_hashed(context, copying.to, &are_hashed))
		return STATUS_FAILED;
	copying.copy.accepts = are_hashed ? lineage_host_is_hashed : NULL;
	if (!take_cursor(&copying) || !open_store(copying.from, STORE_READ, &copying.copy.from) ||
	    !open_store(copying.to, STORE_WRITE, &copying.copy.to))
		return STATUS_FAILED;
	catch_stops();
	if (!copy_all(&copying) || !print_result(&copying, context->json))
		return STATUS_FAILED;
	if (copying.copy.boots > 0 || copying.last[0])
		return STATUS_DONE;
	complain("copy: the source contains no boots");
	return STATUS_NOTHING;
}

const struct command command_copy = {
	.name = "copy",
	.operands = "--from=URL --to=URL [OPTION]...",
	.summary = COPY_SUMMARY,
	.help = "Copy all boots, crashes, names of hosts and looks of 'triage --watch' from one\n"
		"store to another: from SQLite to ClickHouse, back, or between two of a kind. The\n"
		"source is not changed. If the target already has boots of a host, boots that\n"
		"both stores have become one.\n"
		"\n"
		"A copy that was interrupted can be run again: nothing is copied twice. With\n"
		"--cursor-file, it continues after the last host that was copied.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage copy --from=fleet.db --to=clickhouses://db.example.org/lineage\n"
		"  kexec-lineage copy --from=clickhouses://db/lineage --to=backup.db",
	.exit_status = "0 done, 1 failed or stopped, 2 wrong usage, 3 the source contains no boots",
	.options = { { "from", "URL", "source: a file, sqlite:FILE or clickhouse://HOST/DATABASE" },
		     { "to", "URL", "target; created if it does not exist" },
		     { "cursor-file", "FILE", "continue where the last run with FILE stopped" } },
	.run = run,
};
