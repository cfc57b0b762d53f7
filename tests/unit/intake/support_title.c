// SPDX-License-Identifier: GPL-2.0-or-later
/* Make the title of a crash from the text of its report. */
#include "support_title.h"

#include "support_intake.h"

void support_report(const char *lines, struct intake_report *ret)
{
	assert_int_equal(intake_report_init(ret), 0);
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		intake_report_add(ret, (struct intake_text){ .at = lines, .length = length });
		lines += length + (lines[length] == '\n');
	}
}

bool support_title(const char *lines, bool is_shared, struct intake_title *ret)
{
	const struct intake_class *class;
	struct intake_report report;

	support_report(lines, &report);
	report.is_shared = is_shared;
	class = intake_class_find(intake_report_line(&report, 0));
	if (class)
		intake_title_make(class, &report, ret);
	intake_report_deinit(&report);
	return class != NULL;
}
