/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SELECTs of the lists that a report reads. */
#ifndef LINEAGE_STORE_CLICKHOUSE_REPORT_LISTS_H
#define LINEAGE_STORE_CLICKHOUSE_REPORT_LISTS_H

#include "clickhouse.h"

/*
 * Append the SELECT of a list. The seals of @server are set (clickhouse_find_seals()). To add a
 * list, also change report_lists.c.
 */
void clickhouse_print_transitions(const struct clickhouse *server, bool by_label, struct tsv *sql);
void clickhouse_print_crash_transitions(const struct clickhouse *server, struct tsv *sql);
void clickhouse_print_lengths(const struct clickhouse *server, struct tsv *sql);
void clickhouse_print_crash_lengths(const struct clickhouse *server, struct tsv *sql);
void clickhouse_print_ancestors(const struct clickhouse *server, bool only_crashed,
				struct tsv *sql);
void clickhouse_print_signatures(const struct clickhouse *server, struct tsv *sql);
void clickhouse_print_has_one_host(const struct clickhouse *server, struct tsv *sql);

/*
 * Let a thread send the SELECTs of all lists of a report (ahead.h), in the order in which
 * triage_exposure_read() reads them. The results are the same in another order.
 */
void clickhouse_read_report_ahead(struct clickhouse *server);

#endif /* LINEAGE_STORE_CLICKHOUSE_REPORT_LISTS_H */
