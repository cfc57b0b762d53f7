// SPDX-License-Identifier: GPL-2.0-or-later
#include "ancestor_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/ancestors.h"
#include "sums.h"

/* Fields of a row: the sum of crashed boots, the transition, and these. */
enum {
	CHAIN = 8,
	IS_COMPLETE,
	NAMES, /* of the ancestors, separated by '\0' */
	BOOTS, /* array of numbers: twice the number of boots, plus 1 for a second kernel back */
};
_Static_assert(BOOTS + 1 == ANCESTOR_FIELDS, "the boots are the last field");

const char *clickhouse_read_signature(const char *const *fields)
{
	return tsv_value(fields[0]) == 2 && fields[1] ? fields[1] : NULL;
}

/* Take the next number of an array. Return whether there is one. */
static bool take_number(const char **at, uint64_t *ret)
{
	char *end;

	if (**at != '[' && **at != ',')
		return false;
	*ret = strtoull(*at + 1, &end, 10);
	if (end == *at + 1)
		return false;
	*at = end;
	return true;
}

/* Visit the sums of a row, which differ in their ancestors only. */
static int visit_each(const char *const *fields, struct store_ancestors *sum,
		      store_ancestors_visitor *visit, void *data)
{
	const char *name = fields[NAMES], *number = fields[BOOTS];
	uint64_t value;
	int error = 0;

	if (!name || !number)
		return -EPROTO;
	while (!error && take_number(&number, &value)) {
		if (name >= fields[BOOTS])
			return -EPROTO;
		sum->ancestor = *name ? name : NULL;
		sum->is_second = value % 2;
		sum->at.boots = (int64_t)(value / 2);
		error = visit(sum, data);
		sum->is_continued = true;
		name += strlen(name) + 1;
	}
	return error;
}

int clickhouse_visit_ancestors(const char *const *fields, store_ancestors_visitor *visit_sums,
			       store_chain_visitor *visit, void *data)
{
	struct store_ancestors sum = { .signature = clickhouse_read_signature(fields) };
	struct store_chain chain = { .signature = sum.signature,
				     .chain = fields[CHAIN],
				     .is_complete = tsv_value(fields[IS_COMPLETE]) != 0 };
	const char *number = fields[BOOTS];
	uint64_t value;

	clickhouse_read_transition(fields + 2, &sum.at);
	if (!chain.chain || !chain.chain[0]) {
		sum.at.kexec_count = store_ancestors_dose(sum.at.kexec_count);
		return visit_each(fields, &sum, visit_sums, data);
	}
	if (!number || !take_number(&number, &value))
		return -EPROTO;
	chain.at = sum.at;
	chain.at.boots = (int64_t)(value / 2);
	return visit(&chain, data);
}
