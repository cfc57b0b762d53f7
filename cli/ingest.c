// SPDX-License-Identifier: GPL-2.0-or-later
/* Which boots and crashes do these logs tell of? */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "ingest.h"
#include "ingest_json.h"
#include "ingest_store.h"
#include "talk.h"

enum { OPTION_JSON, OPTION_STORE, OPTION_ENCODING, OPTION_HOST, OPTION_FOLLOW };

static volatile int was_stopped;

/**
 * struct ingesting - what is known while logs are read
 * @is_json: print events as JSON
 * @kept: where events are kept
 * @options: how to read
 * @boots: how many were told
 * @crashes: how many were told
 * @bad_pieces: how many the inputs had
 * @failed: an input could not be read to its end
 * @name: of the input that is read
 */
struct ingesting {
	bool is_json;
	struct ingest_store kept;
	struct intake_options options;
	uint64_t boots;
	uint64_t crashes;
	uint64_t bad_pieces;
	bool failed;
	const char *name;
};

/* A store that refuses one event refuses the next: nothing is read that cannot be kept. */
static void give_up(struct ingesting *ingesting)
{
	ingesting->failed = true;
	was_stopped = 1;
}

static void print_boot(const struct intake_boot *boot)
{
	char *release = printable(boot->release[0] ? boot->release : "unknown release");
	char *previous = printable(boot->previous_release);
	char *host = printable(boot->host);

	printf("%s%sboot of %s", host, host[0] ? ": " : "", release);
	if (boot->has_previous)
		printf(" from %s", previous);
	else if (boot->boot == LINEAGE_BOOT_COLD)
		printf(" (cold)");
	if (boot->has_count && boot->has_previous)
		printf(" (count %u)", boot->lineage.count);
	printf("\n");
	free(release);
	free(previous);
	free(host);
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct ingesting *ingesting = data;

	ingesting->boots++;
	if (ingesting->kept.store && !ingest_store_boot(&ingesting->kept, boot))
		give_up(ingesting);
	if (ingesting->is_json)
		json_print(intake_boot_to_json(boot));
	else
		print_boot(boot);
}

static void print_crash(const struct intake_crash *crash)
{
	char *title = printable(crash->title.title);
	char *module = printable(crash->title.module);

	printf("    ");
	if (crash->has_uptime)
		printf("%" PRIu64 ".%06" PRIu64 " s: ", crash->uptime_us / 1000000,
		       crash->uptime_us % 1000000);
	printf("%s", title);
	if (module[0])
		printf(" [%s]", module);
	for (size_t i = 0; i < crash->effect_count; i++) {
		char *effect = printable(crash->effects[i]);

		printf("%s%s", i == 0 ? "; then " : ", ", effect);
		free(effect);
	}
	printf("\n");
	free(title);
	free(module);
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct ingesting *ingesting = data;

	ingesting->crashes++;
	if (ingesting->kept.store && !ingest_store_crash(&ingesting->kept, crash))
		give_up(ingesting);
	if (ingesting->is_json)
		json_print(intake_crash_to_json(crash));
	else
		print_crash(crash);
}

static void say_faults(struct ingesting *ingesting, const struct intake_result *result)
{
	for (int i = 0; i < INTAKE_FAULTS; i++) {
		const struct intake_fault_count *fault = &result->faults[i];

		if (fault->count == 0)
			continue;
		ingesting->bad_pieces += fault->count;
		complain("%s: %s (%" PRIu64 " times, first at byte %" PRIu64 ")", ingesting->name,
			 intake_fault_text((enum intake_fault)i), fault->count, fault->offset);
	}
}

static int take_input(void *data, const struct intake_input *input)
{
	struct ingesting *ingesting = data;
	struct intake_listener listener = { .boot = take_boot, .crash = take_crash, .data = data };
	struct intake_result result;
	char *name = printable(input->name);
	int error;

	ingesting->name = name;
	error = intake_ingest(input, &ingesting->options, &listener, &result);
	if (ingesting->kept.store && !ingest_store_commit(&ingesting->kept))
		give_up(ingesting);
	say_faults(ingesting, &result);
	if (error) {
		complain("%s: %s", name, result.error);
		ingesting->failed = true;
	}
	free(name);
	return was_stopped || error == -ENOMEM;
}

