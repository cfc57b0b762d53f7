// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_sections.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "known_files.h"
#include "lib/cleanup.h"
#include "report_reproduce.h"
#include "store/rows/encoding.h"
#include "triage/figure.h"
#include "triage/sentences.h"
#include "triage/summary.h"

#define ORIGINS_MAX 20
#define ROWS_MAX 10

/** struct output - the report that is written */
struct output {
	const struct report_facts *facts;
	const struct triage_exposure *exposure;
	const struct report_form *form;
	FILE *stream;
};

/* Write a paragraph and free @text. Write nothing for NULL. */
static void write_paragraph(const struct output *out, char *text)
{
	LINEAGE_AUTO_FREE char *own = text;

	if (own)
		out->form->paragraph(own, out->stream);
}

static const char *signature_of(const struct report_facts *facts)
{
	return facts->report->exposure->signature_names.texts[facts->one->signature];
}

char *report_subject(const struct report_facts *facts)
{
	const struct triage_exposure *exposure = facts->report->exposure;
	LINEAGE_AUTO_FREE char *cause = triage_dependence_phrase(exposure, &facts->dependence);

	return triage_format("%s in %s%s", triage_figure_title(exposure, facts->one->signature),
			     exposure->releases.texts[facts->one->release], cause ? cause : "");
}

static void write_summary(const struct output *out)
{
	const struct triage_case *one = out->facts->one;

	for (size_t i = 0; i < triage_sentences_count(one); i++)
		write_paragraph(out, triage_sentences_get(out->exposure, one, i));
	write_paragraph(out, triage_summary_none(out->facts->report, one));
	if (out->facts->bug)
		write_paragraph(out, known_sentence(out->facts->bug));
	write_paragraph(out, triage_summary_next(out->exposure, one));
	write_paragraph(out, triage_summary_days(out->exposure, one));
	if (!triage_is_any_crash(out->exposure, one->signature))
		write_paragraph(out, triage_format("Signature: %s.", signature_of(out->facts)));
}

/* @name: the previous kernel, or a range of them */
static void add_origin(const struct output *out, const char *name,
		       const struct triage_finding *finding, struct layout_table *ret)
{
	const struct triage_table *table = &finding->table;
	char text[TRIAGE_FIGURE_SIZE];

	layout_table_add(ret, name);
	layout_table_add(ret, triage_summary_verdict(out->exposure, out->facts->one, finding));
	layout_table_add(ret, triage_figure_count(table->boots, text));
	layout_table_add(ret, triage_figure_count(table->crashes, text));
	layout_table_add(ret, triage_figure_share(table->crashes, table->boots, text));
	layout_table_add(ret, triage_figure_times(finding, text));
	layout_table_add(ret, triage_figure_probability(finding->q, text));
}

static void add_header(struct layout_table *table, const char *const *names)
{
	for (size_t i = 0; i < table->columns; i++)
		layout_table_add(table, names[i]);
}

/* Write the number of rows that a table leaves out. */
static void write_hidden(const struct output *out, size_t all, size_t shown, const char *what)
{
	if (all > shown)
		write_paragraph(out, triage_format("%zu more %s not shown.", all - shown, what));
}

static void write_origins(const struct output *out)
{
	const struct triage_case *one = out->facts->one;
	const char *unit = triage_figure_unit(out->exposure, one->signature, 2);
	const char *const header[] = { "previous kernel",
				       "verdict",
				       unit,
				       triage_figure_crashed(out->exposure, one->signature),
				       "share",
				       "ratio",
				       "q" };
	LAYOUT_AUTO_TABLE table = { .columns = 7, .names = 2 };
	size_t shown = one->finding_count < ORIGINS_MAX ? one->finding_count : ORIGINS_MAX;

	out->form->heading("Each previous kernel against all others", out->stream);
	add_header(&table, header);
	if (one->range.finding.verdict != TRIAGE_NONE) {
		LINEAGE_AUTO_FREE char *range = triage_figure_range(out->exposure, &one->range);

		add_origin(out, range ? range : "", &one->range.finding, &table);
	}
	for (size_t i = 0; i < shown; i++)
		add_origin(out, triage_figure_origin(out->exposure, one->findings[i].origin),
			   &one->findings[i], &table);
	out->form->table(&table, out->stream);
	write_hidden(out, one->finding_count, shown, "previous kernels are");
	write_paragraph(out, triage_summary_rows(out->exposure, one));
}

