/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does the program speak? Results on stdout, talk on stderr, nothing unprintable on either. */
#ifndef LINEAGE_CLI_COMMON_OUTPUT_H
#define LINEAGE_CLI_COMMON_OUTPUT_H

#include <stdbool.h>

struct json_object;

/* "kexec-lineage: ..." on stderr, with a newline. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/**
 * printable() - lineage_printable() for a program: it ends where memory is out
 *
 * Return: allocated; the caller frees.
 */
char *printable(const char *text);

/* A JSON string of printable(@text), JSON's null for NULL. */
struct json_object *json_text(const char *text);

/* Add @value to @object under @key; takes over @value. */
void json_add(struct json_object *object, const char *key, struct json_object *value);

/* Print @object as one line and free it. */
void json_print(struct json_object *object);

/* Are colours wanted on stdout? Only on a terminal, and not where NO_COLOR is set. */
bool wants_colours(void);

/* Turn a failed write to stdout (a full disk, say) into a message and STATUS_FAILED. */
int close_stdout(int status);

#endif /* LINEAGE_CLI_COMMON_OUTPUT_H */
