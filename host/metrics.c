// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics.h"

#include <inttypes.h>
#include <string.h>

/* Print a label. Escape each backslash, quote and newline in its value. */
static void print_label(FILE *stream, const char *separator, const char *name, const char *value)
{
	fprintf(stream, "%s%s=\"", separator, name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", stream);
		else if (*value == '"' || *value == '\\')
			fprintf(stream, "\\%c", *value);
		else
			fputc(*value, stream);
	}
	fputc('"', stream);
}

static void print_family(FILE *stream, const char *name, const char *help)
{
	fprintf(stream, "# TYPE kexec_lineage_%s gauge\n# HELP kexec_lineage_%s %s\n", name, name,
		help);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void print_boot(FILE *stream, const struct lineage_report *report)
{
	print_family(stream, "boot_info", "How the running kernel came up; always 1.");
	print_label(stream, "kexec_lineage_boot_info{", "boot", lineage_boot_name(report->boot));
	print_label(stream, ",", "release", or_empty(report->release));
	print_label(stream, ",", "previous_release", or_empty(report->previous_release));
	fputs("} 1\n", stream);
	if (report->has_count) {
		print_family(stream, "kexecs_since_cold_boot", "Kexecs since cold boot.");
		fprintf(stream, "kexec_lineage_kexecs_since_cold_boot %u\n", report->kexec_count);
	}
	print_family(stream, "conflicts", "Contradictions between sources of the lineage.");
	fprintf(stream, "kexec_lineage_conflicts %zu\n", report->conflict_count);
}

static void print_sources(FILE *stream, const struct lineage_report *report)
{
	size_t i;

	print_family(stream, "source_info", "Status of each source of the lineage; always 1.");
	for (i = 0; i < report->source_count; i++) {
		const struct lineage_evidence *evidence = &report->sources[i];
		const char *status =
			evidence->is_stale ? "stale" : lineage_status_name(evidence->status);

		print_label(stream, "kexec_lineage_source_info{", "source", evidence->source);
		print_label(stream, ",", "status", status);
		fputs("} 1\n", stream);
	}
}

/**
 * struct family - a metric that every transition has
 * @name: name of the metric after "kexec_lineage_"
 * @help: one line
 * @offset: offset of its value in struct store_transition
 */
struct family {
	const char *name;
	const char *help;
	size_t offset;
};

static const struct family families[] = {
	{ "boots", "Boots of this machine, by transition.",
	  offsetof(struct store_transition, boots) },
	{ "unclean_boots", "Boots that ended in a crash or without a shutdown, by transition.",
	  offsetof(struct store_transition, unclean) },
	{ "crashes", "Known crashes of these boots, by transition.",
	  offsetof(struct store_transition, crashes) },
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

/* The value of a metric for a transition: the sum over all kexec counts, to print fewer series. */
struct totals {
	FILE *stream;
	const struct family *family;
	char previous[256];
	char release[256];
	enum lineage_boot boot;
	int64_t value;
	bool is_open;
};

static void print_total(struct totals *totals)
{
	if (!totals->is_open)
		return;
	fprintf(totals->stream, "kexec_lineage_%s", totals->family->name);
	print_label(totals->stream, "{", "boot", lineage_boot_name(totals->boot));
	print_label(totals->stream, ",", "previous_release", totals->previous);
	print_label(totals->stream, ",", "release", totals->release);
	fprintf(totals->stream, "} %" PRId64 "\n", totals->value);
	totals->is_open = false;
}

static int add_transition(const struct store_transition *transition, void *data)
{
	struct totals *totals = data;
	const char *previous = or_empty(transition->previous_release);
	const char *release = or_empty(transition->release);
	int64_t value;

	if (totals->is_open &&
	    (transition->boot != totals->boot || strcmp(previous, totals->previous) != 0 ||
	     strcmp(release, totals->release) != 0))
		print_total(totals);
	if (!totals->is_open) {
		snprintf(totals->previous, sizeof(totals->previous), "%s", previous);
		snprintf(totals->release, sizeof(totals->release), "%s", release);
		totals->boot = transition->boot;
		totals->value = 0;
		totals->is_open = true;
	}
	memcpy(&value, (const char *)transition + totals->family->offset, sizeof(value));
	totals->value += value;
	return 0;
}

static int print_transitions(FILE *stream, struct store *store)
{
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		struct totals totals = { .stream = stream, .family = &families[i] };
		int error;

		print_family(stream, families[i].name, families[i].help);
		error = store_list_transitions(store, false, add_transition, &totals);
		if (error)
			return error;
		print_total(&totals);
	}
	return 0;
}

static int add_lost(const struct store_crash_transition *crash, void *data)
{
	return strcmp(crash->signature, STORE_LOST_SIGNATURE) == 0
		       ? add_transition(&crash->at, data)
		       : 0;
}

static int print_lost_kexecs(FILE *stream, struct store *store)
{
	static const struct family family = {
		"lost_kexecs", "Kexecs whose kernel never showed a sign of life, by transition.",
		offsetof(struct store_transition, boots)
	};
	struct totals totals = { .stream = stream, .family = &family };
	int error;

	print_family(stream, family.name, family.help);
	error = store_list_crash_transitions(store, add_lost, &totals);
	if (!error)
		print_total(&totals);
	return error;
}

int lineage_host_metrics_write(const struct lineage_report *report, struct store *store,
			       FILE *stream)
{
	int error = 0;

	print_boot(stream, report);
	print_sources(stream, report);
	print_family(stream, "store_readable",
		     "Whether the history of this machine could be read.");
	fprintf(stream, "kexec_lineage_store_readable %d\n", store != NULL);
	if (store)
		error = print_transitions(stream, store);
	if (store && !error)
		error = print_lost_kexecs(stream, store);
	fputs("# EOF\n", stream);
	return error;
}
