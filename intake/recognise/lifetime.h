/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collection of facts about the lifetime of a boot from its lines: its start, the last time it is
 * known to have run, its end, and its line marks.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_LIFETIME_H
#define LINEAGE_INTAKE_RECOGNISE_LIFETIME_H

#include "event.h"
#include "intake/decode/record.h"

/**
 * struct intake_lifetime - data that is needed until the end of the boot's log
 * @samples: marks of the last sampled lines
 * @sampled_from_us: uptime at which sampling resumes after a crash report. The lines of a report
 *	are not sampled: they would replace all earlier samples, and another log of the boot may end
 *	before the report
 * @crash_lines_left: number of lines of a crash report that remain to be marked
 * @has_started: the kernel reported that it starts another kernel
 * @has_uptimes: a line of the kernel has a printk time
 * @first_wall_us, @last_wall_us: the first and the last date without a year, as in struct
 *	intake_record; 0 if unknown
 */
struct intake_lifetime {
	struct lineage_samples samples;
	uint64_t sampled_from_us;
	unsigned int crash_lines_left;
	bool has_started;
	bool has_uptimes;
	uint64_t first_wall_us;
	uint64_t last_wall_us;
};

/**
 * intake_lifetime_is_kernels() - whether a line was written by the kernel, not by a program
 *
 * Only lines of the kernel are equal in all logs of a boot. A console does not show who wrote a
 * line, so a line with the prefix of a program ("systemd[1]: ") counts as a line of the program.
 */
bool intake_lifetime_is_kernels(const struct intake_record *record);

/**
 * intake_lifetime_learn() - evaluate one line; updates @boot except for its sampled marks
 *
 * @is_early: the line is one of the first lines of the boot
 */
void intake_lifetime_learn(struct intake_lifetime *lifetime, struct intake_boot *boot,
			   const struct intake_record *record, bool is_early);

/**
 * intake_lifetime_learn_crash() - begin a crash report
 * @header: its first line
 * @is_panic: the crash ends the boot
 */
void intake_lifetime_learn_crash(struct intake_lifetime *lifetime, struct intake_boot *boot,
				 const struct intake_record *header, bool is_panic);

/**
 * intake_lifetime_dated_uptime() - compute the uptime at a line from its date
 * @ret: microseconds since the first line of the boot; untouched on failure
 *
 * Return: false if the lines of the kernel have printk times, or if a date is unknown.
 */
bool intake_lifetime_dated_uptime(const struct intake_lifetime *lifetime,
				  const struct intake_boot *boot,
				  const struct intake_record *record, uint64_t *ret);

/**
 * intake_lifetime_finish() - complete the marks of @boot, and its times if the log has no printk
 * times
 * @is_whole: the log begins with the boot
 */
void intake_lifetime_finish(const struct intake_lifetime *lifetime, bool is_whole,
			    struct intake_boot *boot);

#endif /* LINEAGE_INTAKE_RECOGNISE_LIFETIME_H */
