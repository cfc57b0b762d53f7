// SPDX-License-Identifier: GPL-2.0-or-later
/* The command triage: read a store, compare its boots and print the report. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/since.h"
#include "host/policy.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "signature_key.h"
#include "store/store.h"
#include "triage_format.h"
#include "triage_make.h"
#include "triage_watch.h"

enum {
	OPTION_HTML,
	OPTION_CSV,
	OPTION_RELEASE,
	OPTION_SIGNATURE,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_STATE,
	OPTION_ALL,
	OPTION_NO_INFERRED,
	OPTION_WATCH,
	OPTION_LEDGER,
	OPTION_POLICY,
	OPTION_KNOWN,
	OPTION_HIDE_KNOWN,
	OPTION_TEXTFILE,
	OPTION_STORE,
};

#define NAMED_MAX 8 /* maximum number of releases that an error message names */

/*
 * Write the page or the policy. Format it in memory first, so that an error never leaves an
 * incomplete file. @limit: maximum number of bytes
 */
static int write_file(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, triage_printer *print, size_t limit,
		      const char *path)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int error = -ENOMEM;

	if (stream) {
		error = print(report, selection, source, stream);
		if (fclose(stream))
			error = -ENOMEM;
		if (!error && size > limit)
			error = -EFBIG;
		if (!error)
			error = lineage_file_write(path, text, size);
	}
	if (!error)
		return STATUS_DONE;
	if (error == -EFBIG)
		complain("cannot write %s: it would have %zu bytes, and machines read at most %zu; "
			 "restrict it with --since or --release",
			 path, size, limit);
	else
		complain("cannot write %s: %s", path, strerror(-error));
	return STATUS_FAILED;
}

/* Write the metrics. A file of metrics may be read at any time, so it is replaced at once. */
static int write_metrics(const struct triage_report *report,
			 const struct triage_selection *selection,
			 const struct triage_source *source, const struct triage_watch *watch,
			 const char *path)
{
	const char *decision = watch ? triage_decision_name(watch->decision) : NULL;
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int error = -ENOMEM;

	if (stream) {
		error = triage_print_metrics(report, selection, source, decision, stream);
		if (fclose(stream))
			error = -ENOMEM;
		if (!error)
			error = lineage_file_replace(path, text, size);
	}
	if (!error)
		return STATUS_DONE;
	complain("cannot write %s: %s", path, strerror(-error));
	return STATUS_FAILED;
}

/* @watch: the decision of --watch, or NULL */
static int print_to_stdout(const struct triage_report *report,
			   const struct triage_selection *selection,
			   const struct triage_source *source, const struct triage_watch *watch,
			   bool is_json, bool is_csv)
{
	if (is_json)
		return triage_print_json(report, selection, source,
					 watch ? triage_watch_to_json(watch, selection->release)
					       : NULL);
	if (is_csv) {
		triage_print_csv(report, selection, source, stdout);
		return 0;
	}
	if (watch)
		triage_watch_print(watch, selection->release, stdout);
	triage_print_text(report, selection, source, stdout);
	return 0;
}

/* Return the exit status of a report that was printed. @states: the changes, or NULL */
static int status_of(const struct triage_report *report, const struct triage_selection *selection,
		     const struct triage_states *states)
{
	if (states)
		return triage_states_has_association(states) ? STATUS_ASSOCIATED : STATUS_DONE;
	if (report->case_count == 0)
		return STATUS_NOTHING;
	for (size_t i = 0; i < report->case_count; i++)
		if (triage_selection_has_case(selection, report, &report->cases[i]) &&
		    triage_case_verdict(&report->cases[i]) >= TRIAGE_INVERSE)
			return STATUS_ASSOCIATED;
	return STATUS_DONE;
}

/* Return the number of boots of the selected releases. */
static uint64_t count_boots(const struct triage_exposure *exposure, const char *pattern)
{
	uint64_t boots = 0;

	for (size_t i = 0; pattern && i < exposure->cell_count; i++) {
		uint32_t release = exposure->cells[i].release;

		if (!triage_is_pooled(exposure, release) &&
		    triage_selection_has_release(pattern, exposure->releases.texts[release]))
			boots += exposure->cells[i].boots;
	}
	return boots;
}

