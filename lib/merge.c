// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/merge_carriers.h"
#include "chain.h"
#include "core/boot_kind.h"

static const char *const source_names[LINEAGE_SOURCES] = {
	[LINEAGE_SOURCE_IMA] = "ima",	  [LINEAGE_SOURCE_KHO] = "kho",
	[LINEAGE_SOURCE_STAMP] = "stamp", [LINEAGE_SOURCE_MODULE] = "module",
	[LINEAGE_SOURCE_LOG] = "log",
};

const char *lineage_source_name(enum lineage_source source)
{
	return (size_t)source < LINEAGE_SOURCES ? source_names[source] : "unknown";
}

__attribute__((format(printf, 3, 4))) static void
add_conflict(struct lineage_merge *merge, enum lineage_source source, const char *format, ...)
{
	char *text = merge->conflicts[merge->conflict_count];
	va_list arguments;
	int length;

	if (merge->conflict_count == LINEAGE_CONFLICTS_MAX)
		return;
	length = snprintf(text, LINEAGE_CONFLICT_SIZE, "%s: ", source_names[source]);
	va_start(arguments, format);
	vsnprintf(text + length, LINEAGE_CONFLICT_SIZE - (size_t)length, format, arguments);
	va_end(arguments);
	merge->conflict_count++;
}

static bool is_usable(const struct lineage_finding *finding)
{
	return finding->status == LINEAGE_STATUS_OK && !finding->is_stale;
}

__attribute__((format(printf, 3, 4))) static void
set_stale(struct lineage_merge *merge, enum lineage_source source, const char *format, ...)
{
	struct lineage_finding *finding = &merge->findings[source];
	va_list arguments;
	int length;

	finding->is_stale = true;
	length = snprintf(finding->detail, sizeof(finding->detail), "stale: ");
	va_start(arguments, format);
	vsnprintf(finding->detail + length, sizeof(finding->detail) - (size_t)length, format,
		  arguments);
	va_end(arguments);
	add_conflict(merge, source, "%s", finding->detail);
}

/* IMA's list, if it has a previous kernel and the TPM attests it; otherwise NULL. */
static const struct lineage_finding *attested_by(const struct lineage_merge *merge)
{
	const struct lineage_finding *ima = &merge->findings[LINEAGE_SOURCE_IMA];

	return is_usable(ima) && ima->is_attested ? ima : NULL;
}

/* A list that another kernel appended to last is not that of this boot. */
static void judge_ima(struct lineage_merge *merge)
{
	const struct lineage_finding *ima = &merge->findings[LINEAGE_SOURCE_IMA];

	if (is_usable(ima) && ima->made_for[0] && merge->release[0] &&
	    strcmp(ima->made_for, merge->release) != 0)
		set_stale(merge, LINEAGE_SOURCE_IMA, "ends with %s, but %s is running; not used",
			  ima->made_for, merge->release);
}

/* Return the source that shows KHO's data: debugfs, or KHO's "exec from" line in the log. */
static enum lineage_source find_kho(const struct lineage_merge *merge)
{
	const struct lineage_finding *log = &merge->findings[LINEAGE_SOURCE_LOG];

	if (is_usable(&merge->findings[LINEAGE_SOURCE_KHO]))
		return LINEAGE_SOURCE_KHO;
	return is_usable(log) && log->is_metadata ? LINEAGE_SOURCE_LOG : LINEAGE_SOURCES;
}

/* After a cold boot the lineage is empty, whatever the sources show. */
static void reject_all_after_cold_boot(struct lineage_merge *merge)
{
	int source;

	for (source = 0; source < LINEAGE_SOURCES; source++) {
		if (is_usable(&merge->findings[source]))
			set_stale(merge, (enum lineage_source)source,
				  "this is a cold boot (%s), but it reports a previous kernel; "
				  "not used",
				  merge->boot.evidence);
	}
}

