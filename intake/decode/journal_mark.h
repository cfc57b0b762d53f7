/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line between two boots in the text output of journalctl: "-- Boot ID --" (systemd
 * src/shared/logs-show.c and src/journal/journalctl.c).
 */
#ifndef LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H
#define LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H

#include "record.h"

#define INTAKE_JOURNAL_MARK_ID 32 /* hexadecimal digits */

/**
 * struct intake_journal_mark - the last such line
 * @id: the boot of the lines after it
 * @has_id: there was one
 * @offset: its position, until the first line of the boot has taken it
 */
struct intake_journal_mark {
	char id[INTAKE_JOURNAL_MARK_ID];
	bool has_id;
	bool has_offset;
	uint64_t offset;
};

/** intake_journal_mark_take() - keep the id if this is such a line; return whether it is */
bool intake_journal_mark_take(struct intake_journal_mark *mark, struct intake_text line,
			      uint64_t offset);

/**
 * intake_journal_mark_apply() - give a record of the journal the boot id of its lines
 *
 * Records without a host are of another log. The boot begins at the line with its id, so that a
 * reading that is resumed there has the id.
 */
void intake_journal_mark_apply(struct intake_journal_mark *mark, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H */
