// SPDX-License-Identifier: GPL-2.0-or-later
/* The program kexec-lineage-fleet, which reads the logs of many machines. */
#include <signal.h>

#include "cli/common/fleet.h"
#include "cli/common/program.h"

static const struct command *const commands[] = {
	&command_ingest, &command_listen, &command_triage,	 &command_report, &command_annotate,
	&command_hosts,	 &command_forget, &command_prune,	 &command_seal,	  &command_send,
	&command_copy,	 &command_log,	  &command_inspect_dump,
};

static const struct program program = {
	.name = "kexec-lineage-fleet",
	.purpose =
		"Read the kernel logs of many machines, and report which crashes depend on the\n"
		"previous kernel or on the kexec count. Users run it as 'kexec-lineage COMMAND'.",
	.commands = commands,
	.command_count = sizeof(commands) / sizeof(commands[0]),
	.features = FEATURES,
};

int main(int argc, char **argv)
{
	/* If the caller ignores SIGCHLD, nobody can wait for a child. */
	signal(SIGCHLD, SIG_DFL);
	if (!fleet_check_caller())
		return STATUS_FAILED;
	return program_run(&program, argc, argv);
}
