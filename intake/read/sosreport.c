// SPDX-License-Identifier: GPL-2.0-or-later
/* Search of an unpacked sosreport for its logs. */
#include "sosreport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"

#define FULL_JOURNAL "sos_commands/logs/journalctl_--no-pager"

/* The kernel's messages of all boots with their ids and times; host/sos collects them. */
#define EXPORTED_JOURNAL \
	"sos_commands/kexec_lineage/journalctl_--no-pager_-o_export__TRANSPORT_kernel"

/* Lines that journalctl prints between two boots; old versions of systemd print no boot id. */
#define BOOT_LINE "-- Boot "
#define REBOOT_LINE "-- Reboot --"

/**
 * enum journal - content of the full journal of a sosreport
 *
 * The lines of a journal have neither the year nor the kernel's time, so they do not show that two
 * logs are from the same boot. Therefore each boot is read from only one of its logs.
 */
enum journal {
	JOURNAL_NONE,	  /* no usable full journal; there may be journals of single boots */
	JOURNAL_ONE_BOOT, /* only the boot in which the report was made */
	JOURNAL_BOOTS,	  /* several boots, separated by lines with their ids */
	JOURNAL_EXPORTED, /* the exported journal is read instead */
};

/* Condition for reading a place: always, or depending on the journals of the report. */
enum when {
	WHEN_ALWAYS,
	WHEN_EXPORTED_JOURNAL,
	WHEN_FULL_JOURNAL,
	WHEN_NO_FULL_JOURNAL,
	WHEN_NO_JOURNAL,
};

/**
 * struct place - files of a sosreport that are logs
 * @path: a file, or a folder to search
 * @when: condition for reading it
 * @is_of_report: it covers only the boot in which the report was made
 * @beginnings: accepted starts of file names; empty for all files
 *
 * To add a place, add a row below and a file in tests/golden/sosreport.py.
 */
struct place {
	const char *path;
	enum when when;
	bool is_of_report;
	const char *beginnings[6];
};

static const struct place places[] = {
	{ "sos_commands/kernel/dmesg", WHEN_ALWAYS, true, { NULL } },
	{ EXPORTED_JOURNAL, WHEN_EXPORTED_JOURNAL, false, { NULL } },
	{ FULL_JOURNAL, WHEN_FULL_JOURNAL, false, { NULL } },
	{ FULL_JOURNAL "_--catalog_--boot", WHEN_NO_FULL_JOURNAL, true, { NULL } },
	{ FULL_JOURNAL "_--boot", WHEN_NO_FULL_JOURNAL, true, { NULL } },
	{ FULL_JOURNAL "_--catalog_--boot_-1", WHEN_NO_FULL_JOURNAL, false, { NULL } },
	{ FULL_JOURNAL "_--boot_-1", WHEN_NO_FULL_JOURNAL, false, { NULL } },
	{ "var/log",
	  WHEN_NO_JOURNAL,
	  false,
	  { "messages", "syslog", "kern.log", "dmesg", "boot.log" } },
	{ "var/crash", WHEN_ALWAYS, false, { NULL } },
	{ "sys/fs/pstore", WHEN_ALWAYS, false, { NULL } },
	{ "var/lib/systemd/pstore", WHEN_ALWAYS, false, { NULL } },
};

/**
 * struct report - a sosreport whose logs are searched
 * @path: folder of the sosreport
 * @top: as in struct intake_input
 * @inputs: receives the logs
 * @journal: content of its full journal
 * @has_journal: a journal was given as an input
 * @place: the place that is being searched
 */
struct report {
	const char *path;
	size_t top;
	const struct intake_inputs *inputs;
	enum journal journal;
	bool has_journal;
	const struct place *place;
};

static bool is_journal(const struct place *place)
{
	return place->when == WHEN_EXPORTED_JOURNAL || place->when == WHEN_FULL_JOURNAL ||
	       place->when == WHEN_NO_FULL_JOURNAL;
}

static bool is_wanted(const struct place *place, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; place->beginnings[i]; i++)
		if (strncmp(name, place->beginnings[i], strlen(place->beginnings[i])) == 0)
			return true;
	return !place->beginnings[0];
}

