/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Totals: the sums of many sealed weeks, added up.
 *
 * Most sums of two weeks have the same key, so a list reads fewer rows from a total. Its rows are
 * in the tables of sums, with CLICKHOUSE_TOTAL_WEEK as the week and the number of the total as the
 * seal. The table totals has the newest total, with the weeks and seals whose sums it has, and the
 * number of rows as in a seal. A total is used only if each of these seals is used (seals.h), and
 * all its rows are there, each once. So a write to one of its weeks, and a new seal of the week,
 * make a list slower until the next total, and never wrong.
 *
 * To make a total, the program reads the seals, stores the sums, reads the seals again, and adds
 * the total if it would use the same sums again: they were then complete all the time.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_TOTALS_H
#define LINEAGE_STORE_CLICKHOUSE_TOTALS_H

#include "seals.h"

/**
 * clickhouse_make_total() - make a total of the sealed weeks, if the last one has not all of them
 * @limit: the first week that is not complete
 * @is_writer: only if no other program made a total during the last hour; @now is then the time in
 *	seconds since 1970 UTC
 */
int clickhouse_make_total(struct clickhouse *server, uint32_t limit, bool is_writer, int64_t now);

#endif /* LINEAGE_STORE_CLICKHOUSE_TOTALS_H */
