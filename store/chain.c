// SPDX-License-Identifier: GPL-2.0-or-later
#include "chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Copy a string that ends with a quotation mark. Only printable characters are valid. */
static const char *copy_release(const char *at, char ret[STORE_RELEASE_SIZE])
{
	size_t length = 0;

	for (; *at && *at != '"'; at++) {
		if (*at == '\\' && !strchr("\"\\/", *++at))
			return NULL;
		if (!*at || length + 1 == STORE_RELEASE_SIZE)
			return NULL;
		ret[length++] = *at;
	}
	ret[length] = '\0';
	return *at && length > 0 ? at + 1 : NULL;
}

int store_chain_next(const char **at, char ret_release[STORE_RELEASE_SIZE], uint32_t *ret_runs)
{
	static const char name[] = "{\"release\":\"", runs[] = ",\"runs\":";
	char release[STORE_RELEASE_SIZE];
	const char *next = *at;
	unsigned long number;
	char *end;

	if (strcmp(next, "]") == 0 || strcmp(next, "[]") == 0)
		return 0;
	if ((*next != '[' && *next != ',') || strncmp(next + 1, name, sizeof(name) - 1) != 0)
		return -EILSEQ;
	next = copy_release(next + sizeof(name), release);
	if (!next || strncmp(next, runs, sizeof(runs) - 1) != 0)
		return -EILSEQ;
	next += sizeof(runs) - 1;
	if (*next < '1' || *next > '9')
		return -EILSEQ;
	number = strtoul(next, &end, 10);
	if (*end != '}' || (end[1] != ',' && end[1] != ']') || number > UINT32_MAX)
		return -EILSEQ;
	memcpy(ret_release, release, sizeof(release));
	*ret_runs = (uint32_t)number;
	*at = end + 1;
	return 1;
}
