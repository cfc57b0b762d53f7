// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/common/command.h"
#include "cli/common/output.h"
#include "layout.h"
#include "lib/cleanup.h"
#include "store/store.h"
#include "triage/figure.h"

/* An attempt fails if another program stores the look with the same number first. */
#define ATTEMPTS_MAX 100

static int read_look(const struct store_look *look, void *data)
{
	struct triage_look copy = { .number = (uint64_t)look->number,
				    .crashes = (uint64_t)look->crashes,
				    .level = look->level };
	LINEAGE_AUTO_FREE char *found = strdup(look->found ? look->found : "");

	if (!found)
		return -ENOMEM;
	copy.found = found;
	snprintf(copy.digest, sizeof(copy.digest), "%s", look->digest ? look->digest : "");
	return triage_ledger_add(data, &copy);
}

/*
 * Make one attempt to take a look (see triage_watch.h). Return -EEXIST if another program has
 * stored a look with the same number meanwhile.
 */
static int take_once(const struct triage_report *report, const char *watched, struct store *ledger,
		     struct triage_watch *ret)
{
	TRIAGE_AUTO_LEDGER looks = { 0 };
	TRIAGE_AUTO_WATCH watch = { 0 };
	int error = store_list_looks(ledger, watched, read_look, &looks);

	if (!error)
		error = triage_watch_look(report, &looks, &watch);
	if (!error && watch.is_new) {
		const struct store_look look = {
			.watched = watched,
			.number = (int64_t)watch.look.number,
			.time = time(NULL),
			.digest = watch.look.digest,
			.crashes = (int64_t)watch.look.crashes,
			.level = watch.look.level,
			.decision = triage_decision_name(watch.decision),
			.found = watch.look.found ? watch.look.found : "",
		};

		error = store_add_look(ledger, &look);
	}
	if (error)
		return error;
	*ret = watch;
	watch.look.found = NULL;
	return 0;
}

int triage_watch_take(const struct triage_report *report, const char *watched, struct store *ledger,
		      struct triage_watch *ret)
{
	int error = -EEXIST;

	for (int i = 0; error == -EEXIST && i < ATTEMPTS_MAX; i++)
		error = take_once(report, watched, ledger, ret);
	return error;
}

/* Write the reason of a decision. */
static void print_reason(const struct triage_watch *watch, FILE *stream)
{
	char boots[TRIAGE_FIGURE_SIZE], needed[TRIAGE_FIGURE_SIZE];

	if (watch->stopping > 0)
		fprintf(stream, "%zu finding%s established", watch->stopping,
			watch->stopping == 1 ? " is" : "s are");
	else if (watch->unsure > 0)
		fprintf(stream, "%zu finding%s not established yet", watch->unsure,
			watch->unsure == 1 ? " is" : "s are");
	else if (watch->all_boots == 0)
		fputs("the store has no boot of it with a known origin", stream);
	else if (watch->decision == TRIAGE_HOLD)
		fprintf(stream,
			"too few boots (%s after the most frequent previous kernel, %s needed)",
			triage_figure_count(watch->boots, boots),
			triage_figure_count(watch->boots_needed, needed));
	else
		fputs("no dependence, and enough boots to find one", stream);
}

void triage_watch_print(const struct triage_watch *watch, const char *watched, FILE *stream)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);

	if (line) {
		fprintf(line, "%s: %s: ", triage_decision_name(watch->decision), watched);
		print_reason(watch, line);
		if (watch->is_tested)
			fprintf(line, "; look %" PRIu64 ", at level %.2g", watch->look.number,
				watch->look.level);
		else if (watch->look.number == 0 && watch->all_boots > 0)
			fputs("; not tested: none of its boots crashed", line);
		else if (watch->look.number > 0)
			fputs("; not tested again: the number of crashes has hardly changed", line);
		fclose(line);
	}
	layout_paragraph(text ? text : "", 0, 0, stream);
	putc('\n', stream);
}

struct json_object *triage_watch_to_json(const struct triage_watch *watch, const char *watched)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "watched", json_text(watched));
	json_add(object, "decision", json_text(triage_decision_name(watch->decision)));
	json_add(object, "look", json_object_new_uint64(watch->look.number));
	json_add(object, "level",
		 watch->is_tested ? json_object_new_double(watch->look.level) : NULL);
	json_add(object, "established", json_object_new_uint64(watch->stopping));
	json_add(object, "not_established", json_object_new_uint64(watch->unsure));
	json_add(object, "boots", json_object_new_uint64(watch->boots));
	json_add(object, "boots_needed", json_object_new_uint64(watch->boots_needed));
	return object;
}

int triage_watch_status(const struct triage_watch *watch)
{
	switch (watch->decision) {
	case TRIAGE_STOP:
		return STATUS_ASSOCIATED;
	case TRIAGE_HOLD:
		return STATUS_HOLD;
	default:
		return STATUS_DONE;
	}
}
