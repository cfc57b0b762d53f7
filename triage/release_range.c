// SPDX-License-Identifier: GPL-2.0-or-later
#include "release_range.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distinct_ranges.h"
#include "lib/cleanup.h"
#include "lib/releases.h"
#include "release_order.h"
#include "time_at_risk.h"

#define RELEASES_MIN 3
#define RELEASES_MAX 200 /* the time grows with the square of the number */
#define CRASHES_MIN 4
/*
 * Level of the test without the worst release of the range. If only this release is bad, the other
 * releases of the range are those next to it that crashed most, so the test is significant up to
 * six times as often as its level says.
 */
#define REST_LEVEL 0.002
/*
 * An end is near if it is at most END_NEAR origins from the right one. The weights are nearly
 * equal: they only decide between ranges of which the right one is surely near.
 */
#define END_NEAR 2
static const double END_WEIGHTS[END_NEAR + 1] = { 1, 0.98, 0.96 };
/*
 * The overlap of the ranges is computed, which takes some milliseconds, if the p-value is not
 * larger. The factor is then rarely below 50, so that a larger p-value would not become
 * significant.
 */
#define P_OVERLAP 0.001

/**
 * struct origin - a previous release
 * @crashes: number of crashes
 * @expected: number of crashes expected from the crash rate of each label
 */
struct origin {
	uint32_t number;
	double crashes;
	double expected;
};

/** struct rate - boots and crashes with a label */
struct rate {
	double boots;
	double crashes;
};

/**
 * struct search - state of the search
 * @cells, @crashes: as in triage_release_range_find()
 * @origins: array of @origin_count origins in version order; owned
 * @places: the place in @origins, plus 1, indexed by release number; 0 for none; owned
 * @rates: the rates, indexed by label; owned
 * @cut: room for the strata of a range
 */
struct search {
	const struct triage_exposure *exposure;
	const struct triage_cell *cells;
	size_t count;
	const struct triage_crash_cell *crashes;
	size_t crash_count;
	struct origin *origins;
	size_t origin_count;
	size_t *places;
	struct rate *rates;
	struct triage_strata_cut *cut;
};

static void search_deinit(struct search *search)
{
	free(search->origins);
	free(search->places);
	free(search->rates);
}
#define AUTO_SEARCH __attribute__((cleanup(search_deinit))) struct search

bool triage_release_range_has(const struct triage_exposure *exposure,
			      const struct triage_release_range *range, const char *release)
{
	char *const *names = exposure->releases.texts;

	return lineage_release_compare(release, names[range->first]) >= 0 &&
	       lineage_release_compare(release, names[range->last]) <= 0;
}

static int compare_origins(const void *left, const void *right, void *data)
{
	const struct search *search = data;
	char *const *names = search->exposure->releases.texts;

	return lineage_release_compare(names[((const struct origin *)left)->number],
				       names[((const struct origin *)right)->number]);
}

/* Find an origin that has a place in the version order; NULL for others. */
static struct origin *find_origin(const struct search *search, uint32_t number)
{
	size_t place = number == TRIAGE_COLD ? 0 : search->places[number];

	return place > 0 ? &search->origins[place - 1] : NULL;
}

static void add_up(struct search *search)
{
	struct origin *origin = NULL;

	for (size_t i = 0; i < search->count; i++)
		search->rates[search->cells[i].label].boots += (double)search->cells[i].boots;
	for (size_t i = 0; i < search->crash_count; i++) {
		const struct triage_cell *at = &search->crashes[i].at;

		if (at->origin != TRIAGE_COLD)
			search->rates[at->label].crashes += (double)at->boots;
	}
	for (size_t i = 0; i < search->count; i++) {
		const struct triage_cell *cell = &search->cells[i];
		const struct rate *rate = &search->rates[cell->label];

		if (!origin || origin->number != cell->origin)
			origin = find_origin(search, cell->origin);
		if (origin)
			origin->expected +=
				(double)cell->boots * fmin(1, rate->crashes / rate->boots);
	}
	for (size_t i = 0; i < search->crash_count; i++) {
		origin = find_origin(search, search->crashes[i].at.origin);
		if (origin)
			origin->crashes += (double)search->crashes[i].at.boots;
	}
}

