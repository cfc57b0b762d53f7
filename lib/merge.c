// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "start.h"

static const char *const source_names[LINEAGE_SOURCES] = {
	[LINEAGE_SOURCE_KHO] = "kho",
	[LINEAGE_SOURCE_STAMP] = "stamp",
	[LINEAGE_SOURCE_MODULE] = "module",
	[LINEAGE_SOURCE_LOG] = "log",
};

const char *lineage_source_name(enum lineage_source source)
{
	return source_names[source];
}

__attribute__((format(printf, 3, 4))) static void
add_conflict(struct lineage_merged *merged, enum lineage_source source, const char *format, ...)
{
	char *text = merged->conflicts[merged->conflict_count];
	va_list arguments;
	int length;

	if (merged->conflict_count == LINEAGE_CONFLICTS_MAX)
		return;
	length = snprintf(text, LINEAGE_CONFLICT_SIZE, "%s: ", source_names[source]);
	va_start(arguments, format);
	vsnprintf(text + length, LINEAGE_CONFLICT_SIZE - (size_t)length, format, arguments);
	va_end(arguments);
	merged->conflict_count++;
}

static bool is_usable(const struct lineage_finding *finding)
{
	return finding->status == LINEAGE_STATUS_OK && !finding->is_stale;
}

/* The metadata blob's word: from debugfs, or where that is closed from the line in the log. */
static enum lineage_source find_metadata(const struct lineage_merged *merged)
{
	const struct lineage_finding *log = &merged->findings[LINEAGE_SOURCE_LOG];

	if (is_usable(&merged->findings[LINEAGE_SOURCE_KHO]))
		return LINEAGE_SOURCE_KHO;
	return is_usable(log) && log->is_metadata ? LINEAGE_SOURCE_LOG : LINEAGE_SOURCES;
}

__attribute__((format(printf, 3, 4))) static void
set_stale(struct lineage_merged *merged, enum lineage_source source, const char *format, ...)
{
	struct lineage_finding *finding = &merged->findings[source];
	va_list arguments;
	int length;

	finding->is_stale = true;
	length = snprintf(finding->detail, sizeof(finding->detail), "stale: ");
	va_start(arguments, format);
	vsnprintf(finding->detail + length, sizeof(finding->detail) - (size_t)length, format,
		  arguments);
	va_end(arguments);
	add_conflict(merged, source, "%s", finding->detail);
}

/* After a cold boot the lineage is empty, whatever anything says. */
static void reject_all_after_cold_boot(struct lineage_merged *merged)
{
	int source;

	for (source = 0; source < LINEAGE_SOURCES; source++) {
		if (is_usable(&merged->findings[source]))
			set_stale(merged, (enum lineage_source)source,
				  "this is a cold boot (%s), yet it tells of a kernel before; "
				  "not used",
				  merged->boot.evidence);
	}
}

/* A loader that knows nothing of stamps copied the old command line: how does that show? */
static void judge_stamp(struct lineage_merged *merged)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];
	enum lineage_source metadata = find_metadata(merged);
	const char *told =
		metadata < LINEAGE_SOURCES ? merged->findings[metadata].previous_release : NULL;

	if (!is_usable(stamp))
		return;
	switch (lineage_stamp_judge(stamp->kind, stamp->made_for,
				    (enum lineage_start)merged->boot.boot, merged->release)) {
	case LINEAGE_STALE_RELEASE:
		set_stale(merged, LINEAGE_SOURCE_STAMP,
			  "made for %s, but %s is running: the loader copied an old command line; "
			  "not used",
			  stamp->made_for, merged->release);
		break;
	case LINEAGE_STALE_NOT_CAPTURE:
		set_stale(merged, LINEAGE_SOURCE_STAMP,
			  "made for a capture kernel, which this is not: the loader copied an old "
			  "command line; not used");
		break;
	case LINEAGE_STALE_CAPTURE:
		set_stale(
			merged, LINEAGE_SOURCE_STAMP,
			"this is a capture kernel, and it was not made for one: the loader copied "
			"the crashed kernel's command line; not used");
		break;
	case LINEAGE_STALE_COLD_BOOT: /* all sources have been rejected by then */
	case LINEAGE_FRESH:
		if (told && strcmp(told, stamp->previous_release) != 0)
			set_stale(merged, LINEAGE_SOURCE_STAMP,
				  "says the kernel before was %s, KHO's metadata says %s; not used",
				  stamp->previous_release, told);
		break;
	}
}