/* The boot loader is not kexec, but a source speaks for a kexec. */
static void say_doubt(struct lineage_merge *merge)
{
	enum lineage_source source = find_kho(merge);

	if (attested_by(merge))
		source = LINEAGE_SOURCE_IMA;
	else if (source == LINEAGE_SOURCES)
		source = LINEAGE_SOURCE_STAMP;
	if (is_usable(&merge->findings[source]))
		add_conflict(merge, source,
			     "says that this boot was a kexec, but it may be a cold boot: %s",
			     merge->boot.evidence);
}

/*
 * The module and the log repeat the lineage that the carriers delivered. They may still show this
 * lineage if a carrier can no longer be read.
 */
static const enum lineage_source repeaters[] = { LINEAGE_SOURCE_MODULE, LINEAGE_SOURCE_LOG };

#define REPEATERS (sizeof(repeaters) / sizeof(repeaters[0]))

/*
 * The previous boot had the same stamp. Each new stamp has a larger count, so this stamp is a copy,
 * unless a kernel that is not in the history was booted cold in between.
 * The module may not have seen that, so the lineage that it derived from the stamp is also stale.
 */
static void reject_repeated_stamp(struct lineage_merge *merge)
{
	const struct lineage_finding *stamp = &merge->findings[LINEAGE_SOURCE_STAMP];
	size_t i;

	set_stale(merge, LINEAGE_SOURCE_STAMP,
		  "the previous boot had the same stamp: the loader copied an old command "
		  "line; not used");
	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merge->findings[repeaters[i]];

		if (is_usable(finding) && !finding->is_metadata && finding->has_count &&
		    finding->lineage.count == stamp->lineage.count &&
		    strcmp(finding->previous_release, stamp->previous_release) == 0)
			set_stale(merge, repeaters[i], "repeats that stamp; not used");
	}
}

/* Reject a stamp that was copied from an old command line by a loader without stamp support. */
static void judge_stamp(struct lineage_merge *merge)
{
	const struct lineage_finding *stamp = &merge->findings[LINEAGE_SOURCE_STAMP];

	if (!is_usable(stamp))
		return;
	switch (lineage_stamp_judge(stamp->kind, stamp->made_for, merge->boot.boot, merge->release,
				    stamp->history)) {
	case LINEAGE_STALE_RELEASE:
		set_stale(merge, LINEAGE_SOURCE_STAMP,
			  "made for %s, but %s is running: the loader copied an old command line; "
			  "not used",
			  stamp->made_for, merge->release);
		break;
	case LINEAGE_STALE_NOT_CAPTURE:
		set_stale(
			merge, LINEAGE_SOURCE_STAMP,
			"made for a capture kernel, but this is not one: the loader copied an old "
			"command line; not used");
		break;
	case LINEAGE_STALE_CAPTURE:
		set_stale(merge, LINEAGE_SOURCE_STAMP,
			  "not made for a capture kernel, but this is one: the loader copied "
			  "the crashed kernel's command line; not used");
		break;
	case LINEAGE_STALE_REPEATED:
		reject_repeated_stamp(merge);
		break;
	case LINEAGE_STALE_UNPROVEN:
		/* A log has no trace of the boot loader, so its stamp must be enough. */
		if (!merge->is_log)
			set_stale(
				merge, LINEAGE_SOURCE_STAMP,
				"neither the boot loader (%s) nor a release shows that it was made for "
				"this boot; not used",
				merge->boot.evidence);
		break;
	case LINEAGE_STALE_COLD_BOOT: /* reject_all_after_cold_boot() handled it */
	case LINEAGE_FRESH:
		break;
	}
}

