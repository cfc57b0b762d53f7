// SPDX-License-Identifier: GPL-2.0-or-later
#include "ancestors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exposure.h"
#include "lib/cleanup.h"
#include "store/names.h"
#include "store/ancestors.h"
#include "store/store.h"

#define CRASHES_MIN 3 /* minimum number of crashes of a case */
/** struct reader - state of triage_ancestors_read() */
struct reader {
	struct triage_exposure *exposure;
	struct triage_ancestors *ancestors;
};

/* Find the stratum of boots, and add them to it. @dose: store_ancestors_dose() of their count */
static int add_stratum(struct reader *reader, const struct store_transition *at, uint32_t dose,
		       uint64_t boots, uint32_t *ret)
{
	struct triage_exposure *exposure = reader->exposure;
	uint32_t key[4] = { 0, 0, dose, 0 };
	int error = store_names_add(&exposure->releases,
				    at->release ? at->release : TRIAGE_ANY_RELEASE, &key[0]);

	if (!error)
		error = store_names_add(&exposure->releases, at->previous_release, &key[1]);
	if (!error)
		error = store_names_add(&exposure->labels, at->label ? at->label : "", &key[3]);
	return error ? error : triage_tally_add(&reader->ancestors->strata, key, boots, ret);
}

/* Return 1 and set @ret if the boot is compared, 0 if not, or -ENOMEM. */
static int take(struct reader *reader, const struct store_chain *chain,
		struct store_ancestor_list *ret)
{
	if (chain->at.is_inferred && reader->exposure->skips_inferred)
		return 0;
	return store_ancestors_of(&reader->exposure->releases, chain, ret);
}

/* Stop reading if there are too many counters. This is not an error of the store. */
static int finish(struct reader *reader, int error)
{
	if (error != -ENOSPC)
		return error;
	reader->ancestors->is_too_large = true;
	return 1;
}

static int read_boots(const struct store_chain *chain, void *data)
{
	struct reader *reader = data;
	struct triage_ancestors *ancestors = reader->ancestors;
	struct store_ancestor_list list;
	uint64_t boots = (uint64_t)chain->at.boots;
	uint32_t key[4] = { 0 };
	int error = take(reader, chain, &list);

	if (error == 0)
		ancestors->unknown += boots;
	if (error <= 0)
		return error;
	error = add_stratum(reader, &chain->at, store_ancestors_dose(list.kexecs), boots, &key[0]);
	for (size_t i = 0; i < list.count && !error; i++) {
		key[1] = list.numbers[i];
		error = triage_tally_add(&ancestors->having, key, boots, NULL);
	}
	return finish(reader, error);
}

static int read_crashes(const struct store_chain *chain, void *data)
{
	struct reader *reader = data;
	struct triage_ancestors *ancestors = reader->ancestors;
	const char *signature = chain->signature ? chain->signature : TRIAGE_ANY_CRASH;
	struct store_ancestor_list list;
	uint64_t boots = (uint64_t)chain->at.boots;
	uint32_t key[4] = { 0, 0, TRIAGE_NO_ANCESTOR, 0 };
	int error = take(reader, chain, &list);

	if (error <= 0)
		return error;
	/* Crashes without a signature are not related to each other. */
	if (!signature[0] ||
	    !store_names_find(&reader->exposure->signature_names, signature, &key[0]))
		return 0;
	error = add_stratum(reader, &chain->at, store_ancestors_dose(list.kexecs), 0, &key[1]);
	if (!error)
		error = triage_tally_add(&ancestors->crashed, key, boots, NULL);
	for (size_t i = 0; i < list.count && !error; i++) {
		key[2] = list.numbers[i];
		error = triage_tally_add(&ancestors->crashed, key, boots, NULL);
	}
	return finish(reader, error);
}

/* Return whether boots of a sum are compared. */
static bool is_taken(const struct reader *reader, const struct store_ancestors *sum)
{
	return sum->at.has_count && !(sum->at.is_inferred && reader->exposure->skips_inferred);
}

/* Set @ret to the number of the ancestor of a sum. */
static int number_of(struct reader *reader, const struct store_ancestors *sum, uint32_t *ret)
{
	uint32_t release;
	int error = store_names_add(&reader->exposure->releases, sum->ancestor, &release);

	if (!error)
		*ret = store_ancestor_number(release, sum->is_second);
	return error;
}

