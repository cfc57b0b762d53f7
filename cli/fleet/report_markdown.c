// SPDX-License-Identifier: GPL-2.0-or-later
/* A report in Markdown, as GitHub and GitLab render it. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "report_form.h"

#define FENCE_MIN 3
/* A character without width: "@name" with it is not a mention, and "#1" is not a link. */
#define NO_WIDTH "&#8203;"

/* Return whether a character has a meaning at the start of the line @start: a list, a heading. */
static bool is_block_mark(const char *start, const char *at)
{
	if (at == start)
		return strchr("+-=>#", *at) != NULL;
	if ((*at != '.' && *at != ')') || (at[1] != ' ' && at[1] != '\0'))
		return false;
	for (const char *digit = start; digit < at; digit++)
		if (!isdigit((unsigned char)*digit))
			return false;
	return true;
}

/* Return whether a character has a meaning anywhere in the line @start. */
static bool is_inline_mark(const char *start, const char *at)
{
	unsigned char before = at > start ? (unsigned char)at[-1] : ' ';
	unsigned char after = (unsigned char)at[1];

	switch (*at) {
	case '_':
		return !isalnum(before) || !isalnum(after);
	case ':': /* a URL, or an emoji as ":name:" */
		return after == '/' || isalnum(after);
	case '.': /* "www." begins a link */
		return at - start >= 3 && strncasecmp(at - 3, "www", 3) == 0;
	default:
		return strchr("\\`*[]<|~&#@$", *at) != NULL;
	}
}

/* Write a text without any markup. @text: one line, printable(). @is_line: it begins a line */
static void write_clean(const char *text, bool is_line, FILE *stream)
{
	for (const char *at = text; *at; at++) {
		if ((is_line && is_block_mark(text, at)) || is_inline_mark(text, at))
			putc('\\', stream);
		putc(*at, stream);
		if ((*at == '@' || *at == '#') && isalnum((unsigned char)at[1]))
			fputs(NO_WIDTH, stream);
	}
}

static void write_text(const char *text, FILE *stream)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);

	/* Blanks at the start would make a block of code. */
	write_clean(clean + strspn(clean, " "), true, stream);
}

static void begin(const char *subject, FILE *stream)
{
	fputs("# ", stream);
	write_text(subject, stream);
	fputs("\n\n", stream);
}

static void heading(const char *text, FILE *stream)
{
	fputs("## ", stream);
	write_text(text, stream);
	fputs("\n\n", stream);
}

static void paragraph(const char *text, FILE *stream)
{
	write_text(text, stream);
	fputs("\n\n", stream);
}

static void write_row(const struct layout_table *table, size_t row, FILE *stream)
{
	for (size_t i = 0; i < table->columns; i++) {
		fputs(i == 0 ? "| " : " | ", stream);
		write_clean(table->cells[row * table->columns + i], false, stream);
	}
	fputs(" |\n", stream);
}

static void write_table(const struct layout_table *table, FILE *stream)
{
	for (size_t row = 0; row < table->count / table->columns; row++) {
		write_row(table, row, stream);
		for (size_t i = 0; row == 0 && i < table->columns; i++)
			fputs(i < table->names ? "|---" : "|--:", stream);
		fputs(row == 0 ? "|\n" : "", stream);
	}
	putc('\n', stream);
}

/* Return the length of a fence that no line of a block can end. */
static size_t fence_of(const char *lines)
{
	size_t longest = FENCE_MIN - 1;

	for (; *lines; lines++) {
		size_t length = strspn(lines, "`");

		if (length > longest)
			longest = length;
		lines += length > 0 ? length - 1 : 0;
	}
	return longest + 1;
}

static void write_fence(size_t length, const char *kind, FILE *stream)
{
	while (length-- > 0)
		putc('`', stream);
	fprintf(stream, "%s\n", kind);
}

static void block(const char *lines, FILE *stream)
{
	size_t fence = fence_of(lines);

	write_fence(fence, "text", stream);
	for (const char *at = lines; *at;) {
		const char *end = strchrnul(at, '\n');
		LINEAGE_AUTO_FREE char *line = strndup(at, (size_t)(end - at));
		LINEAGE_AUTO_FREE char *clean = printable(line ? line : "");

		fprintf(stream, "%s\n", clean);
		at = *end ? end + 1 : end;
	}
	write_fence(fence, "", stream);
	putc('\n', stream);
}

const struct report_form report_markdown = {
	.name = "markdown",
	.begin = begin,
	.heading = heading,
	.paragraph = paragraph,
	.table = write_table,
	.block = block,
};
