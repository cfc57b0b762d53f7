// SPDX-License-Identifier: GPL-2.0-or-later
#include "candidate.h"

bool store_candidate_consider(struct store_candidate *best, const struct store_boot *boot,
			      const struct store_boot *row, store_comparison *compare)
{
	enum store_identity identity = compare(boot, row);
	int64_t distance_s = store_boot_distance_s(boot, row);

	if (identity < STORE_IDENTITY_SAME_TIME || identity < best->identity)
		return false;
	if (identity == best->identity && distance_s >= best->distance_s) {
		best->is_tie = best->is_tie || distance_s == best->distance_s;
		return false;
	}
	*best = (struct store_candidate){ identity, distance_s, false };
	return true;
}

bool store_candidate_is_same(const struct store_candidate *best)
{
	return best->identity == STORE_IDENTITY_SAME ||
	       (best->identity == STORE_IDENTITY_SAME_TIME && !best->is_tie);
}
