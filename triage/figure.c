// SPDX-License-Identifier: GPL-2.0-or-later
#include "figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *triage_figure_count(uint64_t count, char ret[TRIAGE_FIGURE_SIZE])
{
	char digits[TRIAGE_FIGURE_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *out = ret;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return ret;
}

const char *triage_figure_share(uint64_t crashes, uint64_t boots, char ret[TRIAGE_FIGURE_SIZE])
{
	if (boots == 0)
		return strcpy(ret, "-");
	snprintf(ret, TRIAGE_FIGURE_SIZE, "%.2g %%", 100 * (double)crashes / (double)boots);
	if (100 * crashes >= boots)
		snprintf(ret, TRIAGE_FIGURE_SIZE, "%.1f %%", 100 * (double)crashes / (double)boots);
	return ret;
}

const char *triage_figure_ratio(double ratio, char ret[TRIAGE_FIGURE_SIZE])
{
	if (!isfinite(ratio))
		return strcpy(ret, "-");
	if (ratio < 999.5)
		snprintf(ret, TRIAGE_FIGURE_SIZE, "%.3g", ratio);
	else if (ratio < 1e15)
		triage_figure_count((uint64_t)llround(ratio), ret);
	else
		snprintf(ret, TRIAGE_FIGURE_SIZE, "%.0e", ratio);
	return ret;
}

const char *triage_figure_times(const struct triage_finding *finding, char ret[TRIAGE_FIGURE_SIZE])
{
	if (finding->table.crashes > 0 && finding->table.other_crashes == 0)
		return strcpy(ret, "only");
	return triage_figure_ratio(finding->ratio.estimate, ret);
}

const char *triage_figure_probability(double p, char ret[TRIAGE_FIGURE_SIZE])
{
	if (isnan(p))
		return strcpy(ret, "-");
	if (p < 1e-300)
		return strcpy(ret, "< 1e-300");
	snprintf(ret, TRIAGE_FIGURE_SIZE, p < 0.001 ? "%.0e" : "%.2g", p);
	return ret;
}

const char *triage_figure_origin(const struct triage_exposure *exposure, uint32_t origin)
{
	return origin == TRIAGE_COLD ? "cold boot" : exposure->releases.texts[origin];
}

const char *triage_figure_title(const struct triage_exposure *exposure, uint32_t signature)
{
	const char *title = NULL;

	if (signature < exposure->signature_count)
		title = exposure->signatures[signature].title;
	return title ? title : exposure->signature_names.texts[signature];
}
