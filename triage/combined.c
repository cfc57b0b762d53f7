// SPDX-License-Identifier: GPL-2.0-or-later
#include "combined.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define LARGEST 0.75

double triage_combined(const double *p, const double *weights, size_t count)
{
	double sum = 0, weight = 0;

	for (size_t i = 0; i < count; i++) {
		if (isnan(p[i]))
			continue;
		if (p[i] <= 0)
			return 0;
		sum += weights[i] * gsl_cdf_cauchy_Qinv(fmin(p[i], LARGEST), 1);
		weight += weights[i];
	}
	return weight > 0 ? gsl_cdf_cauchy_Q(sum / weight, 1) : NAN;
}
