/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this machine's history is, and what is said when it cannot be opened. */
#ifndef LINEAGE_CLI_COMMON_MACHINE_HISTORY_H
#define LINEAGE_CLI_COMMON_MACHINE_HISTORY_H

#include "command.h"
#include "host/facts.h"
#include "store/store.h"

#define HISTORY_PATH "var/lib/kexec-lineage/history.db"

/* The option that names another one, for commands that write; its value goes to history_url(). */
#define HISTORY_FILE_OPTION                                                          \
	{                                                                            \
		"store", "URL", "a file or sqlite:FILE (default: /" HISTORY_PATH ")" \
	}

/* The same for commands that also read what `ingest` keeps on a server. */
#define HISTORY_OPTION                                                                               \
	{                                                                                            \
		"store", "URL",                                                                      \
			"a file, sqlite:FILE or clickhouse://HOST/DATABASE (default: /" HISTORY_PATH \
			")"                                                                          \
	}

/**
 * history_url() - which store is it?
 * @option: value of --store, NULL for this machine's
 *
 * Return: allocated; the caller frees. NULL after a message.
 */
char *history_url(const struct context *context, const char *option);

/* Open it to read; NULL after a message with the remedy. @url NULL is fine. */
struct store *history_open_to_read(const char *url);

/* Which machine and boot is this? False after a message. */
bool history_facts(const struct context *context, struct lineage_host_facts *ret);

#endif /* LINEAGE_CLI_COMMON_MACHINE_HISTORY_H */
