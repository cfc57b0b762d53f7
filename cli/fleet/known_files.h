/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of known bugs that a command uses: the administrator's list, then the shipped one. */
#ifndef LINEAGE_CLI_FLEET_KNOWN_FILES_H
#define LINEAGE_CLI_FLEET_KNOWN_FILES_H

#include "cli/common/command.h"
#include "known/known.h"

/* The option --known of commands that read the files. */
#define KNOWN_OPTION                                                                \
	{                                                                           \
		"known", "FILE",                                                    \
			"known bugs (default: /" KNOWN_LOCAL_PATH "; then the list" \
			" of the package)"                                          \
	}

/**
 * struct known_files - the lists; all zero is valid and has no bugs
 * @local: of the administrator; it is searched first
 * @shipped: of the package
 */
struct known_files {
	struct known_list local;
	struct known_list shipped;
};

/**
 * known_files_path() - path of the administrator's list: of --known, or KnownBugs= in the
 * configuration, or the default
 * @option: value of --known, or NULL
 *
 * Return: an allocated string, which the caller frees; NULL after an error message if the
 * configuration is invalid. Exit if memory runs out.
 */
char *known_files_path(const struct context *context, const char *option);

/**
 * known_file_read() - read one file
 * @command: name of the command, for error messages
 * @may_be_missing: a missing file is an empty list
 *
 * Return: false after an error message with the file and the line.
 */
bool known_file_read(const char *command, const char *path, bool may_be_missing,
		     struct known_list *ret);

/**
 * known_files_read() - read both files
 * @option: value of --known, or NULL
 *
 * A file that neither --known nor KnownBugs= names may be missing. If it is invalid, an error
 * message is printed, and it counts as missing: the notes must not prevent a report. An invalid
 * configuration also counts as missing after an error message.
 *
 * Return: false after an error message if a file that is named cannot be read or is invalid.
 */
bool known_files_read(const char *command, const struct context *context, const char *option,
		      struct known_files *ret);

/** known_files_find() - the first bug that is about a crash; NULL for none */
const struct known_bug *known_files_find(const struct known_files *files,
					 const struct known_crash *crash);

/**
 * known_sentence() - "Known bug, fixed in 6.1.160 (commit eb2266312507). NOTE URL"
 *
 * Return: an allocated string, which the caller frees; NULL if memory runs out.
 */
char *known_sentence(const struct known_bug *bug);

void known_files_deinit(struct known_files *files);

/* Deinitialise the lists at the end of the scope. Initialise the variable at its declaration. */
#define KNOWN_AUTO_FILES __attribute__((cleanup(known_files_deinit))) struct known_files

#endif /* LINEAGE_CLI_FLEET_KNOWN_FILES_H */
