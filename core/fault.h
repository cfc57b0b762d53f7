/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What exactly was wrong with the bytes that a reader of the core rejected?
 *
 * Every parser of the core takes an optional `struct lineage_fault *`. It is
 * written only where the parser fails, so that a message can name the rule that
 * was broken, where, what was found and what was expected.
 */
#ifndef LINEAGE_CORE_FAULT_H
#define LINEAGE_CORE_FAULT_H

#include "env.h"

/**
 * struct lineage_fault - why a parser said no
 * @what: the broken rule in words, static, without a final stop
 * @offset: where, in bytes from the start of the input
 * @has_values: whether @found and @expected mean anything
 * @found: the number that was read
 * @expected: the number that should have been there
 */
struct lineage_fault {
	const char *what;
	size_t offset;
	bool has_values;
	uint32_t found;
	uint32_t expected;
};

/* Fill @fault (may be NULL) and hand @code back, so that a caller can return it. */
static inline int lineage_fault_set(struct lineage_fault *fault, int code, const char *what,
				    size_t offset)
{
	if (fault) {
		fault->what = what;
		fault->offset = offset;
		fault->has_values = false;
		fault->found = 0;
		fault->expected = 0;
	}
	return code;
}

/* The same, with what was found and what was expected. */
static inline int lineage_fault_set_values(struct lineage_fault *fault, int code, const char *what,
					   size_t offset, uint32_t found, uint32_t expected)
{
	lineage_fault_set(fault, code, what, offset);
	if (fault) {
		fault->has_values = true;
		fault->found = found;
		fault->expected = expected;
	}
	return code;
}

#endif /* LINEAGE_CORE_FAULT_H */
