// SPDX-License-Identifier: GPL-2.0-or-later
/* The command log: list the boots of a machine. */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "command.h"
#include "machine_history.h"
#include "log_json.h"
#include "pager.h"
#include "since.h"
#include "stored_hosts.h"
#include "lib/cleanup.h"
#include "output.h"

enum {
	OPTION_SINCE,
	OPTION_FROM,
	OPTION_CRASHED,
	OPTION_LINES,
	OPTION_TREE,
	OPTION_NO_INFERRED,
	OPTION_NO_PAGER,
	OPTION_HOST,
	OPTION_STORE,
};

#define RED "\033[31m"
#define PLAIN "\033[0m"
#define TIME_SIZE 32
#define DEPTH_MAX 16
#define CRASHES_MAX 5 /* maximum number of crashes printed per boot */
#define TIME_COLUMN 7 /* width of the columns before the start time of a boot */

/**
 * struct rows - state of the output
 * @store: the store, for the crashes of each boot
 * @is_coloured: print crashes and unclean ends in red
 * @length: number of boots printed so far
 */
struct rows {
	struct store *store;
	bool is_coloured;
	size_t length;
};

static void format_time(const struct store_boot *boot, char *ret)
{
	time_t time = (time_t)boot->time;
	struct tm fields;

	if (!boot->has_time || !localtime_r(&time, &fields) ||
	    strftime(ret, TIME_SIZE, "%Y-%m-%d %H:%M:%S", &fields) == 0)
		strcpy(ret, "-");
}

static void format_count(const struct store_boot *boot, char *ret, size_t size)
{
	if (boot->has_count)
		snprintf(ret, size, "%u", boot->kexec_count);
	else
		snprintf(ret, size, "?");
}

static const char *previous_of(const struct store_boot *boot)
{
	if (boot->previous_release)
		return boot->previous_release;
	return boot->boot == LINEAGE_BOOT_COLD ? "-" : "?";
}

static bool ended_badly(const struct store_boot *boot)
{
	return boot->end == STORE_END_CRASH || boot->end == STORE_END_UNCLEAN ||
	       boot->end == STORE_END_LOST;
}

/* Print the last column, "(inferred)" if the lineage was inferred, and the newline. */
static void print_end(const struct rows *rows, const struct store_boot *boot)
{
	const char *name = store_end_name(boot->end);
	bool is_red = rows->is_coloured && ended_badly(boot);

	printf("%s%s%s%s\n", is_red ? RED : "", name ? name : "-", is_red ? PLAIN : "",
	       store_boot_is_inferred(boot) ? " (inferred)" : "");
}

/* Print one crash of a boot. @data: number of crashes of this boot so far. */
static int print_crash(const struct store_crash *crash, void *data)
{
	LINEAGE_AUTO_FREE char *title = printable(crash->title);
	size_t *count = data;

	if (++*count <= CRASHES_MAX)
		printf("%*s%s\n", TIME_COLUMN, "", title);
	return 0;
}

static int print_crashes(const struct rows *rows, const struct store_boot *boot)
{
	size_t count = 0;
	int result =
		store_list_crashes(rows->store, boot->host, boot->boot_id, print_crash, &count);

	if (count > CRASHES_MAX)
		printf("%*s... and %zu more\n", TIME_COLUMN, "", count - CRASHES_MAX);
	return result;
}

static int print_row(const struct store_boot *boot, void *data)
{
	struct rows *rows = data;
	LINEAGE_AUTO_FREE char *release = printable(boot->release ? boot->release : "?");
	LINEAGE_AUTO_FREE char *previous = printable(previous_of(boot));
	char time[TIME_SIZE];
	char count[16];

	format_time(boot, time);
	format_count(boot, count, sizeof(count));
	if (rows->length++ == 0)
		printf("%5s  %-19s  %-7s  %-28s  %-28s  %6s  %s\n", "boot", "started", "kind",
		       "release", "previous", "kexecs", "ended");
	printf("%5" PRId64 "  %-19s  %-7s  %-28s  %-28s  %6s  ", -boot->age, time,
	       lineage_boot_name(boot->boot), release, previous, count);
	print_end(rows, boot);
	return print_crashes(rows, boot);
}

