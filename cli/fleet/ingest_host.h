/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choice of the host for a log that does not name its host (option --host-from). */
#ifndef LINEAGE_CLI_FLEET_INGEST_HOST_H
#define LINEAGE_CLI_FLEET_INGEST_HOST_H

#include <regex.h>
#include <stdbool.h>

#include "intake/read/inputs.h"
#include "intake/recognise/event.h"

/** The part of the path that contains the name of the host. */
enum ingest_host_from {
	INGEST_HOST_FROM_FILE,
	INGEST_HOST_FROM_FOLDER,
	INGEST_HOST_FROM_REGEX,
};

/**
 * struct ingest_hosts - how to find the host of a log
 * @host: host of all logs; NULL to take it from the path
 * @from: the part of the path to use
 * @regex: compiled for INGEST_HOST_FROM_REGEX; its only group is the host
 * @is_given: the user gave --host-from. Otherwise the path of a single file gives no host.
 * @is_alone: there is only one operand
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
 * Skip generic names: a file named like a log or a crash ("kern.log", "dmesg.202611260441"), and a
 * folder such as "log", "crash" or a date. The folder above then names the host.
 */
void ingest_hosts_find(const struct ingest_hosts *hosts, const struct intake_input *input,
		       char ret[INTAKE_HOST_SIZE]);

#endif /* LINEAGE_CLI_FLEET_INGEST_HOST_H */
