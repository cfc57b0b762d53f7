// SPDX-License-Identifier: GPL-2.0-or-later
#include "source_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "core/decimal.h"
#include "core/metadata.h"
#include "kmsg.h"

#define LOG_FILE_LIMIT (64UL << 20) /* a file of a sosreport */
#define KERNEL_FACILITY_END 8	    /* priorities 0 to 7 are facility 0, the kernel */

#define KHO_PREFIX "KHO: exec from: "
#define MODULE_PREFIX "kexec_lineage: exec from: "
#define BOOT_ID_PREFIX " boot "
#define BOOT_ID_DIGITS 8
#define CHAIN_PREFIX "kexec_lineage: chain: "
#define CHAIN_CONTINUED_PREFIX "kexec_lineage: chain, continued: "

/* The part of a line that is not parsed yet. */
struct rest {
	const char *at;
	size_t length;
};

static bool take_text(struct rest *rest, const char *text)
{
	size_t length = strlen(text);

	if (rest->length < length || memcmp(rest->at, text, length) != 0)
		return false;
	rest->at += length;
	rest->length -= length;
	return true;
}

size_t lineage_log_without_boot_id(const char *message, size_t length)
{
	static const size_t size = sizeof(BOOT_ID_PREFIX) - 1 + BOOT_ID_DIGITS;
	const char *id;

	if (length < size || memcmp(message + length - size, BOOT_ID_PREFIX, size - BOOT_ID_DIGITS))
		return length;
	id = message + length - BOOT_ID_DIGITS;
	for (size_t i = 0; i < BOOT_ID_DIGITS; i++)
		if (!id[i] || !strchr("0123456789abcdef", id[i]))
			return length;
	return length - size;
}

/* Take "PRIORITY,...;" from the front. Return false if the kernel did not write the line. */
static bool take_kernel_prefix(struct rest *rest)
{
	const char *comma = memchr(rest->at, ',', rest->length);
	const char *semicolon = memchr(rest->at, ';', rest->length);
	uint32_t priority;

	if (!comma || !semicolon || semicolon < comma)
		return false;
	if (lineage_decimal_parse(rest->at, (size_t)(comma - rest->at), &priority) ||
	    priority >= KERNEL_FACILITY_END)
		return false;
	rest->length -= (size_t)(semicolon + 1 - rest->at);
	rest->at = semicolon + 1;
	return true;
}

/* Parse "RELEASE (count N)", which must be the whole rest of the line. */
static bool parse_exec_from(struct rest rest, struct lineage_metadata *ret)
{
	const char *blank = memchr(rest.at, ' ', rest.length);
	size_t length = blank ? (size_t)(blank - rest.at) : 0;

	if (!lineage_release_is_valid(rest.at, length))
		return false;
	memcpy(ret->previous_release, rest.at, length);
	ret->previous_release[length] = '\0';
	rest.at += length;
	rest.length -= length;
	if (!take_text(&rest, " (count ") || rest.length == 0 || rest.at[rest.length - 1] != ')')
		return false;
	return lineage_decimal_parse(rest.at, rest.length - 1, &ret->kexec_count) == 0;
}

/* At every oops the module repeats its first line, without the chain. */
static bool is_repeated(const struct lineage_finding *finding, const struct lineage_metadata *said)
{
	return finding->status == LINEAGE_STATUS_OK && !finding->is_metadata &&
	       finding->lineage.count == said->kexec_count &&
	       strcmp(finding->previous_release, said->previous_release) == 0;
}

/* Replace the chain, or keep the old one if the line's chain is not valid. */
static void replace_chain(struct lineage_finding *finding, struct rest line)
{
	uint32_t length = finding->lineage.chain_length;

	finding->lineage.chain_length = 0;
	if (!lineage_finding_add_chain(finding, line.at, line.length))
		finding->lineage.chain_length = length;
}

