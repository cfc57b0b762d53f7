// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdbool.h>

#include "html.h"
#include "triage/figure.h"
#include "triage/transitions.h"
#include "triage_page.h"

#define HOTTEST 6

/*
 * Return the colour class: HOTTEST for the highest share; each halving of the share reduces it by
 * one.
 */
static int colour_of(const struct triage_transitions *transitions,
		     const struct triage_transition *transition)
{
	double share = triage_transition_share(transition);
	int colour;

	if (transition->crashes == 0)
		return 0;
	colour = HOTTEST - (int)floor(log2(transitions->highest / share));
	return colour > 1 ? colour : 1;
}

static void write_cell(const struct triage_exposure *exposure,
		       const struct triage_transitions *transitions,
		       const struct triage_transition *transition, FILE *stream)
{
	char crashes[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE], share[TRIAGE_FIGURE_SIZE];

	if (transition->boots == 0) {
		fputs("<td class=\"none\">\xe2\x80\x93<span class=\"unseen\">no boots</span></td>",
		      stream);
		return;
	}
	/* If the store has crashes only, all shares are about 100 %. */
	if (triage_exposure_is_crashes_only(exposure)) {
		fprintf(stream, "<td>%s crash%s</td>",
			triage_figure_count(transition->boots, boots),
			transition->boots == 1 ? "" : "es");
		return;
	}
	fprintf(stream, "<td class=\"h%d\">%s of %s boot%s<br>(%s)</td>",
		colour_of(transitions, transition),
		triage_figure_count(transition->crashes, crashes),
		triage_figure_count(transition->boots, boots), transition->boots == 1 ? "" : "s",
		triage_figure_share(transition->crashes, transition->boots, share));
}

/* Return whether a row or a column of the matrix has boots. */
static bool has_boots(const struct triage_transitions *transitions, size_t number, bool is_row)
{
	size_t count = is_row ? transitions->count : transitions->count + 1;

	for (size_t i = 0; i < count; i++) {
		const struct triage_transition *transition =
			is_row ? triage_transitions_get(transitions, i, number)
			       : triage_transitions_get(transitions, number, i);

		if (transition->boots > 0)
			return true;
	}
	return false;
}

/* @origin: index of a release of the matrix; the number of releases means the cold boot. */
static void write_row(const struct triage_exposure *exposure,
		      const struct triage_transitions *transitions, size_t origin, FILE *stream)
{
	bool is_cold = origin == transitions->count;

	if (!has_boots(transitions, origin, true))
		return;
	fputs("<tr><th scope=\"row\">", stream);
	html_short_name(stream,
			triage_figure_origin(exposure, is_cold ? TRIAGE_COLD
							       : transitions->releases[origin]));
	fputs("</th>", stream);
	for (size_t i = 0; i < transitions->count; i++)
		if (has_boots(transitions, i, false))
			write_cell(exposure, transitions,
				   triage_transitions_get(transitions, i, origin), stream);
	fputs("</tr>\n", stream);
}

static void write_table(const struct triage_exposure *exposure,
			const struct triage_transitions *transitions, FILE *stream)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Heat map of "
	      "transitions\">"
	      "<table class=\"heat\"><caption><span>Boots with any crash, and lost kexecs. "
	      "Rows: previous kernel. Columns: kernel that crashed"
	      "</span></caption><thead><tr><td class=\"corner\"></td>",
	      stream);
	for (size_t i = 0; i < transitions->count; i++) {
		if (!has_boots(transitions, i, false))
			continue;
		fputs("<th scope=\"col\">", stream);
		html_short_name(stream, exposure->releases.texts[transitions->releases[i]]);
		fputs("</th>", stream);
	}
	fputs("</tr></thead><tbody>\n", stream);
	write_row(exposure, transitions, transitions->count, stream);
	for (size_t i = 0; i < transitions->count; i++)
		write_row(exposure, transitions, i, stream);
	fputs("</tbody></table></div>\n", stream);
	if (transitions->count < transitions->all)
		fprintf(stream,
			"<p class=\"soft\">Only the %zu releases with the most boots, of %zu.</p>\n",
			transitions->count, transitions->all);
}

void triage_write_heat(const struct triage_exposure *exposure, FILE *stream)
{
	TRIAGE_AUTO_TRANSITIONS transitions = { 0 };

	if (triage_transitions_init(&transitions, exposure))
		fputs("<p>Out of memory: this table is missing.</p>\n", stream);
	else
		write_table(exposure, &transitions, stream);
}