/* Print one line per boot, indented by the number of kexecs since the cold boot. */
static int print_branch(const struct store_boot *boot, void *data)
{
	struct rows *rows = data;
	LINEAGE_AUTO_FREE char *release = printable(boot->release ? boot->release : "?");
	uint32_t depth = boot->has_count ? boot->kexec_count : 1;
	char time[TIME_SIZE];

	format_time(boot, time);
	rows->length++;
	printf("%5" PRId64 "  %-19s  ", -boot->age, time);
	if (depth > 0)
		printf("%*s`- ", 3 * (int)((depth > DEPTH_MAX ? DEPTH_MAX : depth) - 1), "");
	printf("%s (%s", release, lineage_boot_name(boot->boot));
	if (depth > DEPTH_MAX)
		printf(", kexec %u", depth);
	printf(") ");
	print_end(rows, boot);
	return print_crashes(rows, boot);
}

static int add_object(const struct store_crash *crash, void *data)
{
	json_object_array_add(data, crash_to_json(crash));
	return 0;
}

static int print_object(const struct store_boot *boot, void *data)
{
	struct rows *rows = data;
	struct json_object *crashes = json_object_new_array();
	AUTO_JSON struct json_object *object = boot_to_json(boot);
	int result =
		store_list_crashes(rows->store, boot->host, boot->boot_id, add_object, crashes);

	json_add(object, "crashes", crashes);
	rows->length++;
	if (!result)
		json_print(LINEAGE_TAKE(object));
	return result;
}

static int read_limit(const char *text, size_t *ret)
{
	unsigned long number;
	char *end;

	if (!text)
		return STATUS_DONE;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno || number == 0 ||
	    number > INT32_MAX) {
		complain("log: invalid --lines value '%s' (expected 1 to %d)", text, INT32_MAX);
		return STATUS_USAGE;
	}
	*ret = number;
	return STATUS_DONE;
}

static int read_filter(const struct arguments *arguments, struct store_filter *ret)
{
	const char *since = arguments->values[OPTION_SINCE];

	ret->previous_release = arguments->values[OPTION_FROM];
	ret->only_crashed = arguments->values[OPTION_CRASHED] != NULL;
	ret->skips_inferred = arguments->values[OPTION_NO_INFERRED] != NULL;
	ret->has_since = since != NULL;
	if (since && !since_parse(since, time(NULL), &ret->since)) {
		complain("log: invalid --since value '%s' (expected %s)", since, since_forms);
		return STATUS_USAGE;
	}
	return read_limit(arguments->values[OPTION_LINES], &ret->limit);
}

/**
 * struct stated - a printer that shows an inferred lineage as unknown
 * @print: prints the boot
 * @data: argument of @print
 */
struct stated {
	store_boot_visitor *print;
	void *data;
};

static int print_stated(const struct store_boot *boot, void *data)
{
	const struct stated *stated = data;
	struct store_boot copy = *boot;

	if (store_boot_is_inferred(boot)) {
		copy.boot = LINEAGE_BOOT_UNKNOWN;
		copy.previous_release = copy.chain = copy.source = NULL;
		copy.has_count = copy.chain_is_complete = false;
	}
	return stated->print(&copy, stated->data);
}

static store_boot_visitor *find_printer(const struct context *context,
					const struct arguments *arguments)
{
	if (context->json)
		return print_object;
	return arguments->values[OPTION_TREE] ? print_branch : print_row;
}

static int list(const struct context *context, const struct arguments *arguments,
		struct store *store, const struct store_filter *filter)
{
	struct rows rows = { .store = store, .is_coloured = wants_colours() };
	struct stated stated = { find_printer(context, arguments), &rows };
	const char *host = arguments->values[OPTION_HOST];
	int error;

