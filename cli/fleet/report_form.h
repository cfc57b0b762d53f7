/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forms of a report about one crash: Markdown, a comment of Bugzilla, a mail.
 *
 * All texts are untrusted: they come from logs and from the user's notes. A form writes them so
 * that they have no effect: no markup, no link, no header of a mail, no control character.
 *
 * To add a form: write cli/fleet/report_NAME.c, declare it here, add it to the table in
 * cli/fleet/report.c, to man/kexec-lineage-report.8 and to tests/golden/test_report.py.
 */
#ifndef LINEAGE_CLI_FLEET_REPORT_FORM_H
#define LINEAGE_CLI_FLEET_REPORT_FORM_H

#include <stdio.h>

#include "layout.h"

/**
 * struct report_form - how the parts of a report are written
 * @name: value of --format
 * @begin: write the subject, one line
 * @heading: write a heading, one line
 * @paragraph: write a paragraph; the form breaks its lines
 * @table: write a table; its cells are printable()
 * @block: write lines, each ended by a newline, as they are
 */
struct report_form {
	const char *name;
	void (*begin)(const char *subject, FILE *stream);
	void (*heading)(const char *text, FILE *stream);
	void (*paragraph)(const char *text, FILE *stream);
	void (*table)(const struct layout_table *table, FILE *stream);
	void (*block)(const char *lines, FILE *stream);
};

extern const struct report_form report_markdown;
extern const struct report_form report_bugzilla;
extern const struct report_form report_mail;

#endif /* LINEAGE_CLI_FLEET_REPORT_FORM_H */
