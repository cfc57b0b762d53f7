/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history of this machine: its path, its options and its error messages. */
#ifndef LINEAGE_CLI_COMMON_MACHINE_HISTORY_H
#define LINEAGE_CLI_COMMON_MACHINE_HISTORY_H

#include "command.h"
#include "host/config.h"
#include "host/facts.h"
#include "store/store.h"

#define HISTORY_PATH "var/lib/kexec-lineage/history.db"

/* The option --store for commands that write; its value is passed to history_url(). */
#define HISTORY_FILE_OPTION                                                          \
	{                                                                            \
		"store", "URL", "a file or sqlite:FILE (default: /" HISTORY_PATH ")" \
	}

/* The option --store for commands that also read a store on a server. */
#define HISTORY_OPTION                                                                 \
	{                                                                              \
		"store", "URL",                                                        \
			"a file, sqlite:FILE or clickhouse://HOST/DATABASE (default: " \
			"/" HISTORY_PATH ")"                                           \
	}

/**
 * history_url() - get the URL of the store to use
 * @option: value of --store; NULL for the history of this machine
 *
 * Return: an allocated string, which the caller frees; NULL after an error message.
 */
char *history_url(const struct context *context, const char *option);

/** history_is_own() - return whether a store is the history of a machine, by its path */
bool history_is_own(const char *url);

/**
 * history_config() - read /etc/kexec-lineage.conf
 * @ret: the settings; the caller deinitialises it
 *
 * Return: false after an error message.
 */
bool history_config(const struct context *context, struct lineage_host_config *ret);

/**
 * history_fleet_store() - get the URL of the fleet's store from /etc/kexec-lineage.conf
 *
 * Return: an allocated string, which the caller frees; "" if it is not configured; NULL after an
 * error message.
 */
char *history_fleet_store(const struct context *context);

/* Open a store for reading. Return NULL after an error message, or if @url is NULL. */
struct store *history_open_to_read(const char *url);

/* As history_open_to_read(), to read the boots of this machine, whose facts are @facts. */
struct store *history_open_own(const char *url, const struct lineage_host_facts *facts);

/* Read the facts of this machine and boot. Return false after an error message. */
bool history_facts(const struct context *context, struct lineage_host_facts *ret);

#endif /* LINEAGE_CLI_COMMON_MACHINE_HISTORY_H */
