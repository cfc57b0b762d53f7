/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host of a log that does not name one: the option --host-from. */
#ifndef LINEAGE_CLI_FLEET_INGEST_HOST_H
#define LINEAGE_CLI_FLEET_INGEST_HOST_H

#include <regex.h>
#include <stdbool.h>

#include "intake/read/inputs.h"
#include "intake/recognise/event.h"

/** Where the name of the host is. */
enum ingest_host_from {
	INGEST_HOST_FROM_FILE,
	INGEST_HOST_FROM_FOLDER,
	INGEST_HOST_FROM_REGEX,
};

/**
 * struct ingest_hosts - how to find the host of a log
 * @host: host of all logs; NULL to take it from the path
 * @from: the part of the path
 * @regex: compiled for INGEST_HOST_FROM_REGEX; its only group is the host
 * @is_given: the user gave --host-from; otherwise a file that is the only operand has no host
 * @is_alone: there is one operand only
 * @local: name of this machine, for its own /var/log and /var/crash; may be empty
 */
struct ingest_hosts {
	const char *host;
	enum ingest_host_from from;
	regex_t regex;
	bool is_given;
	bool is_alone;
	const char *local;
};

/**
 * ingest_hosts_parse() - parse the value of --host-from
 *
 * Return: false after an error message.
 */
bool ingest_hosts_parse(struct ingest_hosts *hosts, const char *value);

/** ingest_hosts_deinit() - free the regular expression */
void ingest_hosts_deinit(struct ingest_hosts *hosts);
#define INGEST_AUTO_HOSTS __attribute__((cleanup(ingest_hosts_deinit))) struct ingest_hosts

/**
 * ingest_hosts_find() - find the host of an input
 * @ret: the host; empty if it is unknown
 *
 * A file whose name is that of a log or of a crash ("kern.log", "dmesg.202611260441"), and a folder
 * whose name says as little ("log", "crash", a date), do not name a host: the folder above does.
 */
void ingest_hosts_find(const struct ingest_hosts *hosts, const struct intake_input *input,
		       char ret[INTAKE_HOST_SIZE]);

#endif /* LINEAGE_CLI_FLEET_INGEST_HOST_H */
