/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formatting of figures and names: counts, shares, ratios, probabilities, origins and titles. */
#ifndef LINEAGE_TRIAGE_FIGURE_H
#define LINEAGE_TRIAGE_FIGURE_H

#include <stdint.h>

#include "exposure.h"
#include "finding.h"
#include "release_range.h"

/* Size of a buffer for any figure, NUL included. */
#define TRIAGE_FIGURE_SIZE 32

/** triage_format() - make a text with a format; NULL if memory runs out. The caller frees it. */
__attribute__((format(printf, 1, 2))) char *triage_format(const char *format, ...);

/** triage_figure_count() - a count with separators: "1,203" */
const char *triage_figure_count(uint64_t count, char ret[TRIAGE_FIGURE_SIZE]);

/**
 * triage_figure_share() - share of boots in per cent without an exponent, two significant digits
 * below 1 %; "-" if there are no boots
 */
const char *triage_figure_share(uint64_t crashes, uint64_t boots, char ret[TRIAGE_FIGURE_SIZE]);

/**
 * triage_figure_ratio() - a risk ratio without an exponent, three significant digits; "-" unless it
 * is finite
 */
const char *triage_figure_ratio(double ratio, char ret[TRIAGE_FIGURE_SIZE]);

/**
 * triage_figure_times() - risk ratio of a finding; "only" if no other boot crashed; the lower
 * limit, as "> 35", if the ratio is infinite
 */
const char *triage_figure_times(const struct triage_finding *finding, char ret[TRIAGE_FIGURE_SIZE]);

/** triage_figure_probability() - "0.03", "1e-40", "< 1e-300"; "-" for NAN */
const char *triage_figure_probability(double p, char ret[TRIAGE_FIGURE_SIZE]);

/** triage_figure_origin() - "cold boot", or a release; not to be freed */
const char *triage_figure_origin(const struct triage_exposure *exposure, uint32_t origin);

/** triage_figure_range() - "7.2.11 through 7.2.23"; NULL if memory runs out; owned */
char *triage_figure_range(const struct triage_exposure *exposure,
			  const struct triage_release_range *range);

/**
 * triage_figure_unit() - what the crashes of a signature are compared with: "boots"; "kexecs" for
 * lost kexecs; "crashes" if the store has crashes only. In the singular if @count is 1.
 */
const char *triage_figure_unit(const struct triage_exposure *exposure, uint32_t signature,
			       uint64_t count);

/**
 * triage_figure_crashed() - heading of the number of crashes of a signature: "crashed"; "lost" for
 * lost kexecs; "this one" if the store has crashes only. A static string
 */
const char *triage_figure_crashed(const struct triage_exposure *exposure, uint32_t signature);

/**
 * triage_figure_time() - a time as "2026-11-24 00:00 UTC", or in seconds if it is not in the
 * calendar. @seconds: since 1970 UTC
 */
const char *triage_figure_time(int64_t seconds, char ret[TRIAGE_FIGURE_SIZE]);

/** triage_figure_day() - a day as "2026-11-24". @day: days since 1970 */
const char *triage_figure_day(int64_t day, char ret[TRIAGE_FIGURE_SIZE]);

/** triage_figure_ordinal() - "4th" */
const char *triage_figure_ordinal(uint32_t number, char ret[TRIAGE_FIGURE_SIZE]);

/**
 * triage_figure_title() - title of a signature, or the signature if it has no title; not to be
 * freed
 */
const char *triage_figure_title(const struct triage_exposure *exposure, uint32_t signature);

#endif /* LINEAGE_TRIAGE_FIGURE_H */