/* Print which releases have crashes with the requested signature, or with any signature. */
static void complain_about_selection(const struct triage_report *report,
				     const struct triage_selection *selection)
{
	const struct triage_exposure *exposure = report->exposure;
	LINEAGE_AUTO_FREE bool *is_named = calloc(exposure->releases.count + 1, sizeof(*is_named));
	char list[NAMED_MAX * 80] = "";
	size_t named = 0, length = 0;

	for (size_t i = 0; is_named && i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];
		uint32_t release = crash->at.release;

		if (is_named[release] || triage_is_pooled(exposure, release) ||
		    (selection->signature &&
		     strcmp(selection->signature,
			    exposure->signature_names.texts[crash->signature]) != 0))
			continue;
		is_named[release] = true;
		if (named++ < NAMED_MAX)
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%.64s",
						   length ? ", " : "",
						   exposure->releases.texts[release]);
	}
	if (selection->signature && signature_key_is_any(selection->signature))
		signature_key_explain_any("triage", exposure, selection->release);
	else if (!selection->signature && count_boots(exposure, selection->release) > 0)
		complain("triage: no crash in the %" PRIu64 " boots of releases that match '%s'",
			 count_boots(exposure, selection->release), selection->release);
	else if (!selection->release || named == 0)
		complain("triage: no crash has the signature '%s' (--json lists all signatures)",
			 selection->signature ? selection->signature : "");
	else
		complain("triage: no crash in a release that matches '%s'; releases with crashes: "
			 "%s%s",
			 selection->release, list, named > NAMED_MAX ? ", ..." : "");
}

/* Print the report. @watch: the decision of --watch, or NULL. Return 0 or STATUS_FAILED. */
static int print_all(const struct triage_report *report, const struct triage_selection *selection,
		     const struct triage_source *source, const struct triage_watch *watch,
		     bool is_json, const struct arguments *arguments)
{
	const char *page = arguments->values[OPTION_HTML];
	const char *policy = arguments->values[OPTION_POLICY];
	const char *metrics = arguments->values[OPTION_TEXTFILE];
	int status = STATUS_DONE;

	if (policy && strcmp(policy, "-") == 0)
		return triage_print_policy(report, selection, source, stdout) ? STATUS_FAILED
									      : STATUS_DONE;
	if (print_to_stdout(report, selection, source, watch, is_json,
			    arguments->values[OPTION_CSV] != NULL)) {
		complain("%s", strerror(ENOMEM));
		return STATUS_FAILED;
	}
	if (page)
		status = write_file(report, selection, source, triage_print_html, SIZE_MAX, page);
	if (policy && status == STATUS_DONE)
		status = write_file(report, selection, source, triage_print_policy,
				    LINEAGE_HOST_POLICY_BYTES_MAX, policy);
	if (metrics && status == STATUS_DONE)
		status = write_metrics(report, selection, source, watch, metrics);
	return status;
}

static int print(const struct triage_report *report, const struct triage_selection *selection,
		 const struct triage_source *source, bool is_json,
		 const struct arguments *arguments)
{
	struct triage_selection all = *selection;

	all.hidden = NULL;
	if (report->exposure->boots == 0 && report->exposure->inferred > 0) {
		complain("triage: every known origin in the store was inferred; "
			 "run triage without --no-inferred");
		return STATUS_NOTHING;
	}
	if (report->exposure->boots == 0 &&
	    (arguments->values[OPTION_SINCE] || arguments->values[OPTION_UNTIL])) {
		complain("triage: no boot with a known origin started in this period; "
			 "use another --since or --until");
		return STATUS_NOTHING;
	}
	if (report->exposure->boots == 0 && report->exposure->left_out > 0) {
		complain("triage: none of the %" PRIu64 " boots in the store has a known origin; a "
			 "log shows the origin if it has the start of the boot, and the kernel a "
			 "stamp or the module",
			 report->exposure->left_out);
		return STATUS_NOTHING;
	}
	if (report->exposure->boots == 0) {
		complain("triage: the store has no boots; "
			 "add boots with 'kexec-lineage ingest --store=URL LOGS'");
		return STATUS_NOTHING;
	}
	/*
	 * A policy also lists the boots of releases without a crash, and a finding that is gone may
	 * have no crash in the period.
	 */
	if (!arguments->values[OPTION_POLICY] && !source->states &&
	    triage_selection_count(&all, report) == 0 &&
	    (selection->release || selection->signature)) {
		complain_about_selection(report, selection);
		return STATUS_NOTHING;
	}
	if (print_all(report, selection, source, NULL, is_json, arguments) != STATUS_DONE)
		return STATUS_FAILED;
	return status_of(report, selection, source->states);
}

