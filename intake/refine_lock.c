// SPDX-License-Identifier: GPL-2.0-or-later
/* What do the checks of locks and context say about a crash? */
#include "refine.h"

#include "plumbing.h"

/* How far below the header lockdep names the place: the locks that a task holds stand first. */
#define SITE_LINES 40

/* "lock at: f+0x1/0x2", "lock){+.+.}, at: [<ffffffff81234567>] f+0x1/0x2" */
static bool find_site(struct intake_text line, struct intake_text *ret)
{
	struct intake_text skipped;

	while (intake_text_take_until(&line, "at: ", &skipped)) {
		struct intake_text rest = line;

		intake_text_take_blanks(&rest);
		if (intake_frame_take_function(&rest, ret))
			return true;
	}
	return false;
}

/* Where the lock was taken that is one too many; lockdep prints it first, then what it depends on. */
void intake_refine_lock_site(const struct intake_report *report, struct intake_naming *naming)
{
	size_t end = report->header + SITE_LINES;

	for (size_t i = report->header + 1; i < report->count && i < end; i++) {
		struct intake_text line = intake_report_line(report, i), site;
		struct intake_text trimmed = intake_text_trim(line);

		if (intake_text_starts(trimmed, "the existing dependency chain") ||
		    intake_text_starts(trimmed, "other info that might help") ||
		    intake_text_starts(trimmed, "but task is already holding") ||
		    intake_text_starts(trimmed, "but this lock took another") ||
		    intake_text_starts(trimmed, "and this task is already holding") ||
		    intake_text_starts(trimmed, "stack backtrace"))
			return;
		if (find_site(line, &site)) {
			naming->site = site;
			return;
		}
		/* "is trying to release lock (x) at:", and the place on a line of its own */
		if (intake_text_ends(trimmed, " at:") && i + 1 < report->count) {
			struct intake_text next =
				intake_text_trim(intake_report_line(report, i + 1));

			if (intake_frame_take_function(&next, &site)) {
				naming->site = site;
				return;
			}
		}
	}
}

/* "BUG: using smp_processor_id() in preemptible [00000000] code: comm/123" */
void intake_refine_preemptible(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_class_header(intake_report_line(report, report->header));
	struct intake_text function;

	intake_text_take(&header, "BUG: using ");
	function = intake_text_take_word(&header);
	intake_naming_set_head(naming, "BUG: using %.*s in preemptible code", (int)function.length,
			       function.at);
}

/* A line below the header names the function: "last function: f", "[unmount of ext4 sda1]". */
void intake_refine_at_name(const struct intake_report *report, struct intake_naming *naming)
{
	size_t end = report->header + 5;

	if (intake_text_has(intake_report_line(report, report->header), "[unmount"))
		strcat(naming->head, " in unmount");
	for (size_t i = report->header; i < report->count && i < end; i++) {
		struct intake_text line = intake_report_line(report, i), skipped;

		if (intake_text_take_until(&line, "last function: ", &skipped))
			naming->site = intake_frame_normalise(intake_text_take_word(&line));
	}
}
