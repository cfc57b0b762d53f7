/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of kexec-lineage-fleet as kexec-lineage knows them, and how it runs that program. */
#ifndef LINEAGE_CLI_COMMON_FLEET_H
#define LINEAGE_CLI_COMMON_FLEET_H

#include <stdbool.h>

#define FLEET_PROGRAM "kexec-lineage-fleet"

/* Both programs list these, one of them without having the commands. */
#define INGEST_SUMMARY "read kernel logs and tell the boots and crashes in them"
#define TRIAGE_SUMMARY "report which crashes depend on the previous kernel or the kexec count"

/**
 * fleet_run() - become kexec-lineage-fleet
 * @command: what it is needed for, for the message
 * @argv: the arguments of main(), NULL-terminated; argv[0] stays the name that the user typed
 *
 * Looks beside the running program first, then in PATH.
 *
 * Return: STATUS_FAILED after a message, if it is not installed or cannot be run.
 */
int fleet_run(const char *command, char **argv);

/**
 * fleet_check_caller() - for kexec-lineage-fleet: is the kexec-lineage that runs it of the same version?
 *
 * Two versions may draw different conclusions from the same evidence. A user who calls kexec-lineage-fleet by its name has only one.
 *
 * Return: false after a message.
 */
bool fleet_check_caller(void);

#endif /* LINEAGE_CLI_COMMON_FLEET_H */
