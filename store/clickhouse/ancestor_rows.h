/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parse the rows of the list of ancestors (clickhouse_print_ancestors()). */
#ifndef LINEAGE_STORE_CLICKHOUSE_ANCESTOR_ROWS_H
#define LINEAGE_STORE_CLICKHOUSE_ANCESTOR_ROWS_H

#include "clickhouse.h"

#define ANCESTOR_TYPES "nttttctntntt" /* of the fields of a row, for tsv_has_types() */
#define ANCESTOR_FIELDS (sizeof(ANCESTOR_TYPES) - 1)

/**
 * clickhouse_read_signature() - return the signature of a row of crashed boots (crash_sums.c),
 * which begins with these fields; NULL for any crash
 */
const char *clickhouse_read_signature(const char *const *fields);

/**
 * clickhouse_visit_ancestors() - visit the sums of a row, or its chain if the server did not
 * parse it
 * @fields: the fields of the row
 *
 * Return: -EPROTO if a list is not complete, or the lists of names and numbers differ in length;
 * the sums before it have been visited. Otherwise the value of the visitor.
 */
int clickhouse_visit_ancestors(const char *const *fields, store_ancestors_visitor *visit_sums,
			       store_chain_visitor *visit, void *data);

#endif /* LINEAGE_STORE_CLICKHOUSE_ANCESTOR_ROWS_H */
