// SPDX-License-Identifier: GPL-2.0-or-later
#include "same_boots.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ancestors.h"
#include "cases.h"
#include "lib/cleanup.h"
#include "store/names.h"
#include "store/store.h"

enum factor { ORIGIN, RANGE, ANCESTOR, COUNT };

/**
 * struct entry - a finding of a report
 * @finding: NULL if @factor is COUNT
 */
struct entry {
	struct triage_case *of;
	struct triage_finding *finding;
	enum factor factor;
};

static enum triage_verdict *verdict_of(const struct entry *entry)
{
	return entry->finding ? &entry->finding->verdict : &entry->of->count_trend.verdict;
}

static double p_of(const struct entry *entry)
{
	return entry->finding ? triage_finding_judged_p(entry->finding) : entry->of->count_trend.p;
}

static struct triage_same_boots *same_boots_of(const struct entry *entry)
{
	return entry->finding ? &entry->finding->same_boots : &entry->of->count_trend.same_boots;
}

/* Return whether the boots that crash more are those outside of the origin, or below the count. */
static bool is_inverse(const struct entry *entry)
{
	return entry->finding ? triage_finding_is_inverse(entry->finding)
			      : entry->of->count_trend.z < 0;
}

/* Return the number of boots of the group that crashed. */
static uint64_t crashes_of(const struct entry *entry)
{
	const struct triage_table *table =
		entry->finding ? &entry->finding->table : &entry->of->count_trend.split;

	return is_inverse(entry) ? table->other_crashes : table->crashes;
}

/* Return whether two findings are on different crashes, and have the same group. */
static bool have_same_group(const struct entry *a, const struct entry *b)
{
	if (a->factor != b->factor || a->of->release != b->of->release ||
	    a->of->signature == b->of->signature || is_inverse(a) != is_inverse(b))
		return false;
	if (a->factor == COUNT)
		return a->of->count_trend.from == b->of->count_trend.from;
	if (a->factor == RANGE)
		return a->of->range.first == b->of->range.first &&
		       a->of->range.last == b->of->range.last;
	return a->finding->origin == b->finding->origin &&
	       a->finding->is_second == b->finding->is_second;
}

