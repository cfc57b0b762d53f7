/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report about one crash as JSON. */
#ifndef LINEAGE_CLI_FLEET_REPORT_JSON_H
#define LINEAGE_CLI_FLEET_REPORT_JSON_H

#include "report_facts.h"

/* Print one JSON object to stdout. Exit if memory runs out. */
void report_print_json(const struct report_facts *facts);

#endif /* LINEAGE_CLI_FLEET_REPORT_JSON_H */
