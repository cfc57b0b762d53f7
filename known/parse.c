// SPDX-License-Identifier: GPL-2.0-or-later
#include "known.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/printable.h"

static const char *const names[KNOWN_KEYS] = {
	[KNOWN_SIGNATURE] = "signature",
	[KNOWN_TITLE] = "title",
	[KNOWN_RELEASE] = "release",
	[KNOWN_PREVIOUS] = "previous",
	[KNOWN_COMMIT] = "commit",
	[KNOWN_FIXED_IN] = "fixed-in",
	[KNOWN_URL] = "url",
	[KNOWN_NOTE] = "note",
	[KNOWN_IGNORE] = "ignore",
	[KNOWN_UNSURE] = "unsure",
};

const char *known_key_name(enum known_key key)
{
	return names[key];
}

/**
 * struct parser - the state of known_parse()
 * @list: the paragraphs so far; the last one is open if @is_open
 * @line: number of the current line
 * @begin: offset of the first line of the current paragraph, which may be a comment
 * @is_inside: the previous line was not empty
 * @is_open: the paragraph has a key
 */
struct parser {
	struct known_list *list;
	struct known_error *error;
	size_t line;
	size_t begin;
	bool is_inside;
	bool is_open;
};

__attribute__((format(printf, 3, 4))) static int fail(struct parser *parser, size_t line,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(parser->error->text, sizeof(parser->error->text), format, arguments);
	va_end(arguments);
	parser->error->line = line;
	return -EILSEQ;
}

/* Return whether a line is UTF-8 without control characters. */
static int check_characters(struct parser *parser, const char *line, size_t length)
{
	LINEAGE_AUTO_FREE char *copy = strndup(line, length);
	LINEAGE_AUTO_FREE char *clean = NULL;

	if (!copy || lineage_printable(copy, &clean))
		return -ENOMEM;
	if (strlen(copy) != length || strcmp(copy, clean) != 0)
		return fail(parser, parser->line,
			    "the line has a character that is not printable UTF-8");
	return 0;
}

/* Find the key of a line that begins with "KEY: ". Return KNOWN_KEYS for an unknown key. */
static enum known_key find_key(const char *line, size_t length)
{
	int key = 0;

	while (key < KNOWN_KEYS &&
	       !(strlen(names[key]) == length && memcmp(names[key], line, length) == 0))
		key++;
	return (enum known_key)key;
}

/* Check a list of releases: no item is empty, and a range has at least one end. */
static int check_releases(struct parser *parser, const char *name, const char *value)
{
	for (const char *item = value;; item++) {
		size_t length = strcspn(item, ",");

		while (length > 0 && *item == ' ') {
			item++;
			length--;
		}
		while (length > 0 && item[length - 1] == ' ')
			length--;
		if (length == 0 || (length == 2 && memcmp(item, "..", 2) == 0) ||
		    memchr(item, ' ', length))
			return fail(parser, parser->line,
				    "the list of '%s' has an invalid item (expected releases, "
				    "patterns and ranges as 6.1..6.5, separated by commas)",
				    name);
		item += strcspn(item, ",");
		if (!*item)
			return 0;
	}
}

static int check_value(struct parser *parser, enum known_key key, const char *value)
{
	switch (key) {
	case KNOWN_SIGNATURE:
		/* "any crash" is the only one with a blank */
		if (strchr(value, ' ') && strcmp(value, "any crash") != 0)
			return fail(parser, parser->line, "the signature has a blank");
		return 0;
	case KNOWN_RELEASE:
	case KNOWN_PREVIOUS:
		return check_releases(parser, names[key], value);
	case KNOWN_URL:
		if ((strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0) ||
		    strchr(value, ' '))
			return fail(parser, parser->line,
				    "the url is invalid (expected http:// or https://, no blank)");
		return 0;
	case KNOWN_IGNORE:
	case KNOWN_UNSURE:
		if (strcmp(value, "yes") != 0)
			return fail(parser, parser->line,
				    "the value of '%s' is not 'yes' (remove the line for no)",
				    names[key]);
		return 0;
	default:
		return 0;
	}
}

static int open_paragraph(struct parser *parser)
{
	struct known_list *list = parser->list;
	struct known_bug *bugs;

	if (list->count == KNOWN_BUGS_MAX)
		return fail(parser, parser->line, "the file has more than %d paragraphs",
			    KNOWN_BUGS_MAX);
	bugs = reallocarray(list->bugs, list->count + 1, sizeof(*bugs));
	if (!bugs)
		return -ENOMEM;
	list->bugs = bugs;
	bugs[list->count++] = (struct known_bug){ .line = parser->line, .begin = parser->begin };
	parser->is_open = true;
	return 0;
}

