// SPDX-License-Identifier: GPL-2.0-or-later
/* The command seal: let a server store the sums of complete weeks. */
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/show_json.h"
#include "store/store.h"

enum {
	OPTION_ALL,
	OPTION_STORE,
};

#define DATE_SIZE 32

static void write_date(uint16_t week, char ret[DATE_SIZE])
{
	time_t start = (time_t)week * STORE_WEEK_S;
	struct tm day;

	gmtime_r(&start, &day);
	strftime(ret, DATE_SIZE, "%Y-%m-%d", &day);
}

static int print_seal(const struct store_seal *seal, void *data)
{
	const struct context *context = data;
	char date[DATE_SIZE];

	write_date(seal->week, date);
	if (context->json) {
		struct json_object *object = json_object_new_object();

		json_add(object, "week", json_text(date));
		json_add(object, "sealed", json_object_new_boolean(seal->is_sealed));
		json_print(object);
	} else {
		printf("week from %s: %s\n", date,
		       seal->is_sealed ? "sealed" : "not sealed, another program is writing to it");
	}
	fflush(stdout);
	return 0;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	LINEAGE_AUTO_FREE char *url = history_url(context, arguments->values[OPTION_STORE]);
	STORE_AUTO_CLOSE struct store *store = history_open_to_read(url);
	int error;

	/* Open for reading first: this does not create a missing store. */
	if (!store)
		return STATUS_FAILED;
	store_close(store);
	error = store_open(url, STORE_WRITE, &store);
	if (!error)
		error = store_seal(store, time(NULL), arguments->values[OPTION_ALL] != NULL,
				   print_seal, (void *)(uintptr_t)context);
	if (!error)
		return STATUS_DONE;
	complain("%s", store ? store_error(store) : strerror(-error));
	return STATUS_FAILED;
}

const struct command command_seal = {
	.name = "seal",
	.operands = "[OPTION]...",
	.summary = SEAL_SUMMARY,
	.help = "Let a ClickHouse server count the boots and crashes of each week once, and store\n"
		"the sums, so that 'triage' takes less time. The results stay the same. A week\n"
		"is sealed one day after its end, and again after late data. Programs that write\n"
		"also seal one week when they end, so this command is useful after the first\n"
		"import, or from a timer. A file needs no seals. In a cluster, run it on each\n"
		"shard, without '?cluster='. A week begins on Thursday, 00:00 UTC.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage seal --store=clickhouses://db.example.org/lineage\n"
		"  kexec-lineage seal --all --store=clickhouses://db.example.org/lineage",
	.exit_status = "0 done, 1 failed, 2 wrong usage",
	.options = { { "all", NULL, "also weeks to which boots are still added" }, HISTORY_OPTION },
	.run = run,
};
