// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/releases.h"
#include "store/chain.h"
#include "store/store.h"
#include "triage/figure.h"
#include "triage/release_order.h"

static const struct triage_exposure *exposure_of(const struct report_facts *facts)
{
	return facts->report->exposure;
}

/*
 * Return whether the case of the facts is about this release, or about all releases. The cells of
 * TRIAGE_ANY_RELEASE also count lost kexecs whose release is unknown.
 */
static bool is_of_case(const struct report_facts *facts, uint32_t release)
{
	return triage_is_all_releases(exposure_of(facts), facts->one->release)
		       ? !triage_is_pooled(exposure_of(facts), release)
		       : release == facts->one->release;
}

/* Return whether the boots of a cell can have the crash: a cold boot cannot be a lost kexec. */
static bool is_exposed(const struct report_facts *facts, const struct triage_cell *cell)
{
	return cell->origin != TRIAGE_COLD ||
	       !triage_is_lost_kexec(exposure_of(facts), facts->one->signature);
}

static bool is_crash_of(const struct report_facts *facts, const struct triage_crash_cell *crash)
{
	return crash->signature == facts->one->signature && is_of_case(facts, crash->at.release);
}

/* Find the strongest finding of the case. */
static int find_dependence(struct report_facts *facts)
{
	const struct triage_selection selection = {
		.signature = exposure_of(facts)->signature_names.texts[facts->one->signature],
	};
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	size_t count = 0;
	int error = triage_dependences_list(facts->report, &selection, &list, &count);

	for (size_t i = 0; !error && i < count; i++) {
		if (list[i].of != facts->one)
			continue;
		facts->dependence = list[i];
		break;
	}
	return error;
}

static int compare_releases(const void *left, const void *right, void *data)
{
	const struct triage_exposure *exposure = data;
	const struct report_release *a = left, *b = right;
	const char *const *texts = (const char *const *)exposure->releases.texts;
	int order = lineage_release_compare(texts[a->release], texts[b->release]);

	return order ? order : strcmp(texts[a->release], texts[b->release]);
}

static void find_first_bad(struct report_facts *facts)
{
	facts->first_bad = facts->last_good = SIZE_MAX;
	for (size_t i = 0; i < facts->release_count && facts->first_bad == SIZE_MAX; i++) {
		const struct report_release *at = &facts->releases[i];

		if (!triage_release_order_has(exposure_of(facts)->releases.texts[at->release]))
			continue;
		*(at->crashed > 0 ? &facts->first_bad : &facts->last_good) = i;
	}
	if (facts->first_bad == SIZE_MAX)
		facts->last_good = SIZE_MAX;
}

static int count_releases(struct report_facts *facts)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	size_t count = 0, all = exposure->releases.count;

	facts->releases = calloc(all + 1, sizeof(*facts->releases));
	if (!facts->releases)
		return -ENOMEM;
	for (size_t i = 0; i < all; i++)
		facts->releases[i].release = (uint32_t)i;
	for (size_t i = 0; i < exposure->cell_count; i++)
		if (is_exposed(facts, &exposure->cells[i]))
			facts->releases[exposure->cells[i].release].boots +=
				exposure->cells[i].boots;
	for (size_t i = 0; i < exposure->crash_count; i++)
		if (exposure->crashes[i].signature == facts->one->signature)
			facts->releases[exposure->crashes[i].at.release].crashed +=
				exposure->crashes[i].at.boots;
	for (size_t i = 0; i < all; i++)
		if (facts->releases[i].boots > 0 &&
		    !triage_is_pooled(exposure, facts->releases[i].release))
			facts->releases[count++] = facts->releases[i];
	facts->release_count = count;
	/* The argument of qsort_r() is not a pointer to const. */
	qsort_r(facts->releases, count, sizeof(*facts->releases), compare_releases,
		(void *)(uintptr_t)exposure);
	find_first_bad(facts);
	return 0;
}

static int count_labels(struct report_facts *facts)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	const char *const *texts = (const char *const *)exposure->labels.texts;
	int error = 0;

	for (size_t i = 0; !error && i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (is_of_case(facts, cell->release) && is_exposed(facts, cell))
			error = report_tally_add(&facts->labels, texts[cell->label], cell->boots,
						 0);
	}
	for (size_t i = 0; !error && i < exposure->crash_count; i++)
		if (is_crash_of(facts, &exposure->crashes[i]))
			error = report_tally_add(&facts->labels,
						 texts[exposure->crashes[i].at.label], 0,
						 exposure->crashes[i].at.boots);
	report_tally_sort(&facts->labels);
	return error;
}

