// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage/dependences.h"
#include "triage_format.h"
#include "triage/figure.h"

/*
 * Write a string in quotes, and double each quote in the string. A leading apostrophe keeps a
 * spreadsheet from evaluating the string as a formula.
 */
static void write_text(FILE *stream, const char *text)
{
	LINEAGE_AUTO_FREE char *clean = printable(text ? text : "");

	putc('"', stream);
	if (*clean && strchr("=+-@", *clean))
		putc('\'', stream);
	for (const char *at = clean; *at; at++) {
		if (*at == '"')
			putc('"', stream);
		putc(*at, stream);
	}
	putc('"', stream);
}

/* Write a number; NAN is written as an empty field. */
static void write_number(FILE *stream, double number)
{
	if (isinf(number))
		fputs(",inf", stream);
	else if (isnan(number))
		fputs(",", stream);
	else
		fprintf(stream, ",%.6g", number);
}

static void write_case(const struct triage_exposure *exposure, const struct triage_case *one,
		       FILE *stream)
{
	write_text(stream, exposure->signature_names.texts[one->signature]);
	putc(',', stream);
	write_text(stream, triage_figure_title(exposure, one->signature));
	putc(',', stream);
	write_text(stream, exposure->releases.texts[one->release]);
}

static void write_table(const struct triage_table *table, const struct triage_interval *ratio,
			FILE *stream)
{
	fprintf(stream, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, table->boots,
		table->crashes, table->other_boots, table->other_crashes);
	write_number(stream, ratio->estimate);
	write_number(stream, ratio->low);
	write_number(stream, ratio->high);
}

/* List signatures, separated by blanks; NULL for none or no memory. */
static char *list_signatures(const struct triage_exposure *exposure,
			     const struct triage_same_boots *same)
{
	char *text = NULL;

	for (size_t i = 0; i < same->count; i++) {
		LINEAGE_AUTO_FREE char *before = text;

		if (asprintf(&text, "%s%s%s", before ? before : "", before ? " " : "",
			     exposure->signature_names.texts[same->signatures[i]]) < 0)
			text = NULL;
	}
	return text;
}

/*
 * An unknown number of machines is an empty field. Blanks separate the signatures of the same
 * boots.
 */
static void write_machines(const struct triage_exposure *exposure, int64_t hosts,
			   enum triage_doubt why_not, const char *label,
			   const struct triage_same_boots *same, FILE *stream)
{
	const char *doubt = triage_doubt_name(why_not);
	LINEAGE_AUTO_FREE char *signatures = list_signatures(exposure, same);

	putc(',', stream);
	if (hosts > 0)
		fprintf(stream, "%" PRId64, hosts);
	fprintf(stream, ",%s,", doubt ? doubt : "");
	write_text(stream, label);
	putc(',', stream);
	write_text(stream, signatures);
}

/* Write the first and the last day of each week. */
static void write_weeks(const struct triage_weeks *weeks, FILE *stream)
{
	char first[TRIAGE_FIGURE_SIZE], last[TRIAGE_FIGURE_SIZE];

	for (size_t i = 0; i < weeks->count; i++)
		fprintf(stream, "%s%s/%s", i > 0 ? " " : "",
			triage_figure_day(weeks->weeks[i].first, first),
			triage_figure_day(weeks->weeks[i].last, last));
}

/* Write the sentence about the known bug of a case; an empty text for none. */
static void write_known(const struct triage_source *source, const struct triage_case *one,
			FILE *stream)
{
	LINEAGE_AUTO_FREE char *sentence = triage_known_sentence(&source->known, one);

	write_text(stream, sentence);
}

/*
 * Write what is compared, the days of the crashes, and the machines that are left out (empty
 * fields for NULL), the weeks that explain the difference, and the known bug. This ends the row.
 */
static void write_kind(const struct triage_exposure *exposure, const struct triage_source *source,
		       const struct triage_case *one, enum triage_factor factor, bool is_timed,
		       const uint64_t seconds[2], const struct triage_left_out *left_out,
		       const struct triage_weeks *weeks, FILE *stream)
{
	char day[TRIAGE_FIGURE_SIZE];

	fprintf(stream, ",%s,%s,%s", triage_outcome_name(exposure, one->signature),
		triage_factor_name(factor), triage_unit_name(exposure, is_timed));
	for (int i = 0; i < 2; i++)
		write_number(stream, is_timed ? (double)seconds[i] / 3600 : NAN);
	fprintf(stream, ",%s", one->has_days ? triage_figure_day(one->first_day, day) : "");
	fprintf(stream, ",%s", one->has_days ? triage_figure_day(one->last_day, day) : "");
	if (left_out && left_out->machines > 0)
		fprintf(stream, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, left_out->machines,
			left_out->boots, left_out->crashes);
	else
		fputs(",,,", stream);
	putc(',', stream);
	write_weeks(weeks, stream);
	putc(',', stream);
	write_known(source, one, stream);
	fputs("\r\n", stream);
}

