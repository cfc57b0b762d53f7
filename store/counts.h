/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of the lists of transitions, lengths and chains (store.h). */
#ifndef LINEAGE_STORE_COUNTS_H
#define LINEAGE_STORE_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "kexec-lineage.h"

/**
 * struct store_transition - counts of the boots of one transition
 * @previous_release: NULL after a cold boot or if unknown; @boot distinguishes the two
 * @release: release of the kernel; NULL if unknown
 * @boot: how the kernel was started
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot
 * @label: label of the boots; "" for none; NULL for the sum over all labels
 * @is_inferred: the lineage of the boots was inferred (@source of struct store_boot); false for the
 *	sum over all labels
 * @boots: number of boots
 * @unclean: number of boots with the end crash or unclean
 * @crashes: number of crashes of these boots
 */
struct store_transition {
	const char *previous_release;
	const char *release;
	enum lineage_boot boot;
	bool has_count;
	uint32_t kexec_count;
	const char *label;
	bool is_inferred;
	int64_t boots;
	int64_t unclean;
	int64_t crashes;
};

/**
 * struct store_crash_transition - number of boots of a transition that had a crash at least once
 * @signature: grouping key of the crash; "" for all crashes without one
 * @at: the transition; @boots is the number of boots with the crash, @unclean and @crashes are 0
 */
struct store_crash_transition {
	const char *signature;
	struct store_transition at;
};

/**
 * struct store_host_day - boots of one transition on one host on one day
 * @host: name of the host in the store
 * @has_day: whether @day is known
 * @day: days from 1970-01-01 to the start of the boots; if the start is unknown, to the last time
 *	at which they are known to have run
 * @at: the transition; @boots is the number of boots, @crashes is the number of these boots that
 *	had the crash at least once, @unclean is 0
 * @measured: number of boots without the crash whose length is known
 * @length_s: sum of these lengths in seconds. A log shows only when a boot last wrote a line, so a
 *	length can be too small.
 * @timed_crashes: number of boots with the crash whose uptime at the first crash is known
 * @uptime_s: sum of these uptimes in seconds
 * @band: band of the time at risk of each boot: its uptime at the first crash, else its length;
 *	STORE_BAND_UNKNOWN if the time is unknown
 * @at_risk_s: sum of the times at risk in seconds; 0 if they are unknown
 * @chain, @chain_is_complete: as in struct store_chain; NULL and false if not asked for
 */
struct store_host_day {
	const char *host;
	bool has_day;
	int64_t day;
	struct store_transition at;
	int64_t measured;
	int64_t length_s;
	int64_t timed_crashes;
	int64_t uptime_s;
	uint32_t band;
	int64_t at_risk_s;
	const char *chain;
	bool chain_is_complete;
};

/* On an earlier day (before March 1989) or a later one (after 2099), the clock was not set. */
#define STORE_DAY_FIRST 7000
#define STORE_DAY_LAST 47481

/** store_day_has_year() - return whether the year of a day is known, and the clock was set */
static inline bool store_day_has_year(int64_t day)
{
	return day >= STORE_DAY_FIRST && day <= STORE_DAY_LAST;
}

/* If two times of a boot differ by more than this, the clock was set between them. */
#define STORE_LENGTH_MAX_S "315360000"
#define STORE_DAY_SECONDS (24 * 60 * 60)

/*
 * Bands of lengths and uptimes. Band 0 ends at 60 seconds. Each following band ends at twice the
 * time at which the previous band ends. The last band has no end.
 */
#define STORE_BAND_FIRST_S 60
#define STORE_BANDS 19
#define STORE_BAND_UNKNOWN UINT32_MAX

/** store_length_band() - return the band of a length or an uptime in seconds */
static inline uint32_t store_length_band(int64_t seconds)
{
	uint32_t band = 0;

	while (band + 1 < STORE_BANDS && seconds >= (int64_t)STORE_BAND_FIRST_S << band)
		band++;
	return band;
}

/**
 * struct store_length - boots of one transition whose lengths are in one band
 * @at: the transition; @boots is the number of these boots, @unclean and @crashes are 0
 * @band: store_length_band() of each length
 * @length_s: sum of the lengths in seconds, as in struct store_host_day
 */
struct store_length {
	struct store_transition at;
	uint32_t band;
	int64_t length_s;
};

/**
 * struct store_crash_length - boots of one transition that had a crash
 * @signature: grouping key of the crash; NULL: any crash except a lost kexec
 * @at: the transition; @boots is the number of these boots, @unclean and @crashes are 0
 * @length_band: band of the length of each boot; STORE_BAND_UNKNOWN if it is unknown
 * @length_s: sum of the lengths in seconds; 0 if they are unknown
 * @end_band, @end_s: the same of the time at risk: the uptime at the first of these crashes or, if
 *	it is unknown, the length
 */
struct store_crash_length {
	const char *signature;
	struct store_transition at;
	uint32_t length_band;
	int64_t length_s;
	uint32_t end_band;
	int64_t end_s;
};

/**
 * store_crash_length_set() - set the bands and times for one boot
 * @length_s, @uptime_s: length and uptime at the first crash in seconds; -1 if unknown
 */
static inline void store_crash_length_set(struct store_crash_length *crash, int64_t length_s,
					  int64_t uptime_s)
{
	int64_t end_s = uptime_s >= 0 ? uptime_s : length_s;

	crash->length_band = length_s >= 0 ? store_length_band(length_s) : STORE_BAND_UNKNOWN;
	crash->length_s = length_s >= 0 ? length_s : 0;
	crash->end_band = end_s >= 0 ? store_length_band(end_s) : STORE_BAND_UNKNOWN;
	crash->end_s = end_s >= 0 ? end_s : 0;
}

/**
 * struct store_chain - boots after a kexec that have the same chain
 * @signature: grouping key of a crash of these boots; NULL: any crash except a lost kexec
 * @at: the transition; @unclean is 0, and @crashes is 0 unless the list defines it
 * @chain: previous releases (chain.h); NULL if they are unknown
 * @is_complete: the chain contains every kernel since the cold boot
 */
struct store_chain {
	const char *signature;
	struct store_transition at;
	const char *chain;
	bool is_complete;
};

/**
 * struct store_ancestors - boots after a kexec that have the same ancestor (ancestors.h)
 * @signature: as in struct store_chain
 * @at: the transition; its @kexec_count is store_ancestors_dose() of the count; its @has_count is
 *	false for boots whose ancestors are unknown
 * @ancestor: NULL: all boots of this transition
 * @is_second: count only boots whose second kernel back is the ancestor
 * @is_continued: @signature and @at, except @boots, are those of the sum before
 */
struct store_ancestors {
	const char *signature;
	struct store_transition at;
	const char *ancestor;
	bool is_second;
	bool is_continued;
};

#endif /* LINEAGE_STORE_COUNTS_H */
