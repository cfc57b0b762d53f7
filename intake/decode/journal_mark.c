// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal_mark.h"

#include <string.h>

#include "text.h"

bool intake_journal_mark_take(struct intake_journal_mark *mark, struct intake_text line,
			      uint64_t offset)
{
	struct intake_text id, rest;

	if (!intake_text_take(&line, "-- Boot "))
		return false;
	id = rest = line;
	if (!intake_text_take_hex(&rest) || id.length - rest.length != INTAKE_JOURNAL_MARK_ID ||
	    !intake_text_is(intake_text_trim(rest), "--"))
		return false;
	memcpy(mark->id, id.at, INTAKE_JOURNAL_MARK_ID);
	mark->has_id = mark->has_offset = true;
	mark->offset = offset;
	return true;
}

void intake_journal_mark_apply(struct intake_journal_mark *mark, struct intake_record *record)
{
	if (!mark->has_id || record->host.length == 0 || record->boot_id.length > 0)
		return;
	record->boot_id = (struct intake_text){ .at = mark->id, .length = INTAKE_JOURNAL_MARK_ID };
	if (mark->has_offset)
		record->offset = mark->offset;
	mark->has_offset = false;
}
