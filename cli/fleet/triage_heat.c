// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "html.h"
#include "triage/release_order.h"
#include "triage_page.h"
#include "triage/figure.h"

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
 * @boots: of each release, by its number: that ran it, or came from it
 * @shown: numbers of the releases that are shown, in their order; @shown_count of them
 * @places: of each release by its number: where it is in @shown, or NOWHERE
 * @sums: by place of the release, then of the origin: @shown_count times one more, the last origin is the cold boot
 */
struct heat {
	const struct triage_exposure *exposure;
	size_t count;
	uint64_t *boots;
	uint32_t *shown;
	size_t shown_count;
	uint32_t *places;
	struct sum *sums;
	double highest;
};
#define NOWHERE UINT32_MAX

/* NULL where one of the two is not shown. */
static struct sum *sum_of(const struct heat *heat, const struct triage_cell *cell)
{
	uint32_t release = heat->places[cell->release];
	uint32_t origin = cell->origin == TRIAGE_COLD ? (uint32_t)heat->shown_count
						      : heat->places[cell->origin];

	if (release == NOWHERE || origin == NOWHERE)
		return NULL;
	return &heat->sums[release * (heat->shown_count + 1) + origin];
}

static void add_up(struct heat *heat)
{
	const struct triage_exposure *exposure = heat->exposure;
	struct sum *sum;

	for (size_t i = 0; i < exposure->cell_count; i++)
		if ((sum = sum_of(heat, &exposure->cells[i])))
			sum->boots += exposure->cells[i].boots;
	for (size_t i = 0; i < exposure->crash_count; i++)
		if ((sum = sum_of(heat, &exposure->crashes[i].at)))
			sum->crashes += exposure->crashes[i].at.boots;
}

static void count_boots(struct heat *heat)
{
	const struct triage_exposure *exposure = heat->exposure;

	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		heat->boots[cell->release] += cell->boots;
		if (cell->origin != TRIAGE_COLD && cell->origin != cell->release)
			heat->boots[cell->origin] += cell->boots;
	}
}

static int compare_boots(const void *left, const void *right, void *data)
{
	const struct heat *heat = data;
	uint32_t one = *(const uint32_t *)left, other = *(const uint32_t *)right;

	if (heat->boots[one] != heat->boots[other])
		return heat->boots[one] > heat->boots[other] ? -1 : 1;
	return (one > other) - (one < other);
}

static int compare_names(const void *left, const void *right, void *data)
{
	const struct heat *heat = data;
	char *const *names = heat->exposure->releases.texts;

	return triage_release_order_compare(names[*(const uint32_t *)left],
					    names[*(const uint32_t *)right]);
}

static double share_of(const struct sum *sum)
{
	return sum->boots > 0 ? fmin(1, (double)sum->crashes / (double)sum->boots) : 0;
}

static void choose_shown(struct heat *heat)
{
	for (uint32_t i = 0; i < heat->count; i++) {
		heat->shown[i] = i;
		heat->places[i] = NOWHERE;
	}
	heat->shown_count = heat->count;
	if (heat->count > SHOWN_MAX) {
		qsort_r(heat->shown, heat->count, sizeof(*heat->shown), compare_boots, heat);
		heat->shown_count = SHOWN_MAX;
	}
	qsort_r(heat->shown, heat->shown_count, sizeof(*heat->shown), compare_names, heat);
	for (uint32_t i = 0; i < heat->shown_count; i++)
		heat->places[heat->shown[i]] = i;
}

static void find_highest(struct heat *heat)
{
	for (size_t i = 0; i < heat->shown_count * (heat->shown_count + 1); i++)
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
	char boots[TRIAGE_FIGURE_SIZE], hundredth[TRIAGE_FIGURE_SIZE];

	if (sum->boots == 0) {
		fputs("<td class=\"none\">\xe2\x80\x93<span class=\"unseen\">no boots</span></td>",
		      stream);
		return;
	}
	fprintf(stream, "<td class=\"h%d\">%s<br><small>of %s</small></td>", colour_of(heat, sum),
		triage_figure_ratio(100 * (double)sum->crashes / (double)sum->boots, hundredth),
		triage_figure_count(sum->boots, boots));
}

/* @place: of the origin; that behind the last one is the cold boot. */
static void write_row(const struct heat *heat, size_t place, FILE *stream)
{
	uint32_t origin = place == heat->shown_count ? TRIAGE_COLD : heat->shown[place];

	fputs("<tr><th scope=\"row\">", stream);
	html_name(stream, triage_figure_origin(heat->exposure, origin));
	fputs("</th>", stream);
	for (size_t i = 0; i < heat->shown_count; i++)
		write_cell(heat, &heat->sums[i * (heat->shown_count + 1) + place], stream);
	fputs("</tr>\n", stream);
}

static void write_table(const struct heat *heat, FILE *stream)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Heat map of transitions\">"
	      "<table class=\"heat\"><caption><span>Crashes in 100 boots, each kind of a boot once: the kernel before on the left, the kernel that "
	      "crashed above</span></caption><thead><tr><td class=\"corner\"></td>",
	      stream);
	for (size_t i = 0; i < heat->shown_count; i++) {
		fputs("<th scope=\"col\">", stream);
		html_name(stream, heat->exposure->releases.texts[heat->shown[i]]);
		fputs("</th>", stream);
	}
	fputs("</tr></thead><tbody>\n", stream);
	write_row(heat, heat->shown_count, stream);
	for (size_t i = 0; i < heat->shown_count; i++)
		write_row(heat, i, stream);
	fputs("</tbody></table></div>\n", stream);
	if (heat->shown_count < heat->count)
		fprintf(stream, "<p class=\"soft\">The %zu releases with most boots, of %zu.</p>\n",
			heat->shown_count, heat->count);
}

static bool make(struct heat *heat)
{
	size_t room = heat->count + 1;

	heat->boots = calloc(room, sizeof(*heat->boots));
	heat->shown = calloc(room, sizeof(*heat->shown));
	heat->places = calloc(room, sizeof(*heat->places));
	heat->sums = calloc((size_t)SHOWN_MAX * (SHOWN_MAX + 1), sizeof(*heat->sums));
	if (!heat->boots || !heat->shown || !heat->places || !heat->sums)
		return false;
	count_boots(heat);
	choose_shown(heat);
	add_up(heat);
	find_highest(heat);
	return true;
}

void triage_write_heat(const struct triage_exposure *exposure, FILE *stream)
{
	struct heat heat = { .exposure = exposure, .count = exposure->releases.count };

	if (make(&heat))
		write_table(&heat, stream);
	else
		fputs("<p>There was no memory for this table.</p>\n", stream);
	free(heat.boots);
	free(heat.shown);
	free(heat.places);
	free(heat.sums);
}
