/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots and crashes by ancestor: a kernel further back in the chain than the previous kernel.
 */
#ifndef LINEAGE_TRIAGE_ANCESTORS_H
#define LINEAGE_TRIAGE_ANCESTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/ancestors.h"
#include "tables.h"
#include "tally.h"

struct store;
struct triage_exposure;

#define TRIAGE_NO_ANCESTOR UINT32_MAX

/**
 * struct triage_ancestors - the counters; all zero is valid
 * @strata: boots by release, previous release, kexec count and label
 * @having: boots that have an ancestor. The key is store_ancestor_number() and the stratum
 * @crashed: boots that had a crash. The key is the signature, TRIAGE_NO_ANCESTOR for all these
 *	boots or store_ancestor_number() for those with this ancestor, and the stratum
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

/**
 * triage_ancestors_read() - read the chains of a store, if enough boots with chains crashed
 * @exposure: @releases, @labels and @signature_names may get new strings
 *
 * Return: 0 or an error of the store.
 */
int triage_ancestors_read(struct triage_exposure *exposure, struct store *store);

/**
 * struct triage_ancestor - an ancestor of boots of a case
 * @number: a number of store_ancestor_number()
 * @all: boots that are compared: those of the strata of the case except the strata in which the
 *	ancestor is the previous release
 */
struct triage_ancestor {
	uint32_t number;
	uint64_t all;
};

/**
 * triage_ancestors_list() - list the ancestors of the boots of a case
 * @release, @signature: the numbers of the case
 * @ret: array of @ret_count ancestors in the order of the names, NULL for none; the caller frees it
 *
 * Return: 0 or -ENOMEM.
 */
int triage_ancestors_list(const struct triage_exposure *exposure, uint32_t release,
			  uint32_t signature, struct triage_ancestor **ret, size_t *ret_count);

/**
 * triage_ancestors_tables() - 2x2 tables of the boots that have an ancestor against the boots that
 * do not; one table for each stratum that has both kinds of boots and a crash
 * @ancestor: an ancestor that triage_ancestors_list() found for the case
 * @ret: array of @ret_count tables; the caller frees it
 * @ret_all: sum over all strata except those in which the ancestor is the previous release
 *
 * Return: 0 or -ENOMEM.
 */
int triage_ancestors_tables(const struct triage_exposure *exposure, uint32_t release,
			    uint32_t signature, const struct triage_ancestor *ancestor,
			    struct triage_table **ret, size_t *ret_count,
			    struct triage_table *ret_all);

void triage_ancestors_deinit(struct triage_ancestors *ancestors);

#endif /* LINEAGE_TRIAGE_ANCESTORS_H */
