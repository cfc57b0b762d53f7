/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stable order of keys that are numbers. */
#ifndef LINEAGE_TRIAGE_RADIX_H
#define LINEAGE_TRIAGE_RADIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct triage_radix_key - a key of 128 bits, and the number of the element that has it
 * @words: the second one decides if the first ones are equal
 */
struct triage_radix_key {
	uint64_t words[2];
	uint32_t number;
};

/**
 * triage_radix_sort() - sort keys; equal keys keep their order
 *
 * The time grows with the number of bytes in which the keys differ. Return: whether there was
 * enough memory; if not, the keys are unchanged.
 */
bool triage_radix_sort(struct triage_radix_key *keys, size_t count);

#endif /* LINEAGE_TRIAGE_RADIX_H */
