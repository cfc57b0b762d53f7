/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events that a log shows: boots and crashes. */
#ifndef LINEAGE_INTAKE_RECOGNISE_EVENT_H
#define LINEAGE_INTAKE_RECOGNISE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "kexec-lineage.h"
#include "core/stamp.h"
#include "title.h"

#define INTAKE_HOST_SIZE 129
#define INTAKE_BOOT_ID_SIZE 65
#define INTAKE_BUILD_SIZE 256
#define INTAKE_HARDWARE_SIZE 129
#define INTAKE_EFFECTS_MAX 8

/**
 * struct intake_boot - a boot that a log told of
 * @host: whose; empty where not told
 * @boot_id: its own name among the host's boots: the log's, or made from what it says first
 * @has_time: whether @time is known
 * @time: of the first line that had a time, seconds since 1970 UTC
 * @release: of the kernel; empty where not told
 * @build: uname -v; empty where not told
 * @hardware: vendor and model, as the firmware tells; empty where not told
 * @boot: how it came up
 * @has_previous: whether a previous release is known
 * @previous_release: of the kernel that kexec'ed it
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot; 0 if unknown
 * @chain: releases before this one, newest first; lives as long as the boot
 * @chain_length: entries of @chain
 * @chain_is_complete: the chain names every kernel back to the cold boot
 * @source: what told the lineage: "kho", "stamp", "log" (the module's lines); NULL where nothing did
 * @stamp: value of the last stamp on the command line; empty where none
 */
struct intake_boot {
	char host[INTAKE_HOST_SIZE];
	char boot_id[INTAKE_BOOT_ID_SIZE];
	bool has_time;
	int64_t time;
	char release[LINEAGE_RELEASE_SIZE];
	char build[INTAKE_BUILD_SIZE];
	char hardware[INTAKE_HARDWARE_SIZE];
	enum lineage_boot boot;
	bool has_previous;
	char previous_release[LINEAGE_RELEASE_SIZE];
	bool has_count;
	uint32_t kexec_count;
	const struct lineage_entry *chain;
	size_t chain_length;
	bool chain_is_complete;
	const char *source;
	char stamp[LINEAGE_STAMP_MAX + 1];
};

/**
 * struct intake_crash - a crash that a log told of
 * @boot: which boot's
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the kernel started
 * @title: what it is called
 * @effects: titles of what followed from it: the panic after an oops
 * @effect_count: entries of @effects
 * @is_cut: its report was longer than what is kept
 * @offset: of its first line in the input
 */
struct intake_crash {
	const struct intake_boot *boot;
	bool has_time;
	int64_t time;
	bool has_uptime;
	uint64_t uptime_us;
	struct intake_title title;
	char effects[INTAKE_EFFECTS_MAX][INTAKE_TITLE_SIZE];
	size_t effect_count;
	bool is_cut;
	uint64_t offset;
};

/**
 * struct intake_listener - who is told
 * @boot: of each boot, once, in front of its crashes
 * @crash: of each crash
 * @data: handed to both
 */
struct intake_listener {
	void (*boot)(void *data, const struct intake_boot *boot);
	void (*crash)(void *data, const struct intake_crash *crash);
	void *data;
};

#endif /* LINEAGE_INTAKE_RECOGNISE_EVENT_H */
