// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of a file of known bugs that keep all other lines. */
#include "known.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Return the key of a line of a valid paragraph; KNOWN_KEYS for a comment. */
static enum known_key key_of(const char *line, size_t length)
{
	int key = 0;

	for (; key < KNOWN_KEYS; key++) {
		const char *name = known_key_name((enum known_key)key);
		size_t size = strlen(name);

		if (length > size && memcmp(line, name, size) == 0 && line[size] == ':')
			break;
	}
	return (enum known_key)key;
}

static void write_pair(enum known_key key, const char *value, FILE *stream)
{
	if (*value)
		fprintf(stream, "%s: %s\n", known_key_name(key), value);
}

/* Write a paragraph with changed values. */
static void write_changed(const struct known_list *list, const struct known_bug *bug,
			  const struct known_bug *change, FILE *stream)
{
	for (size_t at = bug->begin; at < bug->end;) {
		const char *line = list->text + at;
		const char *end = memchr(line, '\n', bug->end - at);
		size_t length = end ? (size_t)(end - line) : bug->end - at;
		enum known_key key = key_of(line, length);

		if (key < KNOWN_KEYS && change->values[key])
			write_pair(key, change->values[key], stream);
		else
			fprintf(stream, "%.*s\n", (int)length, line);
		at += length + (end != NULL);
	}
	for (int key = 0; key < KNOWN_KEYS; key++)
		if (change->values[key] && !bug->values[key])
			write_pair((enum known_key)key, change->values[key], stream);
}

/* Write a new paragraph after the last one. */
static void write_new(const struct known_list *list, const struct known_bug *change,
		      const char *comment, FILE *stream)
{
	size_t size = list->size;

	if (size > 0 && list->text[size - 1] != '\n')
		putc('\n', stream);
	if (size > 0 && !(size > 1 && memcmp(list->text + size - 2, "\n\n", 2) == 0))
		putc('\n', stream);
	if (comment)
		fprintf(stream, "# %s\n", comment);
	for (int key = 0; key < KNOWN_KEYS; key++)
		if (change->values[key])
			write_pair((enum known_key)key, change->values[key], stream);
}

static const struct known_bug *find_same(const struct known_list *list,
					 const struct known_bug *wanted)
{
	for (size_t i = 0; i < list->count; i++)
		if (known_bug_is_same(&list->bugs[i], wanted))
			return &list->bugs[i];
	return NULL;
}

int known_list_set(const struct known_list *list, const struct known_bug *change,
		   const char *comment, char **ret, size_t *ret_size)
{
	const struct known_bug *bug = find_same(list, change);
	size_t end = bug ? bug->begin : list->size;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return -ENOMEM;
	if (end > 0) /* an empty list may have no text */
		fwrite(list->text, 1, end, stream);
	if (bug) {
		write_changed(list, bug, change, stream);
		fwrite(list->text + bug->end, 1, list->size - bug->end, stream);
	} else {
		write_new(list, change, comment, stream);
	}
	if (fclose(stream)) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	*ret_size = size;
	return 0;
}

int known_list_remove(const struct known_list *list, const struct known_bug *bug, char **ret,
		      size_t *ret_size)
{
	size_t end = bug->end;
	char *text;

	/* Remove one of the empty lines around the paragraph, too. */
	if (end < list->size && list->text[end] == '\n')
		end++;
	text = malloc(list->size + 1);
	if (!text)
		return -ENOMEM;
	memcpy(text, list->text, bug->begin);
	memcpy(text + bug->begin, list->text + end, list->size - end);
	*ret_size = bug->begin + list->size - end;
	text[*ret_size] = '\0';
	*ret = text;
	return 0;
}
