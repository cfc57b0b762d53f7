// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "html.h"
#include "order.h"
#include "triage_page.h"
#include "words.h"

/* More releases than these, the ones with most boots, are no picture any more. */
#define SHOWN_MAX 30
#define HOTTEST 6

/** struct sum - of a transition; one more of each for the cold boot */
struct sum {
	uint64_t boots;
	uint64_t crashes;
};

/**
 * struct heat - the picture in the making
 * @sums: by release, then by origin: (@count + 1) of each, the last origin is the cold boot
 * @shown: numbers of the releases that are shown, in their order; @shown_count of them
 */
struct heat {
	const struct triage_counts *counts;
	size_t count;
	struct sum *sums;
	uint32_t *shown;
	size_t shown_count;
	double highest;
};

static struct sum *sum_at(const struct heat *heat, uint32_t release, uint32_t origin)
{
	return &heat->sums[release * (heat->count + 1) +
			   (origin == TRIAGE_COLD ? heat->count : origin)];
}

static void add_up(struct heat *heat)
{
	const struct triage_counts *counts = heat->counts;

	for (size_t i = 0; i < counts->cell_count; i++)
		sum_at(heat, counts->cells[i].release, counts->cells[i].origin)->boots +=
			counts->cells[i].boots;
	for (size_t i = 0; i < counts->crash_count; i++)
		sum_at(heat, counts->crashes[i].at.release, counts->crashes[i].at.origin)
			->crashes += counts->crashes[i].at.boots;
}

static uint64_t boots_of(const struct heat *heat, uint32_t release)
{
	uint64_t boots = 0;

	for (uint32_t other = 0; other < heat->count; other++)
		boots += sum_at(heat, release, other)->boots + sum_at(heat, other, release)->boots;
	return boots + sum_at(heat, release, TRIAGE_COLD)->boots;
}

static int compare_boots(const void *left, const void *right, void *data)
{
	uint64_t a = boots_of(data, *(const uint32_t *)left),
		 b = boots_of(data, *(const uint32_t *)right);

	return (a < b) - (a > b);
}

static int compare_names(const void *left, const void *right, void *data)
{
	const struct heat *heat = data;
	char *const *names = heat->counts->releases.texts;

	return order_compare(names[*(const uint32_t *)left], names[*(const uint32_t *)right]);
}

static double share_of(const struct sum *sum)
{
	return sum->boots > 0 ? fmin(1, (double)sum->crashes / (double)sum->boots) : 0;
}

static void choose_shown(struct heat *heat)
{
	for (uint32_t i = 0; i < heat->count; i++)
		heat->shown[i] = i;
	heat->shown_count = heat->count;
	if (heat->count > SHOWN_MAX) {
		qsort_r(heat->shown, heat->count, sizeof(*heat->shown), compare_boots, heat);
		heat->shown_count = SHOWN_MAX;
	}
	qsort_r(heat->shown, heat->shown_count, sizeof(*heat->shown), compare_names, heat);
	for (size_t i = 0; i < heat->count * (heat->count + 1); i++)
		heat->highest = fmax(heat->highest, share_of(&heat->sums[i]));
}

/* Colours by halves: the hottest is the highest share, each colder one is half of it. */
static int colour_of(const struct heat *heat, const struct sum *sum)
{
	double share = share_of(sum);
	int colour;

	if (sum->crashes == 0)
		return 0;
	colour = HOTTEST - (int)floor(log2(heat->highest / share));
	return colour > 1 ? colour : 1;
}

static void write_cell(const struct heat *heat, const struct sum *sum, FILE *stream)
{
	char boots[WORDS_NUMBER_SIZE], hundredth[WORDS_NUMBER_SIZE];

	if (sum->boots == 0) {
		fputs("<td class=\"none\">\xe2\x80\x93<span class=\"unseen\">no boots</span></td>",
		      stream);
		return;
	}
	fprintf(stream, "<td class=\"h%d\">%s<br><small>of %s</small></td>", colour_of(heat, sum),
		words_ratio(100 * (double)sum->crashes / (double)sum->boots, hundredth),
		words_count(sum->boots, boots));
}

static void write_row(const struct heat *heat, uint32_t origin, FILE *stream)
{
	fputs("<tr><th scope=\"row\">", stream);
	html_name(stream, words_origin(heat->counts, origin));
	fputs("</th>", stream);
	for (size_t i = 0; i < heat->shown_count; i++)
		write_cell(heat, sum_at(heat, heat->shown[i], origin), stream);
	fputs("</tr>\n", stream);
}

static void write_table(const struct heat *heat, FILE *stream)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Heat map of transitions\">"
	      "<table class=\"heat\"><caption>Crashes in 100 boots, each kind of a boot once: the kernel before on the left, the kernel that "
	      "crashed above</caption><thead><tr><td class=\"corner\"></td>",
	      stream);
	for (size_t i = 0; i < heat->shown_count; i++) {
		fputs("<th scope=\"col\">", stream);
		html_name(stream, heat->counts->releases.texts[heat->shown[i]]);
		fputs("</th>", stream);
	}
	fputs("</tr></thead><tbody>\n", stream);
	write_row(heat, TRIAGE_COLD, stream);
	for (size_t i = 0; i < heat->shown_count; i++)
		write_row(heat, heat->shown[i], stream);
	fputs("</tbody></table></div>\n", stream);
	if (heat->shown_count < heat->count)
		fprintf(stream, "<p class=\"soft\">The %zu releases with most boots, of %zu.</p>\n",
			heat->shown_count, heat->count);
}

void triage_write_heat(const struct triage_counts *counts, FILE *stream)
{
	struct heat heat = { .counts = counts, .count = counts->releases.count };

	heat.sums = calloc(heat.count * (heat.count + 1) + 1, sizeof(*heat.sums));
	heat.shown = calloc(heat.count + 1, sizeof(*heat.shown));
	if (heat.sums && heat.shown) {
		add_up(&heat);
		choose_shown(&heat);
		write_table(&heat, stream);
	}
	free(heat.sums);
	free(heat.shown);
}
