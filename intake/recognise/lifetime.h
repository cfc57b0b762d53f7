/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the lines of a boot show about its lifetime: its start, the last sign of life, its end, and
 * its line marks.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_LIFETIME_H
#define LINEAGE_INTAKE_RECOGNISE_LIFETIME_H

#include "event.h"
#include "intake/decode/record.h"

/**
 * struct intake_lifetime - what is collected until the boot's log ends
 * @sampled: marks of the last sampled lines; @sampled_count of them in all, the next one replaces
 *   the oldest
 * @sampled_from_us: uptime from which lines are sampled: a crash report would take all the samples,
 *   and a log that lost its last lines lacks it
 * @crash_lines_left: so many lines of a crash report are still to be marked
 */
struct intake_lifetime {
	uint32_t sampled[LINEAGE_SAMPLED_MARKS_MAX];
	size_t sampled_count;
	uint64_t sampled_from_us;
	unsigned int crash_lines_left;
};

/**
 * intake_lifetime_is_kernels() - did the kernel write the line, or a program into the kernel's log?
 *
 * A console does not show who wrote a line, so a line that begins like those of programs
 * ("systemd[1]: ") is not the kernel's. Only such lines are the same in all logs of a boot.
 */
bool intake_lifetime_is_kernels(const struct intake_record *record);

/**
 * intake_lifetime_learn() - one more line of the boot; updates @boot except for its sampled marks
 *
 * @is_early: the line is one of the first lines of the boot
 */
void intake_lifetime_learn(struct intake_lifetime *lifetime, struct intake_boot *boot,
			   const struct intake_record *record, bool is_early);

/**
 * intake_lifetime_learn_crash() - @header begins a crash report; @is_panic: one that ends the boot
 */
void intake_lifetime_learn_crash(struct intake_lifetime *lifetime, struct intake_boot *boot,
				 const struct intake_record *header, bool is_panic);

/** intake_lifetime_finish() - complete the marks of @boot */
void intake_lifetime_finish(const struct intake_lifetime *lifetime, struct intake_boot *boot);

#endif /* LINEAGE_INTAKE_RECOGNISE_LIFETIME_H */
