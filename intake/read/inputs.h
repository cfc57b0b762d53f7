/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Search of files and folders for logs, and the order in which the logs are read.
 *
 * Every file is a separate input, with three exceptions. If a crash left its log both as text and
 * inside another file, only the text is read. The parts of a pstore dump form one input, and so do
 * the parts of a rotated log (rotation.h). In an unpacked sosreport, only the logs are inputs
 * (sosreport.h). The name of a file only decides whether the file is read; the content shows the
 * format.
 */
#ifndef LINEAGE_INTAKE_READ_INPUTS_H
#define LINEAGE_INTAKE_READ_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

/* Maximum depth of folders. Deeper folders are reported and not read. */
#define INTAKE_DEPTH_MAX 32

/* Every sosreport has this folder, with the output of commands. */
#define INTAKE_SOSREPORT_SIGN "sos_commands"

/**
 * struct intake_input - files that form one log
 * @name: name for messages
 * @paths: files to read in order, as one stream
 * @count: number of @paths, at least 1. Several paths are either the pstore parts of one boot in
 *	the order of writing (the decoder sorts their lines), or the parts of a rotated log, the
 *	oldest first
 * @top: if the operand is a folder, the length of its path, with which each of @paths begins;
 *	otherwise 0
 * @stem: name of the log without the suffixes of log rotation; NULL if the file name has no such
 *	suffix
 * @is_crash: the file name is from pstore or kdump, and therefore not the name of a machine
 * @sosreport: folder of the sosreport that contains the files, or NULL
 * @is_of_report: the log covers only the boot in which the sosreport was made
 *
 * An input is valid until the function that receives it returns.
 */
struct intake_input {
	const char *name;
	const char *const *paths;
	size_t count;
	size_t top;
	const char *stem;
	bool is_crash;
	const char *sosreport;
	bool is_of_report;
};

/**
 * struct intake_inputs - receiver of the inputs found
 * @input: receives an input; a value other than 0 ends the search
 * @unreadable: receives a path that could not be read, and the negative errno
 * @sosreport: receives the folder of an unpacked sosreport, and the @top of its inputs; a value
 *	other than 0 ends the search. The files of the sosreport are not passed to @input. If
 *	@sosreport is NULL, a sosreport is searched like any other folder
 * @data: passed to all functions
 */
struct intake_inputs {
	int (*input)(void *data, const struct intake_input *input);
	void (*unreadable)(void *data, const char *path, int error);
	int (*sosreport)(void *data, const char *path, size_t top);
	void *data;
};

/**
 * intake_inputs_find() - find all inputs at and below the given paths
 * @paths: array of @count paths. Each path is "-" for standard input, a file of any type, or a
 *	folder. Folders are searched in the byte order of names, files before folders, for regular
 *	files only. Symbolic links in folders are not followed.
 *
 * Return: 0; the value other than 0 that ended the search; -ENOMEM.
 */
int intake_inputs_find(const char *const *paths, size_t count, const struct intake_inputs *inputs);

#endif /* LINEAGE_INTAKE_READ_INPUTS_H */
