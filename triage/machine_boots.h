/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boots of a case by machine and day, with their times at risk and ancestors. */
#ifndef LINEAGE_TRIAGE_MACHINE_BOOTS_H
#define LINEAGE_TRIAGE_MACHINE_BOOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cases.h"
#include "store/names.h"
#include "time_at_risk.h"

struct store;
struct triage_machine_row;

/* Maximum number of ancestors of a case that are compared further. */
#define TRIAGE_CANDIDATES_MAX 64

/**
 * struct triage_machine_boots - boots of one case on one machine on one day
 * @machines: number of machines that this one stands for; 1 unless only crashed boots are read
 * @origin: number of the previous release in @origins, or TRIAGE_COLD
 * @label: number in @labels of the stratum, which includes the release in a case of all releases
 * @hardware: number of the label in @hardware of struct triage_machines
 * @has_chain: the ancestors are known
 * @dose: store_ancestors_dose() of the kexec count, if @has_chain
 * @ancestors: bit mask of @candidates of struct triage_machines
 * @is_timed: the times at risk of these boots, and of most boots of this origin, are known
 * @measured, @length_s, @timed_crashes, @uptime_s, @band, @at_risk_s: as in struct store_host_day
 */
struct triage_machine_boots {
	uint32_t machine;
	uint64_t machines;
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	uint32_t hardware;
	int64_t day;
	uint64_t boots;
	uint64_t crashes;
	uint64_t measured;
	uint64_t length_s;
	uint64_t timed_crashes;
	uint64_t uptime_s;
	uint32_t band;
	uint64_t at_risk_s;
	bool is_timed;
	bool has_chain;
	uint32_t dose;
	uint64_t ancestors;
};

/*
 * A case with many boots is checked in so many samples of machines, a small one first, until one is
 * enough.
 */
#define TRIAGE_SAMPLES 2

/** Which boots of a case are read. */
enum triage_machines_of {
	TRIAGE_MACHINES_ALL,
	TRIAGE_MACHINES_SAMPLE,	 /* all boots of a sample of machines */
	TRIAGE_MACHINES_CRASHED, /* which machines had the crash after which transitions */
};

/**
 * struct triage_machines - the boots of one case
 * @boots_of: which boots these are
 * @hashes: with TRIAGE_MACHINES_SAMPLE, the sample has the hosts whose hash is below
 * @all: array of @count boots; owned
 * @groups: number of the groups of machines of TRIAGE_MACHINES_CRASHED
 * @releases: table of the releases in chains
 * @candidates: ancestors of the case that are associated, smallest p-value first, as
 *	store_ancestor_number() of a release in @releases
 * @reported: bit mask of the candidates that are reported
 * @times: times at risk of the case, unknown if no comparison needs them; owned
 * @rows: array of @capacity rows, for one comparison; owned
 * @has_one: the store has only one machine
 * @limit: p-values up to this level are significant after the correction
 * @limit_by_machine: the same for tests by machine of a previous release
 */
struct triage_machines {
	enum triage_machines_of boots_of;
	uint64_t hashes;
	const struct triage_exposure *exposure;
	struct triage_case *of;
	struct store_names hosts;
	struct store_names origins;
	struct store_names labels;
	struct store_names hardware;
	struct triage_machine_boots *all;
	size_t count;
	size_t capacity;
	uint32_t groups;
	struct store_names releases;
	uint32_t candidates[TRIAGE_CANDIDATES_MAX];
	size_t candidate_count;
	uint64_t reported;
	struct triage_time_at_risk times;
	struct triage_machine_row *rows;
	bool has_one;
	double limit;
	double limit_by_machine;
};

/**
 * triage_machines_hashes() - choose a sample of the machines of a case
 * @boots: expected number of boots of the case in the sample
 *
 * Return: the sample has the hosts whose hash is below; 0 if the case has fewer than four times as
 * many boots, so that all are read
 */
uint64_t triage_machines_hashes(const struct triage_case *of, uint64_t boots);

/**
 * triage_machines_read() - read the boots of a case, and find their times at risk and ancestors
 * @machines: @boots_of, @hashes, @exposure, @of, @releases and @candidates are set
 *
 * The function also sets the days of the crashes of the case.
 *
 * Return: 0, -ENOMEM or an error of the store.
 */
int triage_machines_read(struct triage_machines *machines, struct store *store);

/** triage_machines_expect() - announce triage_machines_read() to the store */
void triage_machines_expect(const struct triage_machines *machines, struct store *store);

void triage_machines_deinit(struct triage_machines *machines);

/* Deinitialise the boots at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_MACHINES __attribute__((cleanup(triage_machines_deinit))) struct triage_machines

#endif /* LINEAGE_TRIAGE_MACHINE_BOOTS_H */
