// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for kernel messages in `journalctl -o export`.
 *
 * An entry is a list of fields that ends with an empty line. A text field is a line KEY=value. A
 * binary field is a line KEY, an eight-byte little-endian size, the bytes of the value, and a
 * newline (systemd.io/JOURNAL_EXPORT_FORMATS).
 */
#include "decoder.h"

#include <stdlib.h>

#include "journal_entry.h"
#include "likeness.h"

#define NAME_MAX_BYTES 64 /* journal_field_valid(), systemd */
#define SIZE_BYTES 8
#define DATA_MAX ((uint64_t)768 * 1024 * 1024) /* DATA_SIZE_MAX, systemd's journal-importer.h */
#define LIKENESS_SURE 95
#define LIKENESS_FIELDS 40
#define SHARE_MIN 60 /* per cent of lines; a few lines of other logs look like fields, too */

enum place {
	PLACE_NAME,	/* name of a field, or an empty line */
	PLACE_VALUE,	/* value of a text field, up to the newline */
	PLACE_SIZE,	/* size of a binary field */
	PLACE_DATA,	/* data of a binary field */
	PLACE_DATA_END, /* the newline after the data */
	PLACE_LOST,	/* invalid input: skip to the end of the line */
};

struct journal_export {
	const struct intake_sink *sink;
	enum place place;
	char name[NAME_MAX_BYTES];
	size_t name_length;
	enum intake_journal_field field;
	unsigned int size_count;
	uint64_t left; /* remaining bytes of data; in PLACE_SIZE, the value of the size so far */
	bool is_open;  /* the entry has at least one field */
	struct intake_journal_entry entry;
};

/* Allow capital letters, digits and underscores (journal_field_valid() of systemd). */
static bool is_name(struct intake_text name)
{
	for (size_t i = 0; i < name.length; i++)
		if (!(name.at[i] >= 'A' && name.at[i] <= 'Z') && name.at[i] != '_' &&
		    !(name.at[i] >= '0' && name.at[i] <= '9'))
			return false;
	return name.length > 0 && name.length <= NAME_MAX_BYTES;
}

static void end_entry(struct journal_export *journal)
{
	if (journal->is_open)
		intake_journal_entry_deliver(&journal->entry, journal->sink);
	journal->is_open = false;
}

static void begin_field(struct journal_export *journal)
{
	struct intake_text name = { .at = journal->name, .length = journal->name_length };

	journal->field = intake_journal_field_find(name);
	if (journal->field < INTAKE_JOURNAL_FIELDS)
		intake_journal_entry_begin(&journal->entry, journal->field);
}

static void drop_field(struct journal_export *journal, uint64_t offset)
{
	journal->sink->fault(journal->sink->data, INTAKE_FAULT_FIELD, offset);
	if (journal->field < INTAKE_JOURNAL_FIELDS)
		journal->entry.has[journal->field] = false;
}

static void append(struct journal_export *journal, struct intake_text bytes)
{
	if (journal->field < INTAKE_JOURNAL_FIELDS)
		intake_journal_entry_append(&journal->entry, journal->field, bytes);
}

/* End the name at an equals sign or a newline. */
static void end_name(struct journal_export *journal, bool is_binary, uint64_t offset)
{
	struct intake_text name = { .at = journal->name, .length = journal->name_length };

	if (!is_name(name)) {
		journal->sink->fault(journal->sink->data, INTAKE_FAULT_HEADER, offset);
		journal->place = is_binary ? PLACE_NAME : PLACE_LOST;
	} else {
		begin_field(journal);
		journal->place = is_binary ? PLACE_SIZE : PLACE_VALUE;
		journal->size_count = 0;
		journal->left = 0;
	}
	journal->name_length = 0;
}

/* Each take_*() function consumes bytes in one state and returns their number. */

static size_t take_name(struct journal_export *journal, struct intake_text bytes, uint64_t offset)
{
	char byte = bytes.at[0];

	if (byte == '\n' && journal->name_length == 0) {
		end_entry(journal);
		return 1;
	}
	if (!journal->is_open) {
		journal->is_open = true;
		intake_journal_entry_reset(&journal->entry, offset);
	}
	if (byte == '\n' || byte == '=') {
		end_name(journal, byte == '\n', offset);
	} else if (journal->name_length == sizeof(journal->name)) {
		journal->sink->fault(journal->sink->data, INTAKE_FAULT_HEADER, offset);
		journal->name_length = 0;
		journal->place = PLACE_LOST;
	} else {
		journal->name[journal->name_length++] = byte;
	}
	return 1;
}

