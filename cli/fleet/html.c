// SPDX-License-Identifier: GPL-2.0-or-later
#include "html.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "words.h"

#define ELLIPSIS "\xe2\x80\xa6"

static void write_byte(FILE *stream, char byte)
{
	switch (byte) {
	case '&':
		fputs("&amp;", stream);
		break;
	case '<':
		fputs("&lt;", stream);
		break;
	case '>':
		fputs("&gt;", stream);
		break;
	case '"':
		fputs("&quot;", stream);
		break;
	case '\'':
		fputs("&#39;", stream);
		break;
	default:
		putc(byte, stream);
	}
}

static void write_bytes(FILE *stream, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		write_byte(stream, text[i]);
}

/* Return the length of the text, truncated to @max but not within a multi-byte character. */
static size_t find_end(const char *text, size_t max)
{
	size_t length = strlen(text);

	if (length <= max)
		return length;
	length = max;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void write_text(FILE *stream, const char *text, size_t max)
{
	LINEAGE_AUTO_FREE char *clean = printable(text ? text : "");
	size_t length = find_end(clean, max);

	write_bytes(stream, clean, length);
	if (clean[length])
		fputs(ELLIPSIS, stream);
}

void html_text(FILE *stream, const char *text)
{
	write_text(stream, text, HTML_TEXT_MAX);
}

void html_sentence(FILE *stream, const char *text)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);
	size_t end = find_end(clean, HTML_TEXT_MAX);
	bool is_cut = clean[end];

	clean[end] = '\0';
	for (const char *at = clean; *at;) {
		size_t length = words_length(at);
		bool is_whole = memchr(at, '-', length) || memchr(at, ' ', length);

		fputs(is_whole ? "<span class=\"whole\">" : "", stream);
		write_bytes(stream, at, length);
		fputs(is_whole ? "</span>" : "", stream);
		at += length;
		if (*at)
			putc(*at++, stream);
	}
	if (is_cut)
		fputs(ELLIPSIS, stream);
}

static void write_name(FILE *stream, const char *text, size_t max)
{
	fputs("<bdi>", stream);
	write_text(stream, text, max);
	fputs("</bdi>", stream);
}

void html_name(FILE *stream, const char *text)
{
	write_name(stream, text, HTML_TEXT_MAX);
}

void html_short_name(FILE *stream, const char *text)
{
	write_name(stream, text, HTML_SHORT_MAX);
}
