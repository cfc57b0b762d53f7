/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paragraphs and tables that fit into the width of a terminal. */
#ifndef LINEAGE_CLI_FLEET_LAYOUT_H
#define LINEAGE_CLI_FLEET_LAYOUT_H

#include <stddef.h>
#include <stdio.h>

#define LAYOUT_COLUMNS_MAX 8

/**
 * layout_width() - width of the lines: $COLUMNS if it is set, otherwise the width of the terminal,
 * at most 96; 96 if the stream is not a terminal
 */
size_t layout_width(FILE *stream);

/**
 * layout_paragraph() - print a text with line breaks at blanks
 * @text: any bytes
 * @first: indentation of the first line, in blanks
 * @rest: indentation of the other lines
 *
 * A figure such as "95 %" is not divided (words.h). A word that is longer than a line is continued
 * on the next line. Nothing is cut.
 */
void layout_paragraph(const char *text, size_t first, size_t rest, FILE *stream);

/** layout_paragraph_in() - as layout_paragraph(), in lines of @width characters */
void layout_paragraph_in(const char *text, size_t first, size_t rest, size_t width, FILE *stream);

/**
 * struct layout_table - a table; the first row is the header; all zero but @columns and @names is a
 * valid empty table
 * @columns: number of columns, at most LAYOUT_COLUMNS_MAX
 * @names: number of columns at the start that name the row; they are aligned to the left
 * @cells: array of @count texts, row by row; owned
 */
struct layout_table {
	size_t columns;
	size_t names;
	char **cells;
	size_t count;
	size_t capacity;
};

/** layout_table_add() - add a cell; the text is copied. Exit if memory runs out. */
void layout_table_add(struct layout_table *table, const char *text);

/**
 * layout_table_print() - print a table with an indentation of two blanks
 *
 * If the table is wider than a line, each row is printed as a paragraph: the names, then the name
 * and the value of each other column.
 */
void layout_table_print(const struct layout_table *table, FILE *stream);

/** layout_table_print_in() - as layout_table_print(), in lines of @width characters */
void layout_table_print_in(const struct layout_table *table, size_t width, FILE *stream);

void layout_table_deinit(struct layout_table *table);

/* Deinitialise the table at the end of the scope. Initialise the variable at its declaration. */
#define LAYOUT_AUTO_TABLE __attribute__((cleanup(layout_table_deinit))) struct layout_table

#endif /* LINEAGE_CLI_FLEET_LAYOUT_H */
