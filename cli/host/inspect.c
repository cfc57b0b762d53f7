// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command inspect: decode a blob of KHO, the FDT of KHO, or a stamp. The program
 * kexec-lineage-fleet decodes crash dumps.
 */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "file.h"
#include "kexec-lineage.h"
#include "report.h"
#include "cli/common/show_json.h"
#include "cli/common/output.h"

#define FILE_LIMIT (16 << 20)

static const char *kind_name(int kind)
{
	switch (kind) {
	case LINEAGE_KIND_KEXEC:
		return "kexec";
	case LINEAGE_KIND_CAPTURE:
		return "capture";
	default:
		return NULL;
	}
}

static struct json_object *subtrees_to_json(const struct lineage_inspection *found)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < found->subtree_count; i++) {
		const struct lineage_subtree *subtree = &found->subtrees[i];
		struct json_object *entry = json_object_new_object();

		json_add(entry, "name", json_text(subtree->name));
		json_add(entry, "property", json_text(subtree->property));
		json_add(entry, "address", json_object_new_uint64(subtree->address));
		json_add(entry, "size",
			 subtree->has_size ? json_object_new_uint64(subtree->size) : NULL);
		json_object_array_add(array, entry);
	}
	return array;
}

static void print_json(const char *path, const struct lineage_inspection *found)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "file", json_text(path));
	json_add(object, "format", json_text(lineage_format_name(found->format)));
	json_add(object, "status", json_text(lineage_status_name(found->status)));
	json_add(object, "detail", json_text(found->detail));
	json_add(object, "previous_release", json_text(found->previous_release));
	json_add(object, "kexec_count", count_to_json(found->has_count, found->kexec_count));
	if (found->format == LINEAGE_FORMAT_STAMP || found->format == LINEAGE_FORMAT_LINEAGE) {
		json_add(object, "kind", json_text(kind_name(found->kind)));
		json_add(object, "made_for", json_text(found->made_for));
		json_add(object, "chain", chain_to_json(found->chain, found->chain_length));
		json_add(object, "chain_complete",
			 json_object_new_boolean(found->chain_is_complete));
	}
	if (found->format == LINEAGE_FORMAT_KHO) {
		json_add(object, "compatible", json_text(found->compatible));
		json_add(object, "subtrees", subtrees_to_json(found));
	}
	json_print(object);
}

static void print_field(const char *name, const char *text)
{
	LINEAGE_AUTO_FREE char *clean = text ? printable(text) : NULL;

	if (clean)
		printf("  %-10s %s\n", name, clean);
}

static void print_chain(const struct lineage_inspection *found)
{
	char text[CHAIN_TEXT_SIZE];
	size_t i;

	for (i = 0; i < found->chain_length; i++) {
		format_chain_entry(&found->chain[i], text);
		print_field(i == 0 ? "chain" : "", text);
	}
	if (found->chain_length > 0)
		print_field("", chain_end(found->chain_is_complete));
}

static void print_subtree(const struct lineage_subtree *subtree)
{
	char text[128];
	int length;

	length = snprintf(text, sizeof(text), "%.48s at 0x%" PRIx64, subtree->name,
			  subtree->address);
	if (subtree->has_size)
		snprintf(text + length, sizeof(text) - (size_t)length, ", %" PRIu64 " bytes",
			 subtree->size);
	print_field("subtree", text);
}

static void print_text(const char *path, const struct lineage_inspection *found)
{
	LINEAGE_AUTO_FREE char *clean = printable(path);
	size_t i;

	printf("%s: %s, %s\n", clean, lineage_format_name(found->format),
	       lineage_status_name(found->status));
	print_field("detail", found->detail);
	print_field("kind", kind_name(found->kind));
	print_field("made for", found->made_for);
	print_field("previous", found->previous_release);
	if (found->has_count)
		printf("  %-10s %u\n", "count", found->kexec_count);
	print_chain(found);
	print_field("ABI", found->compatible);
	for (i = 0; i < found->subtree_count; i++)
		print_subtree(&found->subtrees[i]);
}

/* Return whether a file is a kernel image; report this. Its bytes could be taken for a blob. */
static bool is_kernel_image(const char *path)
{
	struct lineage_image image = { .size = sizeof(image) };

	if (strcmp(path, "-") == 0 || lineage_image_read(path, &image) || !image.release[0])
		return false;
	complain("%s: a kernel image, of %s; 'kexec-lineage check --image=FILE' says what is known "
		 "of a kexec to it",
		 path, image.release);
	return true;
}

