/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output of the programs: results on stdout, messages on stderr, printable text only. */
#ifndef LINEAGE_CLI_COMMON_OUTPUT_H
#define LINEAGE_CLI_COMMON_OUTPUT_H

#include <stdbool.h>

struct json_object;

/* Print "kexec-lineage: ..." and a newline to stderr. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/**
 * printable() - call lineage_printable(), and exit if memory runs out
 *
 * Return: an allocated string, which the caller frees.
 */
char *printable(const char *text);

/* Make a JSON string of printable(@text); NULL gives null. */
struct json_object *json_text(const char *text);

/* Add @value to @object under @key. @object owns @value afterwards. */
void json_add(struct json_object *object, const char *key, struct json_object *value);

/* Print @object as one line and free it. */
void json_print(struct json_object *object);

/* Return whether to use colours: stdout is a terminal and NO_COLOR is empty or unset. */
bool wants_colours(void);

/*
 * Close stdout and return @status. If a write failed (for example, the disk is full), print an
 * error message and return STATUS_FAILED.
 */
int close_stdout(int status);

#endif /* LINEAGE_CLI_COMMON_OUTPUT_H */
