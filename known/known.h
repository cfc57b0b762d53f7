/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of known bugs: one paragraph for each bug, with lines "key: value".
 *
 * kexec-lineage-known-bugs(5) describes the file. Users keep it in git, so that it is edited
 * without changing other lines. To add a key: add it to enum known_key, to the table in parse.c and
 * to the manual page; if triage prints it, also to cli/fleet/triage_known.c.
 */
#ifndef LINEAGE_KNOWN_KNOWN_H
#define LINEAGE_KNOWN_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Limits of the file: its size, the length of a line, and the number of paragraphs. */
#define KNOWN_FILE_MAX (1024 * 1024)
#define KNOWN_LINE_MAX 1024
#define KNOWN_BUGS_MAX 2000

/* Where the package installs its list, and where the list of the administrator is; below a root. */
#define KNOWN_SHIPPED_PATH "usr/share/kexec-lineage/known-bugs"
#define KNOWN_LOCAL_PATH "etc/kexec-lineage/known-bugs"

/** The keys of a paragraph, in the order in which they are written. */
enum known_key {
	KNOWN_SIGNATURE, /* signature of the crash */
	KNOWN_TITLE,	 /* its title */
	KNOWN_RELEASE,	 /* list of releases in which it occurs */
	KNOWN_PREVIOUS,	 /* list of previous releases on which it depends */
	KNOWN_COMMIT,	 /* commit of the fix */
	KNOWN_FIXED_IN,	 /* releases with the fix, for the reader */
	KNOWN_URL,	 /* where the bug is described */
	KNOWN_NOTE,	 /* one line for the reader */
	KNOWN_IGNORE,	 /* "yes": nobody needs to look at it */
	KNOWN_UNSURE,	 /* "yes": the same crash may have another cause */
	KNOWN_KEYS
};

/** known_key_name() - the key as the file has it; static */
const char *known_key_name(enum known_key key);

/**
 * struct known_bug - one paragraph
 * @values: the values; NULL for keys that it does not have; owned
 * @line: number of its first line
 * @begin, @end: offsets of its first byte and of the byte after its last line
 */
struct known_bug {
	char *values[KNOWN_KEYS];
	size_t line;
	size_t begin;
	size_t end;
};

/**
 * struct known_list - the paragraphs of a file; all zero is a valid empty list
 * @text: the file, NUL-terminated; owned
 * @size: its size in bytes
 * @bugs: array of @count paragraphs, in the order of the file; owned
 */
struct known_list {
	char *text;
	size_t size;
	struct known_bug *bugs;
	size_t count;
};

/**
 * struct known_error - why a file is invalid
 * @line: number of the line; 0 for the whole file
 * @text: what is wrong, and what is expected
 */
struct known_error {
	size_t line;
	char text[160];
};

/**
 * known_parse() - parse a file
 * @text: the content, @size bytes
 * @ret: the list; the caller deinitialises it
 * @ret_error: set if the return value is -EILSEQ
 *
 * Return: 0; -EILSEQ if the file is invalid; -ENOMEM.
 */
int known_parse(const char *text, size_t size, struct known_list *ret,
		struct known_error *ret_error);

void known_list_deinit(struct known_list *list);

/* Deinitialise the list at the end of the scope. Initialise the variable at its declaration. */
#define KNOWN_AUTO_LIST __attribute__((cleanup(known_list_deinit))) struct known_list

/** known_bug_is() - whether a bug has the value "yes" for a key */
bool known_bug_is(const struct known_bug *bug, enum known_key key);

/** known_bug_is_same() - whether two paragraphs are about the same crash, release and origin */
bool known_bug_is_same(const struct known_bug *bug, const struct known_bug *other);

/** known_bug_compare() - an order of paragraphs in which those that are the same are neighbours */
int known_bug_compare(const struct known_bug *bug, const struct known_bug *other);

/** known_bug_write() - write a paragraph, without an empty line after it */
void known_bug_write(const struct known_bug *bug, FILE *stream);

/**
 * struct known_crash - what a paragraph is compared with
 * @signature, @title, @release: the crash; NULL if unknown
 * @previous, @previous_last: the range of previous releases on which it depends, or the same
 *	release twice; NULL if it does not depend on a previous release
 */
struct known_crash {
	const char *signature;
	const char *title;
	const char *release;
	const char *previous;
	const char *previous_last;
};

/** known_bug_matches() - whether a paragraph is about a crash */
bool known_bug_matches(const struct known_bug *bug, const struct known_crash *crash);

/** known_list_find() - the first paragraph of a list that is about a crash; NULL for none */
const struct known_bug *known_list_find(const struct known_list *list,
					const struct known_crash *crash);

/**
 * known_list_set() - change values of a paragraph, or add the paragraph
 * @change: the paragraph that is the same (known_bug_is_same()) gets its values; "" removes a
 *	value
 * @comment: a line of text for a new paragraph; NULL for none
 * @ret: the new content of the file, of @ret_size bytes; the caller frees it
 *
 * No other byte of the file changes. Return: 0 or -ENOMEM. The new content may be invalid, for
 * example without any value.
 */
int known_list_set(const struct known_list *list, const struct known_bug *change,
		   const char *comment, char **ret, size_t *ret_size);

/**
 * known_list_remove() - remove a paragraph of the list, with its comments
 *
 * The outputs are as for known_list_set(). Return: 0 or -ENOMEM.
 */
int known_list_remove(const struct known_list *list, const struct known_bug *bug, char **ret,
		      size_t *ret_size);

#endif /* LINEAGE_KNOWN_KNOWN_H */
