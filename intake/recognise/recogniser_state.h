/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a recogniser, for the files that share it: recognise.c processes records, boots.c
 * keeps hosts and their boots, emit.c reports boots and crashes.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H
#define LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H

#include "boot_facts.h"
#include "hangs.h"
#include "intake/decode/host_table.h"
#include "open_crash.h"

/**
 * struct intake_host_state - the current boot of one host
 * @entry: entry in the table of hosts
 * @facts: facts about the boot
 * @handover: the lines since the boot's kernel began to hand over to the next kernel
 * @is_announced: the boot was reported to the listener
 * @is_timed: kernel lines have times, so a line without a time is not from the kernel
 * @name_length: length of the host in the entry's name; the boot id may follow
 * @has_lines: at least one line of this boot was seen
 * @is_learning: the first lines of the boot are still being read
 * @is_handing_over: the boot has started a kexec, so none of the following lines may be skipped
 * @went_back: the time of the last line was earlier than the time of the line before it
 * @offset: start of the boot in the input
 * @uptime_us: uptime of the last line seen
 * @clock_us: time of the last line seen (intake_record_clock_us())
 * @sequence: sequence number of the last record that has one
 * @crash_count: number of reports begun
 * @hangs: the hangs that were reported last
 * @waiting: crashes that wait for the boot's lineage or for earlier crashes; the oldest first
 * @crashes: open crashes, the newest first
 * @busy: number of open crashes that need every line
 */
struct intake_host_state {
	struct intake_host entry;
	struct intake_boot_facts facts;
	struct intake_handover handover;
	bool is_announced;
	bool is_timed;
	size_t name_length;
	bool has_lines;
	bool is_learning;
	bool is_handing_over;
	bool went_back;
	uint64_t offset;
	uint64_t uptime_us;
	uint64_t clock_us;
	uint64_t sequence;
	uint64_t crash_count;
	struct intake_hangs hangs;
	struct intake_open_crash *waiting;
	struct intake_open_crash *crashes;
	size_t busy;
};

/**
 * struct intake_recogniser - the state of a recogniser
 * @hosts_max: maximum number of hosts
 * @open_max: maximum number of open crashes of all hosts
 * @open_count: number of open crashes of all hosts
 * @waiting_count: number of crashes of all hosts that wait for a lineage
 * @busy: number of open crashes that need every line
 * @learning: number of hosts whose first lines are still being read
 * @handing_over: number of hosts that have started a kexec
 * @kho_builds: kernels that enable Kexec HandOver without a parameter
 * @infers_nothing: do not infer lineages
 * @is_live: report crashes early (intake_recogniser_go_live())
 */
struct intake_recogniser {
	const struct intake_listener *listener;
	const struct intake_sink *sink;
	struct intake_host_table hosts;
	size_t hosts_max;
	size_t open_max;
	size_t open_count;
	size_t waiting_count;
	size_t busy;
	size_t learning;
	size_t handing_over;
	struct intake_kho_builds kho_builds;
	bool infers_nothing;
	bool is_live;
	struct intake_text default_host;
	char name[INTAKE_HOST_SIZE];
};

#endif /* LINEAGE_INTAKE_RECOGNISE_RECOGNISER_STATE_H */
