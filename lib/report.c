// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "chain.h"
#include "cleanup.h"
#include "core/boot_kind.h"
#include "sysctl.h"

#define UNAME_PATH "sos_commands/kernel/uname_-a" /* in a sosreport */

static lineage_source_read *const readers[LINEAGE_SOURCES] = {
	[LINEAGE_SOURCE_IMA] = lineage_source_read_ima,
	[LINEAGE_SOURCE_KHO] = lineage_source_read_kho,
	[LINEAGE_SOURCE_STAMP] = lineage_source_read_stamp,
	[LINEAGE_SOURCE_MODULE] = lineage_source_read_module,
	[LINEAGE_SOURCE_LOG] = lineage_source_read_log,
};

static const char *const status_names[] = {
	[LINEAGE_STATUS_OK] = "ok",
	[LINEAGE_STATUS_ABSENT] = "absent",
	[LINEAGE_STATUS_FORBIDDEN] = "forbidden",
	[LINEAGE_STATUS_MALFORMED] = "malformed",
	[LINEAGE_STATUS_UNSUPPORTED] = "unsupported",
};

const char *lineage_boot_name(enum lineage_boot boot)
{
	return lineage_boot_text(boot);
}

const char *lineage_status_name(enum lineage_status status)
{
	return (size_t)status < sizeof(status_names) / sizeof(status_names[0])
		       ? status_names[status]
		       : "unknown";
}

/* Return RELEASE from the line "Linux HOST RELEASE BUILD MACHINE GNU/Linux". */
static const char *find_release_of_uname(const struct lineage_root *root, char **ret_line)
{
	char *rest;

	if (lineage_root_read_line(root, UNAME_PATH, ret_line))
		return NULL;
	rest = *ret_line;
	return strsep(&rest, " ") && strsep(&rest, " ") ? strsep(&rest, " ") : NULL;
}

/* Read the release from files below the root. On the running system, fall back to uname(2). */
static void find_release(const struct lineage_root *root, char *ret)
{
	LINEAGE_AUTO_FREE char *line = NULL;
	struct utsname names;
	const char *release = NULL;

	if (lineage_sysctl_read(root, "kernel.osrelease", &line) == 0)
		release = line;
	else if (!root->is_system)
		release = find_release_of_uname(root, &line);
	else if (uname(&names) == 0)
		release = names.release;
	if (release && lineage_release_is_valid(release, strlen(release)))
		memcpy(ret, release, strlen(release) + 1);
}

/* Read the command line and remove the newline that the file has after the last parameter. */
static char *read_cmdline(const struct lineage_root *root)
{
	char *cmdline = NULL;
	size_t size;

	if (lineage_root_read_cmdline(root, &cmdline, &size))
		return NULL;
	size = strlen(cmdline);
	if (size > 0 && cmdline[size - 1] == '\n')
		cmdline[size - 1] = '\0';
	return cmdline;
}

static void publish_sources(struct lineage_report_private *owned)
{
	size_t i;

	for (i = 0; i < LINEAGE_SOURCES; i++) {
		const struct lineage_finding *finding = &owned->merged.findings[i];
		bool is_ok = finding->status == LINEAGE_STATUS_OK;

		owned->sources[i] = (struct lineage_evidence){
			.source = lineage_source_name((enum lineage_source)i),
			.status = finding->status,
			.is_stale = finding->is_stale,
			.has_count = is_ok && finding->has_count,
			.is_metadata = is_ok && finding->is_metadata,
			.kexec_count = finding->lineage.count,
			.previous_release = is_ok && finding->previous_release[0]
						    ? finding->previous_release
						    : NULL,
			.detail = finding->detail[0] ? finding->detail : NULL,
		};
	}
	owned->report.sources = owned->sources;
	owned->report.source_count = LINEAGE_SOURCES;
}

int lineage_report_publish(struct lineage_report_private *owned)
{
	const struct lineage_merge *merged = &owned->merged;
	struct lineage_report *report = &owned->report;
	size_t i;
	int error;

	error = lineage_chain_create(&merged->lineage, &owned->chain, &report->chain_length);
	if (error)
		return error;
	report->release = merged->release[0] ? merged->release : NULL;
	report->cmdline = owned->cmdline;
	report->boot = merged->boot.boot;
	report->boot_evidence = merged->boot.evidence;
	report->previous_release = merged->has_previous ? merged->previous_release : NULL;
	report->has_count = merged->has_count;
	report->kexec_count = merged->has_count ? merged->lineage.count : 0;
	report->chain = owned->chain;
	/* Where a cold boot leaves no trace, even the oldest kernel may have been kexec'ed. */
	report->chain_is_complete = merged->has_count && lineage_is_complete(&merged->lineage) &&
				    merged->boot.boot != LINEAGE_BOOT_UNKNOWN &&
				    (merged->is_log || merged->boot.shows_cold) &&
				    !merged->is_lower_bound;
	publish_sources(owned);
	for (i = 0; i < merged->conflict_count; i++)
		owned->conflicts[i] = merged->conflicts[i];
	report->conflicts = owned->conflicts;
	report->conflict_count = merged->conflict_count;
	return 0;
}

int lineage_report_create(const char *path, struct lineage_report **ret)
{
	LINEAGE_AUTO_REPORT struct lineage_report_private *owned = NULL;
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	size_t i;
	int error;

	error = lineage_root_init(&root, path);
	if (error)
		return error;
	owned = calloc(1, sizeof(*owned));
	if (!owned)
		return -ENOMEM;
	find_release(&root, owned->merged.release);
	owned->cmdline = read_cmdline(&root);
	lineage_boot_find(&root, &owned->merged.boot);
	for (i = 0; i < LINEAGE_SOURCES; i++)
		readers[i](&root, &owned->merged.findings[i]);
	lineage_merge(&owned->merged);
	error = lineage_report_publish(owned);
	if (error)
		return error;
	*ret = &LINEAGE_TAKE(owned)->report;
	return 0;
}

void lineage_report_destroy(struct lineage_report *report)
{
	struct lineage_report_private *owned = (struct lineage_report_private *)report;

	if (!owned)
		return;
	free(owned->cmdline);
	free(owned->chain);
	free(owned);
}