/*
 * Take the next look at the releases (triage_watch.h), keep it in @ledger, and print the decision.
 */
static int watch(const struct triage_report *report, const struct triage_selection *selection,
		 const struct triage_source *source, struct store *ledger, bool is_json,
		 const struct arguments *arguments)
{
	TRIAGE_AUTO_WATCH result = { 0 };
	int error = triage_watch_take(report, selection->release, ledger, &result);

	if (error) {
		complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(ledger));
		return STATUS_FAILED;
	}
	if (print_all(report, selection, source, &result, is_json, arguments) != STATUS_DONE)
		return STATUS_FAILED;
	return triage_watch_status(&result);
}

/* Make the report of the boots before --since, for --state. Return false after an error message. */
static bool make_before(struct store *store, const char *releases,
			const struct triage_exposure *exposure, struct triage_states *states)
{
	states->is_requested = true;
	states->exposure.period = (struct store_period){
		.has_until = true,
		.until = exposure->period.since,
	};
	states->exposure.skips_inferred = exposure->skips_inferred;
	states->before = triage_make(store, releases, &states->exposure);
	return states->before != NULL;
}

/**
 * struct stores - the stores of one run; owned
 * @boots: the store with the boots
 * @earlier: the same store for the older period of --state, as a store can be restricted to one
 *	period; NULL without --state
 * @ledger: the store that keeps the looks of --watch; NULL without --watch
 */
struct stores {
	struct store *boots;
	struct store *earlier;
	struct store *ledger;
};

static void stores_close(struct stores *stores)
{
	store_close(stores->boots);
	store_close(stores->earlier);
	store_close(stores->ledger);
}

/* Read the older period of --state. Its store is closed, so that no request of it is left. */
static bool read_before(struct stores *stores, const char *release,
			const struct triage_exposure *exposure, struct triage_states *states)
{
	bool is_read = make_before(stores->earlier, release, exposure, states);

	store_close(stores->earlier);
	stores->earlier = NULL;
	return is_read;
}

/*
 * Replace the beginning of a signature by the signature. Return false after an error message if
 * several signatures begin with it.
 */
static bool complete_signature(const struct triage_report *report,
			       struct triage_selection *selection)
{
	const struct store_names *names = &report->exposure->signature_names;
	const char *other, *found;
	size_t count;

	if (!selection->signature)
		return true;
	found = signature_key_complete(names, selection->signature, &count, &other);
	if (count > 1)
		return signature_key_find("triage", names, selection->signature) != NULL;
	if (found)
		selection->signature = found;
	return true;
}

static int run_with(struct stores *stores, const struct triage_selection *selection,
		    const struct triage_source *source, const struct store_period *period,
		    bool is_json, const struct arguments *arguments)
{
	TRIAGE_AUTO_EXPOSURE exposure = {
		.period = *period,
		.skips_inferred = arguments->values[OPTION_NO_INFERRED] != NULL,
	};
	const char *state = arguments->values[OPTION_STATE];
	TRIAGE_AUTO_STATES states = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;
	TRIAGE_AUTO_KNOWN known = { 0 };
	struct triage_selection shown = *selection;
	struct triage_source described = *source;
	int error;

	if (!state || read_before(stores, selection->release, &exposure, &states))
		report = triage_make(stores->boots, selection->release, &exposure);
	if (!report)
		return STATUS_FAILED;
	if (!complete_signature(report, &shown))
		return STATUS_NOTHING;
	error = triage_known_init(&known, source->known.files, report,
				  arguments->values[OPTION_HIDE_KNOWN] != NULL);
	described.known = known;
	shown.hidden = known.hidden;
	if (!error && state) {
		error = triage_states_init(&states, report, &shown, triage_states_parse(state),
					   source->time);
		described.states = &states;
		shown.hidden = states.hidden;
	}
	if (error) {
		complain("%s", strerror(ENOMEM));
		return STATUS_FAILED;
	}
	if (stores->ledger)
		return watch(report, &shown, &described, stores->ledger, is_json, arguments);
	return print(report, &shown, &described, is_json, arguments);
}

/* Parse the times of --since and --until. Print an error message if one is invalid. */
static bool read_period(const struct arguments *arguments, struct store_period *ret)
{
	const char *since = arguments->values[OPTION_SINCE];
	const char *until = arguments->values[OPTION_UNTIL];
	time_t now = time(NULL);

	*ret = (struct store_period){ .has_since = since != NULL, .has_until = until != NULL };
	if (since && !since_parse(since, now, &ret->since))
		complain("triage: invalid --since value '%s' (expected %s)", since, since_forms);
	else if (until && !since_parse(until, now, &ret->until))
		complain("triage: invalid --until value '%s' (expected %s)", until, since_forms);
	else if (since && until && ret->since >= ret->until)
		complain("triage: --since=%s is not before --until=%s", since, until);
	else
		return true;
	return false;
}

