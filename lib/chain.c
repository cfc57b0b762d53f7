// SPDX-License-Identifier: GPL-2.0-or-later
#include "chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int lineage_chain_create(const struct lineage *lineage, struct lineage_entry **ret,
			 size_t *ret_length)
{
	struct lineage_entry *entries;
	struct lineage_run run;
	size_t position = 0;
	size_t length = 0;
	char *names;

	while (lineage_chain_next(lineage, &position, &run) == 0)
		length++;
	/*
	 * A decoded release with its NUL is not longer than the encoded release with its separator.
	 */
	entries = malloc(length * sizeof(*entries) + lineage->chain_length + 1);
	if (!entries)
		return -ENOMEM;
	names = (char *)(entries + length);
	position = 0;
	for (size_t i = 0; lineage_chain_next(lineage, &position, &run) == 0; i++) {
		size_t size = strlen(run.release) + 1;

		memcpy(names, run.release, size);
		entries[i] = (struct lineage_entry){ .release = names, .runs = run.runs };
		names += size;
	}
	*ret = entries;
	*ret_length = length;
	return 0;
}
