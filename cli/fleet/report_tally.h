/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots of a crash, counted by a text: by chain, by label, by host. */
#ifndef LINEAGE_CLI_FLEET_REPORT_TALLY_H
#define LINEAGE_CLI_FLEET_REPORT_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "store/names.h"

/**
 * struct report_row - the boots with one text
 * @name: the text; owned by the tally
 * @boots: number of boots; 0 if they are not counted
 * @crashed: number of these boots that crashed
 */
struct report_row {
	const char *name;
	uint64_t boots;
	uint64_t crashed;
};

/**
 * struct report_tally - the rows; all zero is a valid empty tally
 * @names: the texts; owned
 * @rows: array of @names.count rows; owned
 */
struct report_tally {
	struct store_names names;
	struct report_row *rows;
	size_t capacity;
};

/** report_tally_add() - add boots of a text; return 0 or -ENOMEM */
int report_tally_add(struct report_tally *tally, const char *name, uint64_t boots,
		     uint64_t crashed);

/**
 * report_tally_sort() - sort the rows: most crashed boots first, then most boots, then by name;
 * nothing can be added afterwards
 */
void report_tally_sort(struct report_tally *tally);

void report_tally_deinit(struct report_tally *tally);

#endif /* LINEAGE_CLI_FLEET_REPORT_TALLY_H */