static uint32_t smaller_of(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

/* Whether two chains have the same kernels, as far as both reach back. */
static bool is_same_chain(const struct lineage *one, const struct lineage *other)
{
	struct lineage_run run = { .runs = 0 }, other_run = { .runs = 0 };
	size_t at = 0, other_at = 0;

	while ((run.runs > 0 || lineage_chain_next(one, &at, &run) == 0) &&
	       (other_run.runs > 0 || lineage_chain_next(other, &other_at, &other_run) == 0)) {
		uint32_t common = smaller_of(run.runs, other_run.runs);

		if (strcmp(run.release, other_run.release) != 0)
			return false;
		run.runs -= common;
		other_run.runs -= common;
	}
	return true;
}

/* What the TPM attests wins over what is only said: reject each source that contradicts it. */
static void reject_unattested(struct lineage_merge *merge)
{
	const struct lineage_finding *ima = attested_by(merge);
	int source;

	if (!ima)
		return;
	for (source = LINEAGE_SOURCE_IMA + 1; source < LINEAGE_SOURCES; source++) {
		const struct lineage_finding *finding = &merge->findings[source];

		if (!is_usable(finding) || !finding->previous_release[0] ||
		    !ima->previous_release[0])
			continue;
		if (strcmp(finding->previous_release, ima->previous_release) != 0)
			set_stale(merge, (enum lineage_source)source,
				  "says the previous kernel was %s, IMA's list, which the TPM "
				  "attests, says %s; not used",
				  finding->previous_release, ima->previous_release);
		else if (!is_same_chain(&finding->lineage, &ima->lineage))
			set_stale(merge, (enum lineage_source)source,
				  "its chain contradicts IMA's list, which the TPM attests; not "
				  "used");
	}
}

/*
 * Add the kernels that only IMA's list has. The list begins with the first kernel that has IMA, so
 * its count is a lower bound.
 */
static void use_attested(struct lineage_merge *merge)
{
	const struct lineage_finding *ima = attested_by(merge);
	struct lineage *lineage = &merge->lineage;

	if (!ima || (!merge->has_previous && !ima->previous_release[0]))
		return;
	if (!merge->has_previous)
		memcpy(merge->previous_release, ima->previous_release,
		       sizeof(merge->previous_release));
	merge->has_previous = true;
	if (merge->has_count && lineage->count < ima->lineage.count)
		add_conflict(merge, LINEAGE_SOURCE_IMA,
			     "counts %u, the other sources %u; the larger count is used",
			     ima->lineage.count, lineage->count);
	if (!merge->has_count || lineage->count < ima->lineage.count) {
		merge->is_lower_bound = true;
		merge->has_count = true;
		lineage->count = ima->lineage.count;
	}
	if (lineage_chain_kernels(&ima->lineage) > lineage_chain_kernels(lineage)) {
		memcpy(lineage->chain, ima->lineage.chain, ima->lineage.chain_length);
		lineage->chain_length = ima->lineage.chain_length;
	}
}

/**
 * struct received - the data that the carriers delivered, as input of lineage_merge_carriers()
 * @source: the source that shows what KHO delivered; LINEAGE_SOURCES if KHO delivered nothing
 * @carriers: points to the members below and to the finding of the stamp
 * @metadata: the kexec-metadata of KHO
 * @kho: the kexec-lineage of KHO
 */
struct received {
	enum lineage_source source;
	struct lineage_carriers carriers;
	struct lineage_metadata metadata;
	struct lineage kho;
};

static void collect(const struct lineage_merge *merge, struct received *ret)
{
	const struct lineage_finding *stamp = &merge->findings[LINEAGE_SOURCE_STAMP];
	const struct lineage_finding *kho;

	memset(ret, 0, sizeof(*ret));
	ret->source = find_kho(merge);
	if (is_usable(stamp))
		ret->carriers.cmdline = &stamp->lineage;
	if (ret->source == LINEAGE_SOURCES)
		return;
	kho = &merge->findings[ret->source];
	if (kho->is_metadata) {
		memcpy(ret->metadata.previous_release, kho->previous_release,
		       sizeof(ret->metadata.previous_release));
		ret->metadata.kexec_count = kho->metadata_count;
		ret->carriers.metadata = &ret->metadata;
	}
	if (kho->kho_count > 0) {
		ret->kho = kho->lineage;
		ret->kho.count = kho->kho_count;
		ret->carriers.kho = &ret->kho;
	}
}

/* A stamp that contradicts KHO was copied: KHO data can only come from the previous kernel. */
static void reject_stamp(struct lineage_merge *merge, struct received *received)
{
	const struct lineage_finding *stamp = &merge->findings[LINEAGE_SOURCE_STAMP];

	set_stale(merge, LINEAGE_SOURCE_STAMP,
		  "says the previous kernel was %s, KHO's %s says %s; not used",
		  stamp->previous_release,
		  received->carriers.metadata ? "metadata" : "kexec-lineage",
		  merge->findings[received->source].previous_release);
	received->carriers.cmdline = NULL;
}

/*
 * The merge uses the largest count, because KHO restarts its own count at every change of its ABI.
 * Add a conflict for each carrier with a smaller count. A carrier without a count has 0 here.
 */
static void compare_counts(struct lineage_merge *merge, const struct received *received,
			   uint32_t largest)
{
	uint32_t metadata = received->metadata.kexec_count;
	uint32_t kho = received->kho.count;
	uint32_t stamp = received->carriers.cmdline ? received->carriers.cmdline->count : 0;

	if (metadata > 0 && metadata < largest)
		add_conflict(merge, received->source, "restarted its count: %u, %s says %u",
			     metadata, kho == largest ? "kexec-lineage" : "stamp", largest);
	if (kho > 0 && kho < largest)
		add_conflict(merge, LINEAGE_SOURCE_KHO,
			     "kexec-lineage counts %u, %s %u; the larger count is used", kho,
			     metadata == largest ? "kexec-metadata" : "stamp", largest);
	if (stamp > 0 && stamp < largest)
		add_conflict(
			merge, LINEAGE_SOURCE_STAMP,
			"counts %u, KHO %u: an intermediate kernel was loaded without a stamp; "
			"the larger count is used",
			stamp, largest);
}

/* Use the first repeater that has a previous release. Return whether one has it. */
static bool take_repeated(struct lineage_merge *merge)
{
	size_t i;

	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merge->findings[repeaters[i]];

		if (!is_usable(finding) || !finding->previous_release[0])
			continue;
		memcpy(merge->previous_release, finding->previous_release,
		       sizeof(merge->previous_release));
		merge->has_count = finding->has_count;
		merge->lineage.count = finding->lineage.count;
		return true;
	}
	return false;
}