static int read_boot_sums(const struct store_ancestors *sum, void *data)
{
	struct reader *reader = data;
	struct triage_ancestors *ancestors = reader->ancestors;
	uint64_t boots = (uint64_t)sum->at.boots;
	uint32_t key[4] = { 0 };
	int error;

	if (!is_taken(reader, sum)) {
		ancestors->unknown += sum->ancestor ? 0 : boots;
		return 0;
	}
	error = add_stratum(reader, &sum->at, sum->at.kexec_count, sum->ancestor ? 0 : boots,
			    &key[0]);
	if (!error && sum->ancestor)
		error = number_of(reader, sum, &key[1]);
	if (!error && sum->ancestor)
		error = triage_tally_add(&ancestors->having, key, boots, NULL);
	return finish(reader, error);
}

static int read_crash_sums(const struct store_ancestors *sum, void *data)
{
	struct reader *reader = data;
	const char *signature = sum->signature ? sum->signature : TRIAGE_ANY_CRASH;
	uint32_t key[4] = { 0, 0, TRIAGE_NO_ANCESTOR, 0 };
	int error;

	if (!is_taken(reader, sum) ||
	    !store_names_find(&reader->exposure->signature_names, signature, &key[0]))
		return 0;
	error = add_stratum(reader, &sum->at, sum->at.kexec_count, 0, &key[1]);
	if (!error && sum->ancestor)
		error = number_of(reader, sum, &key[2]);
	if (!error)
		error = triage_tally_add(&reader->ancestors->crashed, key, (uint64_t)sum->at.boots,
					 NULL);
	return finish(reader, error);
}

/*
 * Return whether CRASHES_MIN boots with known ancestors had the same crash, and at least one boot
 * that crashed has an ancestor.
 */
static bool has_enough_crashes(const struct triage_exposure *exposure)
{
	const struct triage_tally *crashed = &exposure->ancestors.crashed;
	LINEAGE_AUTO_FREE uint64_t *sums =
		calloc(exposure->signature_names.count + 1, sizeof(*sums));
	bool has_ancestors = false;

	for (size_t i = 0; sums && i < crashed->count; i++) {
		const struct triage_counter *counter = &crashed->counters[i];

		if (counter->key[2] == TRIAGE_NO_ANCESTOR)
			sums[counter->key[0]] += counter->boots;
		else
			has_ancestors = true;
	}
	for (size_t i = 0; sums && i < exposure->signature_names.count; i++)
		if (sums[i] >= CRASHES_MIN)
			return has_ancestors;
	return false;
}

int triage_ancestors_read(struct triage_exposure *exposure, struct store *store)
{
	struct triage_ancestors *ancestors = &exposure->ancestors;
	struct reader reader = { exposure, ancestors };
	int error = store_list_chains(store, true, read_crash_sums, read_crashes, &reader);

	if (!error && has_enough_crashes(exposure))
		error = store_list_chains(store, false, read_boot_sums, read_boots, &reader);
	else if (!error)
		triage_ancestors_deinit(ancestors);
	if (ancestors->is_too_large) {
		triage_ancestors_deinit(ancestors);
		ancestors->is_too_large = true;
		return 0;
	}
	return error;
}

/* Return whether the boots of a stratum belong to a case. */
static bool is_in_case(const struct triage_exposure *exposure, const struct triage_counter *stratum,
		       uint32_t release)
{
	if (triage_is_all_releases(exposure, release))
		return !triage_is_any_release(exposure, stratum->key[0]);
	return triage_is_any_release(exposure, release) || stratum->key[0] == release;
}

static const struct triage_counter *stratum_of(const struct triage_ancestors *ancestors,
					       uint32_t number)
{
	return &ancestors->strata.counters[number];
}

/* By name, since each store numbers its releases in another order. */
static int compare_ancestors(const void *left, const void *right, void *data)
{
	const struct triage_exposure *exposure = data;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = strcmp(exposure->releases.texts[store_ancestor_release(a)],
			   exposure->releases.texts[store_ancestor_release(b)]);

	return order ? order : (a > b) - (a < b);
}

