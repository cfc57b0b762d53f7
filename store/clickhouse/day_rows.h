/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sort and add up the rows of a list by host and day.
 *
 * The server has the rows of each week in the order of the hash of the host. To group and to sort
 * all of them, it needs more time than to read them.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_DAY_ROWS_H
#define LINEAGE_STORE_CLICKHOUSE_DAY_ROWS_H

#include "clickhouse.h"

/**
 * clickhouse_visit_days() - visit the rows of a response in the order of store_list_host_days()
 * @response: rows of clickhouse_list_host_days(); it is changed
 *
 * Return: -EPROTO if the response is truncated, or a field is not a number that must be one;
 * -ENOMEM, or the value of the visitor.
 */
int clickhouse_visit_days(char *response, store_host_day_visitor *visit, void *data);

#endif /* LINEAGE_STORE_CLICKHOUSE_DAY_ROWS_H */
