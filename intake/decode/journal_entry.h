/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines did the kernel print, by an entry of the journal?
 *
 * Fields: systemd.journal-fields(7). Only entries of _TRANSPORT=kernel count; journald reads them
 * from /dev/kmsg (src/journal/journald-kmsg.c), unescapes the text and leaves the caller and the
 * sequence number out. To add a field: a row in journal_entry.c, too.
 */
#ifndef LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H
#define LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H

#include "text.h"

/** The fields of an entry that count. */
enum intake_journal_field {
	INTAKE_JOURNAL_MESSAGE,
	INTAKE_JOURNAL_TRANSPORT,
	INTAKE_JOURNAL_BOOT_ID,
	INTAKE_JOURNAL_HOSTNAME,
	INTAKE_JOURNAL_PRIORITY,
	INTAKE_JOURNAL_FACILITY,
	INTAKE_JOURNAL_SOURCE_MONOTONIC,
	INTAKE_JOURNAL_SOURCE_BOOTTIME,
	INTAKE_JOURNAL_MONOTONIC,
	INTAKE_JOURNAL_REALTIME,
	INTAKE_JOURNAL_FIELDS,
};

#define INTAKE_JOURNAL_MESSAGE_MAX 65536 /* a record of the kernel has at most 8 KiB */
#define INTAKE_JOURNAL_VALUE_MAX 256	 /* of the other fields */

/**
 * struct intake_journal_entry - an entry in the making
 * @message: all MESSAGE fields, a newline in between
 * @is_message_cut: there was more
 * @values: the other fields; the message's row is not used
 * @has: what is there
 * @is_bad: what is there, but not as it should be
 * @offset: in the input
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

/** intake_journal_field_name() - as the journal has it */
const char *intake_journal_field_name(enum intake_journal_field field);

/** intake_journal_field_find() - by name; INTAKE_JOURNAL_FIELDS where it does not count */
enum intake_journal_field intake_journal_field_find(struct intake_text name);

/** intake_journal_entry_reset() - an empty one */
void intake_journal_entry_reset(struct intake_journal_entry *entry, uint64_t offset);

/** intake_journal_entry_begin() - a field begins; it loses its value, but the message goes on */
void intake_journal_entry_begin(struct intake_journal_entry *entry,
				enum intake_journal_field field);

/** intake_journal_entry_append() - more bytes of the field that began */
void intake_journal_entry_append(struct intake_journal_entry *entry,
				 enum intake_journal_field field, struct intake_text bytes);

/** intake_journal_entry_spoil() - the field that began is none */
void intake_journal_entry_spoil(struct intake_journal_entry *entry,
				enum intake_journal_field field);

/** intake_journal_entry_deliver() - hand over what the kernel printed, if it is the kernel's */
void intake_journal_entry_deliver(const struct intake_journal_entry *entry,
				  const struct intake_sink *sink);

#endif /* LINEAGE_INTAKE_DECODE_JOURNAL_ENTRY_H */