/*
 * @factor: the factor of the row, unless the origin is the cold boot
 * @kind: the field "boot" of the row
 * @last: the last previous release of a range, which begins with the origin of @finding; or NULL
 */
static void write_finding(const struct triage_exposure *exposure,
			  const struct triage_source *source, const struct triage_case *one,
			  const struct triage_finding *finding, enum triage_factor factor,
			  const char *kind, const char *last, FILE *stream)
{
	bool is_cold = finding->origin == TRIAGE_COLD;
	const uint64_t seconds[2] = { finding->seconds, finding->other_seconds };

	write_case(exposure, one, stream);
	fprintf(stream, ",%s,", is_cold ? "cold" : kind);
	write_text(stream, is_cold ? NULL : exposure->releases.texts[finding->origin]);
	putc(',', stream);
	write_text(stream, last);
	fprintf(stream, ",,%s", triage_verdict_name(finding->verdict));
	write_table(&finding->table, &finding->ratio, stream);
	write_number(stream, finding->p);
	write_number(stream, finding->p_kexeced);
	write_number(stream, finding->ratio_same_count.estimate);
	write_number(stream, finding->p_same_count);
	write_number(stream, finding->q);
	putc(',', stream);
	if (finding->boots_needed > 0)
		fprintf(stream, "%" PRIu64, finding->boots_needed);
	write_machines(exposure, finding->hosts, finding->why_not, finding->label,
		       &finding->same_boots, stream);
	write_kind(exposure, source, one, is_cold ? TRIAGE_FACTOR_COLD_BOOT : factor,
		   finding->is_timed, seconds, &finding->left_out, &finding->weeks, stream);
}

static void write_range(const struct triage_exposure *exposure, const struct triage_source *source,
			const struct triage_case *one, FILE *stream)
{
	write_finding(exposure, source, one, &one->range.finding, TRIAGE_FACTOR_PREVIOUS_RANGE,
		      "range", exposure->releases.texts[one->range.last], stream);
}

/* Write the comparison of boots at or above a kexec count with boots below it. */
static void write_count_trend(const struct triage_exposure *exposure,
			      const struct triage_source *source, const struct triage_case *one,
			      FILE *stream)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const uint64_t seconds[2] = { count_trend->seconds, count_trend->other_seconds };

	write_case(exposure, one, stream);
	fputs(",count,\"\",\"\",", stream);
	if (count_trend->from > 0)
		fprintf(stream, "%" PRIu32, count_trend->from);
	fprintf(stream, ",%s", triage_verdict_name(count_trend->verdict));
	if (count_trend->from > 0)
		write_table(&count_trend->split, &count_trend->ratio, stream);
	else
		fputs(",,,,,,,", stream);
	write_number(stream, count_trend->p);
	fputs(",,,", stream);
	write_number(stream, count_trend->q);
	putc(',', stream);
	if (count_trend->boots_needed > 0)
		fprintf(stream, "%" PRIu64, count_trend->boots_needed);
	write_machines(exposure, count_trend->hosts, count_trend->why_not, count_trend->label,
		       &count_trend->same_boots, stream);
	write_kind(exposure, source, one, TRIAGE_FACTOR_KEXEC_COUNT, count_trend->is_timed, seconds,
		   NULL, &count_trend->weeks, stream);
}

void triage_print_csv(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, FILE *stream)
{
	fputs("signature,title,release,boot,previous_release,last_release,from_count,verdict,boots,crashed,"
	      "other_boots,"
	      "other_crashed,ratio,ratio_low,ratio_high,p,p_kexeced,ratio_same_count,p_same_count,"
	      "q,boots_needed,hosts,why_not,label,same_boots,outcome,factor,unit,hours,other_hours,"
	      "first_crash,last_crash,hosts_left_out,hosts_left_out_boots,"
	      "hosts_left_out_crashed,weeks,known\r\n",
	      stream);
	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];

		if (!triage_selection_has_case(selection, report, one))
			continue;
		for (size_t j = 0; j < one->finding_count; j++)
			write_finding(report->exposure, source, one, &one->findings[j],
				      TRIAGE_FACTOR_PREVIOUS_RELEASE, "kexec", NULL, stream);
		if (one->range.finding.verdict != TRIAGE_NONE)
			write_range(report->exposure, source, one, stream);
		for (size_t j = 0; j < one->ancestor_count; j++)
			write_finding(report->exposure, source, one, &one->ancestors[j],
				      TRIAGE_FACTOR_ANCESTOR,
				      one->ancestors[j].is_second ? "second kernel back"
								  : "earlier kernel",
				      NULL, stream);
		if (triage_count_trend_is_tested(&one->count_trend))
			write_count_trend(report->exposure, source, one, stream);
	}
}
