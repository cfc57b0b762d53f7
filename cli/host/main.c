// SPDX-License-Identifier: GPL-2.0-or-later
/* kexec-lineage: the program that every machine installs. */
#include "cli/common/fleet.h"
#include "cli/common/program.h"

static const struct command *const commands[] = {
	&command_show,	  &command_stamp,  &command_cmdline, &command_load,
	&command_inspect, &command_record, &command_log,     &command_metrics,
};

static const struct command_name fleet[] = {
	{ "ingest", INGEST_SUMMARY },
	{ "triage", TRIAGE_SUMMARY },
};

static const struct program program = {
	.name = "kexec-lineage",
	.purpose =
		"Tells which kernels led to the running one through kexec, how many kexecs ago the\n"
		"machine was cold-booted, and passes that on to the next kernel.",
	.commands = commands,
	.command_count = sizeof(commands) / sizeof(commands[0]),
	.fleet = fleet,
	.fleet_count = sizeof(fleet) / sizeof(fleet[0]),
};

int main(int argc, char **argv)
{
	return program_run(&program, argc, argv);
}
