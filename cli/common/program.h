/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs with a table of commands: parsing of options, and help.
 *
 * kexec-lineage is installed on every machine. For the commands of kexec-lineage-fleet it executes
 * that program, as git(1) executes its subcommands, so that users type only one name.
 */
#ifndef LINEAGE_CLI_COMMON_PROGRAM_H
#define LINEAGE_CLI_COMMON_PROGRAM_H

#include <stddef.h>

#include "command.h"

/**
 * struct command_name - name of a command of the other program, for the help
 * @name: its name
 * @summary: one line
 */
struct command_name {
	const char *name;
	const char *summary;
};

/**
 * struct program - one of the two programs
 * @name: name of its file and of its package
 * @purpose: two or three lines for the help
 * @commands: array of its @command_count commands, in the order of the help
 * @fleet: array of the @fleet_count commands that the program passes to kexec-lineage-fleet
 * @features: optional features for --version, "+name" if built in, "-name" if not; NULL if none
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
 * program_run() - parse the arguments of main() and run the command
 *
 * Return: the exit status; STATUS_FAILED if writing to stdout failed.
 */
int program_run(const struct program *program, int argc, char **argv);

#endif /* LINEAGE_CLI_COMMON_PROGRAM_H */