/* Return whether an origin has a place in the version order. */
static bool has_place(const struct search *search, uint32_t origin)
{
	return origin != TRIAGE_COLD &&
	       triage_release_order_has(search->exposure->releases.texts[origin]);
}

/* List the origins in version order, with their crashes. Return 0 or -ENOMEM. */
static int find_origins(struct search *search)
{
	size_t labels = 0;

	search->origins = calloc(search->count + 1, sizeof(*search->origins));
	for (size_t i = 0; i < search->count; i++)
		labels = search->cells[i].label >= labels ? search->cells[i].label + 1 : labels;
	for (size_t i = 0; i < search->crash_count; i++)
		labels = search->crashes[i].at.label >= labels ? search->crashes[i].at.label + 1
							       : labels;
	search->rates = calloc(labels + 1, sizeof(*search->rates));
	search->places = calloc(search->exposure->releases.count, sizeof(*search->places));
	if (!search->origins || !search->rates || !search->places)
		return -ENOMEM;
	/* The cells are sorted by origin. */
	for (size_t i = 0; i < search->count; i++)
		if ((i == 0 || search->cells[i].origin != search->cells[i - 1].origin) &&
		    has_place(search, search->cells[i].origin))
			search->origins[search->origin_count++].number = search->cells[i].origin;
	qsort_r(search->origins, search->origin_count, sizeof(*search->origins), compare_origins,
		search);
	for (size_t i = 0; i < search->origin_count; i++)
		search->places[search->origins[i].number] = i + 1;
	add_up(search);
	return 0;
}

static double count_crashes(const struct search *search)
{
	double crashes = 0;

	for (size_t i = 0; i < search->crash_count; i++)
		crashes += search->crashes[i].at.origin == TRIAGE_COLD
				   ? 0
				   : (double)search->crashes[i].at.boots;
	return crashes;
}

/* Return x log(x / e), which is 0 for x = 0. */
static double log_ratio(double x, double e)
{
	return x > 0 ? x * log(x / e) : 0;
}

/* Return the logarithm of Kulldorff's likelihood ratio; -INFINITY if the rate is not higher. */
static double likelihood(double crashes, double expected, double all)
{
	if (!(crashes > expected) || !(expected < all))
		return -INFINITY;
	return log_ratio(crashes, expected) + log_ratio(all - crashes, all - expected);
}

/*
 * Set @ret[i * n + j], n being the number of origins, to the likelihood of the range of origins i
 * to j over that of the most likely range; 0 for ranges of one origin, of all origins, and of
 * origins that do not crash more than the others.
 */
static void compute_likelihoods(const struct search *search, double *ret)
{
	size_t n = search->origin_count;
	double all = count_crashes(search), best = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		double crashes = 0, expected = 0;

		for (size_t j = 0; j < i; j++)
			ret[i * n + j] = -INFINITY;
		for (size_t j = i; j < n; j++) {
			bool is_range = j > i && j - i + 1 < n;

			crashes += search->origins[j].crashes;
			expected += search->origins[j].expected;
			ret[i * n + j] = is_range ? likelihood(crashes, expected, all) : -INFINITY;
			best = fmax(best, ret[i * n + j]);
		}
	}
	for (size_t i = 0; i < n * n; i++)
		ret[i] = isinf(ret[i]) ? 0 : exp(ret[i] - best);
}

/* Return how likely it is that both ends of a range are near the ends of the bad range. */
static double likelihood_of_ends(const double *likelihoods, size_t n, size_t first, size_t last)
{
	double sum = 0;

	for (int i = -END_NEAR; i <= END_NEAR; i++)
		for (int j = -END_NEAR; j <= END_NEAR; j++) {
			size_t from = first + (size_t)i, to = last + (size_t)j;

			/* An end below 0 is a large number. */
			if (from < n && to < n)
				sum += END_WEIGHTS[abs(i)] * END_WEIGHTS[abs(j)] *
				       likelihoods[from * n + to];
		}
	return sum;
}

/*
 * Find the range of at least two origins, but not of all, whose ends are most likely near those of
 * the bad range. The most likely range has such ends less often, because few crashes decide its
 * ends (tests/fleet/range_limit.py).
 */
