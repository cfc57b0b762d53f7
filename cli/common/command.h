/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Description of a command: name, operands, options, help, exit status and function.
 *
 * The programs print the help and parse the options from this description.
 * tests/golden/test_documentation.py compares the description with the man pages and the shell
 * completion.
 *
 * To add a command:
 * - write cli/host/NAME.c or cli/fleet/NAME.c with one `const struct command` and declare it below;
 * - add it to the table of cli/host/main.c or cli/fleet/main.c (for a command of the fleet program,
 *   add its name to the list in cli/host/main.c as well) and to cli/meson.build;
 * - write man/kexec-lineage-NAME.8, and list it in man/meson.build, man/kexec-lineage.8 and the
 *   file lists of packaging/debian and packaging/kexec-lineage.spec;
 * - add it to packaging/completion, and add tests to tests/golden.
 */
#ifndef LINEAGE_CLI_COMMON_COMMAND_H
#define LINEAGE_CLI_COMMON_COMMAND_H

#include <stdbool.h>

/* Exit status of the programs. */
enum exit_status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_NOTHING = 3,
	STATUS_ASSOCIATED = 10, /* triage: a finding is associated; --watch: stop */
	STATUS_SUSPECT = 11,	/* check: a finding is suspect */
	STATUS_HOLD = 12,	/* triage --watch: wait for more boots */
	STATUS_UNKNOWN = 12,	/* check: no boot of the transition is known */
};

/* Maximum number of options of a command, not counting the empty entry that ends its table. */
#define OPTIONS_MAX 16

/**
 * struct command_option - an option of a command
 * @name: its name without the dashes
 * @argument: name of its argument, in capitals; NULL if the option takes none
 * @help: description, one line
 * @letter: letter of its short form; 0 for none
 */
struct command_option {
	const char *name;
	const char *argument;
	const char *help;
	char letter;
};

/**
 * struct context - options of the program
 * @root: value of --root, or NULL
 * @json: whether --json was given
 */
struct context {
	const char *root;
	bool json;
};

/**
 * struct arguments - options and operands of a command
 * @values: one value per entry of the command's option table: the argument; "" if the option
 *	takes no argument; NULL if the option was not given
 * @operands: array of @operand_count operands
 */
struct arguments {
	const char *values[OPTIONS_MAX];
	char **operands;
	int operand_count;
};

/**
 * struct command - a command
 * @name: its name
 * @operands: options and operands, for the usage line
 * @summary: one line for the list of commands
 * @help: description and examples
 * @exit_status: meaning of each exit status, one line; NULL for the default text
 * @options: table of options; the last entry has no name
 * @operands_max: maximum number of operands, -1 for no limit
 * @passes_options: pass every argument to @run unchanged instead of parsing options
 * @reads_servers: the command also reads a store on a server, which needs kexec-lineage-fleet
 * @run: run the command and return an exit status
 */
struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const char *help;
	const char *exit_status;
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
extern const struct command command_inspect_dump;
extern const struct command command_record;
extern const struct command command_log;
extern const struct command command_copy;
extern const struct command command_ingest;
extern const struct command command_listen;
extern const struct command command_send;
extern const struct command command_triage;
extern const struct command command_report;
extern const struct command command_annotate;
extern const struct command command_hosts;
extern const struct command command_forget;
extern const struct command command_prune;
extern const struct command command_seal;
extern const struct command command_metrics;
extern const struct command command_doctor;
extern const struct command command_check;

#endif /* LINEAGE_CLI_COMMON_COMMAND_H */
