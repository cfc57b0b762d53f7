/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversion of a journal entry to the lines that the kernel printed.
 *
 * systemd.journal-fields(7) describes the fields. Only entries with _TRANSPORT=kernel are used.
 * journald reads their messages from /dev/kmsg (systemd src/journal/journald-kmsg.c), unescapes the
 * text, and drops the caller and the sequence number. To add a field, also add a row in
 * journal_entry.c.
 */
#ifndef LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H
#define LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H

#include "text.h"

/** The journal fields that the decoders use. */
enum intake_journal_field {
	INTAKE_JOURNAL_MESSAGE,
	INTAKE_JOURNAL_TRANSPORT,
	INTAKE_JOURNAL_BOOT_ID,
	INTAKE_JOURNAL_HOSTNAME,
	INTAKE_JOURNAL_MACHINE_ID,
	INTAKE_JOURNAL_PRIORITY,
	INTAKE_JOURNAL_FACILITY,
	INTAKE_JOURNAL_SOURCE_MONOTONIC,
	INTAKE_JOURNAL_SOURCE_BOOTTIME,
	INTAKE_JOURNAL_MONOTONIC,
	INTAKE_JOURNAL_REALTIME,
	INTAKE_JOURNAL_FIELDS,
};

#define INTAKE_JOURNAL_MESSAGE_MAX 65536 /* a record of the kernel has at most 8 KiB */
#define INTAKE_JOURNAL_VALUE_MAX 256	 /* maximum length of other fields */

/**
 * struct intake_journal_entry - an entry under construction
 * @message: all MESSAGE fields, separated by newlines
 * @is_message_cut: the message was truncated
 * @values: the other fields; the row of MESSAGE is unused
 * @has: fields that are present
 * @is_bad: fields that are present but invalid
 * @offset: position in the input
 */
struct intake_journal_entry {
	char message[INTAKE_JOURNAL_MESSAGE_MAX];
	size_t message_length;
	bool is_message_cut;
	struct {
		char bytes[INTAKE_JOURNAL_VALUE_MAX];
		size_t length;
	} values[INTAKE_JOURNAL_FIELDS];
	bool has[INTAKE_JOURNAL_FIELDS];
	bool is_bad[INTAKE_JOURNAL_FIELDS];
	uint64_t offset;
};

/** intake_journal_field_name() - return the name of a field in the journal */
const char *intake_journal_field_name(enum intake_journal_field field);

/**
 * intake_journal_field_find() - find a field by name; return INTAKE_JOURNAL_FIELDS if no decoder
 * uses it
 */
enum intake_journal_field intake_journal_field_find(struct intake_text name);

/** intake_journal_entry_reset() - clear an entry */
void intake_journal_entry_reset(struct intake_journal_entry *entry, uint64_t offset);

/**
 * intake_journal_entry_begin() - begin a field: drop its earlier value, except for a message, which
 * is extended
 */
void intake_journal_entry_begin(struct intake_journal_entry *entry,
				enum intake_journal_field field);

/** intake_journal_entry_append() - append bytes to the current field */
void intake_journal_entry_append(struct intake_journal_entry *entry,
				 enum intake_journal_field field, struct intake_text bytes);

/** intake_journal_entry_spoil() - mark the current field as invalid */
void intake_journal_entry_spoil(struct intake_journal_entry *entry,
				enum intake_journal_field field);

/** intake_journal_entry_deliver() - deliver the lines of an entry if the kernel printed them */
void intake_journal_entry_deliver(const struct intake_journal_entry *entry,
				  const struct intake_sink *sink);

#endif /* LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H */
