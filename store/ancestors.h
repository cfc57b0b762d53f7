/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ancestors of a boot: the kernels further back in the chain than the previous kernel.
 *
 * The nearest STORE_ANCESTORS_MAX entries of a chain are used. If an incomplete chain has fewer
 * entries, the ancestors of the boot are unknown.
 */
#ifndef LINEAGE_STORE_ANCESTORS_H
#define LINEAGE_STORE_ANCESTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_chain;
struct store_names;

/* Number of entries of a chain that are used. Each entry is one or more kernels of one release. */
#define STORE_ANCESTORS_MAX 32

/*
 * A release is compared as an ancestor in two ways: as any kernel further back than the previous
 * kernel, and as the second kernel back, which ran directly before the previous kernel. Each way
 * has its own number, which is computed from the number of the release.
 */
static inline uint32_t store_ancestor_number(uint32_t release, bool is_second)
{
	return 2 * release + is_second;
}

static inline uint32_t store_ancestor_release(uint32_t number)
{
	return number / 2;
}

static inline bool store_ancestor_is_second(uint32_t number)
{
	return number % 2 != 0;
}

/** struct store_ancestor_list - the distinct ancestors of a boot, by store_ancestor_number() */
struct store_ancestor_list {
	uint32_t numbers[STORE_ANCESTORS_MAX + 1];
	size_t count;
	uint32_t kexecs;
};

/**
 * store_ancestors_of() - list the ancestors of a boot
 * @releases: table of the numbers; new releases are inserted
 * @ret: the ancestors without the previous release; @kexecs is the kexec count
 *
 * Return: 1; 0 if the ancestors are unknown; -ENOMEM.
 */
int store_ancestors_of(struct store_names *releases, const struct store_chain *chain,
		       struct store_ancestor_list *ret);

/** store_ancestors_dose() - merge large kexec counts, which only few boots have in common */
uint32_t store_ancestors_dose(uint32_t kexecs);

#endif /* LINEAGE_STORE_ANCESTORS_H */
