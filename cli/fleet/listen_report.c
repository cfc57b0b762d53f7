// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "listen_events.h"
#include "listen_socket.h"

#define METRICS_MS 10000
#define MESSAGE_MS 60000
#define DROPS 6

/* A reason for which datagrams are dropped. @text follows a number in a message. */
struct drop {
	const char *reason;
	const char *text;
	uint64_t count;
};

static void list_drops(const struct listen_totals *totals, struct drop ret[DROPS])
{
	const struct intake_receiver_counts *counts = totals->counts;

	ret[0] = (struct drop){ "kernel", "by the kernel (receive buffer full)",
				totals->drops->kernel };
	ret[1] = (struct drop){ "queue", "because the queue was full", totals->drops->queue };
	ret[2] = (struct drop){ "unknown", "from unknown senders", counts->unknown };
	ret[3] = (struct drop){ "long", "too long", totals->drops->long_ones };
	ret[4] = (struct drop){ "empty", "empty", counts->empty };
	ret[5] = (struct drop){ "memory", "because memory was short", counts->failed };
}

static uint64_t sum(const struct drop drops[DROPS])
{
	uint64_t total = 0;

	for (size_t i = 0; i < DROPS; i++)
		total += drops[i].count;
	return total;
}

static void print_message(const struct listen_totals *totals, const struct drop drops[DROPS])
{
	const struct intake_receiver_counts *counts = totals->counts;
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return;
	fprintf(stream,
		"%" PRIu64 " datagrams, %" PRIu64 " senders, %" PRIu64 " boots, %" PRIu64
		" crashes; dropped datagrams: %" PRIu64,
		counts->datagrams, counts->senders + counts->evicted, totals->events->boots,
		totals->events->crashes, sum(drops));
	for (size_t i = 0; i < DROPS; i++)
		if (drops[i].count > 0)
			fprintf(stream, ", %" PRIu64 " %s", drops[i].count, drops[i].text);
	if (counts->faults[INTAKE_FAULT_LOST] > 0)
		fprintf(stream, "; gaps in sequence numbers: %" PRIu64,
			counts->faults[INTAKE_FAULT_LOST]);
	if (counts->faults[INTAKE_FAULT_FRAGMENT] > 0)
		fprintf(stream, "; incomplete messages: %" PRIu64,
			counts->faults[INTAKE_FAULT_FRAGMENT]);
	if (counts->evicted > 0)
		fprintf(stream, "; senders dropped because there were too many: %" PRIu64,
			counts->evicted);
	if (fclose(stream) == 0)
		complain("listen: %s", text);
}

static void add_header(FILE *stream, const char *name, const char *type, const char *help)
{
	fprintf(stream,
		"# HELP kexec_lineage_listen_%s %s\n"
		"# TYPE kexec_lineage_listen_%s %s\n",
		name, help, name, type);
}

static void add_metric(FILE *stream, const char *name, const char *type, const char *help,
		       uint64_t value)
{
	add_header(stream, name, type, help);
	fprintf(stream, "kexec_lineage_listen_%s %" PRIu64 "\n", name, value);
}

static void add_faults(FILE *stream, const struct intake_receiver_counts *counts)
{
	static const struct {
		const char *reason;
		enum intake_fault fault;
	} faults[] = {
		{ "gap", INTAKE_FAULT_LOST },
		{ "fragment", INTAKE_FAULT_FRAGMENT },
		{ "repeated", INTAKE_FAULT_BACKWARDS },
		{ "field", INTAKE_FAULT_FIELD },
		{ "escape", INTAKE_FAULT_ESCAPE },
		{ "long_line", INTAKE_FAULT_LONG_LINE },
		{ "too_many_crashes", INTAKE_FAULT_TOO_MANY_CRASHES },
	};

	add_header(stream, "faults_total", "counter", "faults in datagrams that were decoded");
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		fprintf(stream, "kexec_lineage_listen_faults_total{reason=\"%s\"} %" PRIu64 "\n",
			faults[i].reason, counts->faults[faults[i].fault]);
}

static void add_metrics(FILE *stream, const struct listen_report *report,
			const struct listen_totals *totals, const struct drop drops[DROPS])
{
	const struct intake_receiver_counts *counts = totals->counts;

	add_metric(stream, "start_time_seconds", "gauge", "when the program started",
		   (uint64_t)report->start);
	add_metric(stream, "datagrams_total", "counter", "datagrams that were decoded",
		   counts->datagrams);
	add_metric(stream, "bytes_total", "counter", "their size", counts->bytes);
	add_metric(stream, "records_total", "counter", "lines of kernels", counts->records);
	add_header(stream, "dropped_datagrams_total", "counter",
		   "datagrams that were not decoded, by reason");
	for (size_t i = 0; i < DROPS; i++)
		fprintf(stream,
			"kexec_lineage_listen_dropped_datagrams_total{reason=\"%s\"} %" PRIu64 "\n",
			drops[i].reason, drops[i].count);
	add_faults(stream, counts);
	add_metric(stream, "senders", "gauge", "senders that have a state", counts->senders);
	add_metric(stream, "evicted_senders_total", "counter",
		   "senders whose state was dropped because there were too many", counts->evicted);
	add_metric(stream, "boots_total", "counter", "boots found", totals->events->boots);
	add_metric(stream, "lost_events_total", "counter",
		   "boots and crashes that were not stored because the store did not work",
		   totals->events->lost);
	add_metric(stream, "crashes_total", "counter", "crashes found", totals->events->crashes);
}

static void write_metrics(struct listen_report *report, const struct listen_totals *totals,
			  const struct drop drops[DROPS])
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int error;

	if (!stream)
		return;
	add_metrics(stream, report, totals, drops);
	error = fclose(stream) == 0 ? lineage_file_replace(report->path, text, size) : -ENOMEM;
	if (!error)
		return;
	complain("listen: cannot write %s: %s; metrics are no longer written", report->path,
		 strerror(-error));
	report->path = NULL;
}

void listen_report(struct listen_report *report, const struct listen_totals *totals,
		   uint64_t now_ms, bool is_last)
{
	struct drop drops[DROPS];

	if (now_ms < report->next_ms && !is_last)
		return;
	report->next_ms = now_ms + METRICS_MS;
	list_drops(totals, drops);
	if (report->path)
		write_metrics(report, totals, drops);
	if (is_last || (sum(drops) > report->dropped && now_ms >= report->next_message_ms)) {
		report->next_message_ms = now_ms + MESSAGE_MS;
		report->dropped = sum(drops);
		print_message(totals, drops);
	}
}
