/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does text from elsewhere get into a page, so that it stays text? */
#ifndef LINEAGE_CLI_FLEET_HTML_H
#define LINEAGE_CLI_FLEET_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Longer ones are cut, with an ellipsis: no title of any use is so long. */
#define HTML_TEXT_MAX 2000

/**
 * html_text() - write text
 *
 * What is not printable() becomes %XX, and what HTML knows as its own a character reference; fit for elements and for
 * quoted attributes. NULL writes nothing.
 */
void html_text(FILE *stream, const char *text);

/* The same in an element of its own, so that its direction of writing ends with it. */
void html_name(FILE *stream, const char *text);

#endif /* LINEAGE_CLI_FLEET_HTML_H */
