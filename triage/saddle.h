/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is chance within strata, where there are too many crashes to look at every outcome? */
#ifndef LINEAGE_TRIAGE_SADDLE_H
#define LINEAGE_TRIAGE_SADDLE_H

#include "statistics.h"

/**
 * saddle_tails() - of the sum of the doses of all crashes, where each stratum's crashes are drawn from its boots
 * @strata: @count of them; in one of them at least crashes can be of more than one dose
 *
 * The double saddlepoint approximation of a conditional logistic model: I. M. Skovgaard, Journal of Applied
 * Probability 24, 1987; A. C. Davison, Journal of the Royal Statistical Society B 50, 1988. Its error is relative, some
 * parts in a thousand from ten crashes on, however small the probability (tests/unit/triage/test_peers.py); at the very end
 * of what is possible it is seven parts in a hundred.
 *
 * Return: twice the smaller one of: at most the sum that was seen, at least that; never more than 1; NAN where no
 * solution is found, or no memory.
 */
double saddle_tails(const struct triage_stratum *strata, size_t count);

#endif /* LINEAGE_TRIAGE_SADDLE_H */
