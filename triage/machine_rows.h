/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of one comparison that take into account which machine each boot was on.
 *
 * docs/appendix/statistics.md has the formulas and their sources.
 */
#ifndef LINEAGE_TRIAGE_MACHINE_ROWS_H
#define LINEAGE_TRIAGE_MACHINE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables.h"

/**
 * struct triage_machine_row - boots of one machine in one stratum and on one day
 * @machine: number of the machine
 * @hardware: number of the label
 * @strata: two numbers; only boots that have both in common are compared. The first is the label,
 *	or the pair of release and label if the boots of several releases are compared.
 * @day: days since 1970, or TRIAGE_NO_DAY
 * @is_in_group: the boots belong to the group that is compared with all others
 * @is_dropped: ignore the row
 * @boots: number of boots
 * @crashes: number of these boots that had the crash
 * @quiet: number of boots without the crash; unlike @boots, never a number of units of time
 * @measured, @length_s, @timed_crashes, @uptime_s: as in struct store_host_day
 * @counted: used by triage_machine_rows_once()
 * @group_share, @rate: used by triage_machine_rows_once() and triage_machine_rows_robust()
 */
struct triage_machine_row {
	uint32_t machine;
	uint32_t hardware;
	uint64_t strata[2];
	int64_t day;
	bool is_in_group;
	bool is_dropped;
	uint64_t boots;
	uint64_t crashes;
	uint64_t quiet;
	uint64_t measured;
	uint64_t length_s;
	uint64_t timed_crashes;
	uint64_t uptime_s;
	uint64_t counted;
	double group_share;
	double rate;
};
#define TRIAGE_NO_DAY INT64_MIN

/** How rows are divided into strata in addition to @strata. */
enum triage_machine_rows_by {
	TRIAGE_ROWS_PLAIN,
	TRIAGE_ROWS_BY_WEEK,
	TRIAGE_ROWS_BY_DAY,
	TRIAGE_ROWS_BY_MACHINE, /* by machine only; @strata is ignored */
};

/**
 * triage_machine_rows_fisher() - exact test of the group against all other boots within strata
 * @rows: array of @count rows; sorted by machine for TRIAGE_ROWS_BY_MACHINE, else unchanged
 * @ret: two-sided p-value if the group crashed more than expected, else 1; NAN if no stratum is
 *	informative
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_rows_fisher(struct triage_machine_row *rows, size_t count,
			       enum triage_machine_rows_by by, double *ret);

/**
 * triage_machine_rows_ratio() - risk ratio of the group against all other boots within strata
 * (Mantel-Haenszel)
 * @rows: as for triage_machine_rows_fisher()
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_rows_ratio(struct triage_machine_row *rows, size_t count,
			      enum triage_machine_rows_by by, struct triage_interval *ret);

/**
 * triage_machine_rows_none_p() - probability that the group has no crash
 * @rows: array of @count rows; unchanged
 * @ratio: how many times as often boots of the group crash in each stratum
 * @ret: the probability, given all crashes of each stratum (crashes are rare)
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_rows_none_p(struct triage_machine_row *rows, size_t count, double ratio,
			       double *ret);

/**
 * triage_machine_rows_has_repeated() - whether a machine crashed more than once; the rows are
 * sorted by machine
 */
bool triage_machine_rows_has_repeated(struct triage_machine_row *rows, size_t count);

/**
 * triage_machine_rows_once() - exact test of the group against all other boots within strata, with
 * at most one crash of each machine
 * @rows: array of @count rows, which are sorted anew
 * @ret: two-sided p-value if the group crashed more than expected, else 1; NAN if no stratum is
 *	informative
 *
 * Of the crashes of a machine, only the one that supports the finding least is counted: a crash
 * outside of the group if the machine has one, and among these the one in the stratum with the
 * largest share of the group. If several strata have this share, the one with the smallest numbers
 * is taken, so the result does not depend on the order of the rows. The other boots that crashed
 * are left out, so the test is valid even if the crashes of one machine depend on each other. If no
 * machine crashed twice, the test is that of triage_machine_rows_fisher().
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_rows_once(struct triage_machine_row *rows, size_t count, double *ret);

/**
 * triage_machine_rows_robust() - score test whose variance is estimated from the sum of the scores
 * of each machine
 * @rows: array of @count rows, which are sorted anew
 * @ret: two-sided p-value if the group crashed more than expected, else 1; NAN if there are fewer
 *	than two machines
 *
 * Crashes of one machine may depend on each other. The p-value cannot be small if few machines
 * crashed.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_rows_robust(struct triage_machine_row *rows, size_t count, double *ret);

/**
 * triage_machine_rows_imbalance() - how many times as many boots the machines of the other boots
 * have as the machines of the group
 * @rows: array of @count rows, none of which is dropped; they are sorted anew
 *
 * Each boot is weighted equally: the result is the mean number of boots of the machine of another
 * boot, divided by the mean number of boots of the machine of a boot of the group. Return: NAN if
 * one side has no boots.
 */
double triage_machine_rows_imbalance(struct triage_machine_row *rows, size_t count);

/**
 * triage_machine_rows_drop_looping() - drop the machines that crashed in more than half of their
 * boots of the group; the rows are sorted anew
 *
 * Return: number of dropped machines.
 */
size_t triage_machine_rows_drop_looping(struct triage_machine_row *rows, size_t count);

/**
 * triage_machine_rows_crashed_p() - exact test of the number of machines that crashed in the group
 * against the number of machines that would have crashed outside of it with as few boots
 * @rows: array of @count rows, none of which is dropped; they are sorted anew
 * @ret: two-sided p-value if more machines of the group crashed, else 1; NAN if no label is
 *	informative
 *
 * The test is valid if some machines crash in most of their boots, and the machines of the group
 * have fewer boots. Return: 0 or -ENOMEM.
 */
int triage_machine_rows_crashed_p(struct triage_machine_row *rows, size_t count, double *ret);

/**
 * triage_machine_rows_drop_worst() - drop the machines that crash in too many of their boots
 *
 * Machines are compared within one label and one group. For each machine, the probability of at
 * least its number of crashes is computed at the crash rate of the other machines. The machine is
 * dropped if this probability is at most 0.01 divided by the number of machines. The rule is
 * applied until it drops no more machines. All rows of a dropped machine are dropped. The rows are
 * sorted anew.
 *
 * Return: number of dropped machines.
 */
size_t triage_machine_rows_drop_worst(struct triage_machine_row *rows, size_t count);

/**
 * triage_machine_rows_clustering_p() - p-value of the hypothesis that the crashes of the group are
 * distributed over its boots independently of the machine
 *
 * The statistic is the number of pairs of crashed boots on the same machine and label in which at
 * least one boot belongs to the group. If other boots of the same machines crash as well, the
 * machines may be the cause. The rows are sorted anew.
 */
double triage_machine_rows_clustering_p(struct triage_machine_row *rows, size_t count);

#endif /* LINEAGE_TRIAGE_MACHINE_ROWS_H */
