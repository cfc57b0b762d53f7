// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "triage/figure.h"

static const enum triage_state all_states[] = { TRIAGE_STATE_NEW, TRIAGE_STATE_WORSE,
						TRIAGE_STATE_GONE };

unsigned int triage_states_parse(const char *text)
{
	unsigned int states = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		unsigned int found = 0;

		for (size_t i = 0; i < sizeof(all_states) / sizeof(all_states[0]); i++) {
			const char *name = triage_state_name(all_states[i]);

			if (strlen(name) == length && strncmp(name, text, length) == 0)
				found = all_states[i];
		}
		if (!found)
			return 0;
		states |= found;
		if (!text[length])
			return states;
		text += length + 1;
	}
}

/* Leave out changes that are not requested. */
static void select_changes(struct triage_states *states, const struct triage_selection *selection,
			   unsigned int wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < states->count; i++) {
		const struct triage_change *change = &states->changes[i];
		struct triage_selection own = *selection;

		if (change->state == TRIAGE_STATE_GONE)
			own.hidden = NULL;
		if ((change->state & wanted) &&
		    triage_selection_has_case(&own, change->report, change->found.of))
			states->changes[count++] = *change;
	}
	states->count = count;
}

int triage_states_init(struct triage_states *states, const struct triage_report *report,
		       const struct triage_selection *selection, unsigned int wanted, int64_t now_s)
{
	const struct store_period *period = &report->exposure->period;
	int64_t until = period->has_until && period->until < now_s ? period->until : now_s;
	int error = triage_changes_list(report, states->before, until - period->since,
					&states->changes, &states->count);

	states->hidden = calloc(report->case_count + 1, sizeof(bool));
	if (error || !states->hidden)
		return -ENOMEM;
	select_changes(states, selection, wanted);
	for (size_t i = 0; i < report->case_count; i++)
		states->hidden[i] = true;
	for (size_t i = 0; i < states->count; i++)
		if (states->changes[i].report == report)
			states->hidden[states->changes[i].found.of - report->cases] = false;
	return 0;
}

static char *make_sentence(const struct triage_change *change, const char *since)
{
	static const char *const heads[] = { [TRIAGE_STATE_NEW] = "New",
					     [TRIAGE_STATE_WORSE] = "Worse",
					     [TRIAGE_STATE_GONE] = "Gone" };
	const struct triage_exposure *exposure = change->report->exposure;
	const struct triage_table *table = &change->table;
	const struct triage_case *one = change->found.of;
	LINEAGE_AUTO_FREE char *cause = triage_dependence_phrase(exposure, &change->found);
	LINEAGE_AUTO_FREE char *what = NULL;
	char crashes[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE], q[TRIAGE_FIGURE_SIZE];
	char other_crashes[TRIAGE_FIGURE_SIZE], other_boots[TRIAGE_FIGURE_SIZE];

	what = triage_format("%s: %s in %s%s (%s).", heads[change->state],
			     triage_figure_title(exposure, one->signature),
			     exposure->releases.texts[one->release], cause ? cause : "",
			     triage_verdict_name(change->found.verdict));
	if (!what || !change->has_table)
		return LINEAGE_TAKE(what);
	return triage_format("%s Since %s, %s of %s %s; before, %s of %s%s%s%s.", what, since,
			     triage_figure_count(table->crashes, crashes),
			     triage_figure_count(table->boots, boots),
			     triage_figure_unit(exposure, one->signature, table->boots),
			     triage_figure_count(table->other_crashes, other_crashes),
			     triage_figure_count(table->other_boots, other_boots),
			     isnan(change->q) ? "" : " (q = ",
			     isnan(change->q) ? "" : triage_figure_probability(change->q, q),
			     isnan(change->q) ? "" : ")");
}

char *triage_states_sentence(const struct triage_states *states, size_t i)
{
	char since[TRIAGE_FIGURE_SIZE];

	if (!states || !states->is_requested)
		return NULL;
	triage_figure_time(states->exposure.period.until, since);
	if (i == 0 && states->count == 0)
		return triage_format("No finding is in a requested state since %s.", since);
	return i < states->count ? make_sentence(&states->changes[i], since) : NULL;
}

bool triage_states_has_association(const struct triage_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		if (states->changes[i].state != TRIAGE_STATE_GONE &&
		    states->changes[i].found.verdict >= TRIAGE_ASSOCIATED)
			return true;
	return false;
}

void triage_states_deinit(struct triage_states *states)
{
	triage_report_destroy(states->before);
	triage_exposure_deinit(&states->exposure);
	free(states->changes);
	free(states->hidden);
}
