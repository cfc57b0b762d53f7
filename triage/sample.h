/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many of the boots without a crash are read one by one. */
#ifndef LINEAGE_TRIAGE_SAMPLE_H
#define LINEAGE_TRIAGE_SAMPLE_H

#include <stdint.h>

struct triage_exposure;

/* Number of boots without the crash that are enough for a test. */
#define TRIAGE_SAMPLE_MAX 500000

/**
 * triage_sample_one_in() - how many boots each boot of a sample stands for
 *
 * Only the boots without a crash are sampled, at random. A test that takes the numbers of both
 * kinds of boots as given remains exact with a sample, and has nearly the same power, if the sample
 * is much larger than the number of crashes.
 *
 * Return: the number; 1 if all of the boots are read.
 */
uint32_t triage_sample_one_in(const struct triage_exposure *exposure, uint64_t boots,
			      uint64_t crashes);

#endif /* LINEAGE_TRIAGE_SAMPLE_H */
