/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a report about one crash. */
#ifndef LINEAGE_CLI_FLEET_REPORT_SECTIONS_H
#define LINEAGE_CLI_FLEET_REPORT_SECTIONS_H

#include <stdio.h>

#include "report_facts.h"
#include "report_form.h"

/**
 * report_subject() - "WARNING in memremap in 7.3.4 after a kexec from 7.2.9"
 *
 * Return: an allocated string, which the caller frees; NULL if memory runs out.
 */
char *report_subject(const struct report_facts *facts);

/**
 * report_release_sentence() - the first bad and the last good release; NULL if no order of releases
 * is known, or if memory runs out; the caller frees it
 */
char *report_release_sentence(const struct report_facts *facts);

/** report_write() - write a report in a form */
void report_write(const struct report_facts *facts, const struct report_form *form, FILE *stream);

#endif /* LINEAGE_CLI_FLEET_REPORT_SECTIONS_H */
