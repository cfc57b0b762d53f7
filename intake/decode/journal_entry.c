// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversion of a journal entry to the lines that the kernel printed. */
#include "journal_entry.h"

#include <ctype.h>

#include "message.h"

#define USEC_PER_SEC 1000000U
#define ID_LENGTH 32 /* hexadecimal digits of a boot or machine id */

static const char *const names[INTAKE_JOURNAL_FIELDS] = {
	[INTAKE_JOURNAL_MESSAGE] = "MESSAGE",
	[INTAKE_JOURNAL_TRANSPORT] = "_TRANSPORT",
	[INTAKE_JOURNAL_BOOT_ID] = "_BOOT_ID",
	[INTAKE_JOURNAL_HOSTNAME] = "_HOSTNAME",
	[INTAKE_JOURNAL_MACHINE_ID] = "_MACHINE_ID",
	[INTAKE_JOURNAL_PRIORITY] = "PRIORITY",
	[INTAKE_JOURNAL_FACILITY] = "SYSLOG_FACILITY",
	[INTAKE_JOURNAL_SOURCE_MONOTONIC] = "_SOURCE_MONOTONIC_TIMESTAMP",
	[INTAKE_JOURNAL_SOURCE_BOOTTIME] = "_SOURCE_BOOTTIME_TIMESTAMP",
	[INTAKE_JOURNAL_MONOTONIC] = "__MONOTONIC_TIMESTAMP",
	[INTAKE_JOURNAL_REALTIME] = "__REALTIME_TIMESTAMP",
};

const char *intake_journal_field_name(enum intake_journal_field field)
{
	return names[field];
}

enum intake_journal_field intake_journal_field_find(struct intake_text name)
{
	unsigned int field = 0;

	while (field < INTAKE_JOURNAL_FIELDS && !intake_text_is(name, names[field]))
		field++;
	return (enum intake_journal_field)field;
}

void intake_journal_entry_reset(struct intake_journal_entry *entry, uint64_t offset)
{
	entry->message_length = 0;
	entry->is_message_cut = false;
	memset(entry->has, 0, sizeof(entry->has));
	memset(entry->is_bad, 0, sizeof(entry->is_bad));
	entry->offset = offset;
}

void intake_journal_entry_begin(struct intake_journal_entry *entry, enum intake_journal_field field)
{
	if (field == INTAKE_JOURNAL_MESSAGE && entry->has[field])
		intake_journal_entry_append(entry, field, intake_text_of("\n"));
	entry->has[field] = true;
	entry->values[field].length = 0;
	if (field != INTAKE_JOURNAL_MESSAGE)
		entry->is_bad[field] = false;
}

void intake_journal_entry_append(struct intake_journal_entry *entry,
				 enum intake_journal_field field, struct intake_text bytes)
{
	bool is_message = field == INTAKE_JOURNAL_MESSAGE;
	char *to = is_message ? entry->message : entry->values[field].bytes;
	size_t *used = is_message ? &entry->message_length : &entry->values[field].length;
	size_t room = (is_message ? INTAKE_JOURNAL_MESSAGE_MAX : INTAKE_JOURNAL_VALUE_MAX) - *used;

	if (bytes.length > room) {
		bytes.length = room;
		if (is_message)
			entry->is_message_cut = true;
		else
			entry->is_bad[field] = true;
	}
	if (bytes.length > 0)
		memcpy(to + *used, bytes.at, bytes.length);
	*used += bytes.length;
}

void intake_journal_entry_spoil(struct intake_journal_entry *entry, enum intake_journal_field field)
{
	entry->is_bad[field] = true;
}

static struct intake_text value_of(const struct intake_journal_entry *entry,
				   enum intake_journal_field field)
{
	return (struct intake_text){ .at = entry->values[field].bytes,
				     .length = entry->values[field].length };
}

static bool is_id(struct intake_text text)
{
	return text.length == ID_LENGTH && intake_text_take_hex(&text) && text.length == 0;
}

static bool is_hostname(struct intake_text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!isgraph((unsigned char)text.at[i]))
			return false;
	return text.length > 0;
}