static size_t take_value(struct journal_export *journal, struct intake_text bytes)
{
	size_t length = intake_text_find(bytes, "\n");

	append(journal, (struct intake_text){ .at = bytes.at, .length = length });
	if (length == bytes.length)
		return length;
	journal->place = PLACE_NAME;
	return length + 1;
}

static size_t take_size(struct journal_export *journal, struct intake_text bytes, uint64_t offset)
{
	journal->left |= (uint64_t)(unsigned char)bytes.at[0] << (8 * journal->size_count);
	if (++journal->size_count < SIZE_BYTES)
		return 1;
	journal->place = journal->left > 0 ? PLACE_DATA : PLACE_DATA_END;
	if (journal->left > DATA_MAX) {
		/* The size is invalid, so the following bytes are probably lines, not data. */
		drop_field(journal, offset);
		journal->place = PLACE_LOST;
	}
	return 1;
}

static size_t take_data(struct journal_export *journal, struct intake_text bytes)
{
	if (bytes.length > journal->left)
		bytes.length = (size_t)journal->left;
	append(journal, bytes);
	journal->left -= bytes.length;
	if (journal->left == 0)
		journal->place = PLACE_DATA_END;
	return bytes.length;
}

static size_t take_data_end(struct journal_export *journal, struct intake_text bytes,
			    uint64_t offset)
{
	if (bytes.at[0] == '\n') {
		journal->place = PLACE_NAME;
		return 1;
	}
	journal->sink->fault(journal->sink->data, INTAKE_FAULT_FIELD, offset);
	journal->place = PLACE_LOST;
	return 0;
}

static size_t take_lost(struct journal_export *journal, struct intake_text bytes)
{
	size_t length = intake_text_find(bytes, "\n");

	if (length == bytes.length)
		return length;
	journal->place = PLACE_NAME;
	return length + 1;
}

static size_t take(struct journal_export *journal, struct intake_text bytes, uint64_t offset)
{
	switch (journal->place) {
	case PLACE_NAME:
		return take_name(journal, bytes, offset);
	case PLACE_VALUE:
		return take_value(journal, bytes);
	case PLACE_SIZE:
		return take_size(journal, bytes, offset);
	case PLACE_DATA:
		return take_data(journal, bytes);
	case PLACE_DATA_END:
		return take_data_end(journal, bytes, offset);
	default:
		return take_lost(journal, bytes);
	}
}

static void feed(void *state, const char *bytes, size_t length, uint64_t offset)
{
	struct journal_export *journal = state;
	struct intake_text rest = { .at = bytes, .length = length };

	while (rest.length > 0)
		rest = intake_text_skip(rest, take(journal, rest,
						   offset + (uint64_t)(length - rest.length)));
}

/*
 * The last entry may lack its empty line and its last newline. A truncated binary field is dropped.
 */
static void finish(void *state)
{
	struct journal_export *journal = state;
	bool is_half = journal->place == PLACE_SIZE || journal->place == PLACE_DATA;

	if (is_half)
		drop_field(journal, journal->entry.offset);
	end_entry(journal);
	journal->place = PLACE_NAME;
	journal->name_length = 0;
}

static bool is_like(struct intake_text line)
{
	struct intake_text name;

	return !intake_text_take_until(&line, "=", &name) ? is_name(line) : is_name(name);
}

static int likeness(const char *head, size_t length)
{
	static const char *const sure[] = { "__CURSOR=", "__REALTIME_TIMESTAMP=",
					    "__MONOTONIC_TIMESTAMP=", "_BOOT_ID=" };
	struct intake_text text = { .at = head, .length = length };
	int share;

	for (size_t i = 0; i < sizeof(sure) / sizeof(sure[0]); i++)
		if (intake_text_starts(text, sure[i]))
			return LIKENESS_SURE;
	share = intake_head_share(head, length, is_like);
	return share < SHARE_MIN ? 0 : share * LIKENESS_FIELDS / 100;
}

static void *create(const struct intake_decoder *decoder, const struct intake_sink *sink)
{
	struct journal_export *journal = calloc(1, sizeof(*journal));

	if (journal)
		journal->sink = sink;
	return journal;
}

const struct intake_decoder intake_decoder_journal_export = {
	.name = "journal-export",
	.likeness = likeness,
	.create = create,
	.feed = feed,
	.finish = finish,
	.destroy = free,
};
