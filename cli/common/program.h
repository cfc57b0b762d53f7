/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program as a table of commands: its help, its options and its exit status come from the table.
 *
 * kexec-lineage is what every machine installs; it runs kexec-lineage-fleet for the commands that are that program's own, as
 * git(1) does, so that users type one name.
 */
#ifndef LINEAGE_CLI_COMMON_PROGRAM_H
#define LINEAGE_CLI_COMMON_PROGRAM_H

#include <stddef.h>

#include "command.h"

/**
 * struct command_name - a command of another program, as the help lists it
 * @name: as typed
 * @summary: one line
 */
struct command_name {
	const char *name;
	const char *summary;
};

/**
 * struct program - one of the two programs
 * @name: of its file, and of the package that has it
 * @purpose: two or three lines for the help
 * @commands: its own, in the order of the help; @command_count of them
 * @fleet: commands that it runs kexec-lineage-fleet for; @fleet_count of them
 * @features: what was built into it and what was not, for --version; NULL for nothing to say
 */
struct program {
	const char *name;
	const char *purpose;
	const struct command *const *commands;
	size_t command_count;
	const struct command_name *fleet;
	size_t fleet_count;
	const char *features;
};

/**
 * program_run() - do what the arguments of main() ask for
 *
 * Return: the exit status, after everything written to stdout is known to be there.
 */
int program_run(const struct program *program, int argc, char **argv);

#endif /* LINEAGE_CLI_COMMON_PROGRAM_H */
