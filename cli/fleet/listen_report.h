/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of `listen`, as a message and as a file of metrics. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_REPORT_H
#define LINEAGE_CLI_FLEET_LISTEN_REPORT_H

#include "intake/receive/receiver.h"

struct listen_drops;
struct listen_events;

/**
 * struct listen_report - when and where to report
 * @path: file of metrics; NULL for none
 * @start: when the program started, seconds since 1970 UTC
 * @next_ms: when the next report is due
 * @next_message_ms: when the next message is due, if datagrams were dropped
 * @dropped: number of dropped datagrams in the last message
 */
struct listen_report {
	const char *path;
	int64_t start;
	uint64_t next_ms;
	uint64_t next_message_ms;
	uint64_t dropped;
};

/** struct listen_totals - where the counters are */
struct listen_totals {
	const struct intake_receiver_counts *counts;
	const struct listen_drops *drops;
	const struct listen_events *events;
};

/*
 * Write the metrics every ten seconds. Print a message if datagrams were dropped, at most once a
 * minute, and at the end.
 */
void listen_report(struct listen_report *report, const struct listen_totals *totals,
		   uint64_t now_ms, bool is_last);

#endif /* LINEAGE_CLI_FLEET_LISTEN_REPORT_H */