static int choose_range(const struct search *search, size_t *ret_first, size_t *ret_last)
{
	size_t n = search->origin_count;
	LINEAGE_AUTO_FREE double *likelihoods = calloc(n * n, sizeof(*likelihoods));
	double best = 0;

	if (!likelihoods)
		return -ENOMEM;
	compute_likelihoods(search, likelihoods);
	*ret_first = 0;
	*ret_last = 1;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1; j < n; j++) {
			double found = 0;

			if (likelihoods[i * n + j] > 0)
				found = likelihood_of_ends(likelihoods, n, i, j);
			if (!(found > best))
				continue;
			best = found;
			*ret_first = i;
			*ret_last = j;
		}
	}
	return 0;
}

/*
 * Give all origins of the range the number of its first origin. Return whether the cell is kept.
 * @is_left_out: as in triage_release_range_rest_p(); NULL to leave nothing out
 */
static bool take(const struct search *search, size_t first, size_t last, const bool *is_left_out,
		 struct triage_cell *cell)
{
	const struct origin *origin = find_origin(search, cell->origin);
	size_t at;

	/* An origin without a place in the order is one of the others. */
	if (!origin)
		return cell->origin != TRIAGE_COLD;
	if (is_left_out && is_left_out[cell->origin])
		return false;
	at = (size_t)(origin - search->origins);
	if (at >= first && at <= last)
		cell->origin = search->origins[first].number;
	return true;
}

/* Put the elements of the range between @before and the other ones of @count elements. */
static void put_between(void *elements, size_t count, size_t before, const void *range,
			size_t in_range, size_t size)
{
	char *place = (char *)elements + before * size;

	memmove(place + in_range * size, place, (count - before) * size);
	memcpy(place, range, in_range * size);
}

/*
 * Take the cells that are compared. They stay sorted: the cells of the range, which get one origin,
 * are sorted apart and put between the other origins. @ret: room for the cells. @range: likewise,
 * for the cells of the range. Return their number.
 */
static size_t take_cells(const struct search *search, size_t first, size_t last,
			 const bool *is_left_out, struct triage_cell *ret,
			 struct triage_cell *range)
{
	uint32_t group = search->origins[first].number;
	size_t in_range = 0, others = 0, before = 0;

	for (size_t i = 0; i < search->count; i++) {
		struct triage_cell cell = search->cells[i];

		if (!take(search, first, last, is_left_out, &cell))
			continue;
		before += cell.origin < group;
		*(cell.origin == group ? &range[in_range++] : &ret[others++]) = cell;
	}
	in_range = triage_cells_merge(range, in_range);
	put_between(ret, others, before, range, in_range, sizeof(*ret));
	return others + in_range;
}

/* As take_cells(), for the crashes. */
static size_t take_crashes(const struct search *search, size_t first, size_t last,
			   const bool *is_left_out, struct triage_crash_cell *ret,
			   struct triage_crash_cell *range)
{
	uint32_t group = search->origins[first].number;
	size_t in_range = 0, others = 0, before = 0;

	for (size_t i = 0; i < search->crash_count; i++) {
		struct triage_crash_cell crash = search->crashes[i];

		if (!take(search, first, last, is_left_out, &crash.at))
			continue;
		before += crash.at.origin < group;
		*(crash.at.origin == group ? &range[in_range++] : &ret[others++]) = crash;
	}
	in_range = triage_crash_cells_merge(range, in_range);
	put_between(ret, others, before, range, in_range, sizeof(*ret));
	return others + in_range;
}

/*
 * Compare a range, without some of its origins, with all other origins. @limit: as for
 * triage_finding_compare(). Return 0 or -ENOMEM.
 */
