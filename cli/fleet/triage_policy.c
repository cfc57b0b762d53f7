// SPDX-License-Identifier: GPL-2.0-or-later
/* Write a report as a policy (host/policy.h), for machines that have no store. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/policy.h"
#include "lib/cleanup.h"
#include "triage/dependences.h"
#include "triage_format.h"
#include "triage_known.h"

/* Write a text as in a stamp: bytes outside A-Za-z0-9._+~- become %XX. */
static void write_field(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, " %s=", name);
	for (; *text; text++) {
		if (isascii(*text) && (isalnum(*text) || strchr("._+~-", *text)))
			putc(*text, stream);
		else
			fprintf(stream, "%%%02X", (unsigned char)*text);
	}
}

/* Return whether a policy can name the release. A store may have others, from before 0.2.0. */
static bool is_valid(const struct triage_exposure *exposure, uint32_t release)
{
	return lineage_policy_release_is_valid(exposure->releases.texts[release]);
}

/* Write what is known of the bug. If another bug may be the cause, no fix helps for sure. */
static void write_known(const struct known_bug *bug, FILE *stream)
{
	LINEAGE_AUTO_FREE char *sentence = bug ? known_sentence(bug) : NULL;

	if (sentence)
		write_field(stream, "known", sentence);
	if (bug && bug->values[KNOWN_FIXED_IN] && !known_bug_is(bug, KNOWN_UNSURE))
		write_field(stream, "fixed_in", bug->values[KNOWN_FIXED_IN]);
}

/* @previous: release of the previous kernel or of the ancestor, or NULL */
static void write_rule(const struct triage_exposure *exposure, const struct triage_known *known,
		       const struct triage_dependence *one, enum lineage_policy_factor factor,
		       const char *previous, FILE *stream)
{
	const struct triage_table *table = &one->table;
	const char *signature = exposure->signature_names.texts[one->of->signature];
	const char *title = exposure->signatures[one->of->signature].title;

	if ((previous && !lineage_policy_release_is_valid(previous)) ||
	    (!triage_is_pooled(exposure, one->of->release) &&
	     !is_valid(exposure, one->of->release)))
		return;
	fprintf(stream, "%s factor=%s", triage_verdict_name(one->verdict),
		lineage_policy_factor_name(factor));
	if (previous)
		write_field(stream, "value", previous);
	if (factor == LINEAGE_POLICY_COUNT)
		fprintf(stream, " count=%" PRIu32, one->value);
	if (!triage_is_pooled(exposure, one->of->release))
		write_field(stream, "to", exposure->releases.texts[one->of->release]);
	fprintf(stream, " crashed=%" PRIu64 "/%" PRIu64 " others=%" PRIu64 "/%" PRIu64,
		table->crashes, table->boots, table->other_crashes, table->other_boots);
	if (one->label && *one->label)
		write_field(stream, "label", one->label);
	if (!triage_is_any_crash(exposure, one->of->signature))
		write_field(stream, "signature", signature);
	if (title && *title)
		write_field(stream, "title", title);
	write_known(triage_known_of(known, one), stream);
	putc('\n', stream);
}

/* Write one rule for each previous release of the range, so that readers need not sort releases. */
static void write_range(const struct triage_exposure *exposure, const struct triage_known *known,
			const struct triage_dependence *one, FILE *stream)
{
	for (size_t i = 0; i < exposure->releases.count; i++)
		if (!triage_is_pooled(exposure, (uint32_t)i) &&
		    triage_release_range_has(exposure, &one->of->range,
					     exposure->releases.texts[i]))
			write_rule(exposure, known, one, LINEAGE_POLICY_PREVIOUS,
				   exposure->releases.texts[i], stream);
}

static void write_dependence(const struct triage_exposure *exposure,
			     const struct triage_known *known, const struct triage_dependence *one,
			     FILE *stream)
{
	/* A value of 0 is a rate that falls with the count. */
	switch (one->factor) {
	case TRIAGE_FACTOR_PREVIOUS_RELEASE:
		write_rule(exposure, known, one, LINEAGE_POLICY_PREVIOUS,
			   exposure->releases.texts[one->value], stream);
		break;
	case TRIAGE_FACTOR_PREVIOUS_RANGE:
		write_range(exposure, known, one, stream);
		break;
	case TRIAGE_FACTOR_ANCESTOR:
		write_rule(exposure, known, one, LINEAGE_POLICY_ANCESTOR,
			   exposure->releases.texts[one->value], stream);
		break;
	case TRIAGE_FACTOR_KEXEC_COUNT:
		if (one->value > 0)
			write_rule(exposure, known, one, LINEAGE_POLICY_COUNT, NULL, stream);
		break;
	case TRIAGE_FACTOR_KEXEC:
		write_rule(exposure, known, one, LINEAGE_POLICY_KEXEC, NULL, stream);
		break;
	case TRIAGE_FACTOR_COLD_BOOT:
		break;
	}
}

/* Write the transitions, whose cells are sorted by release and origin. */
static void write_seen(const struct triage_exposure *exposure, FILE *stream)
{
	for (size_t i = 0; i < exposure->cell_count;) {
		const struct triage_cell *first = &exposure->cells[i];
		uint64_t boots = 0;

		for (; i < exposure->cell_count && exposure->cells[i].release == first->release &&
		       exposure->cells[i].origin == first->origin;
		     i++)
			boots += exposure->cells[i].boots;
		if (first->origin == TRIAGE_COLD || triage_is_pooled(exposure, first->release) ||
		    !is_valid(exposure, first->origin) || !is_valid(exposure, first->release))
			continue;
		fputs("seen", stream);
		write_field(stream, "from", exposure->releases.texts[first->origin]);
		write_field(stream, "to", exposure->releases.texts[first->release]);
		fprintf(stream, " boots=%" PRIu64 "\n", boots);
	}
}

int triage_print_policy(const struct triage_report *report,
			const struct triage_selection *selection,
			const struct triage_source *source, FILE *stream)
{
	LINEAGE_AUTO_FREE struct triage_dependence *list = NULL;
	time_t made = (time_t)source->time;
	struct tm time;
	char text[32];
	size_t count = 0;
	int error = triage_dependences_list(report, selection, &list, &count);

	if (error)
		return error;
	gmtime_r(&made, &time);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &time);
	fprintf(stream, LINEAGE_HOST_POLICY_HEADER "\nmade=%s\n", text);
	for (size_t i = 0; i < count; i++)
		if (list[i].verdict == TRIAGE_ASSOCIATED || list[i].verdict == TRIAGE_SUSPECT)
			write_dependence(report->exposure, &source->known, &list[i], stream);
	write_seen(report->exposure, stream);
	fputs("end\n", stream);
	return 0;
}
