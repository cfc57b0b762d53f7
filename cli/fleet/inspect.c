// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command inspect, for crash dumps: print the lineage and the crash of the kernel that a dump
 * contains. The other formats are decoded by the command inspect of kexec-lineage, which runs this
 * one.
 */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/output.h"
#include "ingest_json.h"
#include "intake/log_events.h"
#include "intake/read/vmcore.h"

/**
 * struct dump - a dump that is being read
 * @boot: the last boot in its log, as JSON; NULL if none
 * @crashes: array of the crashes
 * @is_json: print JSON
 */
struct dump {
	struct json_object *boot;
	struct json_object *crashes;
	bool is_json;
};

static void print_field(const char *name, const char *text)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);

	if (clean[0])
		printf("  %-10s %s\n", name, clean);
}

static void print_boot(const struct intake_boot *boot)
{
	char text[LINEAGE_RELEASE_SIZE + 16];

	print_field("release", boot->release);
	if (boot->boot == LINEAGE_BOOT_COLD)
		print_field("boot", "cold");
	print_field("previous", boot->previous_release);
	if (boot->has_count)
		printf("  %-10s %" PRIu32 "\n", "count", boot->kexec_count);
	for (size_t i = 0; i < boot->chain_length; i++) {
		snprintf(text, sizeof(text), boot->chain[i].runs > 1 ? "<- %s (%u runs)" : "<- %s",
			 boot->chain[i].release, boot->chain[i].runs);
		print_field(i == 0 ? "chain" : "", text);
	}
	if (boot->chain_length > 0)
		print_field("", boot->chain_is_complete ? "<- cold boot"
							: "<- ... (older kernels are unknown)");
}

static void print_crash(const struct intake_crash *crash)
{
	print_field("crash", crash->title.title);
	print_field("module", crash->title.module);
	for (size_t i = 0; i < crash->effect_count; i++)
		print_field(i == 0 ? "effects" : "", crash->effects[i]);
	print_field("signature", crash->title.signature);
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct dump *dump = data;

	if (dump->is_json) {
		json_object_put(dump->boot);
		dump->boot = intake_boot_to_json(boot);
	} else {
		print_boot(boot);
	}
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct dump *dump = data;

	if (dump->is_json)
		json_object_array_add(dump->crashes, intake_crash_to_json(crash));
	else
		print_crash(crash);
}

static void print_json(const char *path, struct dump *dump, const char *detail)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "file", json_text(path));
	json_add(object, "format", json_text("crash dump"));
	json_add(object, "status", json_text(detail ? "malformed" : "ok"));
	json_add(object, "detail", json_text(detail));
	json_add(object, "boot", dump->boot);
	json_add(object, "crashes", dump->crashes);
	json_print(object);
}

/* Return whether a file begins like a crash dump. If not, print an error message. */
static bool is_dump(const char *path)
{
	char head[64];
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file) {
		complain("inspect: cannot read %s: %s", path, strerror(errno));
		return false;
	}
	length = fread(head, 1, sizeof(head), file);
	fclose(file);
	if (intake_vmcore_recognise(head, length))
		return true;
	complain("inspect: %s is not a crash dump", path);
	return false;
}

static bool inspect(const struct context *context, const char *path)
{
	struct dump dump = { .is_json = context->json, .crashes = json_object_new_array() };
	struct intake_listener listener = { .boot = take_boot, .crash = take_crash, .data = &dump };
	struct intake_input input = { .name = path, .paths = &path, .count = 1 };
	struct intake_options options = { .host = "" };
	LINEAGE_AUTO_FREE char *clean = printable(path);
	struct intake_result result;
	const char *detail;
	int error;

	if (!context->json)
		printf("%s: crash dump\n", clean);
	error = intake_read_log(&input, &options, &listener, &result);
	detail = result.error[0] ? result.error : error ? strerror(-error) : NULL;
	if (context->json) {
		print_json(path, &dump, detail);
	} else {
		json_object_put(dump.crashes);
		if (detail)
			print_field("detail", detail);
	}
	return !detail;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	int status = STATUS_DONE;

	if (arguments->operand_count == 0) {
		complain("inspect: no FILE given");
		return STATUS_USAGE;
	}
	for (int i = 0; i < arguments->operand_count; i++)
		if (!is_dump(arguments->operands[i]) || !inspect(context, arguments->operands[i]))
			status = STATUS_FAILED;
	return status;
}

const struct command command_inspect_dump = {
	.name = "inspect",
	.operands = "FILE...",
	.summary = INSPECT_SUMMARY,
	.help = "Print the lineage of the kernel in each crash dump, and the title and signature\n"
		"of its crash. kexec-lineage decodes files of other formats.\n"
		"\n"
		"Example:\n"
		"  kexec-lineage inspect /var/crash/202611300300/dump.202611300300",
	.exit_status = "0 done, 1 a file is unreadable, unknown or malformed, 2 wrong usage",
	.operands_max = -1,
	.run = run,
};
