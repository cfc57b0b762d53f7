/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulated fleets with a known fault, to measure what triage finds.
 *
 * Machines of several hardware models boot one release after another, by kexec or cold. Every boot
 * may have a random crash, which does not depend on releases, counts or models. The fault adds
 * crashes of one more signature, FLEET_FAULT, in one release. A plan always gives the same fleet.
 */
#ifndef LINEAGE_TESTS_FLEET_H
#define LINEAGE_TESTS_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLEET_RELEASES 8
#define FLEET_MODELS 3
#define FLEET_NOISES 12 /* signatures of random crashes */
#define FLEET_FAULT FLEET_NOISES
#define FLEET_NO_CRASH -1

/** The condition that raises the rate of the fault. */
enum fleet_kind {
	FLEET_NONE,	  /* no condition: the same rate everywhere */
	FLEET_TRANSITION, /* after a kexec from FLEET_BAD_ORIGIN */
	FLEET_COUNT,	  /* after FLEET_BAD_COUNT kexecs or more */
	FLEET_BOTH,	  /* FLEET_TRANSITION or FLEET_COUNT */
	FLEET_CONFOUNDED, /* on FLEET_BAD_MODEL; these machines run FLEET_BAD_ORIGIN more often */
	FLEET_DOSE,	  /* in proportion to the kexec count, up to FLEET_DOSE_MAX */
	/*
	 * The fault does not exist, but machines or times differ. Boots have times and lengths. On
	 * the machines or days that crash more, boots also follow FLEET_BAD_ORIGIN more often.
	 */
	FLEET_BROKEN, /* FLEET_BROKEN_HOSTS machines crash in half of their boots */
	FLEET_RACK,   /* the FLEET_RACK_HOSTS machines of a rack crash in a tenth of their boots */
	FLEET_INCIDENT, /* on two days of an upgrade wave, a fifth of the boots crash */
	FLEET_LENGTH,	/* boots after FLEET_BAD_ORIGIN last a week, others a day; equal hazard */
	FLEET_KINDS,
};

#define FLEET_DAYS 120 /* days that a fleet is observed */
#define FLEET_DOSE_MAX 20
#define FLEET_BROKEN_HOSTS 3
#define FLEET_RACK_HOSTS 10

#define FLEET_RELEASE 5	   /* the release that has the fault */
#define FLEET_BAD_ORIGIN 2 /* the previous release that raises the rate of the fault */
#define FLEET_BAD_COUNT 4
#define FLEET_BAD_MODEL 1

const char *fleet_kind_name(enum fleet_kind kind);

/** fleet_kind_is_named() - whether one of @arguments, up to a NULL, is the name of @kind */
bool fleet_kind_is_named(enum fleet_kind kind, char *const *arguments);
const char *fleet_release_name(uint32_t release);
const char *fleet_model_name(uint32_t model);
const char *fleet_signature_name(int signature);
const char *fleet_title(int signature);

/**
 * struct fleet_plan - parameters of a fleet
 * @seed: seed of the random numbers
 * @boots: boots of all machines
 * @boots_per_host: boots of each machine
 * @kind: the condition
 * @rate: crashes of each signature per boot
 * @effect: ratio of the fault's rate under the condition to @rate
 * @bad_every: if not 0, the bad machines of FLEET_BROKEN and FLEET_RACK are all those whose number
 *	is divisible by it
 * @has_real_names: the boots have ids of the kernel, long host names and chains
 */
struct fleet_plan {
	uint64_t seed;
	uint64_t boots;
	uint32_t boots_per_host;
	enum fleet_kind kind;
	double rate;
	double effect;
	uint64_t bad_every;
	bool has_real_names;
};

/**
 * struct fleet_boot - one boot
 * @host: number of the machine
 * @number: number of the boot on this machine
 * @previous: number of the previous release; undefined after a cold boot
 * @crash: a signature, or FLEET_NO_CRASH
 * @time: start, in seconds since 1970 UTC; 0 for the kinds up to FLEET_DOSE
 * @length_s: length of the boot
 */
struct fleet_boot {
	uint64_t host;
	uint32_t number;
	uint32_t model;
	uint32_t release;
	uint32_t previous;
	bool is_cold;
	uint32_t count;
	int crash;
	int64_t time;
	int64_t length_s;
};

struct fleet;

/** fleet_create() - create a fleet; NULL if memory runs out */
struct fleet *fleet_create(const struct fleet_plan *plan);
void fleet_destroy(struct fleet *fleet);

/** fleet_kind_has_times() - return whether the boots have times, which triage takes into account */
bool fleet_kind_has_times(enum fleet_kind kind);

/** fleet_next() - the next boot; false after the last boot */
bool fleet_next(struct fleet *fleet, struct fleet_boot *ret);

#endif /* LINEAGE_TESTS_FLEET_H */
