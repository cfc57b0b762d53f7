// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>

#include "html.h"
#include "triage/figure.h"
#include "triage/statistics.h"
#include "triage_page.h"

#define HEIGHT 160
#define TOP 20
#define LEFT 60
#define STEP 56
#define BAR 32
/* More counts are merged with their neighbours. This number of bars fits on a wide screen. */
#define BARS_MAX 18

/* True if dose @i, which is a kexec count, includes all larger counts. */
static bool is_capped(const struct triage_count_trend *count_trend, size_t i)
{
	return count_trend->is_capped && i + 1 == count_trend->dose_count;
}

/**
 * struct bar - the boots of one count or of consecutive counts
 * @boots: the boots; @score is the first count
 * @last: index of the last dose
 */
struct bar {
	struct triage_dose boots;
	size_t last;
};

/* Divide the doses into bars of @each doses, but not across the change. Return their number. */
static size_t divide(const struct triage_count_trend *count_trend, size_t each,
		     struct bar ret[BARS_MAX])
{
	size_t count = 0, first = 0;

	for (size_t i = 0; i < count_trend->dose_count; i++) {
		const struct triage_dose *dose = &count_trend->doses[i];

		if (count == 0 || i - first == each || dose->score == count_trend->from) {
			if (count == BARS_MAX)
				return count + 1;
			ret[count++] = (struct bar){ *dose, i };
			first = i;
			continue;
		}
		ret[count - 1].boots.boots += dose->boots;
		ret[count - 1].boots.crashes += dose->crashes;
		ret[count - 1].last = i;
	}
	return count;
}

/* Divide the doses into at most BARS_MAX bars. Return their number. */
static size_t make_bars(const struct triage_count_trend *count_trend, struct bar ret[BARS_MAX])
{
	size_t each = 1, count;

	while ((count = divide(count_trend, each, ret)) > BARS_MAX)
		each++;
	return count;
}

/* Return the end of the axis: the smallest of 1, 2 or 5 times a power of 10, at most 1. */
static double find_end(const struct bar *bars, size_t count)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double high = 0, unit;
	size_t i = 0;

	for (size_t j = 0; j < count; j++)
		high = fmax(high, triage_share_interval(&bars[j].boots).high);
	if (!(high > 0))
		return 1;
	unit = pow(10, floor(log10(high)));
	while (i < 3 && steps[i] * unit < high)
		i++;
	return fmin(1, steps[i] * unit);
}

static double y_of(double share, double high)
{
	return TOP + HEIGHT * (1 - share / high);
}

/* Write "3", "13+" or "4-9". */
static void write_counts(const struct triage_count_trend *count_trend, const struct bar *bar,
			 FILE *stream)
{
	uint32_t last = count_trend->doses[bar->last].score;

	fprintf(stream, "%" PRIu32, bar->boots.score);
	if (is_capped(count_trend, bar->last))
		putc('+', stream);
	else if (last != bar->boots.score)
		fprintf(stream, "\xe2\x80\x93%" PRIu32, last);
}

static void write_bar(const struct triage_count_trend *count_trend, const struct bar *bar, size_t i,
		      double high, FILE *stream)
{
	struct triage_interval interval = triage_share_interval(&bar->boots);
	double share = interval.estimate, x = LEFT + STEP * (double)i + (STEP - BAR) / 2.0;
	bool is_hot = triage_count_trend_is_raised(count_trend, &bar->boots);

	fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
		is_hot ? "hot" : "bar", x, y_of(share, high), BAR, HEIGHT * share / high);
	fprintf(stream, "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
		x + BAR / 2.0, x + BAR / 2.0, y_of(interval.low, high), y_of(interval.high, high));
	fprintf(stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x + BAR / 2.0,
		TOP + HEIGHT + 18);
	write_counts(count_trend, bar, stream);
	fputs("</text>\n", stream);
}

/* @unit: "boots", or what else is compared */
static void write_picture(const struct triage_count_trend *count_trend, const char *unit, size_t id,
			  FILE *stream)
{
	struct bar bars[BARS_MAX];
	size_t count = make_bars(count_trend, bars);
	double high = find_end(bars, count);
	int width = LEFT + STEP * (int)(count > 3 ? count : 3) + 10;
	int decimals = (int)fmax(0, -floor(log10(100 * high) + 1e-9));

	fprintf(stream,
		"<svg role=\"img\" aria-labelledby=\"chart%zu\" viewBox=\"0 0 %d %d\" width=\"%d\" "
		"height=\"%d\">\n"
		"<title id=\"chart%zu\">Share of %s that crashed, by kexec count; the table "
		"below has the "
		"same figures</title>\n",
		id, width, TOP + HEIGHT + 44, width, TOP + HEIGHT + 44, id, unit);
	fprintf(stream, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT,
		width, TOP + HEIGHT, TOP + HEIGHT);
	fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.*f %%</text>\n", LEFT - 6,
		TOP + 5, decimals, 100 * high);
	fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", LEFT - 6,
		TOP + HEIGHT);
	for (size_t i = 0; i < count; i++)
		write_bar(count_trend, &bars[i], i, high, stream);
	fprintf(stream, "<text x=\"%d\" y=\"%d\">kexecs since cold boot</text>\n</svg>\n", LEFT,
		TOP + HEIGHT + 38);
}

static void write_table(const struct triage_exposure *exposure, const struct triage_case *one,
			size_t id, FILE *stream)
{
	const struct triage_count_trend *count_trend = &one->count_trend;

	fprintf(stream,
		"<details><summary id=\"figures%zu\">Figures by kexec count</summary>"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"title%zu "
		"figures%zu\">",
		id, id, id);
	fprintf(stream,
		"<table><caption><span>By kexecs since cold boot</span></caption><thead><tr>"
		"<th scope=\"col\" class=\"text\">kexecs</th><th scope=\"col\">%s</th><th scope=\"col\">"
		"%s</th>"
		"<th scope=\"col\">share</th></tr></thead><tbody>\n",
		triage_figure_unit(exposure, one->signature, 2),
		triage_figure_crashed(exposure, one->signature));
	for (size_t i = 0; i < count_trend->dose_count; i++) {
		const struct triage_dose *dose = &count_trend->doses[i];
		char boots[TRIAGE_FIGURE_SIZE], crashed[TRIAGE_FIGURE_SIZE],
			share[TRIAGE_FIGURE_SIZE];

		fprintf(stream,
			"<tr><th scope=\"row\">%" PRIu32
			"%s</th><td>%s</td><td>%s</td><td>%s</td></tr>\n",
			dose->score, is_capped(count_trend, i) ? " or more" : "",
			triage_figure_count(dose->boots, boots),
			triage_figure_count(dose->crashes, crashed),
			triage_figure_share(dose->crashes, dose->boots, share));
	}
	fputs("</tbody></table></div></details>\n", stream);
}

void triage_write_chart(const struct triage_exposure *exposure, const struct triage_case *one,
			size_t id, FILE *stream)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const char *unit = triage_figure_unit(exposure, one->signature, 2);

	if (count_trend->dose_count < 2)
		return;
	fprintf(stream,
		"<h3 id=\"counts%zu\">By kexec count</h3>\n"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"title%zu "
		"counts%zu\">",
		id, id, id);
	write_picture(count_trend, unit, id, stream);
	fputs("</div>\n", stream);
	write_table(exposure, one, id, stream);
}
