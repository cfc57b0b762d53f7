// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of crashes from reports of lock and context checks. */
#include "refine.h"

#include "header.h"
#include "heading.h"
#include "plumbing.h"

/* Find f in "lock at: f+0x1/0x2" or "lock){+.+.}, at: [<ffffffff81234567>] f+0x1/0x2". */
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

static bool begins_section(const struct intake_report *report, size_t index)
{
	return intake_heading_of(intake_text_trim(intake_report_line(report, index))) !=
	       INTAKE_HEADING_NONE;
}

/* Check for a function that takes a lock for its caller. */
static bool is_passed(struct intake_text function, const struct intake_naming *naming)
{
	return (intake_plumbing_reasons(function) & (naming->passes | INTAKE_PLUMBING_REPORT)) != 0;
}

/* Find the place that a line names. A line "... at:" is followed by the place on the next line. */
static bool find_site_at(const struct intake_report *report, size_t index, struct intake_text *ret)
{
	struct intake_text line = intake_report_line(report, index);

	if (find_site(line, ret))
		return true;
	if (!intake_text_ends(intake_text_trim(line), " at:") || index + 1 == report->count)
		return false;
	line = intake_text_trim(intake_report_line(report, index + 1));
	return intake_frame_take_function(&line, ret);
}

/*
 * Find where the second lock was taken. lockdep prints the place of the lock that the task is
 * taking, followed by the place of the lock that it holds. Use the second place if the first place
 * is plumbing: flush_work() takes the lock of a work item for its caller.
 */
static void find_taker(const struct intake_report *report, struct intake_naming *naming)
{
	for (size_t i = report->header + 1; i < report->count; i++) {
		struct intake_text site;

		if (begins_section(report, i))
			return;
		if (!find_site_at(report, i, &site))
			continue;
		if (naming->site.length == 0 || !is_passed(site, naming))
			naming->site = site;
		if (!is_passed(site, naming))
			return;
	}
}

/*
 * "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected" concerns the lock that an interrupt takes:
 * use the stack after "... which became HARDIRQ-irq-safe at:".
 */
static bool find_taker_in_interrupt(const struct intake_report *report,
				    struct intake_naming *naming)
{
	size_t at = intake_report_find(report, report->header, "-irq-safe at:");

	for (size_t i = at + 1; i < report->count && !begins_section(report, i); i++) {
		struct intake_frame frame;

		if (!intake_frame_parse(intake_report_line(report, i), &frame) ||
		    !frame.is_reliable || is_passed(frame.function, naming))
			continue;
		naming->site = frame.function;
		return true;
	}
	return false;
}

void intake_refine_lock_site(const struct intake_report *report, struct intake_naming *naming)
{
	if (!intake_text_has(intake_report_line(report, report->header), "-safe -> ") ||
	    !find_taker_in_interrupt(report, naming))
		find_taker(report, naming);
}

/* Name "BUG: using smp_processor_id() in preemptible [00000000] code: comm/123". */
void intake_refine_preemptible(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_header_of(report);
	struct intake_text function;

	intake_text_take(&header, "BUG: using ");
	function = intake_text_take_word(&header);
	intake_naming_set_head(naming, "BUG: using %.*s in preemptible code", (int)function.length,
			       function.at);
}

/*
 * Find the function of a work item: "last function: f", or "workfn=f" since Linux 6.9
 * (kernel/workqueue.c process_one_work()).
 */
static void find_work_function(const struct intake_report *report, struct intake_naming *naming)
{
	static const char *const places[] = { "last function: ", " workfn=" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		size_t at = intake_report_find(report, report->header, places[i]);
		struct intake_text line, skipped;

		if (at == report->count)
			continue;
		line = intake_report_line(report, at);
		intake_text_take_until(&line, places[i], &skipped);
		naming->site = intake_frame_take_name(&line);
		return;
	}
}

/* A line after the header names the function: "last function: f", "[unmount of ext4 sda1]". */
void intake_refine_at_name(const struct intake_report *report, struct intake_naming *naming)
{
	if (intake_text_has(intake_report_line(report, report->header), "[unmount"))
		strcat(naming->head, " in unmount");
	find_work_function(report, naming);
}
