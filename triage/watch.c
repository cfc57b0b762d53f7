// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dependences.h"
#include "lib/cleanup.h"
#include "selection.h"
#include "statistics.h"

/*
 * The first FULL_LOOKS looks share half of the false discovery rate. Look k after them spends
 * FULL_LOOKS / (2 k (k - 1)) of it, which adds up to the other half.
 */
#define FULL_LOOKS 16
/* A look tests the data only if the number of crashes has changed, by at least 1/CRASHES_STEP. */
#define CRASHES_STEP 10
/*
 * Decide go only if there are enough boots to find a share of crashed boots that is larger by this.
 */
#define BAD_SHARE 0.05

void triage_ledger_deinit(struct triage_ledger *ledger)
{
	for (size_t i = 0; i < ledger->count; i++)
		free(ledger->looks[i].found);
	free(ledger->looks);
	*ledger = (struct triage_ledger){ 0 };
}

void triage_watch_deinit(struct triage_watch *watch)
{
	free(watch->look.found);
	watch->look.found = NULL;
}

int triage_ledger_add(struct triage_ledger *ledger, const struct triage_look *look)
{
	struct triage_look *looks =
		reallocarray(ledger->looks, ledger->count + 1, sizeof(*ledger->looks));
	char *found = strdup(look->found ? look->found : "");

	if (looks)
		ledger->looks = looks;
	if (!looks || !found) {
		free(found);
		return -ENOMEM;
	}
	looks[ledger->count] = *look;
	looks[ledger->count++].found = found;
	return 0;
}

const char *triage_decision_name(enum triage_decision decision)
{
	static const char *const names[] = { "go", "hold", "stop" };

	return names[decision];
}

double triage_watch_level(uint64_t number)
{
	double k = (double)number;

	if (number <= FULL_LOOKS)
		return TRIAGE_FDR / (2 * FULL_LOOKS);
	return TRIAGE_FDR * FULL_LOOKS / (2 * k * (k - 1));
}

/* FNV-1a over a text and its end. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	while (*text++);
	return hash;
}

/* Mix all bits (the final steps of MurmurHash3), so that sums of hashes differ. */
static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
	return hash ^ hash >> 33;
}

static uint64_t hash_cell(const struct triage_exposure *exposure, const struct triage_cell *cell,
			  const char *signature)
{
	char numbers[64];
	uint64_t hash = hash_text(0xcbf29ce484222325, exposure->releases.texts[cell->release]);

	hash = hash_text(
		hash, cell->origin == TRIAGE_COLD ? " " : exposure->releases.texts[cell->origin]);
	hash = hash_text(hash, exposure->labels.texts[cell->label]);
	hash = hash_text(hash, signature);
	snprintf(numbers, sizeof(numbers), "%" PRIu32 " %" PRIu64, cell->count, cell->boots);
	return mix(hash_text(hash, numbers));
}

/* Hash the number of boots of a stratum that have an ancestor, or of those with a crash. */
static uint64_t hash_ancestor(const struct triage_exposure *exposure, uint32_t stratum,
			      uint32_t ancestor, const char *signature, uint64_t boots)
{
	const uint32_t *key = exposure->ancestors.strata.counters[stratum].key;
	struct triage_cell cell = { .release = key[0],
				    .origin = key[1],
				    .count = key[2],
				    .label = key[3],
				    .boots = boots };
	bool is_any = ancestor == TRIAGE_NO_ANCESTOR;
	uint64_t hash = hash_cell(exposure, &cell, signature);

	hash = hash_text(hash,
			 is_any ? " " : exposure->releases.texts[store_ancestor_release(ancestor)]);
	return mix(hash_text(hash, is_any || !store_ancestor_is_second(ancestor) ? "" : "second"));
}

static uint64_t hash_ancestors(const struct triage_exposure *exposure)
{
	const struct triage_tally *having = &exposure->ancestors.having;
	const struct triage_tally *crashed = &exposure->ancestors.crashed;
	uint64_t digest = 0;

	for (size_t i = 0; i < having->count; i++) {
		const struct triage_counter *counter = &having->counters[i];

		digest += hash_ancestor(exposure, counter->key[1], counter->key[0], " ",
					counter->boots);
	}
	for (size_t i = 0; i < crashed->count; i++) {
		const struct triage_counter *counter = &crashed->counters[i];

		digest += hash_ancestor(exposure, counter->key[2], counter->key[1],
					exposure->signature_names.texts[counter->key[0]],
					counter->boots);
	}
	return digest;
}

