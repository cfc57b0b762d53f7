// SPDX-License-Identifier: GPL-2.0-or-later
/* Sentences about the data of a report: its size, its period and what is missing. */
#include <stdio.h>

#include "figure.h"
#include "sentences.h"

char *triage_sentences_scale(const struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;
	char boots[TRIAGE_FIGURE_SIZE], signatures[TRIAGE_FIGURE_SIZE], tests[TRIAGE_FIGURE_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < exposure->signature_count; i++)
		used += exposure->signatures[i].crashes > 0;
	return triage_format(
		"%s boot%s, %s crash signature%s, %s comparison%s; false discovery rate %.0f %%.",
		triage_figure_count(exposure->boots, boots), exposure->boots == 1 ? "" : "s",
		triage_figure_count(used, signatures), used == 1 ? "" : "s",
		triage_figure_count(report->tests, tests), report->tests == 1 ? "" : "s",
		100 * TRIAGE_FDR);
}

char *triage_sentences_crashes_only(const struct triage_exposure *exposure)
{
	if (!triage_exposure_is_crashes_only(exposure))
		return NULL;
	return triage_format(
		"Almost every boot in the store crashed: the shares are shares of crashes, not "
		"of boots, and nothing is called associated. Such data cannot show that "
		"everything became worse. Also ingest the logs of boots that did not crash.");
}

char *triage_sentences_period(const struct triage_exposure *exposure)
{
	const struct store_period *period = &exposure->period;
	char since[TRIAGE_FIGURE_SIZE], until[TRIAGE_FIGURE_SIZE];

	triage_figure_time(period->since, since);
	triage_figure_time(period->until, until);
	if (!period->has_since && !period->has_until)
		return NULL;
	return triage_format(
		"Only boots that started %s%s%s%s%s are compared; boots without a time are "
		"excluded.",
		period->has_since ? "at or after " : "", period->has_since ? since : "",
		period->has_since && period->has_until ? ", and " : "",
		period->has_until ? "before " : "", period->has_until ? until : "");
}

char *triage_sentences_inferred(const struct triage_exposure *exposure)
{
	uint64_t inferred = exposure->inferred;
	char boots[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE], share[TRIAGE_FIGURE_SIZE];
	const char *boot = inferred == 1 ? "boot" : "boots";

	if (inferred == 0)
		return NULL;
	triage_figure_count(inferred, boots);
	if (exposure->skips_inferred)
		return triage_format(
			"The lineage of %s %s was inferred, and is not used (--no-inferred).",
			boots, boot);
	return triage_format(
		"The lineage of %s of %s boots (%s) was inferred; --no-inferred leaves "
		"it out.",
		boots, triage_figure_count(exposure->boots, all),
		triage_figure_share(inferred, exposure->boots, share));
}

char *triage_sentences_chains(const struct triage_exposure *exposure)
{
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	uint64_t known = 0;
	char unknown[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];

	if (ancestors->is_too_large)
		return triage_format(
			"There are too many different chains to compare the kernels before the "
			"previous one.");
	for (size_t i = 0; i < ancestors->strata.count; i++)
		known += ancestors->strata.counters[i].boots;
	if (ancestors->unknown == 0 || known == 0)
		return NULL;
	triage_figure_count(ancestors->unknown, unknown);
	triage_figure_count(known + ancestors->unknown, all);
	return triage_format(
		"The chain of %s of %s boots after several kexecs is unknown or incomplete; they "
		"are not compared by the kernels before the previous one.",
		unknown, all);
}

char *triage_sentences_left_out(const struct triage_exposure *exposure)
{
	uint64_t left_out = exposure->left_out;
	uint64_t unnamed = (uint64_t)exposure->unsigned_crashes;
	char boots[TRIAGE_FIGURE_SIZE], crashes[TRIAGE_FIGURE_SIZE];
	const char *boot = left_out == 1 ? "boot" : "boots";
	const char *crash = unnamed == 1 ? "crash" : "crashes";

	triage_figure_count(left_out, boots);
	triage_figure_count(unnamed, crashes);
	if (left_out > 0 && unnamed > 0)
		return triage_format(
			"Excluded: %s %s (capture kernel or unknown origin). No function is "
			"named in the log of %s %s, which count%s only as any crash.",
			boots, boot, crashes, crash, unnamed == 1 ? "s" : "");
	if (left_out > 0)
		return triage_format("Excluded: %s %s (capture kernel or unknown origin).", boots,
				     boot);
	if (unnamed > 0)
		return triage_format(
			"No function is named in the log of %s %s, which count%s only as any "
			"crash.",
			crashes, crash, unnamed == 1 ? "s" : "");
	return NULL;
}