/*
 * Use the chain of the first repeater whose newest entry is the previous release. Otherwise, the
 * chain is the previous release alone.
 */
static void take_repeated_chain(struct lineage_merge *merge)
{
	struct lineage *lineage = &merge->lineage;
	size_t i;

	for (i = 0; i < REPEATERS; i++) {
		const struct lineage_finding *finding = &merge->findings[repeaters[i]];

		if (is_usable(finding) &&
		    lineage_chain_begins_with(&finding->lineage, merge->previous_release)) {
			memcpy(lineage->chain, finding->lineage.chain,
			       finding->lineage.chain_length);
			lineage->chain_length = finding->lineage.chain_length;
			return;
		}
	}
	lineage->chain_length = (uint32_t)lineage_release_encode(
		merge->previous_release, strlen(merge->previous_release), lineage->chain);
}

/* Add a conflict for each repeater that differs from the merged lineage. */
static void compare_repeated(struct lineage_merge *merge, enum lineage_source source)
{
	const struct lineage_finding *finding = &merge->findings[source];

	if (is_usable(finding) && strcmp(finding->previous_release, merge->previous_release) != 0)
		add_conflict(merge, source, "says the previous kernel was %s; %s is used",
			     finding->previous_release, merge->previous_release);
	else if (is_usable(finding) && !finding->is_metadata && finding->has_count &&
		 merge->has_count && finding->lineage.count != merge->lineage.count)
		add_conflict(merge, source, "counts %u; %u is used", finding->lineage.count,
			     merge->lineage.count);
}

/* Replace the evidence for the boot kind. */
__attribute__((format(printf, 2, 3))) static void say_evidence(struct lineage_merge *merge,
							       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(merge->boot.evidence, sizeof(merge->boot.evidence), format, arguments);
	va_end(arguments);
}

static void say_kho(struct lineage_merge *merge, enum lineage_source kho)
{
	say_evidence(merge, "KHO handed over a %s",
		     merge->findings[kho].is_metadata ? "metadata blob" : "kexec-lineage blob");
}

