// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of crashes from warnings, panics and other text messages. */
#include "refine.h"

#include "checks.h"
#include "header.h"
#include "panic.h"
#include "plumbing.h"

/* Find f in "FILE:LINE f+0x1/0x2" (up to Linux 6.18) or "FILE:LINE at f+0x1/0x2, CPU#0: ...". */
static void find_warning_site(struct intake_text header, struct intake_naming *naming)
{
	struct intake_text rest = header, skipped;

	while (rest.length > 0) {
		struct intake_text word = rest;

		if (intake_frame_take_function(&word, &naming->site))
			return;
		if (!intake_text_take_until(&rest, " ", &skipped))
			return;
	}
}

void intake_refine_warning(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_header_of(report);

	find_warning_site(header, naming);
	intake_naming_set_head(naming, "WARNING");
	if (intake_check_name(header))
		intake_naming_set_head(naming, "WARNING: %s", intake_check_name(header));
	else if (intake_text_has(header, "mm/vmalloc.c") &&
		 intake_text_starts(naming->site, "__vmalloc_node_range")) {
		/* This is the only warning of the function. */
		intake_naming_set_head(naming, "WARNING: zero-size vmalloc");
	} else if (intake_text_has(header, "drivers/usb/core/urb.c")) {
		/*
		 * usb_submit_urb() checks the requests of drivers: name the bug after the driver.
		 */
		naming->tail = "/usb_submit_urb";
	} else if (intake_report_find(report, 0, "NETDEV WATCHDOG: ") < report->count) {
		intake_naming_set_head(naming, "NETDEV WATCHDOG: transmit queue timed out");
		naming->rule = INTAKE_FRAME_NONE;
	}
}

/* Find the function in the message of a panic. Without symbols, it is an address. */
static void find_panic_site(struct intake_text message, struct intake_naming *naming)
{
	struct intake_text rest = message;

	if (!intake_frame_take_function(&rest, &naming->site))
		naming->site = intake_frame_take_name(&message);
	rest = naming->site;
	if (intake_text_take_hex(&rest) && rest.length == 0)
		naming->site.length = 0;
}

void intake_refine_panic(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text message = intake_panic_message(intake_header_of(report)), rest;
	const struct intake_panic *panic = intake_panic_find(message, &rest);

	if (panic)
		naming->rule = panic->rule;
	if (panic && panic->title)
		intake_naming_set_head(naming, "%s", panic->title);
	else
		intake_naming_set_text(naming, "kernel panic: ", message);
	if (naming->rule == INTAKE_FRAME_SITE)
		find_panic_site(rest, naming);
}

/*
 * Take COMM of "Killed process 123 (COMM) total-vm:" or "Kill process 123 (COMM) score 900 or
 * sacrifice child". A program may put parentheses into its name: "(sd-pam)".
 */
static bool take_killed(struct intake_text header, struct intake_text *ret)
{
	struct intake_text skipped;
	uint64_t number;

	if (!intake_text_take_until(&header, "rocess ", &skipped) ||
	    !intake_text_take_number(&header, &number) || !intake_text_take(&header, " ("))
		return false;
	while (header.length > 0 && header.at[header.length - 1] != ')')
		header.length--;
	if (header.length == 0)
		return false;
	header.length--;
	*ret = header;
	return true;
}

/* Add the killed program to the name. */
void intake_refine_oom(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_report_line(report, report->header), comm;
	char head[INTAKE_HEAD_TEXT_SIZE];

	memcpy(head, naming->head, sizeof(head));
	if (take_killed(header, &comm) && comm.length <= 15)
		intake_naming_set_head(naming, "%.100s: %.*s", head, (int)comm.length, comm.at);
}

/* Use the message as the title. */
void intake_refine_text(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_header_of(report);
	size_t end = intake_text_find(header, " on CPU#");

	/* Text after " on CPU#" and " in process" names the context, not the problem. */
	if (intake_text_find(header, " in process ") < end)
		end = intake_text_find(header, " in process ");
	header.length = end;
	intake_naming_set_text(naming, "", header);
}

/*
 * Use only the problem in "WARNING: kernel stack regs at ADDR in COMM:PID has bad 'bp' value ADDR".
 */
void intake_refine_unwinder(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = intake_header_of(report);
	size_t at = intake_text_find(header, " at "), has = intake_text_find(header, " has bad");
	size_t value = intake_text_find(header, " value");

	if (at > has || has > value || value == header.length) {
		intake_refine_text(report, naming);
		return;
	}
	intake_naming_set_head(naming, "%.*s%.*s", (int)at, header.at, (int)(value + 6 - has),
			       header.at + has);
}

/* Use the condition in "trusty: panic (caller ADDR): DEBUG ASSERT FAILED at (FILE:LINE): CONDITION" */
void intake_refine_trusty(const struct intake_report *report, struct intake_naming *naming)
{
	/* The driver may print the message in two records. */
	size_t at = intake_report_find(report, report->header, "ASSERT FAILED at (");
	struct intake_text line, skipped;

	intake_naming_set_head(naming, "trusty: panic");
	if (at == report->count)
		return;
	line = intake_report_line(report, at);
	if (intake_text_take_until(&line, "ASSERT FAILED at (", &skipped) &&
	    intake_text_take_until(&line, "):", &skipped))
		intake_naming_set_text(naming, "trusty: ASSERT FAILED: ", line);
}

/* Use f in "CFI failure at f+0x1/0x2 (target: ...)", which is the caller. */
void intake_refine_cfi(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_report_line(report, report->header), skipped;

	if (intake_text_take_until(&text, " failure at ", &skipped))
		intake_frame_take_function(&text, &naming->site);
}

/*
 * Use the text before the numbers in "illegal operation: 0001 ilc:1 [#1]SMP", "Kernel bug
 * detected[#1]:" or "COMM(PID): Kernel bad trap [#1]".
 */
void intake_refine_die(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_header_of(report);

	text.length = intake_text_find(text, "[#");
	intake_header_take_program(&text);
	text.length = intake_text_find(text, ": ");
	text = intake_text_trim(text);
	intake_naming_set_head(naming, "%.*s", (int)text.length, text.at);
}