/* Return whether the report compares boots of a release. */
static bool is_watched(const struct triage_report *report, uint32_t release)
{
	const struct triage_exposure *exposure = report->exposure;

	return !triage_is_pooled(exposure, release) &&
	       (!report->releases ||
		triage_selection_has_release(report->releases, exposure->releases.texts[release]));
}

/*
 * Describe the data. The digest does not depend on the order of the cells. It includes the other
 * releases, on which the weights of the tests depend.
 */
static void describe(const struct triage_report *report, struct triage_look *look)
{
	const struct triage_exposure *exposure = report->exposure;
	uint64_t digest = 0;

	for (size_t i = 0; i < exposure->cell_count; i++)
		if (!triage_is_pooled(exposure, exposure->cells[i].release))
			digest += hash_cell(exposure, &exposure->cells[i], " ");
	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];

		if (triage_is_pooled(exposure, crash->at.release) ||
		    triage_is_any_crash(exposure, crash->signature))
			continue;
		digest += hash_cell(exposure, &crash->at,
				    exposure->signature_names.texts[crash->signature]);
		if (is_watched(report, crash->at.release))
			look->crashes += crash->at.boots;
	}
	for (size_t i = 0; i < exposure->length_count; i++) {
		const struct triage_length_cell *length = &exposure->lengths[i];
		char band[32];

		if (triage_is_pooled(exposure, length->at.release))
			continue;
		snprintf(band, sizeof(band), "%" PRIu32 " %" PRIu64, length->band,
			 length->length_s);
		digest += hash_cell(exposure, &length->at, band);
	}
	digest += hash_ancestors(exposure);
	snprintf(look->digest, sizeof(look->digest), "%016" PRIx64, digest);
}

/* Find out whether the look tests the data, and at which level. */
static void choose_level(const struct triage_ledger *ledger, struct triage_watch *watch)
{
	const struct triage_look *last =
		ledger->count > 0 ? &ledger->looks[ledger->count - 1] : NULL;
	uint64_t before = last ? last->crashes : 0, now = watch->look.crashes;
	uint64_t change = now > before ? now - before : before - now;

	watch->look.number = last ? last->number : 0;
	for (size_t i = 0; i < ledger->count; i++) {
		if (strcmp(ledger->looks[i].digest, watch->look.digest) != 0)
			continue;
		watch->look.number = ledger->looks[i].number;
		watch->look.level = ledger->looks[i].level;
		watch->is_tested = true;
		return;
	}
	if (change == 0 || change * CRASHES_STEP < before)
		return;
	watch->look.number++;
	watch->look.level = triage_watch_level(watch->look.number);
	watch->is_new = watch->is_tested = true;
}

/* Make a name of a finding that does not depend on the numbers of strings. */
static char *name_of(const struct triage_report *report, const struct triage_dependence *one,
		     uint32_t signature)
{
	const struct triage_exposure *exposure = report->exposure;
	bool has_release = one->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE ||
			   one->factor == TRIAGE_FACTOR_PREVIOUS_RANGE ||
			   one->factor == TRIAGE_FACTOR_ANCESTOR;
	char *name;

	if (asprintf(&name, "%s %s %s %s", triage_factor_name(one->factor),
		     has_release ? exposure->releases.texts[one->value] : "-",
		     exposure->releases.texts[one->of->release],
		     exposure->signature_names.texts[signature]) < 0)
		return NULL;
	return name;
}

