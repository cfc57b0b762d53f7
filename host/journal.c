// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <systemd/sd-journal.h>

#include "lib/cleanup.h"

/* Maximum number of fields that lineage_host_journal_write() writes, not counting the conflicts. */
#define FIELDS_MAX 12

/**
 * struct entry - a journal entry
 * @fields: fields of the form "NAME=value"
 * @length: number of fields
 * @capacity: size of @fields
 * @is_short: a field was dropped for lack of memory
 */
struct entry {
	struct iovec *fields;
	size_t length;
	size_t capacity;
	bool is_short;
};

static void free_entry(struct entry *entry)
{
	for (size_t i = 0; i < entry->length; i++)
		free(entry->fields[i].iov_base);
	free(entry->fields);
}

__attribute__((format(printf, 2, 3))) static void add(struct entry *entry, const char *format, ...)
{
	va_list arguments;
	LINEAGE_AUTO_FREE char *text = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		text = NULL;
	if (!text || entry->length == entry->capacity) {
		entry->is_short = true;
		return;
	}
	entry->fields[entry->length].iov_base = text;
	entry->fields[entry->length].iov_len = (size_t)length;
	text = NULL;
	entry->length++;
}

static const char *how(enum lineage_boot boot)
{
	switch (boot) {
	case LINEAGE_BOOT_COLD:
		return "by a cold boot";
	case LINEAGE_BOOT_KEXEC:
		return "by kexec";
	case LINEAGE_BOOT_CAPTURE:
		return "to capture a crash";
	case LINEAGE_BOOT_UNKNOWN:
		break;
	}
	return "in an unknown way";
}

static const char *how_before(enum store_end before)
{
	switch (before) {
	case STORE_END_CRASH:
		return "; the previous boot crashed";
	case STORE_END_UNCLEAN:
		return "; the previous boot ended without a shutdown";
	case STORE_END_KEXEC:
		return "; the previous boot ended in a kexec without a shutdown";
	default:
		return "";
	}
}

static void add_message(struct entry *entry, const struct lineage_report *report,
			enum store_end before, const struct store_boot *lost)
{
	char count[48] = "";
	LINEAGE_AUTO_FREE char *end = NULL;

	if (lost &&
	    asprintf(&end, "; a kexec from %s to %s was lost: no sign of life of its kernel",
		     lost->release,
		     lost->kexec_release ? lost->kexec_release : "an unknown release") < 0)
		entry->is_short = true;

	if (report->has_count && report->boot != LINEAGE_BOOT_COLD)
		snprintf(count, sizeof(count), " (count %u)", report->kexec_count);
	add(entry, "MESSAGE=%s came up %s%s%s%s%s",
	    report->release ? report->release : "The kernel", how(report->boot),
	    report->previous_release ? ", from " : "",
	    report->previous_release ? report->previous_release : "", count,
	    end ? end : how_before(before));
}

static void add_chain(struct entry *entry, const struct lineage_report *report)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size, i;
	FILE *stream;

	if (report->chain_length == 0)
		return;
	stream = open_memstream(&text, &size);
	if (!stream) {
		entry->is_short = true;
		return;
	}
	for (i = 0; i < report->chain_length; i++) {
		fprintf(stream, "%s%s", i > 0 ? ", " : "", report->chain[i].release);
		if (report->chain[i].runs > 1)
			fprintf(stream, "*%u", report->chain[i].runs);
	}
	if (fclose(stream))
		entry->is_short = true;
	else
		add(entry, "KEXEC_LINEAGE_CHAIN=%s", text);
}

static void add_lost(struct entry *entry, const struct store_boot *lost)
{
	add(entry, "KEXEC_LINEAGE_LOST=1");
	add(entry, "KEXEC_LINEAGE_LOST_PREVIOUS_RELEASE=%s", lost->release);
	if (lost->kexec_release)
		add(entry, "KEXEC_LINEAGE_LOST_RELEASE=%s", lost->kexec_release);
}

static void add_all(struct entry *entry, const struct lineage_report *report, enum store_end before,
		    const struct store_boot *lost)
{
	bool is_odd = report->conflict_count > 0 || before == STORE_END_CRASH ||
		      before == STORE_END_UNCLEAN || lost;
	size_t i;

	add_message(entry, report, before, lost);
	if (lost)
		add_lost(entry, lost);
	add(entry, "MESSAGE_ID=" LINEAGE_HOST_JOURNAL_MESSAGE_ID);
	add(entry, "PRIORITY=%d", is_odd ? LOG_NOTICE : LOG_INFO);
	add(entry, "KEXEC_LINEAGE_BOOT=%s", lineage_boot_name(report->boot));
	add(entry, "KEXEC_LINEAGE_BEFORE=%s",
	    store_end_name(before) ? store_end_name(before) : "unknown");
	if (report->release)
		add(entry, "KEXEC_LINEAGE_RELEASE=%s", report->release);
	if (report->previous_release)
		add(entry, "KEXEC_LINEAGE_PREVIOUS_RELEASE=%s", report->previous_release);
	if (report->has_count)
		add(entry, "KEXEC_LINEAGE_COUNT=%u", report->kexec_count);
	add_chain(entry, report);
	for (i = 0; i < report->conflict_count; i++)
		add(entry, "KEXEC_LINEAGE_CONFLICT=%s", report->conflicts[i]);
}

/*
 * Load libsystemd here and not at the start of the program: libsystemd and the six libraries that
 * it needs double the start time. A system without libsystemd has no journal.
 */
static int send_entry(const struct entry *entry)
{
	void *library = dlopen("libsystemd.so.0", RTLD_LAZY);
	typeof(sd_journal_sendv) *send;

	if (!library)
		return 0;
	send = (typeof(send))dlsym(library, "sd_journal_sendv");
	return send ? send(entry->fields, (int)entry->length) : 0;
}

int lineage_host_journal_write(const struct lineage_report *report, enum store_end before,
			       const struct store_boot *lost)
{
	size_t capacity = FIELDS_MAX + report->conflict_count;
	__attribute__((cleanup(free_entry))) struct entry entry = {
		.fields = calloc(capacity, sizeof(*entry.fields)),
		.capacity = capacity,
	};

	if (!entry.fields)
		return -ENOMEM;
	add_all(&entry, report, before, lost);
	return entry.is_short ? -ENOMEM : send_entry(&entry);
}
