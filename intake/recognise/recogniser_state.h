/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a recogniser, for the files that share it: recognise.c takes records, hosts.c keeps hosts and their
 * boots, emit.c hands out boots and crashes.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H
#define LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H

#include "boot_facts.h"
#include "intake/decode/host_table.h"
#include "open_crash.h"

/**
 * struct intake_host_state - what is known of one host's present boot
 * @entry: in the table
 * @facts: of the boot
 * @is_announced: the listener was told of the boot
 * @is_timed: its lines have times: one without is not the kernel's
 * @name_length: of the host in the entry's name, behind which the boot's may be
 * @has_lines: any of this boot were seen
 * @is_learning: its first lines are still read
 * @went_back: the time of its last line was earlier than that of the line before
 * @offset: where in the input the boot began
 * @uptime_us: of its last line that was seen
 * @clock_us: when that was (intake_record_clock_us())
 * @crash_count: how many reports have begun
 * @waiting: crashes that wait for the boot's lineage, or for older ones; the oldest first
 * @crashes: open ones, the newest first
 * @busy: how many of them need to see every line
 */
struct intake_host_state {
	struct intake_host entry;
	struct intake_boot_facts facts;
	bool is_announced;
	bool is_timed;
	size_t name_length;
	bool has_lines;
	bool is_learning;
	bool went_back;
	uint64_t offset;
	uint64_t uptime_us;
	uint64_t clock_us;
	uint64_t crash_count;
	struct intake_open_crash *waiting;
	struct intake_open_crash *crashes;
	size_t busy;
};

/**
 * struct intake_recogniser
 * @open_count: crashes of all hosts
 * @waiting_count: crashes of all hosts that wait for a lineage
 * @busy: of those, how many need to see every line
 * @learning: hosts whose first lines are still looked at
 */
struct intake_recogniser {
	const struct intake_listener *listener;
	const struct intake_sink *sink;
	struct intake_host_table hosts;
	size_t open_count;
	size_t waiting_count;
	size_t busy;
	size_t learning;
	struct intake_text default_host;
	char name[INTAKE_HOST_SIZE];
};

#endif /* LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H */
