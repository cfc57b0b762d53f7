/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser for the line that journalctl prints between two boots in text output: "-- Boot ID --"
 * (systemd src/shared/logs-show.c and src/journal/journalctl.c).
 */
#ifndef LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H
#define LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H

#include "record.h"

#define INTAKE_JOURNAL_MARK_ID 32 /* hexadecimal digits */

/**
 * struct intake_journal_mark - the last line "-- Boot ID --"
 * @id: boot id of the lines after this line
 * @has_id: a line "-- Boot ID --" was read
 * @has_offset: no record has used @offset yet
 * @offset: position of the line; used as the position of the first record of the boot
 */
struct intake_journal_mark {
	char id[INTAKE_JOURNAL_MARK_ID];
	bool has_id;
	bool has_offset;
	uint64_t offset;
};

/** intake_journal_mark_take() - store the id of a "-- Boot ID --" line; false for other lines */
bool intake_journal_mark_take(struct intake_journal_mark *mark, struct intake_text line,
			      uint64_t offset);

/**
 * intake_journal_mark_apply() - set the boot id of a record from the last line "-- Boot ID --"
 *
 * Records without a host are from another log and are not changed. The first record of a boot gets
 * the position of the line with the id, so that a resumed run reads this line again.
 */
void intake_journal_mark_apply(struct intake_journal_mark *mark, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_JOURNAL_MARK_H */
