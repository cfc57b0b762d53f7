/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events of a log: boots and crashes. */
#ifndef LINEAGE_INTAKE_RECOGNISE_EVENT_H
#define LINEAGE_INTAKE_RECOGNISE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "kexec-lineage.h"
#include "core/stamp.h"
#include "lib/line_marks.h"
#include "title.h"

#define INTAKE_HOST_SIZE 129
#define INTAKE_BOOT_ID_SIZE 65
#define INTAKE_BUILD_SIZE 256
#define INTAKE_HARDWARE_SIZE 129
#define INTAKE_EFFECTS_MAX 8
#define INTAKE_MACHINE_ID_SIZE 33
#define INTAKE_SHORT_ID_SIZE 9

/** How a boot ended according to its log. If a log shows two ends, the larger value is used. */
enum intake_end {
	INTAKE_END_UNKNOWN,
	INTAKE_END_CLEAN, /* restart, halt or power off by the kernel */
	INTAKE_END_KEXEC, /* the kernel started another kernel */
	INTAKE_END_CRASH, /* panic */
	INTAKE_END_LOST,  /* started by a kexec, and never showed a sign of life */
};

/**
 * struct intake_boot - a boot found in a log, or a lost kexec (see @end), which has no line in the
 * log
 * @host: its host; empty if unknown
 * @boot_id: unique among the host's boots: from the log, or a digest of its first lines
 * @has_kernel_id: @boot_id is the kernel's own boot id
 * @short_id: first eight digits of the kernel's boot id, from a crash report; empty if unknown
 * @machine_id: machine id of the host; empty if unknown
 * @has_time: whether @time is known
 * @time: time of the first line that has one, in seconds since 1970 UTC
 * @has_start: whether @start is known
 * @start: when the kernel started, seconds since 1970 UTC
 * @has_wall_start: whether @wall_start is known
 * @wall_start: when the kernel started, in seconds by the clock of a log whose dates have no year
 *	or no zone; only differences of two such times are meaningful
 * @has_last_uptime: whether @last_uptime_us is known
 * @last_uptime_us: time of the last line, in microseconds since the kernel started
 * @has_last_seen: whether @last_seen is known
 * @last_seen: latest time of a line, seconds since 1970 UTC
 * @end: how the boot ended
 * @marks: hashes of some lines, which identify other logs of this boot (lib/line_marks.h)
 * @release: release of the kernel; empty if unknown
 * @build: uname -v; empty if unknown
 * @hardware: vendor and model, from the firmware; empty if unknown
 * @boot: how the kernel was started
 * @has_previous: whether a previous release is known
 * @previous_release: release of the kernel that started this one by kexec
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot; 0 if unknown
 * @chain: previous releases, newest first; valid as long as the boot
 * @chain_length: entries of @chain
 * @chain_is_complete: the chain names every kernel since the cold boot
 * @source: source of the lineage: "kho", "stamp", "log" (the module's lines), "inferred" (from the
 *	lines before the banner, or from missing lines); NULL if none
 * @stamp: value of the last stamp on the command line; empty if none
 * @has_failed_kexec: if this boot was about to start a kexec, the kexec failed: the log shows a
 *	restart, a panic or firmware instead
 * @lost_id: boot id that a lost kexec would have, if this boot shows that this kexec was not lost;
 *	empty without such a kexec
 */
struct intake_boot {
	char host[INTAKE_HOST_SIZE];
	char boot_id[INTAKE_BOOT_ID_SIZE];
	bool has_kernel_id;
	char short_id[INTAKE_SHORT_ID_SIZE];
	char machine_id[INTAKE_MACHINE_ID_SIZE];
	bool has_time;
	int64_t time;
	bool has_start;
	int64_t start;
	bool has_wall_start;
	int64_t wall_start;
	bool has_last_uptime;
	uint64_t last_uptime_us;
	bool has_last_seen;
	int64_t last_seen;
	enum intake_end end;
	struct lineage_marks marks;
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
	bool has_failed_kexec;
	char lost_id[INTAKE_BOOT_ID_SIZE];
};

/**
 * struct intake_crash - a crash found in a log
 * @boot: the boot that crashed
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the kernel started
 * @has_dated_uptime: whether @dated_uptime_us is known; only if the log has no printk times
 * @dated_uptime_us: the same, from the dates of the first line and of this one
 * @title: title, type, frames and signature
 * @effects: titles of later reports that this crash caused, such as a panic after an oops
 * @effect_count: entries of @effects
 * @excerpt: the lines of the report, each ended by a newline; NULL for a lost kexec, or if memory
 *	ran out; valid during the call
 * @is_cut: the report was longer than the limits
 * @offset: offset of its first line in the input
 */
struct intake_crash {
	const struct intake_boot *boot;
	bool has_time;
	int64_t time;
	bool has_uptime;
	uint64_t uptime_us;
	bool has_dated_uptime;
	uint64_t dated_uptime_us;
	struct intake_title title;
	char effects[INTAKE_EFFECTS_MAX][INTAKE_TITLE_SIZE];
	size_t effect_count;
	const char *excerpt;
	bool is_cut;
	uint64_t offset;
};

/**
 * struct intake_listener - receiver of events
 * @boot: receives each boot once, before its crashes
 * @crash: receives each crash
 * @seen: receives each boot once more after its last line, when its start, last uptime, last time,
 *   end and marks are complete; NULL if unused
 * @part: receives the facts of a boot if the log has neither its first lines nor a crash. The facts
 *	only complete other logs of the same boot. NULL if unused
 * @data: passed to all functions
 */
struct intake_listener {
	void (*boot)(void *data, const struct intake_boot *boot);
	void (*crash)(void *data, const struct intake_crash *crash);
	void (*seen)(void *data, const struct intake_boot *boot);
	void (*part)(void *data, const struct intake_boot *boot);
	void *data;
};

#endif /* LINEAGE_INTAKE_RECOGNISE_EVENT_H */