void lineage_log_scan_message(const char *message, size_t length, struct lineage_finding *finding)
{
	struct rest line = { .at = message, .length = length };
	struct lineage_metadata said;

	if (take_text(&line, MODULE_PREFIX)) {
		line.length = lineage_log_without_boot_id(line.at, line.length);
		if (!parse_exec_from(line, &said) || is_repeated(finding, &said))
			return;
		lineage_finding_set_metadata(finding, &said);
		/* The module merges blob and stamp, so its line is not a copy of the metadata. */
		finding->is_metadata = false;
		finding->metadata_count = 0;
		finding->lineage.chain_length = 0;
	} else if (take_text(&line, CHAIN_PREFIX)) {
		replace_chain(finding, line);
	} else if (take_text(&line, CHAIN_CONTINUED_PREFIX)) {
		if (finding->lineage.chain_length > 0)
			lineage_finding_add_chain(finding, line.at, line.length);
	} else if (take_text(&line, KHO_PREFIX)) {
		bool has_module_line =
			finding->status == LINEAGE_STATUS_OK && !finding->is_metadata;

		if (!has_module_line && parse_exec_from(line, &said))
			lineage_finding_set_metadata(finding, &said);
	}
}

void lineage_log_scan(const char *text, size_t length, struct lineage_finding *finding)
{
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t line_length = newline ? (size_t)(newline - text) : length;
		struct rest line = { .at = text, .length = line_length };

		if (take_kernel_prefix(&line))
			lineage_log_scan_message(line.at, line.length, finding);
		if (!newline)
			break;
		text += line_length + 1;
		length -= line_length + 1;
	}
}

/* Take "[...] " from the front. */
static bool take_time(struct rest *rest)
{
	const char *end;

	if (rest->length == 0 || rest->at[0] != '[')
		return false;
	end = memchr(rest->at, ']', rest->length);
	if (!end)
		return false;
	rest->length -= (size_t)(end + 1 - rest->at);
	rest->at = end + 1;
	return take_text(rest, " ");
}

/*
 * Take "TIME HOST kernel: " from the front. The first ": " ends the tag, which is "kernel" only for
 * lines of the kernel.
 */
static bool take_syslog_prefix(struct rest *rest)
{
	static const char tag[] = " kernel";
	const char *end = memmem(rest->at, rest->length, ": ", 2);
	size_t length = end ? (size_t)(end - rest->at) : 0;

	if (length < sizeof(tag) - 1 || memcmp(end - (sizeof(tag) - 1), tag, sizeof(tag) - 1) != 0)
		return false;
	rest->at += length + 2;
	rest->length -= length + 2;
	take_time(rest);
	return true;
}

void lineage_log_scan_text(const char *text, size_t length, struct lineage_finding *finding)
{
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t line_length = newline ? (size_t)(newline - text) : length;
		struct rest line = { .at = text, .length = line_length };

		if (take_time(&line) || take_syslog_prefix(&line))
			lineage_log_scan_message(line.at, line.length, finding);
		if (!newline)
			break;
		text += line_length + 1;
		length -= line_length + 1;
	}
}

static void scan_records(const char *text, size_t length, void *data)
{
	lineage_log_scan(text, length, data);
}

/*
 * Read the logs in a sosreport that cover only the current boot: the journal, which may lack the
 * last lines, and then dmesg, which may lack the first ones. Return false if none of them exists.
 */
static bool scan_sosreport(const struct lineage_root *root, struct lineage_finding *finding)
{
	static const char *const paths[] = {
		"sos_commands/logs/journalctl_--no-pager_--catalog_--boot",
		"sos_commands/logs/journalctl_--no-pager_--boot",
		"sos_commands/kernel/dmesg",
	};
	bool is_found = false;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		LINEAGE_AUTO_FREE char *text = NULL;
		size_t size;

		if (lineage_root_read(root, paths[i], LOG_FILE_LIMIT, &text, &size))
			continue;
		is_found = true;
		lineage_log_scan_text(text, size, finding);
	}
	return is_found;
}

void lineage_source_read_log(const struct lineage_root *root, struct lineage_finding *finding)
{
	int error;

	finding->status = LINEAGE_STATUS_ABSENT;
	error = lineage_kmsg_read(root, scan_records, finding);
	if (error == -ENOENT && !root->is_system && scan_sosreport(root, finding))
		error = 0;
	if (error)
		lineage_finding_set_unreadable(finding, error, LINEAGE_KMSG_PATH);
	else if (finding->status == LINEAGE_STATUS_ABSENT)
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "the kernel log has no \"exec from\" line");
}
