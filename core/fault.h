/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Details of why a parser of the core rejected its input.
 *
 * Every parser takes an optional `struct lineage_fault *` and writes it only on failure, so that a
 * message can name the violated rule, the offset, the value found and the value expected.
 */
#ifndef LINEAGE_CORE_FAULT_H
#define LINEAGE_CORE_FAULT_H

#include "env.h"

/**
 * struct lineage_fault - why a parser rejected its input
 * @what: the violated rule; a static string without a final full stop
 * @offset: bytes from the start of the input
 * @has_values: whether @found and @expected are set
 * @found: the number that was read
 * @expected: the number that the rule requires
 */
struct lineage_fault {
	const char *what;
	size_t offset;
	bool has_values;
	uint32_t found;
	uint32_t expected;
};

/* Set @fault, which may be NULL. Return @code. */
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

/* Set @fault, which may be NULL, with the found and the expected value. Return @code. */
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