static int parse_pair(struct parser *parser, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	enum known_key key = colon ? find_key(line, (size_t)(colon - line)) : KNOWN_KEYS;
	size_t name = colon ? (size_t)(colon - line) : 0;
	struct known_bug *bug;
	int error;

	if (!colon)
		return fail(parser, parser->line, "the line is not 'key: value', and no comment");
	if (key == KNOWN_KEYS)
		return fail(parser, parser->line,
			    "unknown key '%.*s' (see kexec-lineage-known-bugs(5))",
			    name > 40 ? 40 : (int)name, line);
	if (length < name + 3 || colon[1] != ' ' || colon[2] == ' ' || line[length - 1] == ' ')
		return fail(parser, parser->line, "'%s:' is not followed by one blank and a value",
			    names[key]);
	error = parser->is_open ? 0 : open_paragraph(parser);
	if (error)
		return error;
	bug = &parser->list->bugs[parser->list->count - 1];
	if (bug->values[key])
		return fail(parser, parser->line, "the paragraph has '%s' twice", names[key]);
	bug->values[key] = strndup(colon + 2, length - name - 2);
	return bug->values[key] ? check_value(parser, key, bug->values[key]) : -ENOMEM;
}

/* End the paragraph before the byte @end. */
static int close_paragraph(struct parser *parser, size_t end)
{
	struct known_bug *bug;
	bool is_useful = false;

	parser->is_inside = false;
	if (!parser->is_open)
		return 0;
	parser->is_open = false;
	bug = &parser->list->bugs[parser->list->count - 1];
	bug->end = end;
	if (!bug->values[KNOWN_SIGNATURE] && !bug->values[KNOWN_TITLE])
		return fail(parser, bug->line, "the paragraph has neither 'signature' nor 'title'");
	for (int key = KNOWN_COMMIT; key <= KNOWN_IGNORE; key++)
		is_useful |= bug->values[key] != NULL;
	if (!is_useful)
		return fail(parser, bug->line,
			    "the paragraph says nothing about the bug (expected commit, fixed-in, "
			    "url, note or ignore)");
	return 0;
}

static int parse_line(struct parser *parser, size_t at, size_t length)
{
	const char *line = parser->list->text + at;
	int error;

	if (length > KNOWN_LINE_MAX)
		return fail(parser, parser->line, "the line is longer than %d bytes",
			    KNOWN_LINE_MAX);
	error = check_characters(parser, line, length);
	if (error)
		return error;
	if (length == 0)
		return close_paragraph(parser, at);
	if (!parser->is_inside)
		parser->begin = at;
	parser->is_inside = true;
	return *line == '#' ? 0 : parse_pair(parser, line, length);
}

static int compare_bugs(const void *left, const void *right)
{
	const struct known_bug *a = *(const struct known_bug *const *)left;
	const struct known_bug *b = *(const struct known_bug *const *)right;
	int order = known_bug_compare(a, b);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* Check that no two paragraphs are the same: they may contradict each other. */
static int check_repeated(struct parser *parser)
{
	struct known_list *list = parser->list;
	LINEAGE_AUTO_FREE const struct known_bug **sorted =
		calloc(list->count + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++)
		sorted[i] = &list->bugs[i];
	qsort(sorted, list->count, sizeof(*sorted), compare_bugs);
	for (size_t i = 1; i < list->count; i++)
		if (known_bug_is_same(sorted[i - 1], sorted[i]))
			return fail(parser, sorted[i]->line,
				    "the paragraph is about the same bug as line %zu; keep one",
				    sorted[i - 1]->line);
	return 0;
}

static int parse(struct parser *parser)
{
	struct known_list *list = parser->list;
	int error = 0;

	if (list->size > KNOWN_FILE_MAX)
		return fail(parser, 0, "the file is larger than %d bytes", KNOWN_FILE_MAX);
	for (size_t at = 0; !error && at < list->size;) {
		const char *end = memchr(list->text + at, '\n', list->size - at);
		size_t length = end ? (size_t)(end - list->text) - at : list->size - at;

		parser->line++;
		error = parse_line(parser, at, length);
		at += length + (end != NULL);
	}
	if (!error)
		error = close_paragraph(parser, list->size);
	return error ? error : check_repeated(parser);
}

int known_parse(const char *text, size_t size, struct known_list *ret,
		struct known_error *ret_error)
{
	KNOWN_AUTO_LIST list = { 0 };
	struct parser parser = { .list = &list, .error = ret_error };
	int error;

	list.text = malloc(size + 1);
	if (!list.text)
		return -ENOMEM;
	memcpy(list.text, text, size);
	list.text[size] = '\0';
	list.size = size;
	error = parse(&parser);
	if (error)
		return error;
	*ret = list;
	list = (struct known_list){ 0 };
	return 0;
}

void known_list_deinit(struct known_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (int key = 0; key < KNOWN_KEYS; key++)
			free(list->bugs[i].values[key]);
	free(list->bugs);
	free(list->text);
}
