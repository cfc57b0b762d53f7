// SPDX-License-Identifier: GPL-2.0-or-later
/* The program kexec-lineage, which every machine installs. */
#include <signal.h>

#include "cli/common/fleet.h"
#include "cli/common/program.h"

static const struct command *const commands[] = {
	&command_show,	 &command_stamp, &command_cmdline, &command_load,   &command_inspect,
	&command_record, &command_log,	 &command_metrics, &command_doctor, &command_check,
};

static const struct command_name fleet[] = {
	{ "ingest", INGEST_SUMMARY },	  { "listen", LISTEN_SUMMARY },
	{ "triage", TRIAGE_SUMMARY },	  { "report", REPORT_SUMMARY },
	{ "annotate", ANNOTATE_SUMMARY }, { "hosts", HOSTS_SUMMARY },
	{ "forget", FORGET_SUMMARY },	  { "prune", PRUNE_SUMMARY },
	{ "seal", SEAL_SUMMARY },	  { "send", SEND_SUMMARY },
	{ "copy", COPY_SUMMARY },
};

static const struct program program = {
	.name = "kexec-lineage",
	.purpose = "Show the lineage of the running kernel: the kernels that led to it through\n"
		   "kexec, and the count of kexecs since cold boot. Pass the lineage to the next\n"
		   "kernel.",
	.commands = commands,
	.command_count = sizeof(commands) / sizeof(commands[0]),
	.fleet = fleet,
	.fleet_count = sizeof(fleet) / sizeof(fleet[0]),
};

int main(int argc, char **argv)
{
	/* If the caller ignores SIGCHLD, nobody can wait for a child. */
	signal(SIGCHLD, SIG_DFL);
	return program_run(&program, argc, argv);
}