/* Return whether the kernel continues after each crash of this type (classes.txt of intake/). */
static bool is_warning(const char *type)
{
	static const char *const types[] = { "warning",	    "lockdep",	   "ubsan",
					     "kcsan",	    "irq",	   "workqueue",
					     "unwinder",    "preemptible", "memory-leak",
					     "atomic-sleep" };

	for (size_t i = 0; type && i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* Return whether the examples of two crashes are of the same boot, and the first is earlier. */
static bool is_earlier(const struct triage_signature *a, const struct triage_signature *b)
{
	return a->boot_id && b->boot_id && strcmp(a->boot_id, b->boot_id) == 0 && a->host &&
	       b->host && strcmp(a->host, b->host) == 0 && a->has_uptime && b->has_uptime &&
	       a->uptime_us < b->uptime_us;
}

/* Return whether to keep the finding @a of two findings on the same boots. */
static bool is_better(const struct triage_exposure *exposure, const struct entry *a,
		      const struct entry *b)
{
	const struct triage_signature *of_a = &exposure->signatures[a->of->signature];
	const struct triage_signature *of_b = &exposure->signatures[b->of->signature];

	if (*verdict_of(a) != *verdict_of(b))
		return *verdict_of(a) > *verdict_of(b);
	if (p_of(a) != p_of(b))
		return p_of(a) < p_of(b);
	if (is_warning(of_a->type) != is_warning(of_b->type))
		return is_warning(of_b->type);
	if (is_earlier(of_a, of_b) || is_earlier(of_b, of_a))
		return is_earlier(of_a, of_b);
	return strcmp(exposure->signature_names.texts[a->of->signature],
		      exposure->signature_names.texts[b->of->signature]) < 0;
}

/**
 * struct shared - the boots of a group that had one of two crashes
 * @releases: table of the releases in chains
 * @ancestor: number of the ancestor of @entry in @releases
 * @boots: number of the boots
 * @both: number of these boots that had both crashes
 */
struct shared {
	const struct triage_exposure *exposure;
	const struct entry *entry;
	struct store_names releases;
	uint32_t ancestor;
	int64_t boots;
	int64_t both;
};

/* Return 1 if a boot has the ancestor, 0 if not, or -ENOMEM. */
static int has_ancestor(struct shared *shared, const struct store_chain *boot)
{
	struct store_ancestor_list list;
	int found = store_ancestors_of(&shared->releases, boot, &list);

	if (found <= 0)
		return found;
	for (size_t i = 0; i < list.count; i++)
		if (list.numbers[i] == shared->ancestor)
			return 1;
	return 0;
}

/* Return 1 if a boot is in the group of the finding, 0 if not, or -ENOMEM. */
static int is_in_group(struct shared *shared, const struct store_chain *boot)
{
	const struct entry *entry = shared->entry;
	const struct triage_exposure *exposure = shared->exposure;
	char *const *releases = exposure->releases.texts;
	const struct store_transition *at = &boot->at;
	const char *previous = at->boot == LINEAGE_BOOT_COLD ? NULL : at->previous_release;
	uint32_t origin = entry->finding ? entry->finding->origin : 0;

	if ((at->is_inferred && exposure->skips_inferred) ||
	    (at->boot != LINEAGE_BOOT_COLD && !previous))
		return 0;
	if (!triage_is_pooled(exposure, entry->of->release) &&
	    (!at->release || strcmp(at->release, releases[entry->of->release]) != 0))
		return 0;
	switch (entry->factor) {
	case COUNT:
		return at->has_count &&
		       (at->kexec_count >= entry->of->count_trend.from) != is_inverse(entry);
	case RANGE:
		return previous && triage_release_range_has(exposure, &entry->of->range, previous);
	case ANCESTOR:
		if (!previous || strcmp(previous, releases[origin]) == 0)
			return 0;
		return has_ancestor(shared, boot);
	default:
		if (origin == TRIAGE_COLD)
			return !previous != is_inverse(entry);
		return previous && strcmp(previous, releases[origin]) == 0;
	}
}

static int add_boot(const struct store_chain *boot, void *data)
{
	struct shared *shared = data;
	int found = is_in_group(shared, boot);

	if (found <= 0)
		return found;
	shared->boots += boot->at.boots;
	shared->both += boot->at.crashes;
	return 0;
}

/* Set @ret to whether each boot of the group that had one of the crashes also had the other. */
static int have_same_boots(const struct triage_exposure *exposure, struct store *store,
			   const struct entry *a, const struct entry *b, bool *ret)
{
	char *const *signatures = exposure->signature_names.texts;
	struct shared shared = { .exposure = exposure, .entry = a };
	int error = 0;

	*ret = false;
	/* Different numbers of boots cannot be the same boots, so do not read the store. */
	if (crashes_of(a) != crashes_of(b))
		return 0;
	if (a->factor == ANCESTOR) {
		error = store_names_add(&shared.releases,
					exposure->releases.texts[a->finding->origin],
					&shared.ancestor);
		shared.ancestor = store_ancestor_number(shared.ancestor, a->finding->is_second);
	}
	if (!error)
		error = store_list_shared_crashes(store, signatures[a->of->signature],
						  signatures[b->of->signature],
						  a->factor == ANCESTOR, add_boot, &shared);
	store_names_deinit(&shared.releases);
	*ret = !error && shared.boots > 0 && shared.both == shared.boots;
	return error;
}

/* Add a finding that was associated; the machines of the others were not counted. */
static size_t add_entry(struct triage_case *of, struct triage_finding *finding, enum factor factor,
			struct entry *ret)
{
	struct entry entry = { of, finding, factor };
	int64_t hosts = finding ? finding->hosts : of->count_trend.hosts;

	if (*verdict_of(&entry) < TRIAGE_SUSPECT || hosts == 0)
		return 0;
	*ret = entry;
	return 1;
}

/* List the findings of a report. @ret: array that is large enough. Return their number. */
static size_t list_entries(struct triage_report *report, struct entry *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];

		if (triage_is_any_crash(report->exposure, one->signature))
			continue;
		for (size_t j = 0; j < one->finding_count; j++)
			count += add_entry(one, &one->findings[j], ORIGIN, &ret[count]);
		count += add_entry(one, &one->range.finding, RANGE, &ret[count]);
		for (size_t j = 0; j < one->ancestor_count; j++)
			count += add_entry(one, &one->ancestors[j], ANCESTOR, &ret[count]);
		count += add_entry(one, NULL, COUNT, &ret[count]);
	}
	return count;
}

/*
 * Keep the best of the findings on the same boots as the finding @first, and list the crashes of
 * the others in @same_boots of the report, of which @used elements are used. The findings before
 * @first are on other boots.
 */
static int keep_best(struct triage_report *report, struct store *store, struct entry *entries,
		     size_t count, size_t first, size_t *used)
{
	struct entry *best = &entries[first];
	struct triage_same_boots same = { .signatures = report->same_boots + *used };

	for (size_t i = first + 1; i < count; i++) {
		struct entry *one = &entries[i], *worse = one;
		bool is_same = false;
		int error = 0;

		if (*verdict_of(one) != TRIAGE_NONE && have_same_group(best, one))
			error = have_same_boots(report->exposure, store, best, one, &is_same);
		if (error)
			return error;
		if (!is_same)
			continue;
		if (is_better(report->exposure, one, best)) {
			worse = best;
			best = one;
		}
		*verdict_of(worse) = TRIAGE_NONE;
		worse->of->is_in_same_boots = true;
		report->same_boots[(*used)++] = worse->of->signature;
		same.count++;
	}
	if (same.count > 0)
		*same_boots_of(best) = same;
	return 0;
}

int triage_same_boots_drop(struct triage_report *report, struct store *store)
{
	size_t limit = report->finding_count + 2 * report->case_count + 1, count, used = 0;
	LINEAGE_AUTO_FREE struct entry *entries = NULL;
	int error = 0;

	for (size_t i = 0; i < report->case_count; i++)
		limit += report->cases[i].ancestor_count;
	entries = calloc(limit, sizeof(*entries));
	report->same_boots = calloc(limit, sizeof(*report->same_boots));
	if (!entries || !report->same_boots)
		return -ENOMEM;
	count = list_entries(report, entries);
	for (size_t i = 0; i < count && !error; i++)
		if (*verdict_of(&entries[i]) != TRIAGE_NONE)
			error = keep_best(report, store, entries, count, i, &used);
	return error ? error : triage_report_sort(report);
}
