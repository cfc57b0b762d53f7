// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "talk.h"
#include "triage_format.h"
#include "words.h"

/* Always in quotes: a text may have a comma, and a quote is doubled. */
static void write_text(FILE *stream, const char *text)
{
	char *clean = printable(text ? text : "");

	putc('"', stream);
	for (const char *at = clean; *at; at++) {
		if (*at == '"')
			putc('"', stream);
		putc(*at, stream);
	}
	putc('"', stream);
	free(clean);
}

/* What is not known is empty. */
static void write_number(FILE *stream, double number)
{
	if (isinf(number))
		fputs(",inf", stream);
	else if (isnan(number))
		fputs(",", stream);
	else
		fprintf(stream, ",%.6g", number);
}

static void write_finding(const struct triage_counts *counts, const struct triage_case *one,
			  const struct triage_finding *finding, FILE *stream)
{
	const struct triage_table *table = &finding->table;
	bool is_cold = finding->origin == TRIAGE_COLD;

	write_text(stream, counts->signature_names.texts[one->signature]);
	putc(',', stream);
	write_text(stream, words_title(counts, one->signature));
	putc(',', stream);
	write_text(stream, counts->releases.texts[one->release]);
	fprintf(stream, ",%s,", is_cold ? "cold" : "kexec");
	write_text(stream, is_cold ? NULL : counts->releases.texts[finding->origin]);
	fprintf(stream, ",%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
		triage_verdict_name(finding->verdict), table->boots, table->crashes,
		table->other_boots, table->other_crashes);
	write_number(stream, finding->ratio.estimate);
	write_number(stream, finding->ratio.low);
	write_number(stream, finding->ratio.high);
	write_number(stream, finding->p);
	write_number(stream, finding->p_same_count);
	write_number(stream, finding->q);
	fputs("\r\n", stream);
}

void triage_print_csv(const struct triage_report *report, const struct triage_choice *choice,
		      FILE *stream)
{
	fputs("signature,title,release,boot,previous_release,verdict,boots,crashed,other_boots,other_crashed,"
	      "ratio,ratio_low,ratio_high,p,p_same_count,q\r\n",
	      stream);
	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];

		if (!triage_is_chosen(report, one, choice))
			continue;
		for (size_t j = 0; j < one->finding_count; j++)
			write_finding(report->counts, one, &one->findings[j], stream);
	}
}
