// SPDX-License-Identifier: GPL-2.0-or-later
#include "lifetime.h"

#include "intake/decode/text.h"
#include "intake/decode/time_text.h"
#include "lib/first_lines.h"

#define CRASH_LINES 4

/* Time in which a crash report is printed. */
#define CRASH_REPORT_US 1000000

/*
 * If a newly computed start is this much later than the known start, the clock was set or the
 * machine was suspended.
 */
#define CLOCK_STEP_S 60

/* A date without a year is read as a date in 1972, a leap year (intake/decode/time_text.c). */
#define DAY_US (24ULL * 3600 * 1000000)
#define FIRST_DAY ((INTAKE_LEAP_YEAR - 1970) * 365ULL)
#define LEAP_DAY (FIRST_DAY + 31 + 28)

bool intake_lifetime_is_kernels(const struct intake_record *record)
{
	return !record->is_from_user &&
	       !lineage_line_is_of_program(record->text.at, record->text.length);
}

static bool find_mark(const struct intake_record *record, uint32_t *ret)
{
	return record->has_uptime &&
	       lineage_mark_of_line(record->uptime_us, record->text.at, record->text.length, ret);
}

static void learn_mark(struct intake_lifetime *lifetime, struct intake_boot *boot,
		       const struct intake_record *record, bool is_early)
{
	uint32_t mark;

	if (!find_mark(record, &mark))
		return;
	if (is_early)
		lineage_marks_add(&boot->marks, LINEAGE_MARK_EARLY, mark);
	if (record->uptime_us >= lifetime->sampled_from_us)
		lineage_samples_add(&lifetime->samples, mark);
	if (lifetime->crash_lines_left > 0) {
		lifetime->crash_lines_left--;
		lineage_marks_add(&boot->marks, LINEAGE_MARK_CRASH, mark);
	}
}

/*
 * Compute the start: time of day minus uptime. Delivery can only delay a line, so the earliest
 * result is the best. If a result is later by more than CLOCK_STEP_S, the clock was set: use this
 * result.
 */
static void learn_start(struct intake_boot *boot, const struct intake_record *record)
{
	int64_t start = record->time - (int64_t)(record->uptime_us / 1000000);

	if (!boot->has_start || start < boot->start || start > boot->start + CLOCK_STEP_S)
		boot->start = start;
	boot->has_start = true;
}

/* As learn_start(), for a clock without a year or zone. */
static void learn_wall_start(struct intake_boot *boot, const struct intake_record *record)
{
	int64_t start =
		(int64_t)(record->wall_us / 1000000) - (int64_t)(record->uptime_us / 1000000);

	if (!boot->has_wall_start || start < boot->wall_start ||
	    start > boot->wall_start + CLOCK_STEP_S)
		boot->wall_start = start;
	boot->has_wall_start = true;
}

/* Note the first and the last date without a year of the kernel's lines. */
static void learn_dates(struct intake_lifetime *lifetime, const struct intake_record *record)
{
	lifetime->has_uptimes |= record->has_uptime;
	if (record->has_time || record->wall_us == 0)
		return;
	if (lifetime->first_wall_us == 0)
		lifetime->first_wall_us = record->wall_us;
	lifetime->last_wall_us = record->wall_us;
}

static void learn_times(struct intake_boot *boot, const struct intake_record *record)
{
	if (record->has_time && (!boot->has_last_seen || record->time > boot->last_seen)) {
		boot->has_last_seen = true;
		boot->last_seen = record->time;
	}
	if (record->has_uptime &&
	    (!boot->has_last_uptime || record->uptime_us > boot->last_uptime_us)) {
		boot->has_last_uptime = true;
		boot->last_uptime_us = record->uptime_us;
	}
	if (record->has_time && record->has_uptime)
		learn_start(boot, record);
	else if (record->wall_us > 0 && record->has_uptime)
		learn_wall_start(boot, record);
}

/*
 * Match the last messages of a kernel (Linux kernel/reboot.c, kernel/kexec_core.c) and of
 * systemd-shutdown on the console.
 */
