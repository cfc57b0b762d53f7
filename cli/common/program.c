// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fleet.h"
#include "lib/cleanup.h"
#include "output.h"
#include "store/migration.h"
#include "store/store.h"
#include "store/url.h"

/* Options of the programs, accepted before and after the name of the command. */
static const struct command_option global_options[] = {
	{ "root", "DIR", "read system files below DIR instead of /" },
	{ "json", NULL, "print JSON" },
	{ "help", NULL, "print this help" },
	{ "version", NULL, "print the version" },
};

#define COMMON_EXIT_STATUS "0 done, 1 failed, 2 wrong usage, 3 nothing to report"

#define GLOBALS (sizeof(global_options) / sizeof(global_options[0]))

enum global {
	GLOBAL_ROOT = 256,
	GLOBAL_JSON,
	GLOBAL_HELP,
	GLOBAL_VERSION,
};

static const struct command *find_command(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->command_count; i++) {
		if (strcmp(program->commands[i]->name, name) == 0)
			return program->commands[i];
	}
	return NULL;
}

static bool is_fleet_command(const struct program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->fleet_count; i++) {
		if (strcmp(program->fleet[i].name, name) == 0)
			return true;
	}
	return false;
}

static void print_option(const struct command_option *option)
{
	char letter[8] = "";
	char text[64];

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	snprintf(text, sizeof(text), "%s--%s%s%s", letter, option->name,
		 option->argument ? "=" : "", option->argument ? option->argument : "");
	printf("  %-18s %s\n", text, option->help);
}

static void print_help(const struct program *program)
{
	size_t i;

	printf("Usage: %s [OPTION]... COMMAND ...\n\n%s\n\nCommands:\n", program->name,
	       program->purpose);
	for (i = 0; i < program->command_count; i++)
		printf("  %-18s %s\n", program->commands[i]->name, program->commands[i]->summary);
	if (program->fleet_count > 0)
		puts("\nCommands of the package " FLEET_PROGRAM ":");
	for (i = 0; i < program->fleet_count; i++)
		printf("  %-18s %s\n", program->fleet[i].name, program->fleet[i].summary);
	puts("\nOptions:");
	for (i = 0; i < GLOBALS; i++)
		print_option(&global_options[i]);
	puts("\n"
	     "See 'kexec-lineage help COMMAND' and the man page kexec-lineage-COMMAND(8).\n"
	     "Exit status: " COMMON_EXIT_STATUS ".");
}

static void print_version(const struct program *program)
{
	printf("%s " VERSION "\n", program->name);
	if (program->features)
		printf("features: %s\n", program->features);
}

static void print_command_help(const struct command *command)
{
	const struct command_option *option;

	printf("Usage: kexec-lineage [--root=DIR] [--json] %s%s%s\n\n%s\n", command->name,
	       command->operands[0] ? " " : "", command->operands, command->help);
	if (command->options[0].name)
		puts("\nOptions:");
	for (option = command->options; option->name; option++)
		print_option(option);
	printf("\nExit status: %s.\n",
	       command->exit_status ? command->exit_status : COMMON_EXIT_STATUS);
}

static int complain_usage(const char *command)
{
	fprintf(stderr, "Try 'kexec-lineage help%s%s'.\n", command ? " " : "",
		command ? command : "");
	return STATUS_USAGE;
}

static int complain_no_command(const char *name)
{
	complain("unknown command '%s'", name);
	return complain_usage(NULL);
}

/* Run the command help. @operands: the words after "help"; @argv: the arguments of main(). */
static int run_help(const struct program *program, int argc, char **operands, char **argv)
{
	const struct command *command;

	if (argc == 0) {
		print_help(program);
		return STATUS_DONE;
	}
	if (argc > 1) {
		complain("help: unexpected operand '%s'", operands[1]);
		return complain_usage(NULL);
	}
	command = find_command(program, operands[0]);
	if (!command && is_fleet_command(program, operands[0]))
		return fleet_run(operands[0], argv);
	if (!command)
		return complain_no_command(operands[0]);
	print_command_help(command);
	return STATUS_DONE;
}

