// SPDX-License-Identifier: GPL-2.0-or-later
/* Which command was asked for, and what does each one take? */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"

static const struct command *const commands[] = {
	&command_show,	 &command_stamp, &command_cmdline, &command_load,   &command_inspect,
	&command_record, &command_log,	 &command_ingest,  &command_triage, &command_metrics,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Options of the program itself; those that report take them behind the command, too. */
static const struct command_option global_options[] = {
	{ "root", "DIR", "read every path below DIR instead of /" },
	{ "json", NULL, "print JSON" },
	{ "help", NULL, "print this help" },
	{ "version", NULL, "print the version" },
};

#define GLOBALS (sizeof(global_options) / sizeof(global_options[0]))

enum global {
	GLOBAL_ROOT = 256,
	GLOBAL_JSON,
	GLOBAL_HELP,
	GLOBAL_VERSION,
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
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

static void print_help(void)
{
	size_t i;

	puts("Usage: kexec-lineage [OPTION]... COMMAND ...\n"
	     "\n"
	     "Tells which kernels led to the running one through kexec, how many kexecs ago the\n"
	     "machine was cold-booted, and passes that on to the next kernel.\n"
	     "\n"
	     "Commands:");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-18s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions:");
	for (i = 0; i < GLOBALS; i++)
		print_option(&global_options[i]);
	puts("\n"
	     "'kexec-lineage help COMMAND' tells more of a command.\n"
	     "Exit status: 0 done, 1 failed, 2 wrong usage, 3 nothing to report.");
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
}

static int complain_usage(const char *command)
{
	fprintf(stderr, "Try 'kexec-lineage help%s%s'.\n", command ? " " : "",
		command ? command : "");
	return STATUS_USAGE;
}

static int run_help(int argc, char **argv)
{
	const struct command *command;

	if (argc == 0) {
		print_help();
		return STATUS_DONE;
	}
	if (argc > 1) {
		complain("help: '%s' is one operand too many", argv[1]);
		return complain_usage(NULL);
	}
	command = find_command(argv[0]);
	if (!command) {
		complain("there is no command '%s'", argv[0]);
		return complain_usage(NULL);
	}
	print_command_help(command);
	return STATUS_DONE;
}

/* getopt's other table: "n:" for an option with a letter and an argument. */
static void make_letters(const struct command *command, char *letters)
{
	size_t i;

	if (!command)
		*letters++ = '+'; /* what stands behind the command is the command's */
	for (i = 0; command && command->options[i].name; i++) {
		if (!command->options[i].letter)
			continue;
		*letters++ = command->options[i].letter;
		if (command->options[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

/* Which of the command's options getopt found: it gives its index, or its letter. */
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

/* getopt's table: the command's own options get their index, the global ones their number. */
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

/* Parse options of @command, or those before any command where it is NULL; -1: go on. */
static int parse_options(const struct command *command, int argc, char **argv,
			 struct context *context, struct arguments *arguments)
{
	struct option table[OPTIONS_MAX + GLOBALS + 1];
	char letters[2 * OPTIONS_MAX + 2];
	int value;

	make_options(command, table);
	make_letters(command, letters);
	optind = 0; /* glibc: start anew, "+" included */
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
				print_help();
			return STATUS_DONE;
		case GLOBAL_VERSION:
			puts("kexec-lineage " VERSION);
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

static int run_command(const struct command *command, int argc, char **argv,
		       struct context *context)
{
	struct arguments arguments = { .operands = argv + 1, .operand_count = argc - 1 };
	int status;

	if (!command->passes_options) {
		status = parse_options(command, argc, argv, context, &arguments);
		if (status >= 0)
			return status;
	}
	if (command->operands_max >= 0 && arguments.operand_count > command->operands_max) {
		complain("%s: '%s' is one operand too many", command->name,
			 arguments.operands[command->operands_max]);
		return complain_usage(command->name);
	}
	return command->run(context, &arguments);
}

static int run(int argc, char **argv)
{
	struct context context = { 0 };
	struct arguments rest = { 0 };
	const struct command *command;
	int status;

	status = parse_options(NULL, argc, argv, &context, &rest);
	if (status >= 0)
		return status;
	if (rest.operand_count == 0) {
		complain("which command?");
		return complain_usage(NULL);
	}
	if (strcmp(rest.operands[0], "help") == 0)
		return run_help(rest.operand_count - 1, rest.operands + 1);
	command = find_command(rest.operands[0]);
	if (!command) {
		complain("there is no command '%s'", rest.operands[0]);
		return complain_usage(NULL);
	}
	return run_command(command, rest.operand_count, rest.operands, &context);
}

int main(int argc, char **argv)
{
	return close_stdout(run(argc, argv));
}
