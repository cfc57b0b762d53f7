// SPDX-License-Identifier: GPL-2.0-or-later
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"

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

/*
 * Return the length of the text, truncated to HTML_TEXT_MAX but not within a multi-byte character.
 */
static size_t find_end(const char *text)
{
	size_t length = strlen(text);

	if (length <= HTML_TEXT_MAX)
		return length;
	length = HTML_TEXT_MAX;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

void html_text(FILE *stream, const char *text)
{
	LINEAGE_AUTO_FREE char *clean = printable(text ? text : "");
	size_t length = find_end(clean);

	for (size_t i = 0; i < length; i++)
		write_byte(stream, clean[i]);
	if (clean[length])
		fputs("\xe2\x80\xa6", stream);
}

void html_name(FILE *stream, const char *text)
{
	fputs("<bdi>", stream);
	html_text(stream, text);
	fputs("</bdi>", stream);
}
