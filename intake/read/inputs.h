/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files are to be read, and in which order, when folders are named?
 *
 * Every file is an input of its own, but for two kinds of folders: where a crash left its log both
 * as text and inside something else, only the text is read; and what pstore cut into parts is put
 * together. What is inside a file is not decided here, only the content tells.
 */
#ifndef LINEAGE_INTAKE_READ_INPUTS_H
#define LINEAGE_INTAKE_READ_INPUTS_H

#include <stddef.h>

/* Folders inside folders: deeper ones are reported and not read. */
#define INTAKE_DEPTH_MAX 32

/**
 * struct intake_input - files that are one log
 * @name: for people
 * @paths: to be read one after another, as if they were one
 * @count: of @paths, at least 1; more only for parts of pstore that one boot left, in the order of
 *	writing: what they say of themselves tells the order of their lines
 *
 * Lives until the function that is handed it returns.
 */
struct intake_input {
	const char *name;
	const char *const *paths;
	size_t count;
};

/**
 * struct intake_inputs - who takes what is found
 * @input: takes an input; anything but 0 ends the search
 * @unreadable: takes a path that could not be looked at, and why (negative errno)
 * @data: handed to both
 */
struct intake_inputs {
	int (*input)(void *data, const struct intake_input *input);
	void (*unreadable)(void *data, const char *path, int error);
	void *data;
};

/**
 * intake_inputs_find() - find all inputs that a name stands for
 * @path: a file of any kind, which is an input as it is, or a folder, which is searched: in the
 *	order of names (bytes), files before folders, regular files only, and no symbolic link is
 *	followed (@path itself may be one)
 *
 * Return: 0; what @input returned; -ENOMEM.
 */
int intake_inputs_find(const char *path, const struct intake_inputs *inputs);

#endif /* LINEAGE_INTAKE_READ_INPUTS_H */
