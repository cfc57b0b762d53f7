/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which transition is guilty of which crash, and which kexec count?
 *
 * For each crash (signature) of each release, every origin (a previous release, or the cold boot) is compared with
 * all others, and the crashes with the kexec count. What counts as found is decided over all of these tests
 * together, so that on average at most TRIAGE_FALSE of what is found is chance. docs/triage.md explains every step.
 */
#ifndef LINEAGE_TRIAGE_TRIAGE_H
#define LINEAGE_TRIAGE_TRIAGE_H

#include "exposure.h"
#include "tables.h"

/* The share of false alarms that is accepted. */
#define TRIAGE_FALSE 0.05

/** What the data say of one origin, or of the count. */
enum triage_verdict {
	TRIAGE_NOT_SEEN, /* chance would do */
	TRIAGE_LEAD, /* alone it would be no chance, among so many tests it may be: more data would tell */
	TRIAGE_SUSPECT, /* it goes with the crash, and so may the kexec count: they cannot be told apart */
	TRIAGE_SAFER,  /* of the cold boot: fewer crashes than after a kexec */
	TRIAGE_GUILTY, /* it makes the crash likelier */
};

/** "guilty" and so on; static */
const char *triage_verdict_name(enum triage_verdict verdict);

/**
 * struct triage_finding - one origin against all others
 * @table: its boots against those of the others, of all labels
 * @ratio: how many times likelier its boots crash; within labels where there are several
 * @p: of the exact test within labels
 * @ratio_kexeced, @p_kexeced: the same, without cold boots; NAN where none came from elsewhere, and for the cold boot
 * @ratio_same_count, @p_same_count: the same, boots of the same kexec count only; NAN where none can be compared, and
 *	for the cold boot
 * @least: the smallest probability that so many boots and crashes can give
 * @q: share of false alarms among all findings that are at least as sure; by the last of these that is known. NAN
 *	where there are too few boots or crashes for any test
 * @hosts: how many machines' boots of it crashed so; 0 where that was not looked at
 * @boots_needed: boots from this origin that would show a ratio as this one, four times out of five; 0 where it is
 *	no larger than 1, not known, or there are as many already
 */
struct triage_finding {
	uint32_t origin;
	struct triage_table table;
	struct triage_interval ratio;
	double p;
	struct triage_interval ratio_kexeced;
	double p_kexeced;
	struct triage_interval ratio_same_count;
	double p_same_count;
	double least;
	double q;
	int64_t hosts;
	uint64_t boots_needed;
	enum triage_verdict verdict;
};

/**
 * struct triage_count_trend - does the crash depend on the kexec count?
 * @doses: boots and crashes at each count, those from the same previous release compared with each other only;
 *	@is_capped: the last one has all larger counts, too. Owned by the report; @dose_count of them
 * @z: above 0 where crashes grow with the count
 * @p: of the exact test; NAN where nothing can be compared
 * @least: the smallest that it can be
 * @from: the count from which on crashes are likelier (below which, if @z is below 0), as far as the data tell; 0 where
 *	they do not, or @p is above TRIAGE_FALSE
 * @split: boots from there on against those before
 * @ratio: how many times likelier they are, within the same previous release and label
 * @hosts: how many machines crashed so, at any count; 0 where that was not looked at
 */
struct triage_count_trend {
	const struct triage_dose *doses;
	size_t dose_count;
	bool is_capped;
	double z;
	double p;
	double least;
	double q;
	uint32_t from;
	struct triage_table split;
	struct triage_interval ratio;
	int64_t hosts;
	enum triage_verdict verdict;
};

/**
 * struct triage_release_order - previous releases in their order: since when does the crash come?
 * @is_known: whether the data look like a step at all
 * @is_fixed: the step is down: newer previous releases are the good ones
 * @last_before: the release before the step, the most likely one; @first_after: the one behind it
 * @earliest: the first release that may be the first behind it, at 95 %; @latest: the last one
 */
struct triage_release_order {
	bool is_known;
	bool is_fixed;
	uint32_t last_before;
	uint32_t first_after;
	uint32_t earliest;
	uint32_t latest;
};

/**
 * struct triage_case - one crash in one release
 * @signature, @release: numbers in the counts
 * @boots: of the release, all that can be compared; @crashes: how many of them crashed so
 * @findings: one for each origin, guilty ones first; owned by the report; @finding_count of them
 */
struct triage_case {
	uint32_t signature;
	uint32_t release;
	uint64_t boots;
	uint64_t crashes;
	struct triage_finding *findings;
	size_t finding_count;
	struct triage_count_trend count_trend;
	struct triage_release_order release_order;
};

/**
 * struct triage_report - all cases, those first where something was found
 * @counts: what it is about; not owned
 * @tests: how many tests were made, without those that could not have found anything
 */
struct triage_report {
	const struct triage_exposure *exposure;
	struct triage_case *cases;
	size_t case_count;
	struct triage_finding *findings;
	struct triage_dose *doses;
	size_t tests;
};

/** triage_judged_ratio() - how many times likelier, by the comparison that the finding was judged by */
struct triage_interval triage_judged_ratio(const struct triage_finding *finding);

/** triage_report_create() - compare everything; @ret: the caller destroys it; 0 or -ENOMEM */
int triage_report_create(const struct triage_exposure *exposure, struct triage_report **ret);
void triage_report_destroy(struct triage_report *report);

/**
 * triage_look_at_hosts() - is it one machine that is broken?
 * @store: where the counts are from
 *
 * Boots of one machine are no independent witnesses. What is guilty, and has all its crashes on one machine of several,
 * becomes suspect. Only what is guilty is looked at.
 *
 * Return: 0, -ENOMEM or what the store's functions return.
 */
int triage_look_at_hosts(struct triage_report *report, struct store *store);

/** triage_case_verdict() - the strongest thing that was found */
enum triage_verdict triage_case_verdict(const struct triage_case *one);

#endif /* LINEAGE_TRIAGE_TRIAGE_H */
