/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots and crashes by ancestor: a kernel further back in the chain than the previous kernel.
 *
 * The nearest TRIAGE_ANCESTORS_MAX entries of a chain are used. If an incomplete chain has fewer
 * entries, the ancestors of the boot are unknown, and the boot is left out.
 */
#ifndef LINEAGE_TRIAGE_ANCESTORS_H
#define LINEAGE_TRIAGE_ANCESTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables.h"
#include "tally.h"

struct store;
struct store_chain;
struct triage_exposure;
struct triage_names;

/* Number of entries of a chain that are used. Each entry is one or more kernels of one release. */
#define TRIAGE_ANCESTORS_MAX 32
#define TRIAGE_NO_ANCESTOR UINT32_MAX

/**
 * struct triage_ancestors - the counters; all zero is valid
 * @strata: boots by release, previous release, kexec count and label
 * @having: boots of a stratum that have an ancestor, by triage_ancestor_number()
 * @crashed: boots of a stratum that had a crash. The key is the signature, the stratum, and
 *	TRIAGE_NO_ANCESTOR for all these boots or triage_ancestor_number() for those with this
 *	ancestor
 * @unknown: boots whose ancestors are unknown
 * @is_too_large: there were too many counters; nothing is compared
 */
struct triage_ancestors {
	struct triage_tally strata;
	struct triage_tally having;
	struct triage_tally crashed;
	uint64_t unknown;
	bool is_too_large;
};

/*
 * A release is compared as an ancestor in two ways: as any kernel further back than the previous
 * kernel, and as the second kernel back, which ran directly before the previous kernel. Each way
 * has its own number, which is computed from the number of the release.
 */
static inline uint32_t triage_ancestor_number(uint32_t release, bool is_second)
{
	return 2 * release + is_second;
}

static inline uint32_t triage_ancestor_release(uint32_t number)
{
	return number / 2;
}

static inline bool triage_ancestor_is_second(uint32_t number)
{
	return number % 2 != 0;
}

/** struct triage_ancestor_list - the distinct ancestors of a boot, by triage_ancestor_number() */
struct triage_ancestor_list {
	uint32_t numbers[TRIAGE_ANCESTORS_MAX + 1];
	size_t count;
	uint32_t kexecs;
};

/**
 * triage_ancestors_of() - list the ancestors of a boot
 * @releases: table of the numbers; new releases are inserted
 * @ret: the ancestors without the previous release; @kexecs is the kexec count
 *
 * Return: 1; 0 if the ancestors are unknown; -ENOMEM.
 */
int triage_ancestors_of(struct triage_names *releases, const struct store_chain *chain,
			struct triage_ancestor_list *ret);

/** triage_ancestors_dose() - merge large kexec counts, which only few boots have in common */
uint32_t triage_ancestors_dose(uint32_t kexecs);

/**
 * triage_ancestors_read() - read the chains of a store, if enough boots with chains crashed
 * @exposure: @releases, @labels and @signature_names may get new strings
 *
 * Return: 0 or an error of the store.
 */
int triage_ancestors_read(struct triage_exposure *exposure, struct store *store);

/**
 * triage_ancestors_list() - list the ancestors of the boots of a case
 * @release, @signature: the numbers of the case
 * @ret: array of @ret_count numbers of triage_ancestor_number(), NULL for none; the caller frees it
 *
 * Return: 0 or -ENOMEM.
 */
int triage_ancestors_list(const struct triage_exposure *exposure, uint32_t release,
			  uint32_t signature, uint32_t **ret, size_t *ret_count);

/**
 * triage_ancestors_tables() - 2x2 tables of the boots that have an ancestor against the boots that
 * do not; one table for each stratum that has both kinds of boots and a crash
 * @ancestor: a number of triage_ancestor_number()
 * @ret: array of @ret_count tables; the caller frees it
 * @ret_all: sum over all strata except those in which the ancestor is the previous release
 *
 * Return: 0 or -ENOMEM.
 */
int triage_ancestors_tables(const struct triage_exposure *exposure, uint32_t release,
			    uint32_t signature, uint32_t ancestor, struct triage_table **ret,
			    size_t *ret_count, struct triage_table *ret_all);

void triage_ancestors_deinit(struct triage_ancestors *ancestors);

#endif /* LINEAGE_TRIAGE_ANCESTORS_H */
