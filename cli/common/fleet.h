/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the commands of kexec-lineage-fleet, and how kexec-lineage runs that program. */
#ifndef LINEAGE_CLI_COMMON_FLEET_H
#define LINEAGE_CLI_COMMON_FLEET_H

#include <stdbool.h>

#define FLEET_PROGRAM "kexec-lineage-fleet"

/* Both programs list these commands in their help. */
#define INSPECT_SUMMARY "decode a blob or FDT of KHO, a stamp, or a crash dump"
#define INGEST_SUMMARY "read kernel logs, and list the boots and crashes in them"
#define LISTEN_SUMMARY "receive the kernel logs that machines send with netconsole"
#define COPY_SUMMARY "copy a store to another store"
#define REPORT_SUMMARY "print a report about one crash, to file it as a bug"
#define ANNOTATE_SUMMARY "note that a crash is a known bug"
#define HOSTS_SUMMARY "list the hosts in a store, with their boots and crashes"
#define FORGET_SUMMARY "remove the boots of a host from a store"
#define PRUNE_SUMMARY "remove old boots from a store"
#define SEAL_SUMMARY "store the sums of complete weeks on a server"
#define SEND_SUMMARY "copy the history of this machine to the store of a fleet"
#define TRIAGE_SUMMARY "report which crashes depend on the previous kernel or the kexec count"

/**
 * fleet_run() - replace this process with kexec-lineage-fleet
 * @command: the command to run, for error messages
 * @argv: the arguments of main(), NULL-terminated; argv[0] is passed on unchanged
 *
 * Search the folder of the running program, then PATH.
 *
 * Return: STATUS_FAILED, after an error message, if the program is not installed or cannot be run.
 */
int fleet_run(const char *command, char **argv);

/**
 * fleet_check_caller() - check that the calling kexec-lineage has the same version
 *
 * Two versions may draw different conclusions from the same evidence. The check passes if the user
 * started kexec-lineage-fleet directly.
 *
 * Return: whether the versions match; false after an error message.
 */
bool fleet_check_caller(void);

#endif /* LINEAGE_CLI_COMMON_FLEET_H */
