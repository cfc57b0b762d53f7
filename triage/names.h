/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which number stands for a text that comes again and again? */
#ifndef LINEAGE_TRIAGE_NAMES_H
#define LINEAGE_TRIAGE_NAMES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct names - texts, each once, numbered from 0 in the order in which they came; all 0 is an empty one
 * @texts: owned; @count of them
 * @index: tsearch(3)'s
 */
struct names {
	char **texts;
	size_t count;
	size_t capacity;
	void *index;
};

/** names_add() - the number of a text, a new one where it is new; 0 or -ENOMEM */
int names_add(struct names *names, const char *text, uint32_t *ret);

void names_deinit(struct names *names);

#endif /* LINEAGE_TRIAGE_NAMES_H */
