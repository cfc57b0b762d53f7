// SPDX-License-Identifier: GPL-2.0-or-later
#include "time_at_risk.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/cleanup.h"

#define KNOWN_SHARE 0.9	 /* minimum share of boots whose time must be known */
#define UPTIME_MAX 10	 /* ends are missing if crashes come after this many mean lengths */
#define LENGTH_MIN_S 300 /* if boots are shorter on average, their logs end soon after the start */

/**
 * struct life - boots of one cell
 * @ending: number of boots whose time at risk ends in each band
 * @seconds: sum of the times at risk of these boots
 * @crashes: number of these boots that crashed
 * @uptimes_s: sum of the uptimes at these crashes
 */
struct life {
	struct triage_cell at;
	double ending[STORE_BANDS];
	double seconds[STORE_BANDS];
	double crashes[STORE_BANDS];
	double uptimes_s[STORE_BANDS];
};

/**
 * struct builder - state of triage_time_at_risk_init()
 * @lives: array of @count lives, sorted by origin, count and label; owned
 * @untimed: number of crashed boots without any known time
 * @bands: bit mask of the bands with a crash, by label; owned
 */
struct builder {
	const struct triage_exposure *exposure;
	struct life *lives;
	size_t count;
	double untimed;
	uint32_t *bands;
};

static void builder_deinit(struct builder *builder)
{
	free(builder->lives);
	free(builder->bands);
}
#define AUTO_BUILDER __attribute__((cleanup(builder_deinit))) struct builder

static double start_of(uint32_t band)
{
	return band ? (double)((int64_t)STORE_BAND_FIRST_S << (band - 1)) : 0;
}

static double length_of(uint32_t band)
{
	return band ? start_of(band) : STORE_BAND_FIRST_S;
}

