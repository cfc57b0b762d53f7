/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sequential decisions about a release: go, hold or stop at each look. A look evaluates the boots
 * and crashes so far.
 *
 * Each look that tests the data spends a part of the false discovery rate, and the parts add up to
 * TRIAGE_FDR over any number of looks. A ledger holds the looks. docs/appendix/statistics.md has
 * the formulas, their sources and the assumptions.
 */
#ifndef LINEAGE_TRIAGE_WATCH_H
#define LINEAGE_TRIAGE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cases.h"

#define TRIAGE_DIGEST_SIZE 17

/** The decisions. */
enum triage_decision {
	TRIAGE_GO,   /* no dependence was found, and there are enough boots to find a bad one */
	TRIAGE_HOLD, /* more boots are needed */
	TRIAGE_STOP, /* a dependence was established */
};

/**
 * struct triage_look - a look that tested the data
 * @number: 1 for the first look of the release
 * @crashes: number of crashes of the release in the data
 * @digest: digest of the data
 * @level: part of the false discovery rate that the look spent
 * @found: names of the findings that were established at this look or before, one a line; owned
 */
struct triage_look {
	uint64_t number;
	uint64_t crashes;
	char digest[TRIAGE_DIGEST_SIZE];
	double level;
	char *found;
};

/** struct triage_ledger - the looks of a release, by number; all zero is a valid empty ledger */
struct triage_ledger {
	struct triage_look *looks;
	size_t count;
};

void triage_ledger_deinit(struct triage_ledger *ledger);

/* Deinitialise the ledger at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_LEDGER __attribute__((cleanup(triage_ledger_deinit))) struct triage_ledger

/** triage_ledger_add() - append a copy of a look; return 0 or -ENOMEM */
int triage_ledger_add(struct triage_ledger *ledger, const struct triage_look *look);

/**
 * struct triage_watch - the result of a look
 * @decision: the decision
 * @look: the look; @found is owned
 * @is_new: the look is not in the ledger, and must be added to it before the decision is used
 * @is_tested: the data were tested at @level of @look. If not, the crashes have hardly changed
 *	since the last test, and only dependences that were established before can stop it.
 * @stopping: number of findings that stop the release
 * @unsure: number of other findings that are more than leads
 * @all_boots: all boots of the release whose origin is known
 * @boots: boots whose previous release is the most frequent one
 * @boots_needed: boots after this release with which a decision is possible
 */
struct triage_watch {
	enum triage_decision decision;
	struct triage_look look;
	bool is_new;
	bool is_tested;
	size_t stopping;
	size_t unsure;
	uint64_t all_boots;
	uint64_t boots;
	uint64_t boots_needed;
};

void triage_watch_deinit(struct triage_watch *watch);

/* Deinitialise the result at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_WATCH __attribute__((cleanup(triage_watch_deinit))) struct triage_watch

/** triage_decision_name() - "go", "hold" or "stop"; a static string */
const char *triage_decision_name(enum triage_decision decision);

/** triage_watch_level() - part of the false discovery rate that look @number spends */
double triage_watch_level(uint64_t number);

/**
 * triage_watch_look() - decide about the releases of a report
 * @report: a sorted report on the watched releases only
 * @ledger: all earlier looks of these releases
 * @ret: the result, which the caller deinitialises
 *
 * Return: 0 or -ENOMEM.
 */
int triage_watch_look(const struct triage_report *report, const struct triage_ledger *ledger,
		      struct triage_watch *ret);

#endif /* LINEAGE_TRIAGE_WATCH_H */