static void write_counts(const struct output *out)
{
	const struct triage_case *one = out->facts->one;
	const struct triage_count_trend *trend = &one->count_trend;
	const char *const header[] = { "kexecs",
				       triage_figure_unit(out->exposure, one->signature, 2),
				       triage_figure_crashed(out->exposure, one->signature),
				       "share" };
	LAYOUT_AUTO_TABLE table = { .columns = 4 };
	char text[TRIAGE_FIGURE_SIZE];

	if (trend->dose_count < 2 || trend->verdict == TRIAGE_NONE)
		return;
	out->form->heading("By the number of kexecs since the cold boot", out->stream);
	add_header(&table, header);
	for (size_t i = 0; i < trend->dose_count && i < ORIGINS_MAX; i++) {
		const struct triage_dose *dose = &trend->doses[i];

		snprintf(text, sizeof(text), "%" PRIu32 "%s", dose->score,
			 i + 1 == trend->dose_count && trend->is_capped ? "+" : "");
		layout_table_add(&table, text);
		layout_table_add(&table, triage_figure_count(dose->boots, text));
		layout_table_add(&table, triage_figure_count(dose->crashes, text));
		layout_table_add(&table, triage_figure_share(dose->crashes, dose->boots, text));
	}
	out->form->table(&table, out->stream);
	write_hidden(out, trend->dose_count, ORIGINS_MAX, "counts are");
}

char *report_release_sentence(const struct report_facts *facts)
{
	char *const *texts = facts->report->exposure->releases.texts;
	const struct report_release *bad, *good;
	char boots[TRIAGE_FIGURE_SIZE];
	double expected;

	if (facts->first_bad == SIZE_MAX)
		return NULL;
	bad = &facts->releases[facts->first_bad];
	if (facts->last_good == SIZE_MAX)
		return triage_format("First bad release: %s; the data have no older release.",
				     texts[bad->release]);
	good = &facts->releases[facts->last_good];
	expected = (double)good->boots * (double)bad->crashed / (double)bad->boots;
	return triage_format(
		"First bad release: %s. Last good release: %s, with %s %s; at the "
		"share of %s, %.1f of them would have crashed.",
		texts[bad->release], texts[good->release], triage_figure_count(good->boots, boots),
		triage_figure_unit(facts->report->exposure, facts->one->signature, good->boots),
		texts[bad->release], expected);
}

/* Write the releases with the crash, and the releases next to them in version order. */
static void write_releases(const struct output *out)
{
	const struct report_facts *facts = out->facts;
	const char *const header[] = { "release",
				       triage_figure_unit(out->exposure, facts->one->signature, 2),
				       triage_figure_crashed(out->exposure, facts->one->signature),
				       "share" };
	LAYOUT_AUTO_TABLE table = { .columns = 4, .names = 1 };
	char text[TRIAGE_FIGURE_SIZE];
	size_t wanted = 0, shown = 0;

	out->form->heading("Releases", out->stream);
	write_paragraph(out, report_release_sentence(facts));
	add_header(&table, header);
	for (size_t i = 0; i < facts->release_count; i++) {
		const struct report_release *at = &facts->releases[i];
		bool is_next = (i > 0 && at[-1].crashed > 0) ||
			       (i + 1 < facts->release_count && at[1].crashed > 0);

		if ((at->crashed == 0 && !is_next) || wanted++ >= ORIGINS_MAX)
			continue;
		shown++;
		layout_table_add(&table, out->exposure->releases.texts[at->release]);
		layout_table_add(&table, triage_figure_count(at->boots, text));
		layout_table_add(&table, triage_figure_count(at->crashed, text));
		layout_table_add(&table, triage_figure_share(at->crashed, at->boots, text));
	}
	if (shown > 0)
		out->form->table(&table, out->stream);
	write_hidden(out, wanted, shown, "releases are");
}

