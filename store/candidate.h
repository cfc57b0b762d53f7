/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the row of a host that is most likely the same boot as another one, for both back ends. */
#ifndef LINEAGE_STORE_CANDIDATE_H
#define LINEAGE_STORE_CANDIDATE_H

#include "identity.h"

/**
 * struct store_candidate - the best row so far; all zeros before the first one
 * @identity: how certain it is that it is the same boot
 * @distance_s: difference of the start times
 * @is_tie: another row is as near
 */
struct store_candidate {
	enum store_identity identity;
	int64_t distance_s;
	bool is_tie;
};

/* store_boot_compare() or store_part_compare() */
typedef enum store_identity store_comparison(const struct store_boot *boot,
					     const struct store_boot *row);

/** store_candidate_consider() - compare @boot with @row. Return: whether @row is the best now */
bool store_candidate_consider(struct store_candidate *best, const struct store_boot *boot,
			      const struct store_boot *row, store_comparison *compare);

/** store_candidate_is_same() - after all rows: is the best one the same boot? */
bool store_candidate_is_same(const struct store_candidate *best);

#endif /* LINEAGE_STORE_CANDIDATE_H */