/* Whether the command line has a valid stamp that was made for exactly the running release. */
static bool has_own_stamp(const struct lineage_merge *merge)
{
	const struct lineage_finding *stamp = &merge->findings[LINEAGE_SOURCE_STAMP];

	return stamp->status == LINEAGE_STATUS_OK && merge->release[0] &&
	       strcmp(stamp->made_for, merge->release) == 0;
}

/* Determine the boot kind of a running system. */
static void judge_boot(struct lineage_merge *merge)
{
	enum lineage_boot of_module = merge->findings[LINEAGE_SOURCE_MODULE].boot;
	enum lineage_source kho = find_kho(merge);
	struct lineage_witnesses witnesses = { .loader = merge->boot.loader,
					       .is_capture = merge->boot.is_capture,
					       .has_memory =
						       kho != LINEAGE_SOURCES || attested_by(merge),
					       .has_stamp = has_own_stamp(merge) };

	merge->boot.boot = lineage_boot_judge(&witnesses);
	if (merge->boot.loader != LINEAGE_LOADER_SILENT || merge->boot.is_capture)
		return;
	if (kho != LINEAGE_SOURCES) {
		say_kho(merge, kho);
	} else if (witnesses.has_memory) {
		say_evidence(merge, "the previous kernel passed IMA's list on");
	} else if (of_module != LINEAGE_BOOT_UNKNOWN) {
		merge->boot.boot = of_module;
		say_evidence(merge, "the module kexec_lineage found it");
	}
}

/* KHO delivers a lineage only after a kexec, so a lineage of KHO settles an unknown boot kind. */
static void settle_boot(struct lineage_merge *merge)
{
	enum lineage_source kho = find_kho(merge);

	if (merge->boot.boot != LINEAGE_BOOT_UNKNOWN || kho == LINEAGE_SOURCES ||
	    merge->boot.loader == LINEAGE_LOADER_OTHER)
		return;
	merge->boot.boot = LINEAGE_BOOT_KEXEC;
	say_kho(merge, kho);
}

/* Use the lineage that the carriers delivered. Return false if they delivered none. */
static bool use_carriers(struct lineage_merge *merge)
{
	struct lineage_merged_carriers merged;
	struct received received;

	collect(merge, &received);
	lineage_merge_carriers(&received.carriers, &merged);
	if (merged.rejects_cmdline)
		reject_stamp(merge, &received);
	if (!merged.previous_release[0])
		return false;
	compare_counts(merge, &received, merged.lineage.count);
	memcpy(merge->previous_release, merged.previous_release, sizeof(merge->previous_release));
	/* A metadata blob has no chain, and its count may be 0. A repeater can supply these. */
	if (received.carriers.kho || received.carriers.cmdline)
		merge->lineage = merged.lineage;
	else if (received.metadata.kexec_count > 0)
		merge->lineage.count = merged.lineage.count;
	merge->has_count = merge->lineage.count > 0;
	return true;
}

void lineage_merge(struct lineage_merge *merge)
{
	const struct lineage_finding *kho = &merge->findings[LINEAGE_SOURCE_KHO];

	judge_ima(merge);
	if (merge->is_log)
		settle_boot(merge);
	else
		judge_boot(merge);
	if (merge->boot.boot == LINEAGE_BOOT_COLD) {
		reject_all_after_cold_boot(merge);
		merge->has_count = true;
		return;
	}
	if (merge->boot.boot == LINEAGE_BOOT_UNKNOWN && merge->boot.loader == LINEAGE_LOADER_OTHER)
		say_doubt(merge);
	if (is_usable(kho) && kho->contradicts)
		add_conflict(merge, LINEAGE_SOURCE_KHO, "%s", kho->detail);
	judge_stamp(merge);
	reject_unattested(merge);
	merge->has_previous = use_carriers(merge) || take_repeated(merge);
	use_attested(merge);
	if (!merge->has_previous)
		return;
	if (merge->lineage.chain_length == 0)
		take_repeated_chain(merge);
	compare_repeated(merge, LINEAGE_SOURCE_MODULE);
	compare_repeated(merge, LINEAGE_SOURCE_LOG);
}
