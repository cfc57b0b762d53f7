// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/carried.h"
#include "chain.h"
#include "core/start.h"

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

/* KHO's word: from debugfs, or where that is closed from the metadata's line in the log. */
static enum lineage_source find_kho(const struct lineage_merged *merged)
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

/* Module and log repeat what the carriers brought, and may know it where that is gone. */
static const enum lineage_source repeaters[] = { LINEAGE_SOURCE_MODULE, LINEAGE_SOURCE_LOG };

#define REPEATERS (sizeof(repeaters) / sizeof(repeaters[0]))

/*
 * The boot before had the very stamp: each new one counts one kexec more, so this is a copy. The
 * module cannot know, so what it says by that stamp is as stale.
 */
static void reject_repeated_stamp(struct lineage_merged *merged)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];
	size_t i;

	set_stale(merged, LINEAGE_SOURCE_STAMP,
		  "the boot before this one had the same stamp: the loader copied an old command "
		  "line; not used");
	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merged->findings[repeaters[i]];

		if (is_usable(finding) && !finding->is_metadata && finding->has_count &&
		    finding->lineage.count == stamp->lineage.count &&
		    strcmp(finding->previous_release, stamp->previous_release) == 0)
			set_stale(merged, repeaters[i], "says what that stamp says; not used");
	}
}

/* A loader that knows nothing of stamps copied the old command line: how does that show? */
static void judge_stamp(struct lineage_merged *merged)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];

	if (!is_usable(stamp))
		return;
	if (stamp->is_repeated && stamp->lineage.count < UINT32_MAX) {
		reject_repeated_stamp(merged);
		return;
	}
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
		break;
	}
}

/**
 * struct brought - what the carriers brought, as the core joins it
 * @source: where KHO's word is from; LINEAGE_SOURCES where it said nothing
 * @carried: points to what follows, and to the stamp's finding
 * @metadata: KHO's kexec-metadata
 * @kho: KHO's kexec-lineage
 */
struct brought {
	enum lineage_source source;
	struct lineage_carried carried;
	struct lineage_metadata metadata;
	struct lineage kho;
};

static void collect(const struct lineage_merged *merged, struct brought *ret)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];
	const struct lineage_finding *kho;

	memset(ret, 0, sizeof(*ret));
	ret->source = find_kho(merged);
	if (is_usable(stamp))
		ret->carried.cmdline = &stamp->lineage;
	if (ret->source == LINEAGE_SOURCES)
		return;
	kho = &merged->findings[ret->source];
	if (kho->is_metadata) {
		memcpy(ret->metadata.previous_release, kho->previous_release,
		       sizeof(ret->metadata.previous_release));
		ret->metadata.kexec_count = kho->metadata_count;
		ret->carried.metadata = &ret->metadata;
	}
	if (kho->kho_count > 0) {
		ret->kho = kho->lineage;
		ret->kho.count = kho->kho_count;
		ret->carried.kho = &ret->kho;
	}
}

/* A stamp that contradicts KHO, whose memory crosses a kexec and nothing else, was copied. */
static void reject_stamp(struct lineage_merged *merged, struct brought *brought)
{
	const struct lineage_finding *stamp = &merged->findings[LINEAGE_SOURCE_STAMP];

	set_stale(merged, LINEAGE_SOURCE_STAMP,
		  "says the kernel before was %s, KHO's %s says %s; not used",
		  stamp->previous_release, brought->carried.metadata ? "metadata" : "kexec-lineage",
		  merged->findings[brought->source].previous_release);
	brought->carried.cmdline = NULL;
}

/*
 * The largest count is used, since KHO forgets its own at every change of its ABI. Each carrier
 * that counts less gives a line. What a carrier does not tell is 0.
 */
