// SPDX-License-Identifier: GPL-2.0-or-later
#include "excerpt.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/cleanup.h"
#include "store/store.h"

/* Most of the size is for the first lines, which have the registers and the call stack. */
#define HEAD_MAX (STORE_EXCERPT_MAX * 3 / 4)
#define MARK_MAX 64
#define NAMES 3
#define NAME_MIN 3

/** struct name - a name of the host, not NUL-terminated; @length is 0 for none */
struct name {
	const char *at;
	size_t length;
};

/* Whether a byte continues a word. A name may have dots and hyphens, but may be followed by one. */
static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Take a name, unless it is too short, or has letters only or digits only. */
static struct name take_name(const char *at, size_t length)
{
	size_t letters = 0, digits = 0;

	for (size_t i = 0; i < length; i++) {
		letters += isalpha((unsigned char)at[i]) != 0;
		digits += isdigit((unsigned char)at[i]) != 0;
	}
	if (length < NAME_MIN || letters == length || digits == length)
		return (struct name){ 0 };
	return (struct name){ at, length };
}

/* Return the length of a name of the host at @at; 0 for none. */
static size_t match(const char *at, const struct name *names)
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].length > 0 && strncasecmp(at, names[i].at, names[i].length) == 0 &&
		    !is_word(at[names[i].length]))
			return names[i].length;
	return 0;
}

static void write_lines(const char *lines, const struct name *names, FILE *stream)
{
	for (const char *at = lines; *at;) {
		bool begins = at == lines || !is_word(at[-1]);
		size_t length = begins ? match(at, names) : 0;

		if (length > 0)
			fputs(STORE_EXCERPT_HOST, stream);
		else
			putc(*at, stream);
		at += length > 0 ? length : 1;
	}
}

static size_t count_lines(const char *at, const char *end)
{
	size_t count = 0;

	for (; at < end; at++)
		count += *at == '\n';
	return count;
}

/* Leave out lines in the middle of a text that is too long. */
static int cut(char *text, size_t size, char **ret)
{
	char *head = text + HEAD_MAX,
	     *tail = text + size - (STORE_EXCERPT_MAX - HEAD_MAX - MARK_MAX);

	while (head > text && head[-1] != '\n')
		head--;
	tail = strchrnul(tail, '\n');
	tail += *tail == '\n';
	if (asprintf(ret, "%.*s[... %zu lines left out ...]\n%s", (int)(head - text), text,
		     count_lines(head, tail), tail) < 0)
		return -ENOMEM;
	return 0;
}

int store_excerpt_make(const char *lines, const char *host, const char *machine_id, char **ret)
{
	const struct name names[NAMES] = {
		take_name(host, strlen(host)),
		take_name(host, strcspn(host, ".")),
		take_name(machine_id, strlen(machine_id)),
	};
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return -ENOMEM;
	write_lines(lines, names, stream);
	if (fclose(stream))
		return -ENOMEM;
	if (size > STORE_EXCERPT_MAX)
		return cut(text, size, ret);
	*ret = LINEAGE_TAKE(text);
	return 0;
}
