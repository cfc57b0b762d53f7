// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports in plain text: a comment of Bugzilla, and a mail.
 *
 * A mail has the headers of the text, but no recipient: scripts/get_maintainer.pl of Linux finds
 * these.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "report_form.h"

#define WIDTH 75
#define SUMMARY_MAX 255 /* maximum number of bytes of a summary in Bugzilla */
/* A line of a mail has at most 998 bytes; write_part() makes five of three. */
#define LINE_MAX_BYTES 590
#define WORD_MAX 42 /* bytes of a text in one encoded word, which has at most 75 characters */

/* Return the largest length up to @max that does not divide a character in UTF-8. */
static size_t cut(const char *text, size_t max)
{
	size_t length = strnlen(text, max + 1);

	if (length <= max)
		return length;
	length = max;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void begin_bugzilla(const char *subject, FILE *stream)
{
	LINEAGE_AUTO_FREE char *clean = printable(subject);

	fprintf(stream, "Summary: %.*s\n\n", (int)cut(clean, SUMMARY_MAX), clean);
}

static bool is_ascii(const char *text)
{
	while (*text && isascii((unsigned char)*text))
		text++;
	return !*text;
}

/* Write encoded words (RFC 2047), one a line. */
static void write_encoded(const char *text, FILE *stream)
{
	while (*text) {
		size_t length = cut(text, WORD_MAX / 3);

		fputs("=?UTF-8?Q?", stream);
		for (size_t i = 0; i < length; i++) {
			unsigned char byte = (unsigned char)text[i];

			fprintf(stream, isascii(byte) && isalnum(byte) ? "%c" : "=%02X", byte);
		}
		text += length;
		fputs(*text ? "?=\n " : "?=", stream);
	}
}

/* Write a header of several lines, divided at blanks. */
static void write_folded(const char *text, size_t column, FILE *stream)
{
	while (*text) {
		size_t length = 1 + strcspn(text + 1, " ");

		if (*text == ' ' && length == 1) { /* one of several blanks, or the last one */
			text++;
			continue;
		}
		if (column > 0 && column + length > WIDTH && *text == ' ') {
			putc('\n', stream);
			column = 0;
		}
		fwrite(text, 1, length, stream);
		column += length;
		text += length;
	}
}

static void begin_mail(const char *subject, FILE *stream)
{
	LINEAGE_AUTO_FREE char *clean = printable(subject);

	fputs("Subject: ", stream);
	if (is_ascii(clean) && !strstr(clean, "=?"))
		write_folded(clean, strlen("Subject: "), stream);
	else
		write_encoded(clean, stream);
	fputs("\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
	      "Content-Transfer-Encoding: 8bit\n\n",
	      stream);
}

/*
 * Write a part of a line. git-mailinfo(1) removes all lines before one that is mostly dashes and
 * scissors, so a blank divides scissors.
 */
static void write_part(const char *part, size_t length, FILE *stream)
{
	static const char *const scissors[] = { ">8", "8<", ">%", "%<" };

	for (size_t i = 0; i < length; i++) {
		putc(part[i], stream);
		for (size_t j = 0; j < sizeof(scissors) / sizeof(scissors[0]); j++)
			if (strncmp(part + i, scissors[j], 2) == 0)
				putc(' ', stream);
	}
}

/* Write a printable() line of a mail. Long lines are divided, as a mail server would do it. */
static void write_mail_line(const char *line, FILE *stream)
{
	/*
	 * A blank before these lines keeps programs from finding a second mail ("From "), the end
	 * of the mail ("."), a patch that git-am(1) would apply, or headers in the text. Their case
	 * does not matter, and git takes "[PATCH]" for a subject.
	 */
	static const char *const marks[] = { "From ",	".",	 "-- ",	     "--- ",  "diff ",
					     "Index: ", "From:", "Subject:", "Date:", "[PATCH]" };

	bool is_mark = strcmp(line, "---") == 0;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		is_mark |= strncasecmp(line, marks[i], strlen(marks[i])) == 0;
	fputs(is_mark ? " " : "", stream);
	while (*line) {
		size_t length = cut(line, LINE_MAX_BYTES);

		write_part(line, length, stream);
		line += length;
		if (*line)
			fputs("\n ", stream);
	}
	putc('\n', stream);
}

static void write_bugzilla_line(const char *line, FILE *stream)
{
	fprintf(stream, "%s\n", line);
}

static void write_lines(const char *lines, void (*write)(const char *line, FILE *stream),
			FILE *stream)
{
	for (const char *at = lines; *at;) {
		const char *end = strchrnul(at, '\n');
		LINEAGE_AUTO_FREE char *line = strndup(at, (size_t)(end - at));
		LINEAGE_AUTO_FREE char *clean = printable(line ? line : "");

		write(clean, stream);
		at = *end ? end + 1 : end;
	}
	putc('\n', stream);
}

static void mail_block(const char *lines, FILE *stream)
{
	write_lines(lines, write_mail_line, stream);
}

static void bugzilla_block(const char *lines, FILE *stream)
{
	write_lines(lines, write_bugzilla_line, stream);
}

/* The columns begin after two blanks, so that no line is one of a patch. */
static void mail_table(const struct layout_table *table, FILE *stream)
{
	LINEAGE_AUTO_FREE char *lines = NULL;
	size_t size;
	FILE *memory = open_memstream(&lines, &size);

	if (!memory)
		return;
	layout_table_print_in(table, WIDTH, memory);
	if (fclose(memory) == 0)
		mail_block(lines, stream);
}

static void paragraph(const char *text, FILE *stream)
{
	LINEAGE_AUTO_FREE char *lines = NULL;
	size_t size;
	FILE *memory = open_memstream(&lines, &size);

	if (!memory)
		return;
	layout_paragraph_in(text, 0, 0, WIDTH, memory);
	if (fclose(memory) == 0)
		mail_block(lines, stream);
}

static void heading(const char *text, FILE *stream)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);

	fprintf(stream, "%s\n", clean);
	for (size_t i = 0; i < strlen(clean); i++)
		putc('=', stream);
	fputs("\n\n", stream);
}

static void write_table(const struct layout_table *table, FILE *stream)
{
	layout_table_print_in(table, WIDTH, stream);
	putc('\n', stream);
}

const struct report_form report_bugzilla = {
	.name = "bugzilla",
	.begin = begin_bugzilla,
	.heading = heading,
	.paragraph = paragraph,
	.table = write_table,
	.block = bugzilla_block,
};

const struct report_form report_mail = {
	.name = "mail",
	.begin = begin_mail,
	.heading = heading,
	.paragraph = paragraph,
	.table = mail_table,
	.block = mail_block,
};