static int compare_range(const struct search *search, size_t first, size_t last,
			 const bool *is_left_out, double limit, struct triage_finding *ret)
{
	LINEAGE_AUTO_FREE struct triage_cell *cells =
		reallocarray(NULL, 2 * search->count + 1, sizeof(*cells));
	LINEAGE_AUTO_FREE struct triage_crash_cell *crashes =
		reallocarray(NULL, 2 * search->crash_count + 1, sizeof(*crashes));
	struct triage_strata_cut *cut = search->cut;
	size_t count, crash_count;
	int error;

	if (!cells || !crashes)
		return -ENOMEM;
	count = take_cells(search, first, last, is_left_out, cells, cells + search->count);
	crash_count = take_crashes(search, first, last, is_left_out, crashes,
				   crashes + search->crash_count);
	error = triage_strata_cut_set_boots(cut, cells, count);
	if (error || count == 0)
		return error;
	triage_strata_cut_set_crashes(cut, crashes, crash_count);
	for (size_t i = 0; !error && i < cut->origin_count; i++)
		if (cut->origins[i].origin == search->origins[first].number)
			error = triage_finding_compare(cut, &cut->origins[i], limit, ret, NULL);
	return error;
}

static double excess(const struct origin *origin)
{
	return origin->crashes - origin->expected;
}

/* Compute the p-value of a range without some of its origins. */
static int rest_p(const struct search *search, size_t first, size_t last, const bool *is_left_out,
		  double *ret)
{
	struct triage_finding rest = { .p = NAN, .p_kexeced = NAN, .p_same_count = NAN };
	int error = compare_range(search, first, last, is_left_out, 0, &rest);

	*ret = triage_finding_judged_p(&rest);
	if (!isnan(*ret) && !(triage_finding_judged_ratio(&rest).estimate > 1))
		*ret = 1;
	return error;
}

/* Find out whether the range without its worst origin still differs from the other origins. */
static int differs_without_worst(const struct search *search, size_t first, size_t last, bool *ret)
{
	LINEAGE_AUTO_FREE bool *is_left_out =
		calloc(search->exposure->releases.count + 1, sizeof(*is_left_out));
	size_t worst = first;
	double p = NAN;
	int error;

	if (!is_left_out)
		return -ENOMEM;
	for (size_t i = first; i <= last; i++)
		if (excess(&search->origins[i]) > excess(&search->origins[worst]))
			worst = i;
	is_left_out[search->origins[worst].number] = true;
	error = rest_p(search, first, last, is_left_out, &p);
	*ret = p <= REST_LEVEL;
	return error;
}

/*
 * Set @ret to the factor that corrects the p-value of the chosen range. @count: number of ranges.
 * Return 0 or -ENOMEM.
 */
static int count_tests(const struct search *search, double p, double count, double *ret)
{
	LINEAGE_AUTO_FREE double *expected = calloc(search->origin_count, sizeof(*expected));
	double crashes = 0;

	*ret = count;
	if (!expected)
		return -ENOMEM;
	for (size_t i = 0; i < search->origin_count; i++) {
		expected[i] = search->origins[i].expected;
		crashes += search->origins[i].crashes;
	}
	if (!(p > 0) || p > P_OVERLAP)
		return 0;
	return triage_distinct_ranges(expected, search->origin_count, crashes, p, ret);
}

/* fmin() ignores NAN: a comparison that was not possible counts as a test with p = 1. */
static double times(double p, double number)
{
	return fmin(1, p * number);
}

int triage_release_range_find(const struct triage_exposure *exposure,
			      const struct triage_cell *cells, size_t count,
			      const struct triage_crash_cell *crashes, size_t crash_count,
			      double limit, struct triage_strata_cut *cut,
			      struct triage_release_range *ret)
{
	AUTO_SEARCH search = { .exposure = exposure,
			       .cells = cells,
			       .count = count,
			       .crashes = crashes,
			       .crash_count = crash_count,
			       .cut = cut };
	struct triage_finding *finding = &ret->finding;
	double p, ranges;
	size_t first, last;
	int error = find_origins(&search);

