// SPDX-License-Identifier: GPL-2.0-or-later
/* The command hosts: list the hosts of a store. */
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/log_json.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/show_json.h"
#include "cli/common/stored_hosts.h"
#include "host_name.h"

enum {
	OPTION_HOST,
	OPTION_STORE,
};

/* @wanted: the only host to list, by any of its names; NULL for all */
struct rows {
	bool is_json;
	const char *wanted;
	uint64_t length;
};

static void print_object(const struct store_host *host)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "host", json_text(host->host));
	json_add(object, "names", words_to_json(host->names));
	json_add(object, "boots", json_object_new_int64(host->boots));
	json_add(object, "crashes", json_object_new_int64(host->crashes));
	json_add(object, "first", time_to_json(host->has_times, host->first));
	json_add(object, "last", time_to_json(host->has_times, host->last));
	json_add(object, "sources", words_to_json(host->sources));
	json_print(object);
}

/* Print the names of a host except the one in the first column. */
static void print_other_names(const struct store_host *host, const char *name)
{
	const char *rest = host->names;
	const char *separator = "  ";

	while (*rest) {
		size_t length = strcspn(rest, " ");
		LINEAGE_AUTO_FREE char *word = strndup(rest, length);
		LINEAGE_AUTO_FREE char *clean = printable(word ? word : "");

		if (strcmp(clean, name) != 0) {
			printf("%s%s", separator, clean);
			separator = " ";
		}
		rest += length;
		rest += strspn(rest, " ");
	}
}

static bool has_name(const struct store_host *host, const char *wanted)
{
	size_t length = strlen(wanted);

	if (strcmp(host->host, wanted) == 0)
		return true;
	for (const char *name = host->names; *name; name += strspn(name, " ")) {
		size_t size = strcspn(name, " ");

		if (size == length && strncmp(name, wanted, size) == 0)
			return true;
		name += size;
	}
	return false;
}

static int print_host(const struct store_host *host, void *data)
{
	struct rows *rows = data;
	LINEAGE_AUTO_FREE char *name = host_name(host);
	char first[HOST_TIME_SIZE], last[HOST_TIME_SIZE];

	if (rows->wanted && !has_name(host, rows->wanted))
		return 0;
	if (rows->is_json) {
		rows->length++;
		print_object(host);
		return 0;
	}
	host_time(host, host->first, first);
	host_time(host, host->last, last);
	if (rows->length++ == 0)
		printf("%-28s  %7s  %7s  %-19s  %-19s  %-17s  %s\n", "host", "boots", "crashes",
		       "first", "last", "sources", "other names");
	printf("%-28s  %7" PRId64 "  %7" PRId64 "  %-19s  %-19s  %-17s", name, host->boots,
	       host->crashes, first, last, host->sources);
	print_other_names(host, name);
	putchar('\n');
	return 0;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	LINEAGE_AUTO_FREE char *url = history_url(context, arguments->values[OPTION_STORE]);
	STORE_AUTO_CLOSE struct store *store = NULL;
	const char *wanted = arguments->values[OPTION_HOST];
	struct rows rows = { .is_json = context->json };
	struct stored_hosts hosts = { 0 };
	char stored[LINEAGE_HASHED_SIZE];

	if (!url || (wanted && !stored_hosts_init(context, url, false, &hosts)))
		return STATUS_FAILED;
	rows.wanted = stored_hosts_name(&hosts, wanted, stored);
	store = history_open_to_read(url);
	if (!store)
		return STATUS_FAILED;
	if (store_list_hosts(store, print_host, &rows)) {
		complain("%s", store_error(store));
		return STATUS_FAILED;
	}
	if (rows.length > 0)
		return STATUS_DONE;
	if (wanted)
		complain("hosts: the store has no boot of host '%s'", wanted);
	else
		complain("hosts: the store contains no boots");
	return STATUS_NOTHING;
}

const struct command command_hosts = {
	.name = "hosts",
	.operands = "[OPTION]...",
	.summary = HOSTS_SUMMARY,
	.help = "List the hosts in a store. For each host, print the number of boots and crashes,\n"
		"the first and last time it is known to have run, its other names, and the\n"
		"sources of its boots. 'record': the machine recorded its own boots. 'log': the\n"
		"boots were found in logs. 'module', 'kho', 'stamp', 'inferred': the boots have a\n"
		"lineage from this source. A machine id and the host names reported with it\n"
		"belong to one host.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage hosts --store=fleet.db\n"
		"  kexec-lineage --json hosts --store=fleet.db",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 no such host, or the store has no boots",
	.options = { { "host", "NAME", "list only the host with this name" }, HISTORY_OPTION },
	.run = run,
};