/* Return whether the options can be used together; print an error message if not. */
static bool check_options(const struct context *context, const struct arguments *arguments)
{
	const char *const *values = arguments->values;

	if (values[OPTION_HTML] &&
	    (!values[OPTION_HTML][0] || strcmp(values[OPTION_HTML], "-") == 0))
		complain("triage: invalid --html value '%s' (expected the name of a file)",
			 values[OPTION_HTML]);
	else if (context->json && values[OPTION_CSV])
		complain("triage: --json and --csv exclude each other; use one of them");
	else if (values[OPTION_WATCH] &&
		 (values[OPTION_RELEASE] || values[OPTION_SIGNATURE] || values[OPTION_CSV] ||
		  values[OPTION_SINCE] || values[OPTION_UNTIL]))
		complain(
			"triage: --watch excludes --release, --signature, --since, --until and --csv; "
			"use --watch=RELEASE alone");
	else if (values[OPTION_POLICY] && (values[OPTION_WATCH] || values[OPTION_SIGNATURE]))
		complain("triage: --policy excludes --watch and --signature: a policy has all "
			 "crashes of the releases");
	else if (values[OPTION_POLICY] && strcmp(values[OPTION_POLICY], "-") == 0 &&
		 (context->json || values[OPTION_CSV]))
		complain("triage: --policy=- excludes --json and --csv; use a file");
	else if (values[OPTION_STATE] && !triage_states_parse(values[OPTION_STATE]))
		complain("triage: invalid --state value '%s' (expected new, worse or gone, or "
			 "several of them separated by commas)",
			 values[OPTION_STATE]);
	else if (values[OPTION_STATE] && !values[OPTION_SINCE])
		complain("triage: --state needs --since=TIME, which separates the two periods");
	else if (values[OPTION_STATE] && (values[OPTION_WATCH] || values[OPTION_POLICY] ||
					  values[OPTION_TEXTFILE] || values[OPTION_CSV]))
		complain("triage: --state excludes --watch, --policy, --textfile and --csv, which "
			 "need all findings");
	else if (values[OPTION_WATCH] && values[OPTION_HIDE_KNOWN])
		complain("triage: --watch and --hide-known exclude each other: a known bug also "
			 "stops a rollout");
	else if (values[OPTION_POLICY] && values[OPTION_HIDE_KNOWN])
		complain("triage: --policy and --hide-known exclude each other: a policy has known "
			 "bugs, too");
	else if (values[OPTION_LEDGER] && !values[OPTION_WATCH])
		complain("triage: --ledger needs --watch=RELEASE");
	else if (values[OPTION_WATCH] && !values[OPTION_WATCH][0])
		complain("triage: invalid --watch value '' (expected a release)");
	else
		return true;
	return false;
}

/* Open the store that keeps the looks of --watch. Print an error message if this fails. */
static struct store *open_ledger(const char *url)
{
	struct store *ledger = NULL;
	int error = store_open(url, STORE_WRITE, &ledger);

	if (!error)
		return ledger;
	complain("%s", ledger ? store_error(ledger) : strerror(-error));
	store_close(ledger);
	return NULL;
}

