/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to reproduce a crash: the commands for a machine and for the lab. */
#ifndef LINEAGE_CLI_FLEET_REPORT_REPRODUCE_H
#define LINEAGE_CLI_FLEET_REPORT_REPRODUCE_H

#include <stdio.h>

#include "report_facts.h"
#include "report_form.h"

/** report_reproduce() - write the section; nothing if no chain of the crash is known */
void report_reproduce(const struct report_facts *facts, const struct report_form *form,
		      FILE *stream);

#endif /* LINEAGE_CLI_FLEET_REPORT_REPRODUCE_H */
