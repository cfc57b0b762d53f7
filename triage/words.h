/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How is a finding told to people? Every text is the caller's to free, NULL where there is no memory. */
#ifndef LINEAGE_TRIAGE_WORDS_H
#define LINEAGE_TRIAGE_WORDS_H

#include "triage.h"

#define WORDS_NUMBER_SIZE 32

/** words_count() - 1203 as "1,203" */
const char *words_count(uint64_t count, char ret[WORDS_NUMBER_SIZE]);

/** words_share() - a share of boots in per cent, as many digits as tell something */
const char *words_share(uint64_t crashes, uint64_t boots, char ret[WORDS_NUMBER_SIZE]);

/** words_ratio() - a number of times, with three digits at most; "-" where it is not known */
const char *words_ratio(double ratio, char ret[WORDS_NUMBER_SIZE]);

/** words_times() - how many times likelier: "only" where no other boot crashed */
const char *words_times(const struct triage_finding *finding, char ret[WORDS_NUMBER_SIZE]);

/** words_chance() - a probability: "0.03", "1e-40", "< 1e-300"; "-" where it is not known */
const char *words_chance(double p, char ret[WORDS_NUMBER_SIZE]);

/** words_origin() - where boots came from: "cold boot", or a release; not to be freed */
const char *words_origin(const struct triage_counts *counts, uint32_t origin);

/** words_title() - of a crash; not to be freed */
const char *words_title(const struct triage_counts *counts, uint32_t signature);

/** words_finding() - one sentence on one origin: how often, how much likelier, how sure */
char *words_finding(const struct triage_counts *counts, const struct triage_case *one,
		    const struct triage_finding *finding);

/** words_counted() - one sentence on the kexec count */
char *words_counted(const struct triage_counts *counts, const struct triage_case *one);

/** words_order() - one sentence on since which previous release; NULL where it is not known, too */
char *words_order(const struct triage_counts *counts, const struct triage_case *one);

/** words_scale() - one sentence on how much was looked at, and how sure all of it is */
char *words_scale(const struct triage_report *report);

/** words_left_out() - one sentence on what could not be looked at; NULL where there is nothing, too */
char *words_left_out(const struct triage_counts *counts);

#endif /* LINEAGE_TRIAGE_WORDS_H */
