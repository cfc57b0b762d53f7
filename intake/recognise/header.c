// SPDX-License-Identifier: GPL-2.0-or-later
/* Removal of the kernel's prefixes from the first line of a crash report. */
#include "header.h"

#include <ctype.h>

/* Prefixes that the kernel prints before some headers, for example from a file's pr_fmt(). */
static const char *const lead_ins[] = {
	"watchdog: ", "NMI watchdog: ",		"rcu: ", "Oops: ", "traps: ", "mce: ", "kernel: ",
	"smp: ",      "Fixing recursive fault",
};

struct intake_text intake_header_text(struct intake_text line)
{
	struct intake_text rest;
	size_t i = 0;

	intake_text_take_blanks(&line);
	/* lockdep put its headers in brackets up to 4.11: "[ INFO: inconsistent lock state ]" */
	intake_text_take(&line, "[ ");
	while (i < sizeof(lead_ins) / sizeof(*lead_ins)) {
		rest = line;
		if (intake_text_take(&rest, lead_ins[i]) &&
		    !(intake_text_is(intake_text_of(lead_ins[i]), "Oops: ") &&
		      (rest.length == 0 || isdigit((unsigned char)rest.at[0]) ||
		       isupper((unsigned char)rest.at[0])))) {
			line = rest;
			i = 0;
		} else {
			i++;
		}
	}
	return line;
}

bool intake_header_take_program(struct intake_text *header)
{
	struct intake_text rest = *header, skipped;
	uint64_t number;

	if (!intake_text_take_until(&rest, "(", &skipped) || skipped.length == 0 ||
	    !intake_text_take_number(&rest, &number) || !intake_text_take(&rest, "): "))
		return false;
	*header = rest;
	return true;
}

struct intake_text intake_header_of(const struct intake_report *report)
{
	return intake_header_text(intake_report_line(report, report->header));
}