/** struct link - one kernel of a chain and its consecutive runs */
struct link {
	char release[STORE_RELEASE_SIZE];
	uint32_t runs;
};

/* Add boots with a chain. @links: @count kernels, newest first. @is_cut: older ones are missing */
static int add_chain(struct report_facts *facts, const struct link *links, size_t count,
		     bool is_cut, uint64_t boots)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return -ENOMEM;
	if (is_cut)
		putc('\n', stream);
	for (size_t i = count; i-- > 0;)
		fprintf(stream, "%s\t%" PRIu32 "\n", links[i].release, links[i].runs);
	if (fclose(stream))
		return -ENOMEM;
	return report_tally_add(&facts->chains, text, 0, boots);
}

/* Add a kernel to @links, newest first. */
static void add_link(struct link *links, size_t *count, const char *release, uint32_t runs)
{
	if (*count > 0 && strcmp(links[*count - 1].release, release) == 0) {
		links[*count - 1].runs += runs;
		return;
	}
	snprintf(links[*count].release, sizeof(links[*count].release), "%s", release);
	links[(*count)++].runs = runs;
}

/* Add the crashes of boots after a cold boot or one kexec, whose chains have at most one kernel. */
static int count_short_chains(struct report_facts *facts)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	int error = 0;

	for (size_t i = 0; !error && i < exposure->crash_count; i++) {
		const struct triage_cell *at = &exposure->crashes[i].at;
		bool is_cold = at->origin == TRIAGE_COLD;
		struct link links[2];
		size_t count = 0;

		if (!is_crash_of(facts, &exposure->crashes[i]) || (!is_cold && at->count != 1))
			continue;
		add_link(links, &count, exposure->releases.texts[at->release], 1);
		if (!is_cold)
			add_link(links, &count, exposure->releases.texts[at->origin], 1);
		error = add_chain(facts, links, count, false, at->boots);
	}
	return error;
}

/** struct reader - where read_chain() adds chains, and its error */
struct reader {
	struct report_facts *facts;
	int error;
};

/* Return whether a chain is of a boot with the crash of the case. */
static bool is_wanted(const struct report_facts *facts, const struct store_chain *chain)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	const char *signature = exposure->signature_names.texts[facts->one->signature];
	uint32_t release;

	if (strcmp(chain->signature ? chain->signature : TRIAGE_ANY_CRASH, signature) != 0)
		return false;
	if (triage_is_any_release(exposure, facts->one->release))
		return true;
	return chain->at.release &&
	       store_names_find(&exposure->releases, chain->at.release, &release) &&
	       is_of_case(facts, release);
}

static int read_chain(const struct store_chain *chain, void *data)
{
	struct reader *reader = data;
	struct link links[REPORT_CHAIN_MAX + 1];
	const char *at = chain->chain;
	char release[STORE_RELEASE_SIZE];
	bool is_cut = !chain->is_complete;
	uint32_t runs;
	size_t count = 0;

	if (!is_wanted(reader->facts, chain))
		return 0;
	add_link(links, &count, chain->at.release ? chain->at.release : TRIAGE_ANY_RELEASE, 1);
	while (at && store_chain_next(&at, release, &runs) > 0) {
		if (count == REPORT_CHAIN_MAX) {
			is_cut = true;
			break;
		}
		add_link(links, &count, release, runs);
	}
	if (!chain->chain && chain->at.previous_release)
		add_link(links, &count, chain->at.previous_release, 1);
	reader->error = add_chain(reader->facts, links, count, is_cut || !chain->chain,
				  (uint64_t)chain->at.boots);
	return reader->error ? 1 : 0;
}

static int count_chains(struct report_facts *facts, struct store *store)
{
	struct reader reader = { .facts = facts };
	int error = count_short_chains(facts);

	if (!error)
		error = store_list_chains(store, true, NULL, read_chain, &reader);
	report_tally_sort(&facts->chains);
	return reader.error ? reader.error : error;
}

