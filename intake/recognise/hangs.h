/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last hangs of a boot. The kernel reports a hang again as long as it lasts: "stuck for 26s",
 * "52s", "78s".
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_HANGS_H
#define LINEAGE_INTAKE_RECOGNISE_HANGS_H

#include "intake/decode/record.h"

/* More than the ten hung tasks that the kernel reports by default (kernel/hung_task.c). */
#define INTAKE_HANGS 16

/**
 * struct intake_hang - a reported hang
 * @subject: hash of what hangs
 * @length: how long, in the unit of the report: seconds or ticks
 * @clock_us: time of the last report (intake_record_clock_us())
 * @is_reported: a crash was reported for it; a report that is part of the report of another hang
 *	does not count
 */
struct intake_hang {
	uint64_t subject;
	uint64_t length;
	uint64_t clock_us;
	bool is_reported;
};

/** What is known about the subject of a report of a hang. */
enum intake_hang_report {
	INTAKE_HANG_NEW,      /* the hang was not reported before */
	INTAKE_HANG_JOINED,   /* it was only reported together with another hang */
	INTAKE_HANG_REPEATED, /* it was reported as a crash */
};

/** struct intake_hangs - the last INTAKE_HANGS of @count hangs; all zero at the start of a boot */
struct intake_hangs {
	struct intake_hang last[INTAKE_HANGS];
	size_t count;
};

/**
 * intake_hangs_add() - add the header of a hang report
 *
 * It is the same hang as before if the same task or CPU hangs, and the hang began before the last
 * report, or so soon after it that the report itself may have restarted the measurement. If the log
 * has no times, the length of the same hang has increased.
 *
 * @ret: the hang, valid until the next call; NULL if the header names no hang
 */
enum intake_hang_report intake_hangs_add(struct intake_hangs *hangs,
					 const struct intake_record *record,
					 struct intake_hang **ret);

/**
 * intake_hangs_add_grace_period() - add a line with the grace period for which RCU waits
 * @ret: the stall, valid until the next call; untouched on failure
 *
 * RCU reports a stall again after three times the time. Only the number of the grace period, in a
 * line after the header, shows that it is the same stall (Linux kernel/rcu/tree_stall.h).
 *
 * Return: whether the line has a grace period.
 */
bool intake_hangs_add_grace_period(struct intake_hangs *hangs, struct intake_text line,
				   struct intake_hang **ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_HANGS_H */
