// SPDX-License-Identifier: GPL-2.0-or-later
/* Report the lineage of a kernel from its log. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "report.h"
#include "sized.h"
#include "source_log.h"

#define COLD_BOOT_LINE "kexec_lineage: cold boot"

/* The module rejected the stamp on the command line. */
#define REJECTION "kexec_lineage: stamp not used: "

/* The module saw that the boot loader is not kexec, although something speaks for a kexec. */
#define DOUBT "kexec_lineage: the boot loader is not kexec, but "

static void set_boot(struct lineage_boot_finding *ret, enum lineage_boot boot, const char *evidence)
{
	ret->boot = boot;
	snprintf(ret->evidence, sizeof(ret->evidence), "%s", evidence);
}

static bool begins_with(const char *line, const char *text)
{
	return strncmp(line, text, strlen(text)) == 0;
}

/* The module has seen more than the log shows. */
static void reject_stamp(struct lineage_finding *stamp)
{
	if (stamp->status != LINEAGE_STATUS_OK)
		return;
	lineage_finding_set(stamp, LINEAGE_STATUS_OK,
			    "stale: the module kexec_lineage did not use it");
	stamp->is_stale = true;
}

/* Read the messages of KHO and of the module. One message of the module reports a cold boot. */
static void read_lines(const char *lines, struct lineage_merge *merged)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n");
		size_t own = lineage_log_without_boot_id(lines, length);

		lineage_log_scan_message(lines, length, &merged->findings[LINEAGE_SOURCE_LOG]);
		if (begins_with(lines, REJECTION))
			reject_stamp(&merged->findings[LINEAGE_SOURCE_STAMP]);
		if (begins_with(lines, DOUBT))
			merged->boot.loader = LINEAGE_LOADER_OTHER;
		if (own == strlen(COLD_BOOT_LINE) && memcmp(lines, COLD_BOOT_LINE, own) == 0)
			set_boot(&merged->boot, LINEAGE_BOOT_COLD,
				 "the log has the line \"" COLD_BOOT_LINE "\"");
		lines += length;
		if (*lines)
			lines++;
	}
}

static void read_facts(const struct lineage_log_facts *facts, struct lineage_merge *merged)
{
	struct lineage_finding *log = &merged->findings[LINEAGE_SOURCE_LOG];
	struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];

	for (size_t i = 0; i < LINEAGE_SOURCES; i++)
		lineage_finding_set(&merged->findings[i], LINEAGE_STATUS_ABSENT,
				    "the log does not show it");
	if (facts->boot != LINEAGE_BOOT_UNKNOWN)
		set_boot(&merged->boot, facts->boot, "the log shows it");
	if (facts->stamp) {
		*stamp = (struct lineage_finding){ 0 };
		lineage_finding_set_stamp(stamp, facts->stamp, strlen(facts->stamp),
					  "the stamp on the command line");
	}
	if (facts->lines)
		read_lines(facts->lines, merged);
	if (merged->boot.boot == LINEAGE_BOOT_UNKNOWN && log->status == LINEAGE_STATUS_OK &&
	    merged->boot.loader != LINEAGE_LOADER_OTHER)
		set_boot(&merged->boot, LINEAGE_BOOT_KEXEC, "the log has an \"exec from\" line");
}

/* After a cold boot every stamp is stale. So a stamp that is not stale proves a kexec. */
static void settle_boot(struct lineage_merge *merged)
{
	if (merged->boot.boot == LINEAGE_BOOT_UNKNOWN && merged->has_previous &&
	    merged->boot.loader != LINEAGE_LOADER_OTHER)
		set_boot(&merged->boot, LINEAGE_BOOT_KEXEC, "the stamp is not stale");
}

int lineage_report_create_from_log(const struct lineage_log_facts *log, struct lineage_report **ret)
{
	struct lineage_log_facts facts;
	LINEAGE_AUTO_REPORT struct lineage_report_private *owned = NULL;
	size_t length;
	int error;

	error = lineage_sized_read(&facts, sizeof(facts),
				   LINEAGE_SIZE_TO(struct lineage_log_facts, lines), log);
	if (error)
		return error;
	if ((unsigned int)facts.boot > LINEAGE_BOOT_CAPTURE)
		return -EINVAL;
	length = facts.release ? strlen(facts.release) : 0;
	if (facts.release && !lineage_release_is_valid(facts.release, length))
		return -EILSEQ;
	owned = calloc(1, sizeof(*owned));
	if (!owned)
		return -ENOMEM;
	owned->merged.is_log = true;
	if (facts.release)
		memcpy(owned->merged.release, facts.release, length + 1);
	read_facts(&facts, &owned->merged);
	lineage_merge(&owned->merged);
	settle_boot(&owned->merged);
	error = lineage_report_publish(owned);
	if (error)
		return error;
	*ret = &LINEAGE_TAKE(owned)->report;
	return 0;
}
