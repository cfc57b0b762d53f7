// SPDX-License-Identifier: GPL-2.0-or-later
#include "sample.h"

#include "exposure.h"

/* Minimum number of boots without the crash for each boot with the crash. */
#define CONTROLS_MIN 4

uint32_t triage_sample_one_in(const struct triage_exposure *exposure, uint64_t boots,
			      uint64_t crashes)
{
	uint64_t most = exposure->sample_max ? exposure->sample_max : TRIAGE_SAMPLE_MAX;
	uint64_t wanted = crashes < most / CONTROLS_MIN ? most : crashes * CONTROLS_MIN;
	uint64_t one_in = boots / wanted;

	return one_in < 1 ? 1 : one_in < UINT32_MAX ? (uint32_t)one_in : UINT32_MAX;
}