/* Check that a field exists and is valid. Report an invalid field. */
static bool has_good(const struct intake_journal_entry *entry, const struct intake_sink *sink,
		     enum intake_journal_field field, bool (*is_good)(struct intake_text text))
{
	if (!entry->has[field] && !entry->is_bad[field])
		return false;
	if (!entry->is_bad[field] && is_good(value_of(entry, field)))
		return true;
	sink->fault(sink->data, INTAKE_FAULT_FIELD, entry->offset);
	return false;
}

static bool is_number(struct intake_text text)
{
	uint64_t number;

	return intake_text_take_number(&text, &number) && text.length == 0;
}

static bool has_number(const struct intake_journal_entry *entry, const struct intake_sink *sink,
		       enum intake_journal_field field, uint64_t *ret)
{
	struct intake_text text = value_of(entry, field);

	return has_good(entry, sink, field, is_number) && intake_text_take_number(&text, ret);
}

static bool is_level(struct intake_text text)
{
	return text.length == 1 && text.at[0] >= '0' && text.at[0] <= '7';
}

/*
 * Prefer the kernel's time to journald's time, which is the later time at which journald read the
 * message. Since systemd 257, an entry also contains the kernel's time by CLOCK_BOOTTIME.
 */
static void fill_times(const struct intake_journal_entry *entry, const struct intake_sink *sink,
		       struct intake_record *record)
{
	uint64_t usec;

	if (has_number(entry, sink, INTAKE_JOURNAL_REALTIME, &usec)) {
		record->has_time = true;
		record->time = (int64_t)(usec / USEC_PER_SEC);
	}
	record->has_uptime =
		has_number(entry, sink, INTAKE_JOURNAL_SOURCE_MONOTONIC, &record->uptime_us) ||
		has_number(entry, sink, INTAKE_JOURNAL_SOURCE_BOOTTIME, &record->uptime_us) ||
		has_number(entry, sink, INTAKE_JOURNAL_MONOTONIC, &record->uptime_us);
}

static void fill(const struct intake_journal_entry *entry, const struct intake_sink *sink,
		 struct intake_record *record)
{
	uint64_t facility;

	if (has_good(entry, sink, INTAKE_JOURNAL_BOOT_ID, is_id))
		record->boot_id = value_of(entry, INTAKE_JOURNAL_BOOT_ID);
	if (has_good(entry, sink, INTAKE_JOURNAL_MACHINE_ID, is_id))
		record->machine_id = value_of(entry, INTAKE_JOURNAL_MACHINE_ID);
	if (has_good(entry, sink, INTAKE_JOURNAL_HOSTNAME, is_hostname))
		record->host = value_of(entry, INTAKE_JOURNAL_HOSTNAME);
	if (has_good(entry, sink, INTAKE_JOURNAL_PRIORITY, is_level))
		record->level = entry->values[INTAKE_JOURNAL_PRIORITY].bytes[0] - '0';
	/* Older versions of journald do not write the facility of the kernel, which is 0. */
	if (has_number(entry, sink, INTAKE_JOURNAL_FACILITY, &facility))
		record->is_from_user = facility != 0;
	fill_times(entry, sink, record);
}

void intake_journal_entry_deliver(const struct intake_journal_entry *entry,
				  const struct intake_sink *sink)
{
	struct intake_record record = { .level = -1, .offset = entry->offset };

	/*
	 * If journalctl --output-fields omitted the transport, assume that the user selected kernel
	 * messages.
	 */
	if (entry->has[INTAKE_JOURNAL_TRANSPORT] &&
	    !intake_text_is(value_of(entry, INTAKE_JOURNAL_TRANSPORT), "kernel"))
		return;
	if (entry->is_bad[INTAKE_JOURNAL_MESSAGE])
		sink->fault(sink->data, INTAKE_FAULT_FIELD, entry->offset);
	if (!entry->has[INTAKE_JOURNAL_MESSAGE])
		return;
	if (entry->is_message_cut)
		sink->fault(sink->data, INTAKE_FAULT_LONG_LINE, entry->offset);
	fill(entry, sink, &record);
	intake_message_deliver(sink, &record,
			       (struct intake_text){ .at = entry->message,
						     .length = entry->message_length });
}
