/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Input and output of the statistics: 2x2 tables, strata of doses and confidence intervals. */
#ifndef LINEAGE_TRIAGE_TABLES_H
#define LINEAGE_TRIAGE_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct triage_table - 2x2 table: crashes in a group of boots against crashes in all other boots
 * @crashes: boots of the group that crashed
 * @boots: boots of the group
 * @other_crashes: other boots that crashed
 * @other_boots: other boots
 */
struct triage_table {
	uint64_t crashes;
	uint64_t boots;
	uint64_t other_crashes;
	uint64_t other_boots;
};

/* Add boots, and those of them that crashed, to the group or to the others. */
static inline void triage_table_add(struct triage_table *table, bool is_in_group, uint64_t boots,
				    uint64_t crashes)
{
	*(is_in_group ? &table->boots : &table->other_boots) += boots;
	*(is_in_group ? &table->crashes : &table->other_crashes) += crashes;
}

/**
 * struct triage_dose - boots with the same dose, which is usually a kexec count
 * @score: the dose
 * @crashes: boots that crashed
 * @boots: all boots
 */
struct triage_dose {
	uint32_t score;
	uint64_t crashes;
	uint64_t boots;
};

/** struct triage_stratum - @count doses in any order; boots of different doses are comparable */
struct triage_stratum {
	const struct triage_dose *doses;
	size_t count;
};

/** struct triage_interval - an estimate and its 95 % confidence interval */
struct triage_interval {
	double estimate;
	double low;
	double high;
};

#endif /* LINEAGE_TRIAGE_TABLES_H */
