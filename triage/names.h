/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table that assigns consecutive numbers to distinct strings. */
#ifndef LINEAGE_TRIAGE_NAMES_H
#define LINEAGE_TRIAGE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct triage_names - distinct strings, numbered from 0 in order of insertion; all zero is
 * a valid empty table
 * @texts: array of @count strings, indexed by number; owned
 * @index: a tsearch(3) tree
 */
struct triage_names {
	char **texts;
	size_t count;
	size_t capacity;
	void *index;
};

/**
 * triage_names_add() - get the number of a string, inserting it if it is new; return 0 or -ENOMEM
 */
int triage_names_add(struct triage_names *names, const char *text, uint32_t *ret);

/** triage_names_find() - get the number of a string; return false if it is not in the table */
bool triage_names_find(const struct triage_names *names, const char *text, uint32_t *ret);

void triage_names_deinit(struct triage_names *names);

#endif /* LINEAGE_TRIAGE_NAMES_H */
