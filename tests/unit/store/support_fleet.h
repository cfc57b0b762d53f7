/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random fleets for tests of the store: boots with known facts, and reports of these boots.
 *
 * A report is what one source says about one boot. It has some of the clues below. Each fleet has
 * three pairs of boots. The boots of a pair run on one host and resemble each other: the kind of
 * the pair determines in which facts they differ.
 */
#ifndef LINEAGE_TESTS_UNIT_STORE_SUPPORT_FLEET_H
#define LINEAGE_TESTS_UNIT_STORE_SUPPORT_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "store/identity.h"

#define FLEET_HOSTS 2
#define FLEET_BOOTS 6
#define FLEET_LINES 20
#define FLEET_CRASH_LINES 8
#define FLEET_REPORTS_MAX 160
#define FLEET_ID_SIZE 48

/* Facts of a report by which a store can recognise the boot. */
#define CLUE_FULL_ID (1 << 0)  /* the kernel's boot id; always with CLUE_ID */
#define CLUE_ID (1 << 1)       /* the first digits of this id */
#define CLUE_FIRST (1 << 2)    /* the first lines of the log */
#define CLUE_SAMPLED (1 << 3)  /* later lines of the log */
#define CLUE_CRASH (1 << 4)    /* the lines of a crash report */
#define CLUE_START (1 << 5)    /* the start, from a clock that was set */
#define CLUE_WALL (1 << 6)     /* the start, from a clock that was set, without a year */
#define CLUE_RELEASE (1 << 7)  /* the release; START and WALL need it */
#define CLUE_BUILD (1 << 8)    /* the build */
#define CLUE_NO_START (1 << 9) /* a start from a clock that was not set; this shows nothing */
#define CLUE_NO_WALL (1 << 10) /* the same without a year */
#define CLUE_COUNT (1 << 11)   /* of a lost kexec: the number of kexecs */

/** Names of the host in a report. */
enum fleet_names { FLEET_NAME, FLEET_MACHINE, FLEET_BOTH };

/**
 * struct fleet_boot - the true facts of one boot; times as in struct store_boot
 *
 * @lost_release and @lost_time are the facts of a lost kexec that the boot started.
 */
struct fleet_boot {
	int kind;
	int host;
	char id[FLEET_ID_SIZE - 8]; /* leaves room for LINEAGE_LOST_PREFIX */
	char release[16];
	char build[16];
	uint32_t count;
	int64_t start;
	int64_t wall;
	uint32_t first[FLEET_LINES];
	uint32_t sampled[FLEET_LINES];
	uint32_t crash_lines[FLEET_CRASH_LINES];
	int crashes;
	bool crashes_have_uptime;
	bool crashes_have_time;
	char lost_release[16];
	int64_t lost_time;
};

/**
 * struct fleet_report - one report of a boot; a report that is given twice is in the list twice
 * @boot: index of the boot
 * @clues: CLUE_ values
 * @id: the boot id of the report
 * @marks: the line marks of the report
 * @has_names: @names is set in advance; otherwise it is chosen at random
 * @names: which names of the host it has
 * @is_record: from the history of the machine
 * @is_part: a log that begins in the middle of the boot
 * @is_lost: about the lost kexec of the boot; added after all other reports
 * @is_early: added before all other reports
 * @is_undecided: two boots match equally well
 * @has_label: it names the hardware
 * @delay_s: start in the report minus the true start
 * @uptime_s: last uptime
 * @crashes: bits of the crashes that it has
 */
struct fleet_report {
	int boot;
	int clues;
	char id[FLEET_ID_SIZE];
	char marks[LINEAGE_MARKS_SIZE];
	enum fleet_names names;
	bool has_names, is_record, is_part, is_lost, is_early, is_undecided, has_label;
	int delay_s;
	int uptime_s;
	int crashes;
};

/**
 * struct fleet - a random fleet
 * @is_ambiguous: both hosts have the same name
 * @has_both: reports of the host can have its name and its machine id
 */
struct fleet {
	uint64_t seed;
	bool is_ambiguous;
	bool has_both[FLEET_HOSTS];
	struct fleet_boot boots[FLEET_BOOTS];
	struct fleet_report reports[FLEET_REPORTS_MAX];
	int count;
};

/** fleet_make() - make the fleet with the number @seed */
void fleet_make(struct fleet *fleet, uint64_t seed);

/** fleet_random() - return a random number less than @below */
uint32_t fleet_random(struct fleet *fleet, uint32_t below);

#endif /* LINEAGE_TESTS_UNIT_STORE_SUPPORT_FLEET_H */