static int read_host(const struct store_host_day *at, void *data)
{
	struct reader *reader = data;

	reader->error =
		report_tally_add(&reader->facts->hosts, at->host, 0, (uint64_t)at->at.crashes);
	return reader->error ? 1 : 0;
}

static int count_hosts(struct report_facts *facts, struct store *store)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	bool is_any = triage_is_any_crash(exposure, facts->one->signature);
	bool is_pooled = triage_is_pooled(exposure, facts->one->release);
	const struct store_host_filter filter = {
		.release = is_pooled ? NULL : exposure->releases.texts[facts->one->release],
		.signature = is_any ? NULL : exposure->signature_names.texts[facts->one->signature],
		.only_crashed = true,
	};
	struct reader reader = { .facts = facts };
	int error = store_list_host_days(store, &filter, read_host, &reader);

	report_tally_sort(&facts->hosts);
	return reader.error ? reader.error : error;
}

static int find_excerpt(struct report_facts *facts, struct store *store)
{
	const struct triage_exposure *exposure = exposure_of(facts);
	bool is_pooled = triage_is_pooled(exposure, facts->one->release);

	return store_find_excerpt(store, exposure->signature_names.texts[facts->one->signature],
				  is_pooled ? NULL : exposure->releases.texts[facts->one->release],
				  &facts->excerpt);
}

int report_facts_init(struct report_facts *ret, const struct triage_report *report,
		      const struct triage_case *one, struct store *store, bool with_hosts)
{
	int error;

	*ret = (struct report_facts){ .report = report, .one = one };
	error = find_dependence(ret);
	if (!error)
		error = count_releases(ret);
	if (!error)
		error = count_labels(ret);
	if (!error)
		error = count_chains(ret, store);
	if (!error && with_hosts)
		error = count_hosts(ret, store);
	if (!error)
		error = find_excerpt(ret, store);
	return error;
}

void report_facts_deinit(struct report_facts *facts)
{
	free(facts->releases);
	free(facts->excerpt);
	report_tally_deinit(&facts->chains);
	report_tally_deinit(&facts->labels);
	report_tally_deinit(&facts->hosts);
}

const char *report_chain_next(const char **at, size_t *ret_length, uint32_t *ret_runs)
{
	const char *line = *at, *end = strchr(line, '\n'), *tab;

	if (!end)
		return NULL;
	tab = memchr(line, '\t', (size_t)(end - line));
	*ret_length = (size_t)((tab ? tab : end) - line);
	*ret_runs = tab ? (uint32_t)strtoul(tab + 1, NULL, 10) : 0;
	*at = end + 1;
	return line;
}

/* Return whether the previous kernel of a chain is one that the crash depends on. */
static bool has_culprit(const struct report_facts *facts, const char *chain)
{
	const struct triage_dependence *found = &facts->dependence;
	const char *const *texts = (const char *const *)exposure_of(facts)->releases.texts;
	char previous[STORE_RELEASE_SIZE] = "", own[STORE_RELEASE_SIZE] = "";
	const char *release;
	uint32_t runs;
	size_t length;

	while ((release = report_chain_next(&chain, &length, &runs))) {
		memcpy(previous, own, sizeof(previous));
		snprintf(own, sizeof(own), "%.*s", (int)length, release);
		if (runs > 1)
			memcpy(previous, own, sizeof(previous));
	}
	if (found->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE)
		return strcmp(previous, texts[found->value]) == 0;
	return lineage_release_compare(previous, texts[found->value]) >= 0 &&
	       lineage_release_compare(previous, texts[found->last]) <= 0;
}

const char *report_facts_path(const struct report_facts *facts)
{
	const struct triage_dependence *found = &facts->dependence;
	bool is_previous = found->verdict >= TRIAGE_SUSPECT &&
			   (found->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE ||
			    found->factor == TRIAGE_FACTOR_PREVIOUS_RANGE);

	for (size_t i = 0; i < facts->chains.names.count; i++) {
		const char *chain = facts->chains.rows[i].name;

		/* No release has a blank, but TRIAGE_ANY_RELEASE has one. */
		if (!strchr(chain, ' ') && (!is_previous || has_culprit(facts, chain)))
			return chain;
	}
	return NULL;
}
