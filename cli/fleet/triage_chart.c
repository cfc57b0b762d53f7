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
#define STEP 44
#define BAR 26

/* True if dose @i, which is a kexec count, includes all larger counts. */
static bool is_capped(const struct triage_count_trend *count_trend, size_t i)
{
	return count_trend->is_capped && i + 1 == count_trend->dose_count;
}

static double highest(const struct triage_count_trend *count_trend)
{
	double high = 0;

	for (size_t i = 0; i < count_trend->dose_count; i++)
		high = fmax(high, triage_share_interval(&count_trend->doses[i]).high);
	return high > 0 ? high : 1;
}

static double y_of(double share, double high)
{
	return TOP + HEIGHT * (1 - share / high);
}

static void write_bar(const struct triage_count_trend *count_trend, size_t i, double high,
		      FILE *stream)
{
	const struct triage_dose *dose = &count_trend->doses[i];
	struct triage_interval interval = triage_share_interval(dose);
	double share = interval.estimate, x = LEFT + STEP * (double)i + (STEP - BAR) / 2.0;
	bool is_hot = triage_count_trend_is_raised(count_trend, dose);

	fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
		is_hot ? "hot" : "bar", x, y_of(share, high), BAR, HEIGHT * share / high);
	fprintf(stream, "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
		x + BAR / 2.0, x + BAR / 2.0, y_of(interval.low, high), y_of(interval.high, high));
	fprintf(stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%" PRIu32 "%s</text>\n",
		x + BAR / 2.0, TOP + HEIGHT + 18, dose->score,
		is_capped(count_trend, i) ? "+" : "");
}

static void write_picture(const struct triage_count_trend *count_trend, size_t id, FILE *stream)
{
	double high = highest(count_trend);
	int width = LEFT + STEP * (int)count_trend->dose_count + 10;

	fprintf(stream,
		"<svg role=\"img\" aria-labelledby=\"chart%zu\" viewBox=\"0 0 %d %d\" width=\"%d\" "
		"height=\"%d\">\n"
		"<title id=\"chart%zu\">Share of boots that crashed, by kexec count; the table "
		"below has the "
		"same figures</title>\n",
		id, width, TOP + HEIGHT + 44, width, TOP + HEIGHT + 44, id);
	fprintf(stream, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT,
		width, TOP + HEIGHT, TOP + HEIGHT);
	fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.2g %%</text>\n", LEFT - 6,
		TOP + 5, 100 * high);
	fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", LEFT - 6,
		TOP + HEIGHT);
	for (size_t i = 0; i < count_trend->dose_count; i++)
		write_bar(count_trend, i, high, stream);
	fprintf(stream, "<text x=\"%d\" y=\"%d\">kexecs since cold boot</text>\n</svg>\n", LEFT,
		TOP + HEIGHT + 38);
}

static void write_table(const struct triage_count_trend *count_trend, size_t id, FILE *stream)
{
	fprintf(stream,
		"<details><summary id=\"figures%zu\">Figures by kexec count</summary>"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"title%zu "
		"figures%zu\">",
		id, id, id);
	fputs("<table><caption><span>Boots by kexecs since cold boot</span></caption><thead><tr>"
	      "<th scope=\"col\">kexecs</th><th scope=\"col\">boots</th><th scope=\"col\">"
	      "crashed</th>"
	      "<th scope=\"col\">share</th></tr></thead><tbody>\n",
	      stream);
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

void triage_write_chart(const struct triage_count_trend *count_trend, size_t id, FILE *stream)
{
	if (count_trend->dose_count < 2)
		return;
	fprintf(stream,
		"<h3 id=\"counts%zu\">By kexec count</h3>\n"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"title%zu "
		"counts%zu\">",
		id, id, id);
	write_picture(count_trend, id, stream);
	fputs("</div>\n", stream);
	write_table(count_trend, id, stream);
}
