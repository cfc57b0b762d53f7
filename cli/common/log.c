// SPDX-License-Identifier: GPL-2.0-or-later
/* Which boots did a machine have, and how did each come up and end? */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "machine_history.h"
#include "log_json.h"
#include "pager.h"
#include "since.h"
#include "lib/cleanup.h"
#include "output.h"

enum {
	OPTION_SINCE,
	OPTION_FROM,
	OPTION_CRASHED,
	OPTION_LINES,
	OPTION_TREE,
	OPTION_NO_PAGER,
	OPTION_HOST,
	OPTION_STORE,
};

#define RED "\033[31m"
#define PLAIN "\033[0m"
#define TIME_SIZE 32
#define DEPTH_MAX 16

/**
 * struct rows - a table in the making
 * @is_coloured: ends that are no good are red
 * @length: rows so far
 */
struct rows {
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
	return boot->end == STORE_END_CRASH || boot->end == STORE_END_UNCLEAN;
}

/* The end closes every row. */
static void print_end(const struct rows *rows, const struct store_boot *boot)
{
	const char *name = store_end_name(boot->end);
	bool is_red = rows->is_coloured && ended_badly(boot);

	printf("%s%s%s\n", is_red ? RED : "", name ? name : "-", is_red ? PLAIN : "");
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
		printf("%5s  %-19s  %-7s  %-28s  %-28s  %6s  %s\n", "boot", "started", "came up",
		       "release", "from", "kexecs", "ended");
	printf("%5" PRId64 "  %-19s  %-7s  %-28s  %-28s  %6s  ", -boot->age, time,
	       lineage_boot_name(boot->boot), release, previous, count);
	print_end(rows, boot);
	return 0;
}

/* One line a boot, further in with every kexec since the cold boot. */
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
	return 0;
}

static int print_object(const struct store_boot *boot, void *data)
{
	struct rows *rows = data;

	rows->length++;
	json_print(boot_to_json(boot));
	return 0;
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
		complain("-n takes a number of boots from 1 on, not '%s'", text);
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
	ret->has_since = since != NULL;
	if (since && !since_parse(since, time(NULL), &ret->since)) {
		complain("--since takes %s, not '%s'", since_forms, since);
		return STATUS_USAGE;
	}
	return read_limit(arguments->values[OPTION_LINES], &ret->limit);
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
	struct rows rows = { .is_coloured = wants_colours() };
	const char *host = arguments->values[OPTION_HOST];
	int error;

	if (!context->json && !arguments->values[OPTION_NO_PAGER])
		pager_start();
	error = store_list_boots(store, filter, find_printer(context, arguments), &rows);
	pager_end();
	if (error) {
		complain("%s", store_error(store));
		return STATUS_FAILED;
	}
	if (rows.length > 0)
		return STATUS_DONE;
	complain("no boot of %s is like that", host ? host : "this machine");
	return STATUS_NOTHING;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	struct store_filter filter = { 0 };
	struct lineage_host_facts facts;
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
	store = history_open_to_read(url);
	return store ? list(context, arguments, store, &filter) : STATUS_FAILED;
}

const struct command command_log = {
	.name = "log",
	.operands = "[OPTION]...",
	.summary = "list the boots of this machine",
	.help = "Lists the boots of this machine that 'kexec-lineage record' wrote down, the newest\n"
		"last: when each started, how it came up, from which kernel, at which kexec since cold\n"
		"boot, and how it ended. Boot 0 is the newest, -1 the one before, as in\n"
		"'journalctl --list-boots'.\n"
		"\n"
		"  running  it runs now\n"
		"  clean    it was shut down\n"
		"  kexec    kexec -e, without a shutdown\n"
		"  crash    a capture kernel came up out of it\n"
		"  unclean  nothing tells: a reset, a power cut, or a crash that nothing captured\n"
		"\n"
		"  kexec-lineage log --crashed --since=7d\n"
		"  kexec-lineage log --from=6.12.111+deb12-amd64 -n 20\n"
		"  kexec-lineage log --host=web1 --store=fleet.db    what 'ingest --store' kept",
	.options = { { "since", "TIME", "only boots from then on: 2026-11-24, today, 7d, ..." },
		     { "from", "RELEASE", "only boots that came from that kernel" },
		     { "crashed", NULL, "only boots that ended in a crash or unclean" },
		     { "lines", "N", "only the newest N of them", 'n' },
		     { "tree", NULL, "as a tree: every kexec further in" },
		     { "no-pager", NULL, "no pager, also on a terminal" },
		     { "host", "NAME", "of that host in a store of many, not of this machine" },
		     HISTORY_OPTION },
	.reads_servers = true,
	.run = run,
};