static void compare_counts(struct lineage_merged *merged, const struct brought *brought,
			   uint32_t largest)
{
	uint32_t metadata = brought->metadata.kexec_count;
	uint32_t kho = brought->kho.count;
	uint32_t stamp = brought->carried.cmdline ? brought->carried.cmdline->count : 0;

	if (metadata > 0 && metadata < largest)
		add_conflict(merged, brought->source, "restarted its count: %u, %s says %u",
			     metadata, kho == largest ? "kexec-lineage" : "stamp", largest);
	if (kho > 0 && kho < largest)
		add_conflict(merged, LINEAGE_SOURCE_KHO,
			     "kexec-lineage counts %u, %s %u; the larger count is used", kho,
			     metadata == largest ? "kexec-metadata" : "stamp", largest);
	if (stamp > 0 && stamp < largest)
		add_conflict(merged, LINEAGE_SOURCE_STAMP,
			     "counts %u, KHO %u: a kernel on the way was loaded without a stamp; "
			     "the larger count is used",
			     stamp, largest);
}

/* Take previous release and count of the first of them that knows any; false where none does. */
static bool take_repeated(struct lineage_merged *merged)
{
	size_t i;

	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merged->findings[repeaters[i]];

		if (!is_usable(finding) || !finding->previous_release[0])
			continue;
		memcpy(merged->previous_release, finding->previous_release,
		       sizeof(merged->previous_release));
		merged->has_count = finding->has_count;
		merged->lineage.count = finding->lineage.count;
		return true;
	}
	return false;
}

/* The chain of the first of them whose newest entry is the previous release, else that alone. */
static void take_repeated_chain(struct lineage_merged *merged)
{
	struct lineage *lineage = &merged->lineage;
	size_t i;

	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merged->findings[repeaters[i]];

		if (is_usable(finding) &&
		    lineage_chain_begins_with(&finding->lineage, merged->previous_release)) {
			memcpy(lineage->chain, finding->lineage.chain,
			       finding->lineage.chain_length);
			lineage->chain_length = finding->lineage.chain_length;
			return;
		}
	}
	lineage->chain_length = (uint32_t)lineage_release_encode(
		merged->previous_release, strlen(merged->previous_release), lineage->chain);
}

/* Where they differ from what is used, something is odd. */
static void compare_repeated(struct lineage_merged *merged, enum lineage_source source)
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

/* KHO brings a lineage over a kexec only, so one settles how an undecided kernel came up. */
static void settle_boot(struct lineage_merged *merged)
{
	enum lineage_source kho = find_kho(merged);

	if (merged->boot.boot != LINEAGE_BOOT_UNKNOWN || kho == LINEAGE_SOURCES)
		return;
	merged->boot.boot = LINEAGE_BOOT_KEXEC;
	snprintf(merged->boot.evidence, sizeof(merged->boot.evidence), "KHO handed over a %s",
		 merged->findings[kho].is_metadata ? "metadata blob" : "kexec-lineage blob");
}

/* What the carriers brought; false where they brought nothing. */
static bool take_carried(struct lineage_merged *merged)
{
	struct lineage_joined joined;
	struct brought brought;

	collect(merged, &brought);
	lineage_join(&brought.carried, &joined);
	if (joined.rejects_cmdline)
		reject_stamp(merged, &brought);
	if (!joined.previous_release[0])
		return false;
	compare_counts(merged, &brought, joined.lineage.count);
	memcpy(merged->previous_release, joined.previous_release, sizeof(merged->previous_release));
	/* A metadata blob alone has no chain, others may know one; and it may tell no count. */
	if (brought.carried.kho || brought.carried.cmdline)
		merged->lineage = joined.lineage;
	else if (brought.metadata.kexec_count > 0)
		merged->lineage.count = joined.lineage.count;
	merged->has_count = merged->lineage.count > 0;
	return true;
}

void lineage_merge(struct lineage_merged *merged)
{
	const struct lineage_finding *kho = &merged->findings[LINEAGE_SOURCE_KHO];

	if (merged->boot.boot == LINEAGE_BOOT_COLD) {
		reject_all_after_cold_boot(merged);
		merged->has_count = true;
		return;
	}
	settle_boot(merged);
	if (is_usable(kho) && kho->contradicts)
		add_conflict(merged, LINEAGE_SOURCE_KHO, "%s", kho->detail);
	judge_stamp(merged);
	merged->has_previous = take_carried(merged) || take_repeated(merged);
	if (!merged->has_previous)
		return;
	if (merged->lineage.chain_length == 0)
		take_repeated_chain(merged);
	compare_repeated(merged, LINEAGE_SOURCE_MODULE);
	compare_repeated(merged, LINEAGE_SOURCE_LOG);
}