/* Order of the cells of one release. */
static int compare_lives(const void *left, const void *right)
{
	const struct triage_cell *a = left, *b = right;

	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

static struct life *find_life(const struct builder *builder, const struct triage_cell *at)
{
	return builder->count ? bsearch(at, builder->lives, builder->count, sizeof(*builder->lives),
					compare_lives)
			      : NULL;
}

static int add_boots(struct builder *builder, uint32_t release)
{
	const struct triage_exposure *exposure = builder->exposure;
	size_t first = triage_exposure_find_cells(exposure, release), end = first;

	while (end < exposure->cell_count && exposure->cells[end].release == release)
		end++;
	builder->lives = calloc(end - first + 1, sizeof(*builder->lives));
	builder->bands = calloc(exposure->labels.count + 1, sizeof(*builder->bands));
	if (!builder->lives || !builder->bands)
		return -ENOMEM;
	for (size_t i = first; i < end; i++)
		builder->lives[builder->count++].at = exposure->cells[i];
	return 0;
}

static void add_lengths(struct builder *builder, uint32_t release)
{
	const struct triage_exposure *exposure = builder->exposure;
	size_t next = 0;

	/* Both are sorted by cell. */
	for (size_t i = triage_exposure_find_lengths(exposure, release);
	     i < exposure->length_count && exposure->lengths[i].at.release == release; i++) {
		const struct triage_length_cell *length = &exposure->lengths[i];
		struct life *life;

		while (next < builder->count &&
		       compare_lives(&builder->lives[next].at, &length->at) < 0)
			next++;
		life = &builder->lives[next];
		if (next == builder->count || compare_lives(&life->at, &length->at) != 0)
			continue;
		life->ending[length->band] += (double)length->at.boots;
		life->seconds[length->band] += (double)length->length_s;
	}
}

/*
 * Let the times at risk of boots end at their crashes instead of at their ends. A boot that was
 * removed after the crashes had been read has no length.
 */
static void add_crash(struct builder *builder, const struct triage_crash_length *crash)
{
	struct life *life = find_life(builder, &crash->at);
	double boots = (double)crash->at.boots, seconds = (double)crash->end_s;
	uint32_t band = crash->length_band;

	if (!life)
		return;
	if (band != STORE_BAND_UNKNOWN && life->ending[band] >= boots) {
		life->ending[band] -= boots;
		life->seconds[band] -= (double)crash->length_s;
	}
	band = crash->end_band;
	if (band == STORE_BAND_UNKNOWN) {
		builder->untimed += boots;
		return;
	}
	life->ending[band] += boots;
	life->seconds[band] += seconds;
	life->crashes[band] += boots;
	life->uptimes_s[band] += seconds;
}

static void add_crashes(struct builder *builder, uint32_t release, uint32_t signature)
{
	const struct triage_exposure *exposure = builder->exposure;

	for (size_t i = triage_exposure_find_crash_lengths(exposure, release, signature);
	     i < exposure->crash_length_count; i++) {
		const struct triage_crash_length *crash = &exposure->crash_lengths[i];

		if (crash->at.release != release || crash->signature != signature)
			break;
		add_crash(builder, crash);
	}
}

/**
 * struct total - sums over some lives
 * @known: boots whose time at risk is known
 * @crashes: boots that crashed
 * @seconds: sum of the times at risk
 * @uptime_s: sum of the uptimes at the crashes
 */
struct total {
	double boots;
	double known;
	double crashes;
	double seconds;
	double uptime_s;
};

static void add_up(struct total *total, const struct life *life)
{
	total->boots += (double)life->at.boots;
	for (uint32_t band = 0; band < STORE_BANDS; band++) {
		total->uptime_s += life->uptimes_s[band];
		total->known += life->ending[band];
		total->crashes += life->crashes[band];
		total->seconds += life->seconds[band];
	}
}

/* Return the mean time at risk of a boot. */
static double mean_s(const struct total *total)
{
	return total->known > 0 ? total->seconds / total->known : 0;
}

/* Return whether the times of the boots are known and plausible. */
static bool is_usable(const struct life *lives, size_t count, struct total *ret)
{
	struct total quiet;

	*ret = (struct total){ 0 };
	for (size_t i = 0; i < count; i++)
		add_up(ret, &lives[i]);
	quiet = *ret;
	quiet.known -= ret->crashes;
	quiet.seconds -= ret->uptime_s;
	if (ret->known < KNOWN_SHARE * ret->boots)
		return false;
	return ret->crashes == 0 || quiet.known <= 0 ||
	       ret->uptime_s / ret->crashes <= UPTIME_MAX * mean_s(&quiet);
}

/* Return the index after the last life of the origin of the life at @at. */
static size_t end_of_origin(const struct builder *builder, size_t at)
{
	uint32_t origin = builder->lives[at].at.origin;

	while (at < builder->count && builder->lives[at].at.origin == origin)
		at++;
	return at;
}

/* Drop the origins whose times are not usable. Return whether enough boots are left. */
static bool drop_origins(struct builder *builder)
{
	struct total all = { 0 }, total;
	double boots = 0, quiet_s;
	size_t kept = 0;

	for (size_t at = 0, end; at < builder->count; at = end) {
		bool is_kept;

		end = end_of_origin(builder, at);
		is_kept = is_usable(&builder->lives[at], end - at, &total);
		boots += total.boots;
		for (size_t i = at; i < end && is_kept; i++) {
			add_up(&all, &builder->lives[i]);
			builder->lives[kept++] = builder->lives[i];
		}
	}
	builder->count = kept;
	if (all.boots < KNOWN_SHARE * boots || all.crashes == 0 ||
	    builder->untimed > (1 - KNOWN_SHARE) * all.crashes)
		return false;
	if (!is_usable(builder->lives, builder->count, &all))
		return false;
	quiet_s = all.seconds - all.uptime_s;
	return quiet_s >= LENGTH_MIN_S * (all.known - all.crashes);
}

/**
 * struct at_risk - boots of a cell in one band
 * @boots: number of boots that are at risk in the band
 * @seconds: their time at risk in the band
 */
struct at_risk {
	double boots;
	double seconds;
};

/*
 * Find the time at risk of a cell in each band. In the first band, each boot counts for the whole
 * length of the band, since a boot without any later line did not end in this band.
 */
static void find_at_risk(const struct life *life, struct at_risk ret[STORE_BANDS])
{
	double later = 0;

	for (uint32_t band = STORE_BANDS - 1; band > 0; band--) {
		ret[band].seconds = later * length_of(band) + life->seconds[band] -
				    life->ending[band] * start_of(band);
		later += life->ending[band];
		ret[band].boots = later;
	}
	ret[0].boots = later + life->ending[0];
	ret[0].seconds = STORE_BAND_FIRST_S * ret[0].boots;
}

/* Return the time in a band of the boots that crashed in this band. */
static double crashed_seconds(const struct life *life, uint32_t band)
{
	return life->uptimes_s[band] - life->crashes[band] * start_of(band);
}

/*
 * Find the mean time that boots of one origin are at risk in each band if they do not crash in it;
 * without such boots, the length of the band.
 */
static void find_means(const struct life *lives, size_t count, double *ret)
{
	struct at_risk quiet[STORE_BANDS] = { 0 }, own[STORE_BANDS];

	for (size_t i = 0; i < count; i++) {
		find_at_risk(&lives[i], own);
		for (uint32_t band = 0; band < STORE_BANDS; band++) {
			quiet[band].seconds += own[band].seconds - crashed_seconds(&lives[i], band);
			quiet[band].boots += own[band].boots - lives[i].crashes[band];
		}
	}
	for (uint32_t band = 0; band < STORE_BANDS; band++)
		ret[band] = quiet[band].boots > 0 ? quiet[band].seconds / quiet[band].boots
						  : length_of(band);
}

/* Find the bands with a crash of each label, and make room for the cells in these bands. */
static int find_bands(const struct builder *builder, struct triage_time_at_risk *ret)
{
	size_t count = 1;

	for (size_t i = 0; i < builder->count; i++)
		for (uint32_t band = 0; band < STORE_BANDS; band++)
			if (builder->lives[i].crashes[band] > 0)
				builder->bands[builder->lives[i].at.label] |= 1U << band;
	for (size_t i = 0; i < builder->count; i++)
		count += (size_t)__builtin_popcount(builder->bands[builder->lives[i].at.label]);

	ret->cells = calloc(count, sizeof(*ret->cells));
	ret->crashes = calloc(count, sizeof(*ret->crashes));
	ret->sums = calloc(builder->count + 1, sizeof(*ret->sums));
	return ret->cells && ret->crashes && ret->sums ? 0 : -ENOMEM;
}

/*
 * Add the cell of a life and a band. Except in the first band, count one second more for each boot,
 * because times are rounded down.
 *
 * The test takes the times as given, but a crash ends the time of its boot. If few boots are in the
 * stratum, the side of the crash would therefore seem to have had less time at risk. So boots that
 * crash in a band count at least with the mean time of the other boots in the band, @mean_s.
 */
static void add_cell(struct triage_time_at_risk *ret, const struct life *life, uint32_t band,
		     uint32_t signature, double mean_s, const struct at_risk *at_risk)
{
	struct triage_cell cell = life->at;
	double boots = at_risk->boots, seconds = at_risk->seconds;

	seconds += fmax(0, life->crashes[band] * mean_s - crashed_seconds(life, band));
	cell.label = cell.label * STORE_BANDS + band;
	cell.boots = (uint64_t)(band ? TRIAGE_UNITS_PER_SECOND * (seconds + boots) : boots);
	cell.crashes = 0;
	if (cell.boots == 0)
		return;
	ret->kexeced += cell.origin != TRIAGE_COLD;
	ret->cells[ret->cell_count++] = cell;
	if (!(life->crashes[band] > 0))
		return;
	cell.boots = (uint64_t)life->crashes[band];
	ret->crashes[ret->crash_count++] =
		(struct triage_crash_cell){ .signature = signature, .at = cell };
}

static void add_life(struct triage_time_at_risk *ret, const struct builder *builder,
		     const struct life *life, uint32_t signature, const double *means_s,
		     double *all_s)
{
	struct triage_cell sum = life->at;
	struct at_risk own[STORE_BANDS];
	struct total total = { 0 };

	find_at_risk(life, own);
	add_up(&total, life);
	sum.boots = (uint64_t)total.seconds;
	sum.crashes = (uint64_t)total.crashes;
	ret->sums[ret->sum_count++] = sum;
	for (uint32_t band = 0; band < STORE_BANDS; band++) {
		all_s[band] += own[band].seconds;
		ret->hazards[band] += life->crashes[band];
		if (builder->bands[life->at.label] & 1U << band)
			add_cell(ret, life, band, signature, means_s[band], &own[band]);
	}
}

int triage_time_at_risk_init(struct triage_time_at_risk *ret,
			     const struct triage_exposure *exposure, uint32_t release,
			     uint32_t signature)
{
	AUTO_BUILDER builder = { .exposure = exposure };
	double all_s[STORE_BANDS] = { 0 }, means_s[STORE_BANDS];
	int error;

	*ret = (struct triage_time_at_risk){ 0 };
	if (exposure->length_count == 0 || triage_is_lost_kexec(exposure, signature))
		return 0;
	error = add_boots(&builder, release);
	if (error)
		return error;
	add_lengths(&builder, release);
	add_crashes(&builder, release, signature);
	if (!drop_origins(&builder))
		return 0;
	error = find_bands(&builder, ret);
	if (error) {
		triage_time_at_risk_deinit(ret);
		return error;
	}
	for (size_t at = 0, end; at < builder.count; at = end) {
		end = end_of_origin(&builder, at);
		find_means(&builder.lives[at], end - at, means_s);
		for (size_t i = at; i < end; i++)
			add_life(ret, &builder, &builder.lives[i], signature, means_s, all_s);
	}
	for (uint32_t band = 0; band < STORE_BANDS; band++)
		if (all_s[band] > 0)
			ret->hazards[band] /= all_s[band];
	return 0;
}

void triage_time_at_risk_deinit(struct triage_time_at_risk *times)
{
	free(times->cells);
	free(times->crashes);
	free(times->sums);
	*times = (struct triage_time_at_risk){ 0 };
}

bool triage_time_at_risk_is_known(const struct triage_time_at_risk *times)
{
	return times->cell_count > 0;
}

bool triage_time_at_risk_has(const struct triage_time_at_risk *times, uint32_t origin)
{
	size_t low = 0, high = times->sum_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (times->sums[middle].origin < origin)
			low = middle + 1;
		else
			high = middle;
	}
	return low < times->sum_count && times->sums[low].origin == origin;
}

double triage_time_at_risk_expected(const struct triage_time_at_risk *times, uint32_t band,
				    double boots, double seconds)
{
	double before = 0;

	if (band == 0)
		return boots * STORE_BAND_FIRST_S * times->hazards[0];
	for (uint32_t other = 0; other < band; other++)
		before += length_of(other) * times->hazards[other];
	return boots * before + (seconds - boots * start_of(band)) * times->hazards[band];
}
