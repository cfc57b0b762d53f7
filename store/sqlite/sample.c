// SPDX-License-Identifier: GPL-2.0-or-later
/* Choose a random sample of rows that is always the same. */
#include "sqlite.h"

/*
 * Mix the bits of a number with the function of the generator splitmix64 (G. Steele, D. Lea, C.
 * Flood, OOPSLA 2014).
 */
static uint64_t mix(uint64_t number)
{
	number += 0x9e3779b97f4a7c15;
	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

/* SQL function random_below(NUMBER, LIMIT): a number from 0 to LIMIT - 1 that depends on NUMBER. */
static void random_below(sqlite3_context *context, int count, sqlite3_value **values)
{
	uint64_t limit = (uint64_t)sqlite3_value_int64(values[1]);

	(void)count;
	if (limit > 0)
		sqlite3_result_int64(
			context, (int64_t)(mix((uint64_t)sqlite3_value_int64(values[0])) % limit));
}

int sqlite_define_sample(struct sqlite *sqlite)
{
	return sqlite_check(sqlite, sqlite3_create_function_v2(
					    sqlite->database, "random_below", 2,
					    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					    NULL, random_below, NULL, NULL, NULL));
}
