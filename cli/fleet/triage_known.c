// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage_known.h"

#include <errno.h>
#include <json.h>
#include <stdlib.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage/figure.h"

/* Make what a finding is compared with. @found: a finding of the case; NULL for the crash alone */
static struct known_crash crash_of(const struct triage_exposure *exposure,
				   const struct triage_case *one,
				   const struct triage_dependence *found)
{
	char *const *releases = exposure->releases.texts;
	struct known_crash crash = {
		.signature = exposure->signature_names.texts[one->signature],
		.title = triage_figure_title(exposure, one->signature),
		.release = triage_is_pooled(exposure, one->release) ? NULL : releases[one->release],
	};

	if (!found)
		return crash;
	if (found->factor == TRIAGE_FACTOR_PREVIOUS_RELEASE ||
	    found->factor == TRIAGE_FACTOR_ANCESTOR)
		crash.previous = crash.previous_last = releases[found->value];
	if (found->factor == TRIAGE_FACTOR_PREVIOUS_RANGE) {
		crash.previous = releases[found->value];
		crash.previous_last = releases[found->last];
	}
	return crash;
}

/* Return whether --hide-known leaves out a finding with this bug. */
static bool is_certain(const struct known_bug *bug)
{
	return bug && !known_bug_is(bug, KNOWN_UNSURE);
}

static size_t index_of(const struct triage_known *known, const struct triage_case *one)
{
	return (size_t)(one - known->report->cases);
}

const struct known_bug *triage_known_of(const struct triage_known *known,
					const struct triage_dependence *found)
{
	struct known_crash crash;

	if (!known || !known->files)
		return NULL;
	crash = crash_of(known->report->exposure, found->of, found);
	return known_files_find(known->files, &crash);
}

/* Compare the cases that have no finding. */
static void find_others(struct triage_known *known, const bool *has_finding)
{
	const struct triage_report *report = known->report;

	for (size_t i = 0; i < report->case_count; i++) {
		struct known_crash crash = crash_of(report->exposure, &report->cases[i], NULL);

		if (has_finding[i])
			continue;
		known->bugs[i] = known_files_find(known->files, &crash);
		if (known->hidden)
			known->hidden[i] = is_certain(known->bugs[i]);
	}
}

int triage_known_init(struct triage_known *ret, const struct known_files *files,
		      const struct triage_report *report, bool hides)
{
	const struct triage_selection all = { 0 };
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	LINEAGE_AUTO_FREE bool *has_finding = calloc(report->case_count + 1, sizeof(bool));
	size_t count = 0;

	*ret = (struct triage_known){ .report = report, .files = files };
	ret->bugs = calloc(report->case_count + 1, sizeof(const struct known_bug *));
	ret->hidden = hides ? calloc(report->case_count + 1, sizeof(bool)) : NULL;
	if (!has_finding || !ret->bugs || (hides && !ret->hidden) ||
	    triage_dependences_list(report, &all, &list, &count))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		size_t at = index_of(ret, list[i].of);
		const struct known_bug *bug = triage_known_of(ret, &list[i]);

		if (hides)
			ret->hidden[at] = is_certain(bug) && (!has_finding[at] || ret->hidden[at]);
		if (!ret->bugs[at])
			ret->bugs[at] = bug;
		has_finding[at] = true;
	}
	find_others(ret, has_finding);
	for (size_t i = 0; hides && i < report->case_count; i++)
		ret->hidden_count += ret->hidden[i];
	return 0;
}

const struct known_bug *triage_known_bug(const struct triage_known *known,
					 const struct triage_case *one)
{
	return known && known->bugs ? known->bugs[index_of(known, one)] : NULL;
}

char *triage_known_sentence(const struct triage_known *known, const struct triage_case *one)
{
	const struct known_bug *bug = triage_known_bug(known, one);

	return bug ? known_sentence(bug) : NULL;
}

char *triage_known_hidden(const struct triage_known *known)
{
	if (!known || known->hidden_count == 0)
		return NULL;
	return triage_format("Left out: %zu crash%s of known bugs (--hide-known).",
			     known->hidden_count, known->hidden_count == 1 ? "" : "es");
}

struct json_object *triage_known_to_json(const struct known_bug *bug)
{
	struct json_object *object;

	if (!bug)
		return NULL;
	object = json_object_new_object();
	json_add(object, "fixed_in", json_text(bug->values[KNOWN_FIXED_IN]));
	json_add(object, "commit", json_text(bug->values[KNOWN_COMMIT]));
	json_add(object, "url", json_text(bug->values[KNOWN_URL]));
	json_add(object, "note", json_text(bug->values[KNOWN_NOTE]));
	json_add(object, "ignore", json_object_new_boolean(known_bug_is(bug, KNOWN_IGNORE)));
	json_add(object, "unsure", json_object_new_boolean(known_bug_is(bug, KNOWN_UNSURE)));
	return object;
}

void triage_known_deinit(struct triage_known *known)
{
	free(known->bugs);
	free(known->hidden);
}