static int inspect(const struct context *context, const char *path)
{
	AUTO_INSPECTION struct lineage_inspection *found = NULL;
	LINEAGE_AUTO_FREE char *bytes = NULL;
	size_t size;
	int error;

	if (is_kernel_image(path))
		return STATUS_FAILED;
	if (strcmp(path, "-") == 0)
		bytes = read_stdin(FILE_LIMIT, &size);
	else
		bytes = read_file(path, FILE_LIMIT, &size);
	if (!bytes)
		return STATUS_FAILED;
	error = lineage_inspect(bytes, size, &found);
	if (error) {
		complain("%s: %s", path, strerror(-error));
		return STATUS_FAILED;
	}
	if (context->json)
		print_json(path, found);
	else
		print_text(path, found);
	return found->status == LINEAGE_STATUS_OK ? STATUS_DONE : STATUS_FAILED;
}

/*
 * Return whether a file is a crash dump. kexec-lineage-fleet has the library to read it, and checks
 * it again: it may be an ELF file of another kind.
 */
static bool is_dump(const char *path)
{
	static const char *const signatures[] = { "\177ELF", "KDUMP   ", "DISKDUMP",
						  "makedumpfile" };
	char head[16] = "";
	FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");

	if (!file)
		return false;
	if (fread(head, 1, sizeof(head) - 1, file) == 0)
		head[0] = '\0';
	fclose(file);
	for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++)
		if (memcmp(head, signatures[i], strlen(signatures[i])) == 0)
			return true;
	return false;
}

/* Replace this process with the command inspect of kexec-lineage-fleet. */
static int inspect_dumps(const struct context *context, const struct arguments *arguments)
{
	size_t count = 0;
	LINEAGE_AUTO_FREE char **argv = calloc((size_t)arguments->operand_count + 5, sizeof(*argv));
	char program[] = "kexec-lineage", json[] = "--json", command[] = "inspect", end[] = "--";

	if (!argv) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	argv[count++] = program;
	if (context->json)
		argv[count++] = json;
	argv[count++] = command;
	argv[count++] = end;
	for (int i = 0; i < arguments->operand_count; i++)
		argv[count++] = arguments->operands[i];
	return fleet_run("inspect", argv);
}

static int run(const struct context *context, const struct arguments *arguments)
{
	int status = STATUS_DONE;
	int dumps = 0;
	int i;

	if (arguments->operand_count == 0) {
		complain("inspect: no FILE given ('-' reads stdin)");
		return STATUS_USAGE;
	}
	for (i = 0; i < arguments->operand_count; i++)
		dumps += is_dump(arguments->operands[i]);
	if (dumps == arguments->operand_count)
		return inspect_dumps(context, arguments);
	if (dumps > 0) {
		complain("inspect: crash dumps and other files need separate commands");
		return STATUS_USAGE;
	}
	for (i = 0; i < arguments->operand_count; i++) {
		if (inspect(context, arguments->operands[i]) != STATUS_DONE)
			status = STATUS_FAILED;
	}
	return status;
}

const struct command command_inspect = {
	.name = "inspect",
	.operands = "FILE...",
	.summary = INSPECT_SUMMARY,
	.help = "Identify and decode each FILE: a metadata blob of Kexec HandOver (KHO), bare\n"
		"or inside an FDT; a kexec-lineage blob, which is an FDT that contains a stamp;\n"
		"the FDT of KHO; or a stamp, alone or in a command line. FILE '-' is stdin.\n"
		"With --json, print one object per line.\n"
		"\n"
		"Of a crash dump (vmcore), print the lineage of the kernel and the title and\n"
		"signature of its crash. This needs the package kexec-lineage-fleet.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage inspect /sys/kernel/debug/kho/in/fdt\n"
		"  kexec-lineage inspect /sys/kernel/debug/kho/in/sub_fdts/kexec-lineage\n"
		"  kexec-lineage inspect /proc/cmdline\n"
		"  kexec-lineage inspect /var/crash/202611300300/dump.202611300300",
	.exit_status = "0 done, 1 a file is unreadable, unknown or malformed, 2 wrong usage",
	.operands_max = -1,
	.run = run,
};
