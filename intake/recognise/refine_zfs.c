// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of crashes from failed assertions of OpenZFS. */
#include "refine.h"

#include "header.h"

#define SITE "PANIC at "

/* Find F in "PANIC at FILE:LINE:F()", a line after "VERIFY(...) failed". */
static bool find_site(const struct intake_report *report, struct intake_text *ret)
{
	size_t at = intake_report_find(report, report->header, SITE);
	struct intake_text line, skipped;

	if (at == report->count)
		return false;
	line = intake_report_line(report, at);
	if (!intake_text_take_until(&line, SITE, &skipped) ||
	    !intake_text_take_until(&line, ":", &skipped) ||
	    !intake_text_take_until(&line, ":", &skipped) ||
	    !intake_text_take_until(&line, "()", &skipped))
		return false;
	*ret = skipped;
	return true;
}

/*
 * "VERIFY3(a == b) failed (1 == 2)" contains values, and the condition may be long. "PANIC: zfs:
 * adding existent segment to range tree (offset=7 size=7)" has the message before the values.
 */
void intake_refine_zfs(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_header_of(report);

	if (intake_text_starts(header, "VERIFY")) {
		intake_naming_set_head(naming, "ZFS: VERIFY failed");
	} else if (intake_text_starts(header, SITE)) {
		intake_naming_set_head(naming, "ZFS: PANIC");
	} else {
		intake_text_take(&header, "PANIC: ");
		intake_text_take(&header, "zfs: ");
		header.length = intake_text_find(header, "(");
		header.length = intake_text_find(header, "{");
		intake_naming_set_text(naming, "ZFS: ", header);
		return;
	}
	find_site(report, &naming->site);
}
