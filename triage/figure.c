// SPDX-License-Identifier: GPL-2.0-or-later
#include "figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

char *triage_format(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

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
	double share = 100 * (double)crashes / (double)boots;
	int decimals = 1;

	if (boots == 0)
		return strcpy(ret, "-");
	if (crashes == 0 || crashes == boots)
		return strcpy(ret, crashes == 0 ? "0 %" : "100 %");
	if (share >= 99.95)
		return strcpy(ret, crashes < boots ? "> 99.9 %" : "> 100 %");
	for (double rest = share; rest < 0.995; rest *= 10)
		decimals++;
	snprintf(ret, TRIAGE_FIGURE_SIZE, "%.*f %%", decimals, share);
	return ret;
}

const char *triage_figure_ratio(double ratio, char ret[TRIAGE_FIGURE_SIZE])
{
	if (!isfinite(ratio))
		return strcpy(ret, "-");
	if (ratio > 0 && ratio < 0.001)
		return strcpy(ret, "< 0.001");
	if (ratio > 1e12)
		return strcpy(ret, "> 1,000,000,000,000");
	if (ratio < 999.5)
		snprintf(ret, TRIAGE_FIGURE_SIZE, "%.3g", ratio);
	else
		triage_figure_count((uint64_t)llround(ratio), ret);
	return ret;
}

const char *triage_figure_times(const struct triage_finding *finding, char ret[TRIAGE_FIGURE_SIZE])
{
	char low[TRIAGE_FIGURE_SIZE];

	if (finding->table.crashes > 0 && finding->table.other_crashes == 0)
		return strcpy(ret, "only");
	if (isinf(finding->ratio.estimate) && isfinite(finding->ratio.low)) {
		triage_figure_ratio(finding->ratio.low, low);
		snprintf(ret, TRIAGE_FIGURE_SIZE, "> %.29s", low);
		return ret;
	}
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

char *triage_figure_range(const struct triage_exposure *exposure,
			  const struct triage_release_range *range)
{
	return triage_format("%s through %s", exposure->releases.texts[range->first],
			     exposure->releases.texts[range->last]);
}

const char *triage_figure_unit(const struct triage_exposure *exposure, uint32_t signature,
			       uint64_t count)
{
	if (triage_exposure_is_crashes_only(exposure))
		return count == 1 ? "crash" : "crashes";
	if (triage_is_lost_kexec(exposure, signature))
		return count == 1 ? "kexec" : "kexecs";
	return count == 1 ? "boot" : "boots";
}

const char *triage_figure_crashed(const struct triage_exposure *exposure, uint32_t signature)
{
	if (triage_exposure_is_crashes_only(exposure))
		return "this one";
	return triage_is_lost_kexec(exposure, signature) ? "lost" : "crashed";
}

const char *triage_figure_time(int64_t seconds, char ret[TRIAGE_FIGURE_SIZE])
{
	time_t time = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&time, &parts) ||
	    strftime(ret, TRIAGE_FIGURE_SIZE, "%F %H:%M UTC", &parts) == 0)
		snprintf(ret, TRIAGE_FIGURE_SIZE, "@%" PRId64, seconds);
	return ret;
}

const char *triage_figure_day(int64_t day, char ret[TRIAGE_FIGURE_SIZE])
{
	time_t time = (time_t)(day * DAY_S);
	struct tm parts;

	if (!gmtime_r(&time, &parts) || strftime(ret, TRIAGE_FIGURE_SIZE, "%F", &parts) == 0)
		snprintf(ret, TRIAGE_FIGURE_SIZE, "day %" PRId64, day);
	return ret;
}

const char *triage_figure_ordinal(uint32_t number, char ret[TRIAGE_FIGURE_SIZE])
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	bool is_regular = number % 100 / 10 == 1 || number % 10 > 3;

	snprintf(ret, TRIAGE_FIGURE_SIZE, "%" PRIu32 "%s", number,
		 is_regular ? "th" : endings[number % 10]);
	return ret;
}

const char *triage_figure_title(const struct triage_exposure *exposure, uint32_t signature)
{
	const char *title = NULL;

	if (signature < exposure->signature_count)
		title = exposure->signatures[signature].title;
	return title ? title : exposure->signature_names.texts[signature];
}