/* Build the string of short options for getopt_long(): "n:" is a letter with an argument. */
static void make_letters(const struct command *command, char *letters)
{
	size_t i;

	if (!command)
		*letters++ = '+'; /* stop at the command: all later options belong to the command */
	for (i = 0; command && command->options[i].name; i++) {
		if (!command->options[i].letter)
			continue;
		*letters++ = command->options[i].letter;
		if (command->options[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

/* Find the index of an option from the value that getopt_long() returned: an index or a letter. */
static size_t find_option(const struct command *command, int value)
{
	size_t i;

	for (i = 0; command->options[i].name; i++) {
		if (command->options[i].letter == value)
			return i;
	}
	return (size_t)value;
}

static struct option make_option(const struct command_option *option, int value)
{
	return (struct option){
		.name = option->name,
		.has_arg = option->argument ? required_argument : no_argument,
		.val = value,
	};
}

/*
 * Build the table for getopt_long(). The value of a command's option is its index. The value of a
 * global option is its enum constant.
 */
static void make_options(const struct command *command, struct option *table)
{
	size_t length = 0;
	size_t i;

	for (i = 0; command && command->options[i].name; i++)
		table[length++] = make_option(&command->options[i], (int)i);
	for (i = 0; i < GLOBALS; i++)
		table[length++] = make_option(&global_options[i], GLOBAL_ROOT + (int)i);
	table[length] = (struct option){ 0 };
}

/*
 * Parse the options of @command, or the options of the program if @command is NULL. Return -1 to
 * continue, or an exit status.
 */
static int parse_options(const struct program *program, const struct command *command, int argc,
			 char **argv, struct context *context, struct arguments *arguments)
{
	struct option table[OPTIONS_MAX + GLOBALS + 1];
	char letters[2 * OPTIONS_MAX + 2];
	int value;

	make_options(command, table);
	make_letters(command, letters);
	optind = 0; /* glibc: reset the scan, and read the leading "+" */
	while ((value = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		switch (value) {
		case GLOBAL_ROOT:
			context->root = optarg;
			break;
		case GLOBAL_JSON:
			context->json = true;
			break;
		case GLOBAL_HELP:
			if (command)
				print_command_help(command);
			else
				print_help(program);
			return STATUS_DONE;
		case GLOBAL_VERSION:
			print_version(program);
			return STATUS_DONE;
		case '?':
			return complain_usage(command ? command->name : NULL);
		default:
			arguments->values[find_option(command, value)] = optarg ? optarg : "";
		}
	}
	arguments->operands = argv + optind;
	arguments->operand_count = argc - optind;
	return -1;
}

/* Return whether --store names a server: only kexec-lineage-fleet can connect to a server. */
static bool needs_fleet(const struct program *program, const struct command *command,
			const struct arguments *arguments)
{
	size_t i;

	if (program->fleet_count == 0 || !command->reads_servers)
		return false;
	for (i = 0; command->options[i].name; i++) {
		if (arguments->values[i] && strcmp(command->options[i].name, "store") == 0)
			return !store_is_built(arguments->values[i]);
	}
	return false;
}

/*
 * Return whether the options that name a store have valid values; print an error message if not. A
 * value may have a password, so a value with a login is not printed.
 */
static bool check_stores(const struct command *command, const struct arguments *arguments)
{
	for (size_t i = 0; command->options[i].name; i++) {
		const char *name = command->options[i].name, *url = arguments->values[i];

		if (!url || !command->options[i].argument ||
		    strcmp(command->options[i].argument, "URL") != 0 || strcmp(name, "url") == 0 ||
		    store_url_is_valid(url))
			continue;
		complain("%s: --%s=%s: invalid store URL (expected sqlite:FILE, a path, or "
			 "clickhouse://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE)",
			 command->name, name, strchr(url, '@') ? "..." : url);
		return false;
	}
	return true;
}

static int run_command(const struct program *program, const struct command *command, int argc,
		       char **operands, struct context *context, char **argv)
{
	struct arguments arguments = { .operands = operands + 1, .operand_count = argc - 1 };
	int status;

	if (!command->passes_options) {
		status = parse_options(program, command, argc, operands, context, &arguments);
		if (status >= 0)
			return status;
	}
	if (command->operands_max >= 0 && arguments.operand_count > command->operands_max) {
		complain("%s: unexpected operand '%s'", command->name,
			 arguments.operands[command->operands_max]);
		return complain_usage(command->name);
	}
	if (needs_fleet(program, command, &arguments))
		return fleet_run(command->name, argv);
	if (!check_stores(command, &arguments))
		return STATUS_USAGE;
	return command->run(context, &arguments);
}

/* @argv: the unchanged arguments of main(); getopt_long() reorders @permuted. */
static int run(const struct program *program, int argc, char **permuted, char **argv)
{
	struct context context = { 0 };
	struct arguments rest = { 0 };
	const struct command *command;
	int status;

	status = parse_options(program, NULL, argc, permuted, &context, &rest);
	if (status >= 0)
		return status;
	if (rest.operand_count == 0) {
		complain("no command given");
		return complain_usage(NULL);
	}
	if (strcmp(rest.operands[0], "help") == 0)
		return run_help(program, rest.operand_count - 1, rest.operands + 1, argv);
	command = find_command(program, rest.operands[0]);
	if (!command && is_fleet_command(program, rest.operands[0]))
		return fleet_run(rest.operands[0], argv);
	if (!command)
		return complain_no_command(rest.operands[0]);
	return run_command(program, command, rest.operand_count, rest.operands, &context, argv);
}

static void show_migration(const char *name, int64_t to)
{
	fprintf(stderr, "%s: converting to schema %lld, which can take minutes\n", name,
		(long long)to);
}

int program_run(const struct program *program, int argc, char **argv)
{
	LINEAGE_AUTO_FREE char **copy = calloc((size_t)argc + 1, sizeof(*copy));

	if (isatty(STDERR_FILENO))
		store_on_migration = show_migration;
	if (!copy) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	return close_stdout(run(program, argc, argv, copy));
}
