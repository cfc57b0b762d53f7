// SPDX-License-Identifier: GPL-2.0-or-later
/* The findings of a report as metrics, for the textfile collector of the node exporter. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage/dependences.h"
#include "triage_format.h"

/* Maximum number of findings with labels of their own, so that the number of series is bounded. */
#define FINDINGS_MAX 100

static void add_header(FILE *stream, const char *name, const char *help)
{
	fprintf(stream,
		"# HELP kexec_lineage_triage_%s %s\n"
		"# TYPE kexec_lineage_triage_%s gauge\n",
		name, help, name);
}

/* Write NAME="VALUE". A value is untrusted: titles and releases are from logs. */
static void add_label(FILE *stream, const char *separator, const char *name, const char *value)
{
	LINEAGE_AUTO_FREE char *clean = printable(value ? value : "");

	fprintf(stream, "%s%s=\"", separator, name);
	for (const char *at = clean; *at; at++) {
		if (*at == '"' || *at == '\\')
			putc('\\', stream);
		putc(*at, stream);
	}
	putc('"', stream);
}

static void add_number(FILE *stream, double number)
{
	if (isnan(number))
		fputs("NaN\n", stream);
	else if (isinf(number))
		fputs("+Inf\n", stream);
	else
		fprintf(stream, "%.6g\n", number);
}

static const char *release_of(const struct triage_exposure *exposure, uint32_t release)
{
	return triage_is_pooled(exposure, release) ? "" : exposure->releases.texts[release];
}

/* Write the value of a factor as a label. */
static void add_value(FILE *stream, const struct triage_exposure *exposure,
		      const struct triage_dependence *one)
{
	char count[16];

	switch (one->factor) {
	case TRIAGE_FACTOR_PREVIOUS_RELEASE:
	case TRIAGE_FACTOR_PREVIOUS_RANGE:
	case TRIAGE_FACTOR_ANCESTOR:
		add_label(stream, ",", "value", release_of(exposure, one->value));
		break;
	default:
		snprintf(count, sizeof(count), "%" PRIu32, one->value);
		add_label(stream, ",", "value", one->value ? count : "");
	}
}

static void add_finding(FILE *stream, const struct triage_exposure *exposure, const char *name,
			const struct triage_dependence *one, double value)
{
	fprintf(stream, "kexec_lineage_triage_%s", name);
	add_label(stream, "{", "verdict", triage_verdict_name(one->verdict));
	add_label(stream, ",", "outcome", triage_outcome_name(exposure, one->of->signature));
	add_label(stream, ",", "title", exposure->signatures[one->of->signature].title);
	add_label(stream, ",", "signature", exposure->signature_names.texts[one->of->signature]);
	add_label(stream, ",", "release", release_of(exposure, one->of->release));
	add_label(stream, ",", "factor", triage_factor_name(one->factor));
	add_value(stream, exposure, one);
	fputs("} ", stream);
	add_number(stream, value);
}

/* Write the findings that are established, or that may have another explanation. */
static void add_findings(FILE *stream, const struct triage_exposure *exposure,
			 const struct triage_dependence *list, size_t count)
{
	while (count > 0 && list[count - 1].verdict < TRIAGE_SUSPECT)
		count--;
	if (count > FINDINGS_MAX)
		count = FINDINGS_MAX;
	add_header(stream, "finding_ratio", "risk ratio of a finding, the strongest ones only");
	for (size_t i = 0; i < count; i++)
		add_finding(stream, exposure, "finding_ratio", &list[i], list[i].ratio.estimate);
	add_header(stream, "finding_crashed", "boots of the finding that crashed");
	for (size_t i = 0; i < count; i++)
		add_finding(stream, exposure, "finding_crashed", &list[i],
			    (double)list[i].table.crashes);
}

static void add_counts(FILE *stream, const struct triage_dependence *list, size_t count)
{
	static const enum triage_verdict verdicts[] = { TRIAGE_ASSOCIATED, TRIAGE_SUSPECT,
							TRIAGE_LEAD };

	add_header(stream, "findings", "number of findings by verdict");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		uint64_t found = 0;

		for (size_t j = 0; j < count; j++)
			found += list[j].verdict == verdicts[i];
		fprintf(stream, "kexec_lineage_triage_findings{verdict=\"%s\"} %" PRIu64 "\n",
			triage_verdict_name(verdicts[i]), found);
	}
}

static void add_decision(FILE *stream, const char *watched, const char *decision)
{
	static const char *const decisions[] = { "go", "hold", "stop" };

	add_header(stream, "watch", "1 for the decision of --watch, 0 for the others");
	for (size_t i = 0; i < sizeof(decisions) / sizeof(*decisions); i++) {
		fputs("kexec_lineage_triage_watch", stream);
		add_label(stream, "{", "release", watched);
		add_label(stream, ",", "decision", decisions[i]);
		fprintf(stream, "} %d\n", strcmp(decision, decisions[i]) == 0);
	}
}

int triage_print_metrics(const struct triage_report *report,
			 const struct triage_selection *selection,
			 const struct triage_source *source, const char *decision, FILE *stream)
{
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	size_t count = 0;
	int error = triage_dependences_list(report, selection, &list, &count);

	if (error)
		return error;
	add_header(stream, "time_seconds", "when the store was read");
	fprintf(stream, "kexec_lineage_triage_time_seconds %" PRId64 "\n", source->time);
	add_header(stream, "boots", "boots that were compared");
	fprintf(stream, "kexec_lineage_triage_boots %" PRIu64 "\n", report->exposure->boots);
	add_counts(stream, list, count);
	add_findings(stream, report->exposure, list, count);
	if (decision)
		add_decision(stream, selection->release, decision);
	return 0;
}