int triage_ancestors_list(const struct triage_exposure *exposure, uint32_t release,
			  uint32_t signature, uint32_t **ret, size_t *ret_count)
{
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	LINEAGE_AUTO_FREE bool *is_listed =
		calloc(2 * exposure->releases.count + 2, sizeof(*is_listed));
	LINEAGE_AUTO_FREE uint32_t *list = calloc(2 * exposure->releases.count + 2, sizeof(*list));
	uint64_t crashes = 0;
	size_t count = 0;

	if (!is_listed || !list)
		return -ENOMEM;
	for (size_t i = 0; i < ancestors->crashed.count; i++) {
		const struct triage_counter *crash = &ancestors->crashed.counters[i];

		if (crash->key[0] == signature && crash->key[2] == TRIAGE_NO_ANCESTOR &&
		    is_in_case(exposure, stratum_of(ancestors, crash->key[1]), release))
			crashes += crash->boots;
	}
	for (size_t i = 0; crashes >= CRASHES_MIN && i < ancestors->having.count; i++) {
		const struct triage_counter *one = &ancestors->having.counters[i];

		if (is_listed[one->key[1]] ||
		    !is_in_case(exposure, stratum_of(ancestors, one->key[0]), release))
			continue;
		is_listed[one->key[1]] = true;
		list[count++] = one->key[1];
	}
	/* The argument of qsort_r() is not a pointer to const. */
	qsort_r(list, count, sizeof(*list), compare_ancestors, (void *)(uintptr_t)exposure);
	*ret = count > 0 ? LINEAGE_TAKE(list) : NULL;
	*ret_count = count;
	return 0;
}

/* Make the table of a stratum: the boots that have an ancestor against those that do not. */
static struct triage_table table_of(const struct triage_ancestors *ancestors, uint32_t stratum,
				    uint32_t signature, uint32_t ancestor)
{
	const uint32_t having[4] = { stratum, ancestor, 0, 0 };
	const uint32_t crashed[4] = { signature, stratum, ancestor, 0 };
	const uint32_t all[4] = { signature, stratum, TRIAGE_NO_ANCESTOR, 0 };
	uint64_t crashes = triage_tally_get(&ancestors->crashed, all);
	struct triage_table table = { .crashes = triage_tally_get(&ancestors->crashed, crashed),
				      .boots = triage_tally_get(&ancestors->having, having) };

	table.other_boots = stratum_of(ancestors, stratum)->boots - table.boots;
	table.other_crashes = crashes - table.crashes;
	/* A boot that was removed after the crashes had been read is a crash without a boot. */
	if (table.crashes > table.boots)
		table.crashes = table.boots;
	if (table.other_crashes > table.other_boots)
		table.other_crashes = table.other_boots;
	return table;
}

int triage_ancestors_tables(const struct triage_exposure *exposure, uint32_t release,
			    uint32_t signature, uint32_t ancestor, struct triage_table **ret,
			    size_t *ret_count, struct triage_table *ret_all)
{
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	LINEAGE_AUTO_FREE struct triage_table *tables =
		calloc(ancestors->strata.count + 1, sizeof(*tables));
	struct triage_table all = { 0 };
	size_t count = 0;

	if (!tables)
		return -ENOMEM;
	for (uint32_t i = 0; i < ancestors->strata.count; i++) {
		const struct triage_counter *stratum = stratum_of(ancestors, i);
		struct triage_table one;

		if (stratum->key[1] == store_ancestor_release(ancestor) ||
		    !is_in_case(exposure, stratum, release))
			continue;
		one = table_of(ancestors, i, signature, ancestor);
		all.crashes += one.crashes;
		all.boots += one.boots;
		all.other_crashes += one.other_crashes;
		all.other_boots += one.other_boots;
		/* A stratum without crashes changes no test and no ratio. */
		if (one.boots > 0 && one.other_boots > 0 && one.crashes + one.other_crashes > 0)
			tables[count++] = one;
	}
	*ret = LINEAGE_TAKE(tables);
	*ret_count = count;
	*ret_all = all;
	return 0;
}

void triage_ancestors_deinit(struct triage_ancestors *ancestors)
{
	triage_tally_deinit(&ancestors->strata);
	triage_tally_deinit(&ancestors->having);
	triage_tally_deinit(&ancestors->crashed);
	*ancestors = (struct triage_ancestors){ 0 };
}
