// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_lists.h"

#include "ahead.h"

static void print_all_transitions(const struct clickhouse *server, struct tsv *sql)
{
	clickhouse_print_transitions(server, true, sql);
}

static void print_ancestors_of_crashes(const struct clickhouse *server, struct tsv *sql)
{
	clickhouse_print_ancestors(server, true, sql);
}

static void print_ancestors_of_boots(const struct clickhouse *server, struct tsv *sql)
{
	clickhouse_print_ancestors(server, false, sql);
}

void clickhouse_read_report_ahead(struct clickhouse *server)
{
	static void (*const print[])(const struct clickhouse *, struct tsv *) = {
		clickhouse_print_crash_transitions,
		clickhouse_print_crash_lengths,
		print_all_transitions,
		clickhouse_print_lengths,
		print_ancestors_of_crashes,
		print_ancestors_of_boots,
		clickhouse_print_signatures,
		clickhouse_print_has_one_host,
	};

	for (size_t i = 0; i < sizeof(print) / sizeof(*print); i++) {
		TSV_AUTO sql = { 0 };

		print[i](server, &sql);
		clickhouse_ahead_add(server, &sql);
	}
}
