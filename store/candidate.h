/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selection of the row that most likely describes the same boot as a new row, for all back ends. */
#ifndef LINEAGE_STORE_CANDIDATE_H
#define LINEAGE_STORE_CANDIDATE_H

#include "identity.h"

/**
 * struct store_candidate - the best row so far; all zero before the first row
 * @identity: how certain it is that the boots are the same
 * @distance_s: difference of the start times
 * @is_tie: another row has the same identity and distance
 */
struct store_candidate {
	enum store_identity identity;
	int64_t distance_s;
	bool is_tie;
};

/* store_boot_compare() or store_part_compare() */
typedef enum store_identity store_comparison(const struct store_boot *boot,
					     const struct store_boot *row);

/** store_candidate_consider() - compare @boot with @row; return whether @row is now the best row */
bool store_candidate_consider(struct store_candidate *best, const struct store_boot *boot,
			      const struct store_boot *row, store_comparison *compare);

/** store_candidate_is_same() - return whether the best row is the same boot as the new row */
bool store_candidate_is_same(const struct store_candidate *best);

#endif /* LINEAGE_STORE_CANDIDATE_H */