static int take_log(void *data, const struct intake_input *input)
{
	struct report *report = data;
	struct intake_input log = *input;

	if (!is_wanted(report->place, input->paths[0]))
		return 0;
	log.top = report->top;
	log.sosreport = report->path;
	log.is_of_report =
		report->place->is_of_report ||
		(report->place->when == WHEN_FULL_JOURNAL && report->journal == JOURNAL_ONE_BOOT);
	report->has_journal = report->has_journal || is_journal(report->place);
	return report->inputs->input(report->inputs->data, &log);
}

static void take_unreadable(void *data, const char *path, int error)
{
	const struct report *report = data;

	report->inputs->unreadable(report->inputs->data, path, error);
}

/*
 * Return whether to read or search a path. Reject symbolic links, which could lead to a file
 * outside the report, and pipes, which could block.
 */
static bool is_searched(const struct report *report, char *path)
{
	struct stat status = { 0 };

	for (char *slash = path + strlen(report->path); slash; slash = strchr(slash + 1, '/')) {
		bool is_folder;

		*slash = '\0';
		is_folder = slash == path + strlen(report->path) ||
			    (lstat(path, &status) == 0 && S_ISDIR(status.st_mode));
		*slash = '/';
		if (!is_folder)
			return false;
	}
	return lstat(path, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

static char *path_below(const struct report *report, const char *path)
{
	char *whole;

	return asprintf(&whole, "%s/%s", report->path, path) < 0 ? NULL : whole;
}

static bool starts_with(const char *line, const char *start)
{
	return strncmp(line, start, strlen(start)) == 0;
}

static void close_stream(FILE **stream)
{
	if (*stream)
		fclose(*stream);
}

/* Determine the content of the full journal. Several boots are usable only if they have ids. */
static enum journal look_at_journal(FILE *journal)
{
	char part[4096];
	bool is_start = true;

	while (fgets(part, sizeof(part), journal)) {
		if (is_start && starts_with(part, BOOT_LINE))
			return JOURNAL_BOOTS;
		if (is_start && starts_with(part, REBOOT_LINE))
			return JOURNAL_NONE;
		is_start = strchr(part, '\n') != NULL;
	}
	return JOURNAL_ONE_BOOT;
}

/* Return whether an exported journal has an entry. The file may contain only an error message. */
static bool is_exported(FILE *journal)
{
	char start[sizeof("__CURSOR=")];

	return fgets(start, sizeof(start), journal) && starts_with(start, "__CURSOR=");
}

static FILE *open_journal(const struct report *report, const char *name)
{
	LINEAGE_AUTO_FREE char *path = path_below(report, name);

	return path && is_searched(report, path) ? fopen(path, "re") : NULL;
}

static void find_journal(struct report *report)
{
	__attribute__((cleanup(close_stream))) FILE *exported =
		open_journal(report, EXPORTED_JOURNAL);
	__attribute__((cleanup(close_stream))) FILE *journal = open_journal(report, FULL_JOURNAL);

	if (exported && is_exported(exported))
		report->journal = JOURNAL_EXPORTED;
	else if (journal)
		report->journal = look_at_journal(journal);
}

static bool is_time_for(const struct report *report)
{
	switch (report->place->when) {
	case WHEN_EXPORTED_JOURNAL:
		return report->journal == JOURNAL_EXPORTED;
	case WHEN_FULL_JOURNAL:
		return report->journal == JOURNAL_ONE_BOOT || report->journal == JOURNAL_BOOTS;
	case WHEN_NO_FULL_JOURNAL:
		return report->journal == JOURNAL_NONE;
	case WHEN_NO_JOURNAL:
		return !report->has_journal;
	case WHEN_ALWAYS:
		break;
	}
	return true;
}

static int search_place(struct report *report)
{
	const struct intake_inputs inputs = { .input = take_log,
					      .unreadable = take_unreadable,
					      .data = report };
	LINEAGE_AUTO_FREE char *path = path_below(report, report->place->path);

	if (!path)
		return -ENOMEM;
	return is_searched(report, path)
		       ? intake_inputs_find((const char *const *)&path, 1, &inputs)
		       : 0;
}

int intake_sosreport_find(const char *path, size_t top, const struct intake_inputs *inputs)
{
	struct report report = { .path = path, .top = top, .inputs = inputs };
	int error = 0;

	find_journal(&report);
	for (size_t i = 0; !error && i < sizeof(places) / sizeof(*places); i++) {
		report.place = &places[i];
		if (is_time_for(&report))
			error = search_place(&report);
	}
	return error;
}
