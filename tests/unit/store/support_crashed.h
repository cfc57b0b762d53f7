/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Summary of the hosts that had a crash, from either of two lists. */
#ifndef LINEAGE_SUPPORT_CRASHED_H
#define LINEAGE_SUPPORT_CRASHED_H

#include <stdio.h>

#include "support_store.h"

/**
 * support_print_crashed() - print the days of each transition in which hosts had a crash, and for
 *	each two transitions the number of hosts that had it in both; sorted lines
 * @by_days: read store_list_host_days() instead of store_list_crashed_hosts()
 */
void support_print_crashed(FILE *out, struct store *store, const struct store_host_filter *filter,
			   bool by_days);

#endif /* LINEAGE_SUPPORT_CRASHED_H */
