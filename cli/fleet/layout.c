// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "words.h"

#define WIDTH_MAX 96
#define WIDTH_MIN 20
#define INDENT 2
#define GAP 2 /* blanks between two columns */

size_t layout_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;

	if (width == 0 && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0 || width > WIDTH_MAX)
		return WIDTH_MAX;
	return width < WIDTH_MIN ? WIDTH_MIN : width;
}

/* Return the number of characters of a text in UTF-8. */
static size_t characters_of(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* Return the length in bytes of the first @count characters of a text. */
static size_t length_of(const char *text, size_t count)
{
	size_t length = 0;

	while (text[length] && (count > 0 || ((unsigned char)text[length] & 0xc0) == 0x80)) {
		count -= ((unsigned char)text[length] & 0xc0) != 0x80;
		length++;
	}
	return length;
}

/**
 * struct line - the line that is written
 * @rest: indentation of the lines after it
 * @column: number of characters in the line
 * @has_word: a word follows the indentation
 */
struct line {
	FILE *stream;
	size_t width;
	size_t rest;
	size_t column;
	bool has_word;
};

static void break_line(struct line *line)
{
	fprintf(line->stream, "\n%*s", (int)line->rest, "");
	line->column = line->rest;
	line->has_word = false;
}

static void write_word(struct line *line, const char *word)
{
	size_t length = characters_of(word);

	if (line->has_word && line->column + 1 + length > line->width)
		break_line(line);
	if (line->has_word) {
		putc(' ', line->stream);
		line->column++;
	}
	line->has_word = true;
	while (line->column + length > line->width) {
		size_t part = line->width > line->column ? line->width - line->column : 1;
		size_t bytes = length_of(word, part);

		fwrite(word, 1, bytes, line->stream);
		word += bytes;
		length -= part;
		break_line(line);
		line->has_word = true;
	}
	fputs(word, line->stream);
	line->column += length;
}

void layout_paragraph_in(const char *text, size_t first, size_t rest, size_t width, FILE *stream)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);
	struct line line = { stream, width, rest, first, false };
	char *at = clean;

	fprintf(stream, "%*s", (int)first, "");
	while (*(at += strspn(at, " "))) {
		char *end = at + words_length(at);
		bool is_last = !*end;

		*end = '\0';
		write_word(&line, at);
		at = is_last ? end : end + 1;
	}
	putc('\n', stream);
}

void layout_paragraph(const char *text, size_t first, size_t rest, FILE *stream)
{
	layout_paragraph_in(text, first, rest, layout_width(stream), stream);
}

void layout_table_add(struct layout_table *table, const char *text)
{
	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? 2 * table->capacity : 64;
		char **cells = reallocarray(table->cells, capacity, sizeof(*cells));

		if (!cells) {
			complain("out of memory");
			exit(EXIT_FAILURE);
		}
		table->cells = cells;
		table->capacity = capacity;
	}
	table->cells[table->count++] = printable(text);
}

/* Find the width of each column. Return the width of the table. */
static size_t measure(const struct layout_table *table, size_t ret[LAYOUT_COLUMNS_MAX])
{
	size_t all = INDENT + GAP * (table->columns - 1);

	memset(ret, 0, LAYOUT_COLUMNS_MAX * sizeof(*ret));
	for (size_t i = 0; i < table->count; i++) {
		size_t width = characters_of(table->cells[i]);

		if (width > ret[i % table->columns])
			ret[i % table->columns] = width;
	}
	for (size_t i = 0; i < table->columns; i++)
		all += ret[i];
	return all;
}

static void print_row(const struct layout_table *table, size_t row, const size_t *widths,
		      FILE *stream)
{
	char *const *cells = &table->cells[row * table->columns];

	fprintf(stream, "%*s", INDENT, "");
	for (size_t i = 0; i < table->columns; i++) {
		int blanks = (int)(widths[i] - characters_of(cells[i]));
		bool is_last = i + 1 == table->columns;

		if (i < table->names)
			fprintf(stream, "%s%*s", cells[i], is_last ? 0 : blanks, "");
		else
			fprintf(stream, "%*s%s", blanks, "", cells[i]);
		fprintf(stream, "%*s", is_last ? 0 : GAP, "");
	}
	putc('\n', stream);
}

/* Print the names of a row as "associated: 7.2.9". */
static void print_names(const struct layout_table *table, char *const *cells, size_t width,
			FILE *stream)
{
	LINEAGE_AUTO_FREE char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	for (size_t i = 0; out && i < table->names; i++)
		if (cells[i][0])
			fprintf(out, "%s%s", ftell(out) > 0 ? ": " : "", cells[i]);
	if (!out || fclose(out)) {
		complain("out of memory");
		exit(EXIT_FAILURE);
	}
	layout_paragraph_in(names, INDENT, 2 * INDENT, width, stream);
}

/* Print a row as two paragraphs. No line breaks between the name of a column and its value. */
static void print_stacked(const struct layout_table *table, size_t row, size_t width, FILE *stream)
{
	char *const *cells = &table->cells[row * table->columns];
	struct line line = { stream, width, 2 * INDENT, 2 * INDENT, false };

	if (table->names > 0)
		print_names(table, cells, width, stream);
	fprintf(stream, "%*s", 2 * INDENT, "");
	for (size_t i = table->names; i < table->columns; i++) {
		LINEAGE_AUTO_FREE char *value = NULL;

		if (asprintf(&value, "%s %s%s", table->cells[i], cells[i],
			     i + 1 < table->columns ? "," : "") < 0) {
			complain("out of memory");
			exit(EXIT_FAILURE);
		}
		write_word(&line, value);
	}
	putc('\n', stream);
}

void layout_table_print_in(const struct layout_table *table, size_t width, FILE *stream)
{
	size_t widths[LAYOUT_COLUMNS_MAX], rows = table->count / table->columns;
	bool fits = measure(table, widths) <= width;

	for (size_t i = fits ? 0 : 1; i < rows; i++)
		if (fits)
			print_row(table, i, widths, stream);
		else
			print_stacked(table, i, width, stream);
}

void layout_table_print(const struct layout_table *table, FILE *stream)
{
	layout_table_print_in(table, layout_width(stream), stream);
}

void layout_table_deinit(struct layout_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
}
