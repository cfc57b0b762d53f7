// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages about the inputs that were read. */
#include "ingest_talk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/output.h"

/* Maximum number of failures that are printed without --verbose. */
#define FAILURES_MAX 10
#define LINE_SIZE 512

/* Faults that end the reading of an input. */
static const enum intake_fault ends[] = { INTAKE_FAULT_CUT, INTAKE_FAULT_COMPRESSION,
					  INTAKE_FAULT_WINDOW, INTAKE_FAULT_EXPANSION };
#define ENDS (sizeof(ends) / sizeof(*ends))

static bool is_end(enum intake_fault fault)
{
	for (size_t i = 0; i < ENDS; i++)
		if (ends[i] == fault)
			return true;
	return false;
}

static bool names_failures(const struct ingest_talk *talk)
{
	return talk->is_verbose || talk->failed <= FAILURES_MAX;
}

void ingest_talk_failure(struct ingest_talk *talk, const char *path, const char *why)
{
	talk->failed++;
	if (names_failures(talk))
		complain("%s: %s", path, why);
}

static void report_fault(const char *name, enum intake_fault fault,
			 const struct intake_fault_count *count)
{
	complain("%s: %s (%" PRIu64 " times, first at byte %" PRIu64 ")", name,
		 intake_fault_text(fault), count->count, count->offset);
}

/* If an input could not be read to its end, report this and return true. */
static bool take_failure(struct ingest_talk *talk, const char *name, int error,
			 const struct intake_result *result)
{
	bool has_ended = error != 0;

	for (size_t i = 0; i < ENDS; i++)
		has_ended = has_ended || result->faults[ends[i]].count > 0;
	if (!has_ended)
		return false;
	talk->failed++;
	if (!names_failures(talk))
		return true;
	for (size_t i = 0; i < ENDS; i++)
		if (result->faults[ends[i]].count > 0)
			report_fault(name, ends[i], &result->faults[ends[i]]);
	if (error)
		complain("%s: %s", name, result->error);
	return true;
}

/* Count and report the faults of an input that certainly is a log. */
static void take_faults(struct ingest_talk *talk, const char *name,
			const struct intake_result *result)
{
	bool has_faults = false;

	for (int i = 0; i < INTAKE_FAULTS; i++) {
		enum intake_fault fault = (enum intake_fault)i;

		if (result->faults[i].count == 0 || is_end(fault))
			continue;
		has_faults = true;
		if (talk->is_verbose)
			report_fault(name, fault, &result->faults[i]);
	}
	talk->invalid += has_faults;
}

void ingest_talk_input(struct ingest_talk *talk, const char *name, size_t files, uint64_t events,
		       int error, const struct intake_result *result)
{
	bool is_log = events > 0 || (result->records > 0 && !result->is_doubtful);

	talk->files += files;
	talk->logs++;
	if (take_failure(talk, name, error, result) && !is_log)
		return;
	if (is_log) {
		take_faults(talk, name, result);
		return;
	}
	talk->skipped++;
	talk->empty += result->bytes == 0 && !result->is_database;
	talk->databases += result->is_database;
	talk->without_message += result->faults[INTAKE_FAULT_NO_MESSAGE].count;
	if (!talk->is_verbose)
		return;
	if (result->is_database)
		complain("%s: an SQLite database, not a log", name);
	else if (result->bytes == 0)
		complain("%s: empty", name);
	else if (result->faults[INTAKE_FAULT_NO_MESSAGE].count > 0)
		report_fault(name, INTAKE_FAULT_NO_MESSAGE,
			     &result->faults[INTAKE_FAULT_NO_MESSAGE]);
	else
		complain(
			"%s: no kernel log found; if the input is a kernel log, give --encoding=NAME",
			name);
}

/* Append formatted text to a line. */
__attribute__((format(printf, 2, 3))) static void add(char line[LINE_SIZE], const char *format, ...)
{
	size_t length = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + length, LINE_SIZE - length, format, arguments);
	va_end(arguments);
}

/* Report why no boot and no crash was found, and what to do about it. */
static void report_nothing(const struct ingest_talk *talk)
{
	if (talk->logs == 0)
		complain("no boot and no crash found: no files to read");
	else if (talk->empty == talk->logs)
		complain("no boot and no crash found: %s",
			 talk->logs == 1 ? "the input is empty" : "all files are empty");
	else if (talk->databases > 0 && talk->empty + talk->databases == talk->logs)
		complain("no boot and no crash found: an SQLite database is not a log; name the "
			 "logs");
	else if (talk->skipped == talk->logs && talk->without_message > 0)
		complain("no boot and no crash found: JSON without a known message field (%" PRIu64
			 " times); if it is a log, name the field with --field-message=NAME",
			 talk->without_message);
	else if (talk->skipped == talk->logs)
		complain("no boot and no crash found: no line looks like a kernel log line; if the "
			 "input is a kernel log, give --encoding=NAME");
	else
		complain("no boot and no crash found: the kernel log starts after the first line "
			 "of its boot (\"Linux version ...\") and contains no crash; also read "
			 "the older parts of the log, or 'journalctl -k -o json'");
}

static bool has_problems(const struct ingest_talk *talk)
{
	return talk->skipped + talk->invalid + talk->failed > 0;
}

void ingest_talk_end(const struct ingest_talk *talk, uint64_t events)
{
	char line[LINE_SIZE] = "";

	if (events == 0 && talk->failed == 0)
		report_nothing(talk);
	if (talk->files < 2 && talk->failed < 2 && (events == 0 || !has_problems(talk)))
		return;
	add(line, "read %" PRIu64 " file%s", talk->files, talk->files == 1 ? "" : "s");
	if (talk->skipped > 0)
		add(line, ", %" PRIu64 " skipped: no kernel log found", talk->skipped);
	if (talk->invalid > 0)
		add(line, "%s %" PRIu64 " with invalid lines", talk->skipped > 0 ? ";" : ",",
		    talk->invalid);
	if (talk->failed > 0)
		add(line, "%s %" PRIu64 " failed", talk->skipped + talk->invalid > 0 ? ";" : ",",
		    talk->failed);
	if (has_problems(talk) && !talk->is_verbose)
		add(line, " (use --verbose for details)");
	complain("%s", line);
}
