// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions that all back ends share: error messages, and the names of enumeration values. */
#include "backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int store_fail(struct store *store, int error, const char *format, ...)
{
	va_list arguments;
	int length = snprintf(store->error, sizeof(store->error), "%s: ", store->name);

	if (length < 0 || (size_t)length >= sizeof(store->error))
		length = 0;
	va_start(arguments, format);
	vsnprintf(store->error + length, sizeof(store->error) - (size_t)length, format, arguments);
	va_end(arguments);
	return error;
}

enum lineage_boot store_start_of(const char *word)
{
	static const enum lineage_boot all[] = { LINEAGE_BOOT_COLD, LINEAGE_BOOT_KEXEC,
						 LINEAGE_BOOT_CAPTURE };

	for (size_t i = 0; word && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(word, lineage_boot_name(all[i])) == 0)
			return all[i];
	return LINEAGE_BOOT_UNKNOWN;
}

enum store_end store_end_of(const char *word)
{
	for (int end = STORE_END_RUNNING; word && end <= STORE_END_LOST; end++)
		if (strcmp(word, store_end_name((enum store_end)end)) == 0)
			return (enum store_end)end;
	return STORE_END_UNKNOWN;
}
