// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.h"

#include <errno.h>
#include <json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "command.h"
#include "lib/printable.h"

void complain(const char *format, ...)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	LINEAGE_AUTO_FREE char *clean = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	clean = printable(text ? text : format);
	fprintf(stderr, "kexec-lineage: %s\n", clean);
}

char *printable(const char *text)
{
	char *copy;

	if (lineage_printable(text, &copy)) {
		fputs("kexec-lineage: out of memory\n", stderr);
		exit(STATUS_FAILED);
	}
	return copy;
}

struct json_object *json_text(const char *text)
{
	LINEAGE_AUTO_FREE char *clean = text ? printable(text) : NULL;

	return clean ? json_object_new_string(clean) : NULL;
}

void json_add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value)) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
}

void json_print(struct json_object *object)
{
	AUTO_JSON struct json_object *own = object;

	puts(json_object_to_json_string_ext(own, JSON_C_TO_STRING_SPACED |
							 JSON_C_TO_STRING_NOSLASHESCAPE));
}

bool wants_colours(void)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
	       !(terminal && strcmp(terminal, "dumb") == 0);
}

int close_stdout(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout) && fclose(stdout) == 0)
		return status;
	complain("cannot write to stdout: %s", strerror(errno));
	return STATUS_FAILED;
}
