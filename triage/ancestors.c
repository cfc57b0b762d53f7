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
/**
 * struct reader - state of triage_ancestors_read()
 * @last: key of the last stratum; the next one often has the same texts
 * @stratum: the stratum of the last sum
 * @signature: the crash of the last sum of crashed boots, if @has_signature
 */
struct reader {
	struct triage_exposure *exposure;
	struct triage_ancestors *ancestors;
	uint32_t last[4];
	uint32_t stratum;
	uint32_t signature;
	bool has_signature;
};

/* Find the stratum of boots, and add them to it. @dose: store_ancestors_dose() of their count */
static int add_stratum(struct reader *reader, const struct store_transition *at, uint32_t dose,
		       uint64_t boots, uint32_t *ret)
{
	struct triage_exposure *exposure = reader->exposure;
	uint32_t *key = reader->last;
	int error = store_names_add_near(&exposure->releases,
					 at->release ? at->release : TRIAGE_ANY_RELEASE, &key[0]);

	key[2] = dose;
	if (!error)
		error = store_names_add_near(&exposure->releases, at->previous_release, &key[1]);
	if (!error)
		error = store_names_add_near(&exposure->labels, at->label ? at->label : "",
					     &key[3]);
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
	error = add_stratum(reader, &chain->at, store_ancestors_dose(list.kexecs), boots, &key[1]);
	for (size_t i = 0; i < list.count && !error; i++) {
		key[0] = list.numbers[i];
		error = triage_tally_append(&ancestors->having, key, boots);
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
	uint32_t key[4] = { 0, TRIAGE_NO_ANCESTOR, 0, 0 };
	int error = take(reader, chain, &list);

	if (error <= 0)
		return error;
	/* Crashes without a signature are not related to each other. */
	if (!signature[0] ||
	    !store_names_find(&reader->exposure->signature_names, signature, &key[0]))
		return 0;
	error = add_stratum(reader, &chain->at, store_ancestors_dose(list.kexecs), 0, &key[2]);
	if (!error)
		error = triage_tally_append(&ancestors->crashed, key, boots);
	for (size_t i = 0; i < list.count && !error; i++) {
		key[1] = list.numbers[i];
		error = triage_tally_append(&ancestors->crashed, key, boots);
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
	struct store_names *releases = &reader->exposure->releases;
	uint32_t release;
	int error = 0;

	/* Ancestors come in no order, so to compare the last one first takes longer. */
	if (!store_names_find(releases, sum->ancestor, &release))
		error = store_names_add(releases, sum->ancestor, &release);
	if (!error)
		*ret = store_ancestor_number(release, sum->is_second);
	return error;
}

/* Find the stratum of a sum, which is that of the sum before if @sum continues it. */
static int find_stratum(struct reader *reader, const struct store_ancestors *sum, uint64_t boots)
{
	if (sum->is_continued && boots == 0)
		return 0;
	return add_stratum(reader, &sum->at, sum->at.kexec_count, boots, &reader->stratum);
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
	error = find_stratum(reader, sum, sum->ancestor ? 0 : boots);
	key[1] = reader->stratum;
	if (!error && sum->ancestor)
		error = number_of(reader, sum, &key[0]);
	if (!error && sum->ancestor)
		error = triage_tally_append(&ancestors->having, key, boots);
	return finish(reader, error);
}

/* Return whether the crash of a sum is compared, and set @signature. */
static bool find_signature(struct reader *reader, const struct store_ancestors *sum)
{
	const char *signature = sum->signature ? sum->signature : TRIAGE_ANY_CRASH;

	if (!sum->is_continued)
		reader->has_signature = store_names_find(&reader->exposure->signature_names,
							 signature, &reader->signature);
	return reader->has_signature;
}

static int read_crash_sums(const struct store_ancestors *sum, void *data)
{
	struct reader *reader = data;
	uint32_t key[4] = { 0, TRIAGE_NO_ANCESTOR, 0, 0 };
	int error;

	if (!is_taken(reader, sum) || !find_signature(reader, sum))
		return 0;
	error = find_stratum(reader, sum, 0);
	key[0] = reader->signature;
	key[2] = reader->stratum;
	if (!error && sum->ancestor)
		error = number_of(reader, sum, &key[1]);
	if (!error)
		error = triage_tally_append(&reader->ancestors->crashed, key,
					    (uint64_t)sum->at.boots);
	return finish(reader, error);
}

/*
 * Set @ret to whether CRASHES_MIN boots with known ancestors had the same crash, and at least one
 * boot that crashed has an ancestor. Return 0 or -ENOMEM.
 */
static int has_enough_crashes(const struct triage_exposure *exposure, bool *ret)
{
	const struct triage_tally *crashed = &exposure->ancestors.crashed;
	LINEAGE_AUTO_FREE uint64_t *sums =
		calloc(exposure->signature_names.count + 1, sizeof(*sums));
	bool has_ancestors = false, has_enough = false;

	if (!sums)
		return -ENOMEM;
	for (size_t i = 0; i < crashed->count; i++) {
		const struct triage_counter *counter = &crashed->counters[i];

		if (counter->key[1] == TRIAGE_NO_ANCESTOR)
			sums[counter->key[0]] += counter->boots;
		else
			has_ancestors = true;
	}
	for (size_t i = 0; i < exposure->signature_names.count; i++)
		has_enough = has_enough || sums[i] >= CRASHES_MIN;
	*ret = has_enough && has_ancestors;
	return 0;
}

int triage_ancestors_read(struct triage_exposure *exposure, struct store *store)
{
	struct triage_ancestors *ancestors = &exposure->ancestors;
	struct reader reader = { .exposure = exposure, .ancestors = ancestors };
	bool has_enough = false;
	int error = store_list_chains(store, true, read_crash_sums, read_crashes, &reader);

	/* Sort before the next list is read, since a server may still be making it. */
	triage_tally_sort(&ancestors->crashed);
	if (!error)
		error = has_enough_crashes(exposure, &has_enough);
	if (!error && has_enough)
		error = store_list_chains(store, false, read_boot_sums, read_boots, &reader);
	else if (!error)
		triage_ancestors_deinit(ancestors);
	if (ancestors->is_too_large) {
		triage_ancestors_deinit(ancestors);
		ancestors->is_too_large = true;
		return 0;
	}
	triage_tally_sort(&ancestors->having);
	return error;
}

/**
 * struct scope - the strata of a case
 * @is_any, @is_all: the case is of TRIAGE_ANY_RELEASE, or of TRIAGE_ALL_RELEASES
 * @any: number of TRIAGE_ANY_RELEASE, if @is_all
 * @without: leave out the boots with this previous release; UINT32_MAX for none
 */
struct scope {
	const struct triage_ancestors *ancestors;
	uint32_t release;
	bool is_any;
	bool is_all;
	uint32_t any;
	uint32_t without;
};

static struct scope scope_of(const struct triage_exposure *exposure, uint32_t release,
			     uint32_t without)
{
	struct scope scope = { .ancestors = &exposure->ancestors,
			       .release = release,
			       .is_any = triage_is_any_release(exposure, release),
			       .is_all = triage_is_all_releases(exposure, release),
			       .any = UINT32_MAX,
			       .without = without };

	if (scope.is_all)
		store_names_find(&exposure->releases, TRIAGE_ANY_RELEASE, &scope.any);
	return scope;
}

static const struct triage_counter *stratum_of(const struct scope *scope, uint32_t number)
{
	return &scope->ancestors->strata.counters[number];
}

static bool is_in(const struct scope *scope, uint32_t stratum)
{
	const uint32_t *key = stratum_of(scope, stratum)->key;

	if (key[1] == scope->without)
		return false;
	if (scope->is_all)
		return key[0] != scope->any;
	return scope->is_any || key[0] == scope->release;
}

/* By name, since each store numbers its releases in another order. */
static int compare_ancestors(const void *left, const void *right, void *data)
{
	const struct triage_exposure *exposure = data;
	uint32_t a = ((const struct triage_ancestor *)left)->number;
	uint32_t b = ((const struct triage_ancestor *)right)->number;
	int order = strcmp(exposure->releases.texts[store_ancestor_release(a)],
			   exposure->releases.texts[store_ancestor_release(b)]);

	return order ? order : (a > b) - (a < b);
}

/** struct run - consecutive counters of a sorted table, whose keys begin with the same numbers */
struct run {
	size_t at;
	size_t end;
};

/* Find the counters whose keys begin with the first @count numbers of @key. */
static struct run run_of(const struct triage_tally *tally, const uint32_t key[4], int count)
{
	uint32_t last[4] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX };

	memcpy(last, key, (size_t)count * sizeof(*last));
	return (struct run){ triage_tally_find(tally, key), triage_tally_find(tally, last) };
}

/* Take the next counter of a run. Return false at its end. */
static bool take_next(const struct triage_tally *tally, struct run *run,
		      const struct triage_counter **ret)
{
	if (run->at == run->end)
		return false;
	*ret = &tally->counters[run->at++];
	return true;
}

/* Take the counters up to a stratum. Return the number of boots of this stratum. */
static uint64_t take_stratum(const struct triage_tally *tally, struct run *run, int field,
			     uint32_t stratum)
{
	uint64_t boots = 0;

	for (; run->at < run->end && tally->counters[run->at].key[field] <= stratum; run->at++)
		if (tally->counters[run->at].key[field] == stratum)
			boots = tally->counters[run->at].boots;
	return boots;
}

/* Count the boots that are compared for each ancestor. Return 0 or -ENOMEM. */
static int count_all(const struct scope *scope, size_t releases, struct triage_ancestor *list,
		     size_t count)
{
	LINEAGE_AUTO_FREE uint64_t *boots = calloc(releases, sizeof(*boots));
	uint64_t all = 0;

	if (!boots)
		return -ENOMEM;
	for (uint32_t i = 0; i < scope->ancestors->strata.count; i++) {
		const struct triage_counter *stratum = stratum_of(scope, i);

		if (!is_in(scope, i))
			continue;
		boots[stratum->key[1]] += stratum->boots;
		all += stratum->boots;
	}
	for (size_t i = 0; i < count; i++)
		list[i].all = all - boots[store_ancestor_release(list[i].number)];
	return 0;
}

int triage_ancestors_list(const struct triage_exposure *exposure, uint32_t release,
			  uint32_t signature, struct triage_ancestor **ret, size_t *ret_count)
{
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	const struct scope scope = scope_of(exposure, release, UINT32_MAX);
	struct run crashed =
		run_of(&ancestors->crashed, (uint32_t[4]){ signature, TRIAGE_NO_ANCESTOR }, 2);
	LINEAGE_AUTO_FREE struct triage_ancestor *list =
		calloc(2 * exposure->releases.count + 2, sizeof(*list));
	const struct triage_counter *one;
	uint64_t crashes = 0;
	size_t count = 0;

	if (!list)
		return -ENOMEM;
	while (take_next(&ancestors->crashed, &crashed, &one))
		crashes += is_in(&scope, one->key[2]) ? one->boots : 0;
	for (size_t i = 0; crashes >= CRASHES_MIN && i < ancestors->having.count;) {
		one = &ancestors->having.counters[i++];
		if (!is_in(&scope, one->key[1]))
			continue;
		list[count++].number = one->key[0];
		i = triage_tally_find(&ancestors->having, (uint32_t[4]){ one->key[0] + 1 });
	}
	/* The argument of qsort_r() is not a pointer to const. */
	qsort_r(list, count, sizeof(*list), compare_ancestors, (void *)(uintptr_t)exposure);
	if (count > 0 && count_all(&scope, exposure->releases.count, list, count))
		return -ENOMEM;
	*ret = count > 0 ? LINEAGE_TAKE(list) : NULL;
	*ret_count = count;
	return 0;
}

/* Count the boots that have an ancestor, and the other ones of the @boots that are compared. */
static struct triage_table count_boots(const struct scope *scope, struct run having, uint64_t boots)
{
	const struct triage_counter *one;
	struct triage_table all = { 0 };

	while (take_next(&scope->ancestors->having, &having, &one))
		all.boots += is_in(scope, one->key[1]) ? one->boots : 0;
	all.other_boots = boots - all.boots;
	return all;
}

/*
 * Set the counts of the other boots. A boot that was removed after the crashes had been read is a
 * crash without a boot.
 */
static void set_rest(struct triage_table *table, uint64_t boots, uint64_t crashes)
{
	table->other_boots = boots - table->boots;
	table->other_crashes = crashes - table->crashes;
	if (table->crashes > table->boots)
		table->crashes = table->boots;
	if (table->other_crashes > table->other_boots)
		table->other_crashes = table->other_boots;
}

int triage_ancestors_tables(const struct triage_exposure *exposure, uint32_t release,
			    uint32_t signature, const struct triage_ancestor *ancestor,
			    struct triage_table **ret, size_t *ret_count,
			    struct triage_table *ret_all)
{
	uint32_t number = ancestor->number;
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	const struct scope scope = scope_of(exposure, release, store_ancestor_release(number));
	struct run having = run_of(&ancestors->having, (uint32_t[4]){ number }, 1);
	struct run crashed = run_of(&ancestors->crashed, (uint32_t[4]){ signature, number }, 2);
	struct run all_crashed =
		run_of(&ancestors->crashed, (uint32_t[4]){ signature, TRIAGE_NO_ANCESTOR }, 2);
	LINEAGE_AUTO_FREE struct triage_table *tables =
		reallocarray(NULL, all_crashed.end - all_crashed.at + 1, sizeof(*tables));
	struct triage_table all = count_boots(&scope, having, ancestor->all);
	const struct triage_counter *one;
	size_t count = 0;

	if (!tables)
		return -ENOMEM;
	while (take_next(&ancestors->crashed, &all_crashed, &one)) {
		uint32_t stratum = one->key[2];
		struct triage_table table = {
			.crashes = take_stratum(&ancestors->crashed, &crashed, 2, stratum),
			.boots = take_stratum(&ancestors->having, &having, 1, stratum),
		};

		if (!is_in(&scope, stratum))
			continue;
		set_rest(&table, stratum_of(&scope, stratum)->boots, one->boots);
		all.crashes += table.crashes;
		all.other_crashes += table.other_crashes;
		/* A stratum without crashes changes no test and no ratio. */
		if (table.boots > 0 && table.other_boots > 0 &&
		    table.crashes + table.other_crashes > 0)
			tables[count++] = table;
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