static void say_unreadable(void *data, const char *path, int error)
{
	struct ingesting *ingesting = data;
	char *name = printable(path);

	complain("%s: %s", name, strerror(-error));
	ingesting->failed = true;
	free(name);
}

static void stop(int signal_number)
{
	was_stopped = 1;
}

static void catch_stops(void)
{
	struct sigaction action = { .sa_handler = stop };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int ingest_all(struct ingesting *ingesting, const struct arguments *arguments)
{
	struct intake_inputs inputs = { .input = take_input,
					.unreadable = say_unreadable,
					.data = ingesting };

	for (int i = 0; i < arguments->operand_count && !was_stopped; i++) {
		const char *path = arguments->operands[i];

		if (strcmp(path, "-") == 0)
			take_input(ingesting, &(struct intake_input){ .name = "standard input",
								      .paths = &path,
								      .count = 1 });
		else if (intake_inputs_find(path, &inputs) == -ENOMEM)
			return STATUS_FAILED;
	}
	if (ingesting->failed)
		return STATUS_FAILED;
	return ingesting->boots + ingesting->crashes > 0 ? STATUS_DONE : STATUS_NOTHING;
}

static int run_kept(struct ingesting *ingesting, const struct arguments *arguments)
{
	const char *url = arguments->values[OPTION_STORE];
	int status;

	if (url && !ingest_store_open(&ingesting->kept, url))
		return STATUS_FAILED;
	status = ingest_all(ingesting, arguments);
	ingest_store_close(&ingesting->kept);
	if (ingesting->kept.hostless == 0)
		return status;
	complain("%" PRIu64 " events were not kept: their log does not tell which host's they are; "
		 "give --host=NAME",
		 ingesting->kept.hostless);
	return STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	const char *encoding = arguments->values[OPTION_ENCODING];
	const char *host = arguments->values[OPTION_HOST];
	struct ingesting ingesting = { .is_json = context->json || arguments->values[OPTION_JSON] };

	if (arguments->operand_count == 0) {
		complain("ingest: name a file or folder, or - for standard input");
		return STATUS_USAGE;
	}
	ingesting.options.decoder = encoding ? intake_decoder_find(encoding) : NULL;
	if (encoding && !ingesting.options.decoder) {
		complain(
			"ingest: no encoding is called '%s'; 'kexec-lineage help ingest' lists them",
			encoding);
		return STATUS_USAGE;
	}
	ingesting.options.host = host ? host : "";
	ingesting.options.follow = arguments->values[OPTION_FOLLOW] != NULL;
	ingesting.options.stop = &was_stopped;
	catch_stops();
	return run_kept(&ingesting, arguments);
}

const struct command command_ingest = {
	.name = "ingest",
	.operands = "[OPTION...] FILE|DIR|-...",
	.summary = "read kernel logs and tell the boots and crashes in them",
	.help = "Reads console logs, netconsole, journald, pstore and crash dumps, compressed or\n"
		"not, and tells each boot and each crash, with the kernel that kexec'ed it and a title\n"
		"under which the same bug is found again:\n"
		"\n"
		"  kexec-lineage ingest /var/crash\n"
		"  journalctl -k -o json | kexec-lineage --json ingest -\n"
		"\n"
		"The encoding is recognised by content. Encodings: printk (console, dmesg, syslog),\n"
		"kmsg, netconsole (extended), journal-json, journal-export, pstore.",
	.options = { { "json", NULL, "print events as JSON, one a line" },
		     { "store", "URL", "keep events in this store: a file, or sqlite:FILE" },
		     { "encoding", "NAME", "what the logs are written in" },
		     { "host", "NAME", "whose logs these are, where they do not tell" },
		     { "follow", NULL, "go on as the file grows", 'f' } },
	.operands_max = -1,
	.run = run,
};