	if (!context->json && !arguments->values[OPTION_NO_PAGER])
		pager_start();
	error = filter->skips_inferred ? store_list_boots(store, filter, print_stated, &stated)
				       : store_list_boots(store, filter, stated.print, &rows);
	pager_end();
	if (error) {
		complain("%s", store_error(store));
		return STATUS_FAILED;
	}
	if (rows.length > 0)
		return STATUS_DONE;
	complain("log: no boot of %s matches the options%s", host ? host : "this machine",
		 arguments->values[OPTION_STORE] ? " ('kexec-lineage hosts --store=URL' lists the "
						   "hosts of the store)"
						 : "");
	return STATUS_NOTHING;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	struct store_filter filter = { 0 };
	struct lineage_host_facts facts = { 0 };
	struct stored_hosts hosts;
	char stored[LINEAGE_HASHED_SIZE];
	LINEAGE_AUTO_FREE char *url = NULL;
	STORE_AUTO_CLOSE struct store *store = NULL;
	int status = read_filter(arguments, &filter);

	if (status != STATUS_DONE)
		return status;
	filter.host = arguments->values[OPTION_HOST];
	if (!filter.host) {
		if (!history_facts(context, &facts))
			return STATUS_FAILED;
		filter.host = facts.host;
	}
	url = history_url(context, arguments->values[OPTION_STORE]);
	if (!url || !stored_hosts_init(context, url, false, &hosts))
		return STATUS_FAILED;
	filter.host = stored_hosts_name(&hosts, filter.host, stored);
	store = history_open_own(url, &facts);
	return store ? list(context, arguments, store, &filter) : STATUS_FAILED;
}

const struct command command_log = {
	.name = "log",
	.operands = "[OPTION]...",
	.summary = "list the boots of this machine",
	.help = "List the boots of this machine that 'kexec-lineage record' saved, the newest\n"
		"last. Each line shows when the boot started, how the kernel was started, its\n"
		"release, the previous kernel, the count of kexecs since cold boot, and how the\n"
		"boot ended. Boot 0 is the newest boot, -1 the boot before it, as in\n"
		"'journalctl --list-boots'. The last column is one of:\n"
		"\n"
		"  running  the boot is running now\n"
		"  clean    a shutdown was recorded\n"
		"  kexec    the boot started a kexec without a shutdown, as 'kexec -e' does\n"
		"  crash    the next boot was the capture kernel, or a log shows a panic\n"
		"  unclean  unknown: a reset, a power failure, or a crash that was not captured\n"
		"  lost     a kexec started this boot, but its kernel never showed a sign of life\n"
		"  -        not recorded (for example, a capture kernel)\n"
		"\n"
		"'(inferred)' follows if no line of a kernel states the lineage, and ingest\n"
		"inferred it from the order of lines. With --no-inferred, the lineage of these\n"
		"boots is shown as unknown, and lost kexecs that were inferred are left out.\n"
		"\n"
		"Crashes that 'kexec-lineage ingest' found in logs are listed after their boot.\n"
		"kexec-lineage-collect.service collects the crashes of this machine.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage log --crashed --since=7d\n"
		"  kexec-lineage log --from=6.12.111+deb12-amd64 -n 20\n"
		"  kexec-lineage log --host=web1 --store=fleet.db",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 no boot matches",
	.options = { { "since", "TIME", "only boots started since TIME: 2026-11-24, today, 7d" },
		     { "from", "RELEASE", "only boots whose previous kernel was RELEASE" },
		     { "crashed", NULL, "only boots whose end is 'crash', 'unclean' or 'lost'" },
		     { "lines", "N", "only the newest N boots", 'n' },
		     { "tree", NULL, "indent each boot by its kexecs since cold boot" },
		     { "no-inferred", NULL, "leave out inferred lineages and lost kexecs" },
		     { "no-pager", NULL, "do not start a pager on a terminal" },
		     { "host", "NAME", "the boots of host NAME (if the store has several hosts)" },
		     HISTORY_OPTION },
	.reads_servers = true,
	.run = run,
};