/* The first usable source of a given order that knows a previous release. */
static enum lineage_source find_previous(const struct lineage_merged *merged)
{
	const enum lineage_source order[] = { find_metadata(merged), LINEAGE_SOURCE_STAMP,
					      LINEAGE_SOURCE_MODULE, LINEAGE_SOURCE_LOG };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i] < LINEAGE_SOURCES && is_usable(&merged->findings[order[i]]) &&
		    merged->findings[order[i]].previous_release[0])
			return order[i];
	}
	return LINEAGE_SOURCES;
}

/* The larger one of blob and stamp, since KHO forgets at every change of its ABI. */
static void choose_count(struct lineage_merged *merged, enum lineage_source previous)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];
	enum lineage_source source = find_metadata(merged);
	const struct lineage_finding *metadata =
		source < LINEAGE_SOURCES ? &merged->findings[source] : NULL;
	bool has_stamp = is_usable(stamp);

	if (metadata && metadata->has_count) {
		merged->has_count = true;
		merged->lineage.count = metadata->lineage.count;
		if (has_stamp && metadata->lineage.count < stamp->lineage.count)
			add_conflict(merged, source, "restarted its count: %u, stamp says %u",
				     metadata->lineage.count, stamp->lineage.count);
		else if (has_stamp && metadata->lineage.count > stamp->lineage.count)
			add_conflict(merged, LINEAGE_SOURCE_STAMP,
				     "counts %u, KHO %u: a kernel on the way was loaded without a "
				     "stamp; the larger count is used",
				     stamp->lineage.count, metadata->lineage.count);
	}
	if (has_stamp && (!merged->has_count || stamp->lineage.count > merged->lineage.count)) {
		merged->has_count = true;
		merged->lineage.count = stamp->lineage.count;
	}
	if (!merged->has_count && previous < LINEAGE_SOURCES) {
		merged->has_count = merged->findings[previous].has_count;
		merged->lineage.count = merged->findings[previous].lineage.count;
	}
}

/* The chain of the best source whose newest entry is the previous release, else that alone. */
static void choose_chain(struct lineage_merged *merged)
{
	static const enum lineage_source order[] = { LINEAGE_SOURCE_STAMP, LINEAGE_SOURCE_MODULE,
						     LINEAGE_SOURCE_LOG };
	struct lineage *lineage = &merged->lineage;
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct lineage_finding *finding = &merged->findings[order[i]];
		struct lineage_run newest;
		size_t position = 0;

		if (is_usable(finding) &&
		    lineage_chain_next(&finding->lineage, &position, &newest) == 0 &&
		    strcmp(newest.release, merged->previous_release) == 0) {
			memcpy(lineage->chain, finding->lineage.chain,
			       finding->lineage.chain_length);
			lineage->chain_length = finding->lineage.chain_length;
			return;
		}
	}
	lineage->chain_length = (uint32_t)lineage_release_encode(
		merged->previous_release, strlen(merged->previous_release), lineage->chain);
}

/* Module and log repeat what the others know: where they differ, something is odd. */
static void compare_with(struct lineage_merged *merged, enum lineage_source source)
{
	const struct lineage_finding *finding = &merged->findings[source];

	if (is_usable(finding) && strcmp(finding->previous_release, merged->previous_release) != 0)
		add_conflict(merged, source, "says the kernel before was %s; %s is used",
			     finding->previous_release, merged->previous_release);
	else if (is_usable(finding) && !finding->is_metadata && finding->has_count &&
		 merged->has_count && finding->lineage.count != merged->lineage.count)
		add_conflict(merged, source, "counts %u; %u is used", finding->lineage.count,
			     merged->lineage.count);
}

/* KHO brings a blob over a kexec only, so a valid one settles how an undecided kernel came up. */
static void settle_boot(struct lineage_merged *merged)
{
	if (merged->boot.boot != LINEAGE_BOOT_UNKNOWN || find_metadata(merged) == LINEAGE_SOURCES)
		return;
	merged->boot.boot = LINEAGE_BOOT_KEXEC;
	snprintf(merged->boot.evidence, sizeof(merged->boot.evidence),
		 "KHO handed over a metadata blob");
}

void lineage_merge(struct lineage_merged *merged)
{
	enum lineage_source previous;

	if (merged->boot.boot == LINEAGE_BOOT_COLD) {
		reject_all_after_cold_boot(merged);
		merged->has_count = true;
		return;
	}
	settle_boot(merged);
	judge_stamp(merged);
	previous = find_previous(merged);
	choose_count(merged, previous);
	if (previous == LINEAGE_SOURCES)
		return;
	merged->has_previous = true;
	memcpy(merged->previous_release, merged->findings[previous].previous_release,
	       sizeof(merged->previous_release));
	choose_chain(merged);
	compare_with(merged, LINEAGE_SOURCE_MODULE);
	compare_with(merged, LINEAGE_SOURCE_LOG);
}