	*ret = (struct triage_release_range){ 0 };
	if (error || search.origin_count < RELEASES_MIN || search.origin_count > RELEASES_MAX ||
	    count_crashes(&search) < CRASHES_MIN)
		return error;
	ranges = (double)search.origin_count * (double)(search.origin_count - 1) / 2 - 1;
	error = choose_range(&search, &first, &last);
	if (!error)
		error = compare_range(&search, first, last, NULL,
				      fmax(limit / ranges, fmin(limit, P_OVERLAP)), finding);
	p = triage_finding_judged_p(finding);
	if (!error)
		error = count_tests(&search, p, ranges, &ret->ranges);
	if (!error && !(p > limit / ret->ranges))
		error = differs_without_worst(&search, first, last, &ret->is_found);
	if (error)
		return error;
	ret->is_tested = true;
	ret->is_one_sided = first == 0 || last + 1 == search.origin_count;
	ret->first = search.origins[first].number;
	ret->last = search.origins[last].number;
	finding->p = times(finding->p, ret->ranges);
	finding->tail = times(finding->tail, ret->ranges);
	if (!isnan(finding->p_kexeced))
		finding->p_kexeced = times(finding->p_kexeced, ret->ranges);
	if (!isnan(finding->p_same_count))
		finding->p_same_count = times(finding->p_same_count, ret->ranges);
	return 0;
}

/*
 * Return whether the boots of a cell are in the range. @is_before_in: whether those of the cell
 * @before are, which most often has the same origin; NULL for the first cell
 */
static bool is_in_range(const struct triage_exposure *exposure,
			const struct triage_release_range *range, const struct triage_cell *cell,
			const struct triage_cell *before, bool is_before_in)
{
	if (before && before->origin == cell->origin)
		return is_before_in;
	return cell->origin != TRIAGE_COLD &&
	       triage_release_range_has(exposure, range, exposure->releases.texts[cell->origin]);
}

struct triage_table triage_release_range_table(const struct triage_exposure *exposure,
					       const struct triage_release_range *range,
					       const struct triage_cell *cells, size_t count,
					       const struct triage_crash_cell *crashes,
					       size_t crash_count)
{
	struct triage_table table = { 0 };
	bool is_in = false;

	for (size_t i = 0; i < count; i++) {
		const struct triage_cell *cell = &cells[i];

		is_in = is_in_range(exposure, range, cell, i > 0 ? cell - 1 : NULL, is_in);
		if (cell->origin != TRIAGE_COLD)
			triage_table_add(&table, is_in, cell->boots, 0);
	}
	for (size_t i = 0; i < crash_count; i++) {
		const struct triage_cell *at = &crashes[i].at;

		is_in = is_in_range(exposure, range, at, i > 0 ? &crashes[i - 1].at : NULL, is_in);
		if (at->origin != TRIAGE_COLD)
			triage_table_add(&table, is_in, 0, at->boots);
	}
	return table;
}

/* Find the cells after a kexec and the crashes of a case. */
static void find_slice(struct search *search, uint32_t release, uint32_t signature)
{
	const struct triage_exposure *exposure = search->exposure;

	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (cell->release != release || cell->origin == TRIAGE_COLD)
			continue;
		if (search->count++ == 0)
			search->cells = cell;
	}
	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];

		if (crash->at.release != release || crash->signature != signature)
			continue;
		if (search->crash_count++ == 0)
			search->crashes = crash;
	}
}

int triage_release_range_rest_p(const struct triage_exposure *exposure, uint32_t release,
				uint32_t signature, const struct triage_release_range *range,
				const bool *is_left_out, double *ret)
{
	TRIAGE_AUTO_TIME_AT_RISK times = { 0 };
	TRIAGE_AUTO_STRATA_CUT cut = { .is_odds = triage_exposure_is_crashes_only(exposure) };
	AUTO_SEARCH search = { .exposure = exposure, .cut = &cut };
	size_t first = 0, last = 0;
	int error = 0;

	find_slice(&search, release, signature);
	if (range->finding.is_timed)
		error = triage_time_at_risk_init(&times, exposure, release, signature);
	if (error)
		return error;
	if (range->finding.is_timed) {
		search.cells = times.cells;
		search.count = times.kexeced;
		search.crashes = times.crashes;
		search.crash_count = times.crash_count;
	}
	error = find_origins(&search);
	if (error)
		return error;
	for (size_t i = 0; i < search.origin_count; i++) {
		if (search.origins[i].number == range->first)
			first = i;
		if (search.origins[i].number == range->last)
			last = i;
	}
	return rest_p(&search, first, last, is_left_out, ret);
}