static enum intake_end end_of_line(struct intake_text line)
{
	static const struct {
		const char *text;
		enum intake_end end;
	} words[] = {
		{ "reboot: Restarting system", INTAKE_END_CLEAN },
		{ "reboot: Power down", INTAKE_END_CLEAN },
		{ "reboot: System halted", INTAKE_END_CLEAN },
		{ "reboot: machine restart", INTAKE_END_CLEAN },
		{ "Restarting system", INTAKE_END_CLEAN },
		{ "kexec_core: Starting new kernel", INTAKE_END_KEXEC },
		{ "kexec: Starting new kernel", INTAKE_END_KEXEC },
		{ "Starting new kernel", INTAKE_END_KEXEC },
		{ "kexec_lineage: kexec to ", INTAKE_END_KEXEC },
		{ "systemd-shutdown[1]: Rebooting with kexec.", INTAKE_END_KEXEC },
		{ "systemd-shutdown[1]: Rebooting.", INTAKE_END_CLEAN },
		{ "systemd-shutdown[1]: Powering off.", INTAKE_END_CLEAN },
		{ "systemd-shutdown[1]: Halting system.", INTAKE_END_CLEAN },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (intake_text_starts(line, words[i].text))
			return words[i].end;
	return INTAKE_END_UNKNOWN;
}

/* Return whether a kexec was announced that the kernel has not started. */
static bool has_announced_kexec(const struct intake_lifetime *lifetime,
				const struct intake_boot *boot)
{
	return boot->end == INTAKE_END_KEXEC && !lifetime->has_started;
}

/*
 * An announced kexec may have failed. Unless the kernel itself reported that it starts the next
 * kernel, a later restart replaces the kexec as the end of the boot.
 */
static void learn_end(struct intake_lifetime *lifetime, struct intake_boot *boot,
		      struct intake_text line)
{
	enum intake_end end = end_of_line(line);

	if (end == INTAKE_END_KEXEC && intake_text_has(line, "Starting new kernel"))
		lifetime->has_started = true;
	if (end == INTAKE_END_CLEAN && has_announced_kexec(lifetime, boot)) {
		boot->has_failed_kexec = true;
		boot->end = end;
	}
	if (end > boot->end)
		boot->end = end;
}

void intake_lifetime_learn(struct intake_lifetime *lifetime, struct intake_boot *boot,
			   const struct intake_record *record, bool is_early)
{
	learn_times(boot, record);
	learn_end(lifetime, boot, record->text);
	if (!intake_lifetime_is_kernels(record))
		return;
	learn_dates(lifetime, record);
	learn_mark(lifetime, boot, record, is_early);
}

void intake_lifetime_learn_crash(struct intake_lifetime *lifetime, struct intake_boot *boot,
				 const struct intake_record *header, bool is_panic)
{
	uint32_t mark;

	lifetime->crash_lines_left = CRASH_LINES;
	if (header->has_uptime)
		lifetime->sampled_from_us = header->uptime_us + CRASH_REPORT_US;
	if (find_mark(header, &mark))
		lineage_marks_add(&boot->marks, LINEAGE_MARK_CRASH, mark);
	if (is_panic) {
		boot->has_failed_kexec |= has_announced_kexec(lifetime, boot);
		boot->end = INTAKE_END_CRASH;
	}
}

bool intake_lifetime_dated_uptime(const struct intake_lifetime *lifetime,
				  const struct intake_boot *boot,
				  const struct intake_record *record, uint64_t *ret)
{
	uint64_t first_us =
		record->has_time ? (uint64_t)boot->time * 1000000 : lifetime->first_wall_us;
	uint64_t now_us = record->has_time ? (uint64_t)record->time * 1000000 : record->wall_us;

	if (lifetime->has_uptimes || (record->has_time && !boot->has_time) || first_us == 0 ||
	    now_us < first_us)
		return false;
	*ret = now_us - first_us;
	return true;
}

/* Return whether the time between two dates without a year depends on the year. */
static bool has_leap_day(uint64_t first_us, uint64_t last_us)
{
	return first_us / DAY_US <= LEAP_DAY && last_us / DAY_US > LEAP_DAY;
}

/*
 * If the log of a whole boot has dates without a year and no printk times, its first date is the
 * start, within some seconds, and its last date shows how long it ran. On 1 January, the clock may
 * not have been set.
 */
static void learn_from_dates(const struct intake_lifetime *lifetime, struct intake_boot *boot)
{
	uint64_t first_us = lifetime->first_wall_us, last_us = lifetime->last_wall_us;

	if (lifetime->has_uptimes || boot->has_start || first_us < (FIRST_DAY + 1) * DAY_US)
		return;
	boot->has_wall_start = true;
	boot->wall_start = (int64_t)(first_us / 1000000);
	boot->has_last_uptime = last_us >= first_us && !has_leap_day(first_us, last_us);
	boot->last_uptime_us = boot->has_last_uptime ? last_us - first_us : 0;
}

void intake_lifetime_finish(const struct intake_lifetime *lifetime, bool is_whole,
			    struct intake_boot *boot)
{
	if (is_whole)
		learn_from_dates(lifetime, boot);
	lineage_samples_finish(&lifetime->samples, &boot->marks);
}
