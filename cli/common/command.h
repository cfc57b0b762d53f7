/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command: a value with its name, operands, options, help and function.
 *
 * The help is printed and the options are parsed from it, and tests/golden/test_documentation.py compares the man page and the
 * completion with it.
 *
 * To add a command: write cli/host/NAME.c or cli/fleet/NAME.c with one `const struct command`, declare it below, add it to the
 * table of cli/host/main.c or cli/fleet/main.c (a command of the fleet program also to the list of names in cli/host/main.c),
 * to cli/meson.build, man/kexec-lineage.8 and packaging/completion, and give it tests in tests/golden.
 */
#ifndef LINEAGE_CLI_COMMON_COMMAND_H
#define LINEAGE_CLI_COMMON_COMMAND_H

#include <stdbool.h>

/* What the shell sees. */
enum exit_status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_NOTHING = 3,
};

/* Larger than any command needs: a table that is full has no end. */
#define OPTIONS_MAX 16

/**
 * struct command_option - an option of a command
 * @name: without the dashes
 * @argument: what stands behind '=', in capitals; NULL where nothing does
 * @help: one line
 * @letter: its short form; 0 where there is none
 */
struct command_option {
	const char *name;
	const char *argument;
	const char *help;
	char letter;
};

/**
 * struct context - what was said before the command
 * @root: --root, or NULL
 * @json: --json
 */
struct context {
	const char *root;
	bool json;
};

/**
 * struct arguments - what was said behind the command
 * @values: one for each of the command's options, in their order: its argument, "" for one
 *	without, NULL where it was not given
 * @operands: what is left; @operand_count of them
 */
struct arguments {
	const char *values[OPTIONS_MAX];
	char **operands;
	int operand_count;
};

/**
 * struct command - one command
 * @name: as typed
 * @operands: for the usage line
 * @summary: one line for the list of commands
 * @help: paragraphs that teach, with examples
 * @options: ends with an entry without a name
 * @operands_max: how many operands it takes, -1 for any number
 * @passes_options: every argument goes to @run as it is: the command parses no options
 * @reads_servers: it also reads a store on a server, which only kexec-lineage-fleet can
 * @run: does it; returns an exit status
 */
struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const char *help;
	struct command_option options[OPTIONS_MAX + 1];
	int operands_max;
	bool passes_options;
	bool reads_servers;
	int (*run)(const struct context *context, const struct arguments *arguments);
};

extern const struct command command_show;
extern const struct command command_stamp;
extern const struct command command_cmdline;
extern const struct command command_load;
extern const struct command command_inspect;
extern const struct command command_record;
extern const struct command command_log;
extern const struct command command_ingest;
extern const struct command command_triage;
extern const struct command command_metrics;

#endif /* LINEAGE_CLI_COMMON_COMMAND_H */
