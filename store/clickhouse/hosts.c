// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of hosts in queries. */
#include "clickhouse.h"

void clickhouse_print_host(const struct clickhouse *server, struct tsv *sql, const char *name)
{
	tsv_print(sql, "(SELECT if(uniqExact(host) = 1, any(host), ");
	tsv_literal(sql, name);
	tsv_print(sql, ") FROM host_names%s FINAL WHERE NOT is_gone AND name = ", server->tables);
	tsv_literal(sql, name);
	tsv_print(sql, ")");
}
