// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_name.h"

#include <string.h>
#include <time.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"

#define MACHINE_ID_LENGTH 32
#define NAME_MAX_LENGTH 128

static bool is_machine_id(const char *name, size_t length)
{
	return length == MACHINE_ID_LENGTH && strspn(name, "0123456789abcdef") >= length;
}

char *host_name(const struct store_host *host)
{
	for (const char *name = host->names; *name; name += strspn(name, " ")) {
		size_t length = strcspn(name, " ");

		if (!is_machine_id(name, length)) {
			LINEAGE_AUTO_FREE char *copy = strndup(name, length);

			return printable(copy ? copy : host->host);
		}
		name += length;
	}
	return printable(host->host);
}

void host_time(const struct store_host *host, int64_t time, char ret[HOST_TIME_SIZE])
{
	time_t seconds = (time_t)time;
	struct tm fields;

	if (!host->has_times || !localtime_r(&seconds, &fields) ||
	    strftime(ret, HOST_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &fields) == 0)
		strcpy(ret, "-");
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Compute the Levenshtein distance row by row. */
size_t host_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > NAME_MAX_LENGTH || b_length > NAME_MAX_LENGTH)
		return NAME_MAX_LENGTH;
	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t changed = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, changed);
		}
	}
	return row[b_length];
}