/* Copy a URL without the user and the password; a report may be shown to others. */
static char *without_login(const char *url)
{
	const char *host = strstr(url, "://"), *end, *at = NULL;
	char *shown;

	if (host) {
		host += 3;
		end = host + strcspn(host, "/");
		for (const char *one = host; one < end; one++)
			if (*one == '@')
				at = one;
	}
	if (!at)
		return strdup(url);
	return asprintf(&shown, "%.*s%s", (int)(host - url), url, at + 1) < 0 ? NULL : shown;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	const char *watched = arguments->values[OPTION_WATCH];
	struct triage_selection selection = {
		.release = watched ? watched : arguments->values[OPTION_RELEASE],
		.signature = arguments->values[OPTION_SIGNATURE],
		.all = arguments->values[OPTION_ALL] != NULL,
	};
	LINEAGE_AUTO_FREE char *url = NULL;
	LINEAGE_AUTO_FREE char *shown = NULL;
	__attribute__((cleanup(stores_close))) struct stores stores = { 0 };
	KNOWN_AUTO_FILES files = { 0 };
	struct triage_source source = { .time = time(NULL), .known.files = &files };
	struct store_period period;

	if (!check_options(context, arguments) || !read_period(arguments, &period))
		return STATUS_USAGE;
	if (!known_files_read("triage", context, arguments->values[OPTION_KNOWN], &files))
		return STATUS_FAILED;
	url = history_url(context, arguments->values[OPTION_STORE]);
	stores.boots = history_open_to_read(url);
	if (!stores.boots)
		return STATUS_FAILED;
	if (arguments->values[OPTION_STATE]) {
		stores.earlier = history_open_to_read(url);
		if (!stores.earlier)
			return STATUS_FAILED;
	}
	if (watched) {
		const char *where = arguments->values[OPTION_LEDGER];

		stores.ledger = open_ledger(where ? where : url);
		if (!stores.ledger)
			return STATUS_FAILED;
	}
	shown = without_login(url);
	source.store = shown ? shown : "";
	return run_with(&stores, &selection, &source, &period, context->json, arguments);
}

const struct command command_triage = {
	.name = "triage",
	.operands = "[OPTION]...",
	.summary = TRIAGE_SUMMARY,
	.help = "For each crash of each release, compare the boots after each previous kernel,\n"
		"and after a cold boot, with all other boots. Print the crash rates, their ratio\n"
		"and the confidence interval. Only boots with the same label and, if possible,\n"
		"the same kexec count are compared. The false discovery rate is 5 %:\n"
		"\n"
		"  kexec-lineage ingest --store=fleet.db /var/log/consoles\n"
		"  kexec-lineage triage --store=fleet.db\n"
		"  kexec-lineage triage --store=fleet.db --html=triage.html\n"
		"\n"
		"  associated  the crash rate depends on the previous kernel, on the kexec count,\n"
		"              or on kexec against cold boot, at the same label and count\n"
		"  suspect     the crash rate is higher, but the kexec count, a few machines,\n"
		"              the week or the length of the boots may be the cause\n"
		"  lead        the difference may be chance; the number of boots needed to decide\n"
		"              is printed\n"
		"  none        no dependence was found\n"
		"\n"
		"The lineage of a boot may be inferred from a console ('kexec-lineage ingest\n"
		"--help'). The report says how many boots this concerns. With --no-inferred,\n"
		"their origin counts as unknown.\n"
		"\n"
		"--watch=RELEASE decides about a rollout. Run it repeatedly, for example daily from\n"
		"cron. Each run is a look; a look that tests the data spends a part of the 5 %. The\n"
		"probability that any look stops wrongly is at most 5 %. The store keeps the looks.\n"
		"The exit status is the decision: 0 go, 10 stop, 12 hold (too few boots, or findings\n"
		"that are not established yet):\n"
		"\n"
		"  kexec-lineage triage --store=fleet.db --watch=7.3.4\n"
		"\n"
		"docs/explanation/triage.md explains the method, and\n"
		"docs/appendix/statistics.md explains every figure.",
	.options = { { "html", "FILE", "also write a self-contained HTML page" },
		     { "csv", NULL, "print every comparison as CSV" },
		     { "release", "RELEASE", "compare only these releases: 7.3.4, 7.3, '7.*-rc*'" },
		     { "signature", "KEY", "only this signature, or 'any crash'" },
		     { "since", "TIME", "compare only boots started since TIME: 2026-11-24, 7d" },
		     { "until", "TIME", "compare only boots started before TIME" },
		     { "state", "STATE", "only findings that are new, worse or gone since TIME" },
		     { "all", NULL, "also print crashes and kernels without a finding", 'a' },
		     { "no-inferred", NULL, "exclude boots whose lineage was inferred" },
		     { "watch", "RELEASE", "decide about a rollout: go, hold or stop" },
		     { "ledger", "FILE", "keep the looks of --watch in this store" },
		     { "policy", "FILE", "also write a policy for machines; - prints only it" },
		     KNOWN_OPTION,
		     { "hide-known", NULL, "leave out crashes that are known bugs" },
		     { "textfile", "FILE", "also write metrics of the findings" },
		     HISTORY_OPTION },
	.exit_status = "0 nothing is associated, 1 failed, 2 wrong usage, 3 nothing to compare, "
		       "10 a finding is associated (--watch: stop), 12 hold (--watch; go is 0)",
	.run = run,
};
