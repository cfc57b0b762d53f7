/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detection of how a kernel was started: by the previous kernel, by firmware, or after a kexec that
 * was lost. The lines before the kernel's banner show this.
 *
 * Life cycle, per host: a kernel reports that it starts another kernel. Lines of firmware or of a
 * restart may follow, and then the banner of the next kernel. Lines that contradict this, for
 * example lines of another running kernel, end the observation without a conclusion. The
 * conclusions are:
 *
 *	start of a kexec, banner		kexec
 *	start of a kexec, firmware, banner	a lost kexec, and a cold boot
 *	start of a kexec, erased screen, banner	unknown
 *	restart or firmware, banner		cold boot
 *	start of a capture kernel, banner	capture kernel
 *
 * The result is used only if the new kernel's own lines do not show its lineage.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_HANDOVER_H
#define LINEAGE_INTAKE_RECOGNISE_HANDOVER_H

#include "event.h"
#include "intake/decode/record.h"

/**
 * After this time, a kernel without a console may have run unseen. A banner is then not attributed
 * to the started kernel, and a line of firmware does not show that the kexec was lost. Hardware
 * watchdogs reset a machine after at most a few minutes.
 */
#define INTAKE_HANDOVER_S (30 * 60)

/**
 * After the start of a kexec, no line may be skipped within this number of bytes. Firmware prints
 * less.
 */
#define INTAKE_HANDOVER_BYTES (1U << 20)

/** What a kernel started. */
enum intake_start {
	INTAKE_START_NONE,
	INTAKE_START_KEXEC,
	INTAKE_START_CAPTURE,
};

/**
 * struct intake_handover - the lines since a kernel began to hand over to the next one
 * @start: what the kernel started
 * @is_reported: the module reported the start
 * @is_confirmed: the kernel itself reported it, after it had shut down its devices
 * @has_release: whether @release is known
 * @release: release of the kernel that is started, from the module's line
 * @has_count: whether @count is known
 * @count: kexec count of that kernel, from the module's line
 * @uptime_us: uptime of the line that reports the start; 0 if unknown
 * @has_time: whether @time is known
 * @time: time of that line, seconds since 1970 UTC
 * @wall_us: time of that line by another clock (struct intake_record); 0 if unknown
 * @offset: offset of that line in the input
 * @has_restart: the kernel restarted or halted the machine
 * @has_firmware: firmware or a boot loader printed a line
 * @began: offset of the first line of a restart or of firmware
 * @is_alive: a line shows that the started kernel ran, or that the old kernel did not start it
 * @has_early: a kernel printed a line before its banner
 * @has_other: a line of unknown origin follows the start
 * @is_erased: the screen was erased after the start, as firmware does before it draws its own
 *	screen. Neither kernel does this, but some kexecs run code of the firmware
 * @has_panicked: a kernel panicked since the last banner
 * @is_foreign: since the last banner, a kernel whose banner is not in the log may have started. The
 *	lines that follow may be from that kernel.
 */
struct intake_handover {
	enum intake_start start;
	bool is_reported;
	bool is_confirmed;
	bool has_release;
	char release[LINEAGE_RELEASE_SIZE];
	bool has_count;
	uint32_t count;
	uint64_t uptime_us;
	bool has_time;
	int64_t time;
	uint64_t wall_us;
	uint64_t offset;
	bool has_restart;
	bool has_firmware;
	uint64_t began;
	bool is_alive;
	bool has_early;
	bool has_other;
	bool is_erased;
	bool has_panicked;
	bool is_foreign;
};

/**
 * struct intake_origin - the conclusion about the next boot
 * @boot: how the kernel was started; unknown if nothing is concluded
 * @next: the boot that the previous boot of the host started by kexec; NULL if it started none. If
 *	@boot is kexec, the next boot has the lineage of @next. Otherwise @next may be a lost kexec
 *	(@is_lost)
 * @chain: storage for the chain of @next, or NULL
 * @offset: offset of the line that reports the start of @next
 * @is_lost: @next is a lost kexec, provided that the next boot is a cold boot
 * @has_kho: the previous kernel of the host hands over data by Kexec HandOver at each kexec
 */
struct intake_origin {
	enum lineage_boot boot;
	struct intake_boot *next;
	struct lineage_entry *chain;
	uint64_t offset;
	bool is_lost;
	bool has_kho;
};

/**
 * intake_handover_learn() - evaluate one line that is not the banner of a kernel
 * @is_timed: lines of the host's kernel have times, so a line without a time is not from the kernel
 */
void intake_handover_learn(struct intake_handover *handover, const struct intake_record *record,
			   bool is_timed);

/** intake_is_restart() - whether a kernel restarts or halts the machine after a line */
bool intake_is_restart(struct intake_text line);

/**
 * intake_handover_doubt() - note a line that may belong to this host or to another one
 *
 * In a log of several machines, a line of firmware may lack the prefix that names its machine.
 */
void intake_handover_doubt(struct intake_handover *handover, const struct intake_record *record);

/** intake_handover_is_open() - whether the lines so far show that another kernel starts now */
bool intake_handover_is_open(const struct intake_handover *handover);

/** intake_handover_needs_all() - whether no line may be skipped at this offset of the input */
bool intake_handover_needs_all(const struct intake_handover *handover, uint64_t offset);

/**
 * intake_handover_conclude() - draw the conclusion at the first line of the next boot
 * @before: the previous boot, complete
 * @record: the first line of the next boot
 * @infer: also report a lost kexec that the module did not report
 * @ret: the conclusion; initialised with zeros. The caller deinitialises it.
 */
void intake_handover_conclude(const struct intake_handover *handover,
			      const struct intake_boot *before, const struct intake_record *record,
			      bool infer, struct intake_origin *ret);

/** intake_origin_deinit() - free the members; a zeroed structure is allowed */
void intake_origin_deinit(struct intake_origin *origin);

/** intake_origin_crash() - make the crash of a lost kexec */
void intake_origin_crash(const struct intake_origin *origin, struct intake_crash *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_HANDOVER_H */
