// SPDX-License-Identifier: GPL-2.0-or-later
#include "chain_ids.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define ID_DIGITS 18 /* at most; INT64_MAX has 19 */
#define RUNS_DIGITS 10

/* Parse a number that is not 0. @at: advanced to the first character after it */
static bool parse(const char **at, size_t digits, int64_t *ret)
{
	const char *start = *at;

	*ret = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if ((size_t)(*at - start) == digits)
			return false;
		*ret = 10 * *ret + (**at - '0');
	}
	return *at > start && *start != '0';
}

int sqlite_chain_next(const char **at, int64_t *ret_id, uint32_t *ret_runs)
{
	const char *next = *at;
	int64_t runs = 1;
	bool has_runs;

	if (strcmp(next, "]") == 0)
		return 0;
	if (*next != '[' && *next != ',')
		return -EILSEQ;
	next++;
	has_runs = *next == '[';
	next += has_runs;
	if (!parse(&next, ID_DIGITS, ret_id))
		return -EILSEQ;
	if (has_runs && (*next++ != ',' || !parse(&next, RUNS_DIGITS, &runs) || *next++ != ']'))
		return -EILSEQ;
	if ((*next != ',' && *next != ']') || runs > UINT32_MAX)
		return -EILSEQ;
	*ret_runs = (uint32_t)runs;
	*at = next;
	return 1;
}
