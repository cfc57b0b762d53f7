/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Make the title of a crash from the text of its report. */
#ifndef LINEAGE_TESTS_SUPPORT_TITLE_H
#define LINEAGE_TESTS_SUPPORT_TITLE_H

#include "intake/recognise/title.h"

/** support_report() - make a report of lines, each of which ends with a newline; deinit it */
void support_report(const char *lines, struct intake_report *ret);

/**
 * support_title() - make the title of a report
 * @is_shared: the log does not name the context of lines
 *
 * Return: false if the first line does not begin a report.
 */
bool support_title(const char *lines, bool is_shared, struct intake_title *ret);

#endif /* LINEAGE_TESTS_SUPPORT_TITLE_H */
