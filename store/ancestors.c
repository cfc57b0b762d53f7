// SPDX-License-Identifier: GPL-2.0-or-later
#include "ancestors.h"

#include <errno.h>
#include <string.h>

#include "chain.h"
#include "counts.h"
#include "names.h"

#define DOSE_EXACT_BITS 3 /* counts up to 8 are not merged */
#define DOSE_STEPS 4	  /* number of doses for each doubling of larger counts */

uint32_t store_ancestors_dose(uint32_t kexecs)
{
	/* 2^31 times 2^(1/4), 2^(2/4) and 2^(3/4), rounded up. */
	static const uint32_t steps[DOSE_STEPS - 1] = { 2553802834, 3037000500, 3611622603 };
	uint32_t doublings = 0, dose = 1U << DOSE_EXACT_BITS;

	if (kexecs <= dose)
		return kexecs;
	while (kexecs >> doublings > 1)
		doublings++;
	dose += DOSE_STEPS * (doublings - DOSE_EXACT_BITS);
	for (size_t i = 0; i < DOSE_STEPS - 1; i++)
		dose += kexecs << (31 - doublings) >= steps[i];
	return dose;
}

static bool has(const struct store_ancestor_list *list, uint32_t number)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->numbers[i] == number)
			return true;
	return false;
}

int store_ancestors_of(struct store_names *releases, const struct store_chain *chain,
		       struct store_ancestor_list *ret)
{
	const char *at = chain->chain, *previous = chain->at.previous_release;
	char release[STORE_RELEASE_SIZE];
	uint64_t kexecs = 0;
	uint32_t runs, number;
	size_t entries = 0;
	int more;

	*ret = (struct store_ancestor_list){ 0 };
	if (!at || !previous || chain->at.boot != LINEAGE_BOOT_KEXEC)
		return 0;
	while ((more = store_chain_next(&at, release, &runs)) > 0) {
		kexecs += runs;
		if (entries == 0 && strcmp(release, previous) != 0)
			return 0;
		if (entries++ >= STORE_ANCESTORS_MAX || strcmp(release, previous) == 0)
			continue;
		if (store_names_add(releases, release, &number))
			return -ENOMEM;
		if (kexecs - runs == 1)
			ret->numbers[ret->count++] = store_ancestor_number(number, true);
		number = store_ancestor_number(number, false);
		if (!has(ret, number))
			ret->numbers[ret->count++] = number;
	}
	if (more < 0 || entries == 0)
		return 0;
	if (chain->at.has_count && chain->at.kexec_count > kexecs && entries < STORE_ANCESTORS_MAX)
		return 0;
	if (!chain->at.has_count && !chain->is_complete)
		return 0;
	if (chain->at.has_count)
		kexecs = chain->at.kexec_count;
	ret->kexecs = kexecs < UINT32_MAX ? (uint32_t)kexecs : UINT32_MAX;
	return 1;
}
