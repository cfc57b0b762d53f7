// SPDX-License-Identifier: GPL-2.0-or-later
#include "ancestor_rows.h"

#include <errno.h>
#include <string.h>

#include "store/ancestors.h"
#include "store/chain.h"
#include "sums.h"

/* Fields of a row: the sum of crashed boots, the transition, and these. */
enum {
	CHAIN = 8,
	IS_COMPLETE,
	NAMES, /* of the ancestors, separated by '"', which no name contains */
	BOOTS, /* array of numbers: twice the number of boots, plus 1 for a second kernel back */
};
_Static_assert(BOOTS + 1 == ANCESTOR_FIELDS, "the boots are the last field");

const char *clickhouse_read_signature(const char *const *fields)
{
	return tsv_value(fields[0]) == 2 && fields[1] ? fields[1] : NULL;
}

#define DIGITS_MAX 19 /* every number with so many digits is a uint64_t */

/* Take the next number of an array. Return whether there is one. */
static bool take_number(const char **at, uint64_t *ret)
{
	const char *first = *at + 1, *digit = first;
	uint64_t value = 0;

	if (**at != '[' && **at != ',')
		return false;
	for (; *digit >= '0' && *digit <= '9' && digit < first + DIGITS_MAX; digit++)
		value = value * 10 + (uint64_t)(*digit - '0');
	*ret = value;
	*at = digit;
	return digit > first;
}

/* Take the next name of a list. Return whether there is one that is not too long. */
static bool take_name(const char **at, char ret[STORE_RELEASE_SIZE])
{
	size_t length = (size_t)(strchrnul(*at, '"') - *at);

	if (length >= STORE_RELEASE_SIZE)
		return false;
	memcpy(ret, *at, length);
	ret[length] = '\0';
	*at += length;
	return true;
}

/* Visit the sums of a row, which differ in their ancestors only. */
static int visit_each(const char *const *fields, struct store_ancestors *sum,
		      store_ancestors_visitor *visit, void *data)
{
	const char *names = fields[NAMES], *numbers = fields[BOOTS];
	char name[STORE_RELEASE_SIZE];
	uint64_t value;
	int error = 0;

	if (!names || !numbers)
		return -EPROTO;
	for (bool has_more = true; has_more && !error; names += has_more) {
		if (!take_number(&numbers, &value) || !take_name(&names, name))
			return -EPROTO;
		has_more = *numbers == ',';
		if (*names != (has_more ? '"' : '\0'))
			return -EPROTO;
		sum->ancestor = name[0] ? name : NULL;
		sum->is_second = value % 2;
		sum->at.boots = (int64_t)(value / 2);
		error = visit(sum, data);
		sum->is_continued = true;
	}
	return error || strcmp(numbers, "]") == 0 ? error : -EPROTO;
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
	if (!number || !take_number(&number, &value) || strcmp(number, "]") != 0)
		return -EPROTO;
	chain.at = sum.at;
	chain.at.boots = (int64_t)(value / 2);
	return visit(&chain, data);
}