/* Return whether a text has the line @name. */
static bool has_line(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; at && (at = strstr(at, name)); at++)
		if ((at == text || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
			return true;
	return false;
}

static bool was_found(const struct triage_ledger *ledger, const char *name)
{
	for (size_t i = 0; i < ledger->count; i++)
		if (has_line(ledger->looks[i].found, name))
			return true;
	return false;
}

/*
 * Set @ret to whether a finding on one of the other crashes of the same boots was established at an
 * earlier look: which of the crashes is reported can change.
 */
static int was_found_in_same_boots(const struct triage_report *report,
				   const struct triage_ledger *ledger,
				   const struct triage_dependence *one, bool *ret)
{
	*ret = false;
	for (size_t i = 0; i < one->same_boots.count; i++) {
		LINEAGE_AUTO_FREE char *name = name_of(report, one, one->same_boots.signatures[i]);

		if (!name)
			return -ENOMEM;
		*ret = *ret || was_found(ledger, name);
	}
	return 0;
}

/*
 * Count the findings. A finding that was established at an earlier look still stops the release as
 * long as the present data show it as associated.
 */
static int take_finding(const struct triage_report *report, const struct triage_ledger *ledger,
			const struct triage_dependence *one, struct triage_watch *watch)
{
	LINEAGE_AUTO_FREE char *name = name_of(report, one, one->of->signature);
	LINEAGE_AUTO_FREE char *before = watch->look.found;
	bool stops, was_same;

	if (!name || was_found_in_same_boots(report, ledger, one, &was_same))
		return -ENOMEM;
	stops = one->verdict == TRIAGE_ASSOCIATED &&
		((watch->is_tested && one->q <= watch->look.level) || was_same ||
		 was_found(ledger, name));
	watch->stopping += stops;
	watch->unsure += !stops;
	if (!stops) {
		before = NULL;
		return 0;
	}
	if (asprintf(&watch->look.found, "%s%s%s", before ? before : "", before ? "\n" : "", name) <
	    0) {
		watch->look.found = NULL;
		return -ENOMEM;
	}
	return 0;
}

/*
 * Compute the number of boots from the most frequent previous release that are needed to detect,
 * with a power of 80 %, a share of crashed boots that is larger by BAD_SHARE than the share of the
 * other boots.
 */
static int need_boots(const struct triage_report *report, struct triage_watch *watch)
{
	const struct triage_exposure *exposure = report->exposure;
	LINEAGE_AUTO_FREE uint64_t *boots = calloc(exposure->releases.count + 1, sizeof(*boots));
	double all = 0, crashes = 0, rest, rate, level, needed;

	if (!boots)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (!is_watched(report, cell->release))
			continue;
		all += (double)cell->boots;
		watch->all_boots += cell->boots;
		crashes += (double)cell->crashes;
		if (cell->origin == TRIAGE_COLD)
			continue;
		boots[cell->origin] += cell->boots;
		if (boots[cell->origin] > watch->boots)
			watch->boots = boots[cell->origin];
	}
	rest = all - (double)watch->boots;
	rate = fmin(crashes / all, 1 - BAD_SHARE);
	level = triage_watch_level(1) / (double)(report->tests > 0 ? report->tests : 1);
	needed = triage_sample_size(rate + BAD_SHARE, rate, rest / (double)watch->boots, level);
	watch->boots_needed =
		watch->boots > 0 && rest > 0 && needed < 1e18 ? (uint64_t)needed : watch->boots + 1;
	return 0;
}

int triage_watch_look(const struct triage_report *report, const struct triage_ledger *ledger,
		      struct triage_watch *ret)
{
	const struct triage_selection all = { 0 };
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	TRIAGE_AUTO_WATCH watch = { 0 };
	size_t count;
	int error = triage_dependences_list(report, &all, &list, &count);

	if (error)
		return error;
	describe(report, &watch.look);
	choose_level(ledger, &watch);
	for (size_t i = 0; !error && i < count; i++)
		if (list[i].verdict >= TRIAGE_SUSPECT)
			error = take_finding(report, ledger, &list[i], &watch);
	if (!error)
		error = need_boots(report, &watch);
	if (error)
		return error;
	if (watch.stopping > 0)
		watch.decision = TRIAGE_STOP;
	else if (watch.unsure > 0 || watch.boots < watch.boots_needed)
		watch.decision = TRIAGE_HOLD;
	*ret = watch;
	watch.look.found = NULL;
	return 0;
}
