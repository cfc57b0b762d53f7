/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters with a key of four numbers. */
#ifndef LINEAGE_TRIAGE_TALLY_H
#define LINEAGE_TRIAGE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define TRIAGE_TALLY_MAX (1U << 23) /* maximum number of counters */

/** struct triage_counter - a counter; its key is four numbers */
struct triage_counter {
	uint32_t key[4];
	uint64_t boots;
};

/**
 * struct triage_tally - the counters; all zero is a valid empty table
 * @counters: array of @count counters, in order of insertion until they are sorted; owned
 * @slots: hash table of @slot_count indexes plus one, 0 for an empty slot; owned. NULL if counters
 *	are appended
 */
struct triage_tally {
	struct triage_counter *counters;
	size_t count;
	size_t capacity;
	uint32_t *slots;
	size_t slot_count;
};

/**
 * triage_tally_add() - add to a counter, inserting it if it is new
 * @ret: index of the counter; may be NULL
 *
 * Return: 0, -ENOMEM, or -ENOSPC if there are TRIAGE_TALLY_MAX counters.
 */
int triage_tally_add(struct triage_tally *tally, const uint32_t key[4], uint64_t boots,
		     uint32_t *ret);

/**
 * triage_tally_append() - the same for many counters whose indexes are not needed: the key is not
 * looked up
 *
 * A key can have several counters until triage_tally_sort() adds them up. A table is filled by one
 * of the two functions. Return: as triage_tally_add().
 */
int triage_tally_append(struct triage_tally *tally, const uint32_t key[4], uint64_t boots);

/** triage_tally_sort() - sort the counters by their keys; nothing can be added afterwards */
void triage_tally_sort(struct triage_tally *tally);

/**
 * triage_tally_find() - index of the first counter whose key is not less than @key
 * @tally: a sorted table
 */
size_t triage_tally_find(const struct triage_tally *tally, const uint32_t key[4]);

void triage_tally_deinit(struct triage_tally *tally);

/* Deinitialise the table at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_TALLY __attribute__((cleanup(triage_tally_deinit))) struct triage_tally

#endif /* LINEAGE_TRIAGE_TALLY_H */