/* Make "6.1.0 -> 7.2.9 (2 times) -> 7.3.4". */
static char *make_chain(const char *chain)
{
	char *text = NULL;
	size_t size, length;
	FILE *stream = open_memstream(&text, &size);
	const char *release;
	uint32_t runs;

	if (!stream)
		return NULL;
	while ((release = report_chain_next(&chain, &length, &runs))) {
		fprintf(stream, "%s%.*s", ftell(stream) > 0 ? " -> " : "",
			length > 0 ? (int)length : 3, length > 0 ? release : "...");
		if (runs > 1)
			fprintf(stream, " (%" PRIu32 " times)", runs);
	}
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

static void write_chains(const struct output *out)
{
	const struct report_tally *chains = &out->facts->chains;
	const char *const header[] = { "kernels since the cold boot",
				       triage_figure_crashed(out->exposure,
							     out->facts->one->signature) };
	LAYOUT_AUTO_TABLE table = { .columns = 2, .names = 1 };
	size_t shown = chains->names.count < ROWS_MAX ? chains->names.count : ROWS_MAX;
	char text[TRIAGE_FIGURE_SIZE];

	if (shown == 0)
		return;
	out->form->heading("Chains of the boots with this crash", out->stream);
	add_header(&table, header);
	for (size_t i = 0; i < shown; i++) {
		LINEAGE_AUTO_FREE char *chain = make_chain(chains->rows[i].name);

		layout_table_add(&table, chain ? chain : "");
		layout_table_add(&table, triage_figure_count(chains->rows[i].crashed, text));
	}
	out->form->table(&table, out->stream);
	write_hidden(out, chains->names.count, shown, "chains are");
}

/* Write boots and crashes by label. */
static void write_labels(const struct output *out)
{
	const struct report_tally *labels = &out->facts->labels;
	const char *const header[] = {
		"label", triage_figure_unit(out->exposure, out->facts->one->signature, 2),
		triage_figure_crashed(out->exposure, out->facts->one->signature), "share"
	};
	LAYOUT_AUTO_TABLE table = { .columns = 4, .names = 1 };
	size_t shown = labels->names.count < ROWS_MAX ? labels->names.count : ROWS_MAX;
	char text[TRIAGE_FIGURE_SIZE];

	out->form->heading("Hardware", out->stream);
	if (shown == 0 || (labels->names.count == 1 && !labels->rows[0].name[0])) {
		write_paragraph(out, strdup("The hardware is unknown: no boot has a label."));
		return;
	}
	add_header(&table, header);
	for (size_t i = 0; i < shown; i++) {
		const struct report_row *row = &labels->rows[i];

		layout_table_add(&table, row->name[0] ? row->name : "(no label)");
		layout_table_add(&table, triage_figure_count(row->boots, text));
		layout_table_add(&table, triage_figure_count(row->crashed, text));
		layout_table_add(&table, triage_figure_share(row->crashed, row->boots, text));
	}
	out->form->table(&table, out->stream);
	write_hidden(out, labels->names.count, shown, "labels are");
}

static void write_hosts(const struct output *out)
{
	const struct report_tally *hosts = &out->facts->hosts;
	const char *const header[] = { "host", triage_figure_crashed(out->exposure,
								     out->facts->one->signature) };
	LAYOUT_AUTO_TABLE table = { .columns = 2, .names = 1 };
	size_t shown = hosts->names.count < ORIGINS_MAX ? hosts->names.count : ORIGINS_MAX;
	char text[TRIAGE_FIGURE_SIZE];

	if (shown == 0)
		return;
	out->form->heading("Hosts", out->stream);
	add_header(&table, header);
	for (size_t i = 0; i < shown; i++) {
		layout_table_add(&table, hosts->rows[i].name);
		layout_table_add(&table, triage_figure_count(hosts->rows[i].crashed, text));
	}
	out->form->table(&table, out->stream);
	write_hidden(out, hosts->names.count, shown, "hosts are");
}

/* Write the lines of a crash report or, without them, the call stack, innermost function first. */
static void write_crash(const struct output *out)
{
	const struct triage_signature *example;

	if (out->facts->one->signature >= out->exposure->signature_count ||
	    triage_is_any_crash(out->exposure, out->facts->one->signature))
		return;
	example = &out->exposure->signatures[out->facts->one->signature];
	if (!example->frames && !out->facts->excerpt)
		return;
	out->form->heading("One of these crashes", out->stream);
	if (example->has_uptime && !out->facts->excerpt)
		write_paragraph(out, triage_format("%.3f s after the start of the kernel.",
						   (double)example->uptime_us / 1e6));
	if (example->module && !out->facts->excerpt)
		write_paragraph(out, triage_format("Module: %s.", example->module));
	if (!out->facts->excerpt)
		write_paragraph(out, strdup("Call stack, innermost function first:"));
	out->form->block(out->facts->excerpt ? out->facts->excerpt : example->frames, out->stream);
}

void report_write(const struct report_facts *facts, const struct report_form *form, FILE *stream)
{
	const struct output out = { facts, facts->report->exposure, form, stream };
	LINEAGE_AUTO_FREE char *subject = report_subject(facts);

	form->begin(subject ? subject : "", stream);
	write_summary(&out);
	write_origins(&out);
	write_counts(&out);
	write_releases(&out);
	write_chains(&out);
	write_labels(&out);
	write_hosts(&out);
	write_crash(&out);
	report_reproduce(facts, form, stream);
	form->heading("The data", stream);
	write_paragraph(&out, triage_sentences_scale(facts->report));
	write_paragraph(&out, triage_sentences_crashes_only(out.exposure));
	write_paragraph(&out, triage_sentences_inferred(out.exposure));
	write_paragraph(&out, triage_sentences_chains(out.exposure));
	write_paragraph(&out, triage_sentences_left_out(out.exposure));
	write_paragraph(&out, triage_format("Made by kexec-lineage %s.", VERSION));
}
