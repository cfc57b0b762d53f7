/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping of untrusted text for HTML. */
#ifndef LINEAGE_CLI_FLEET_HTML_H
#define LINEAGE_CLI_FLEET_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Maximum length in bytes; longer text is truncated and ends with an ellipsis. */
#define HTML_TEXT_MAX 2000

/**
 * html_text() - write escaped text, valid in elements and in quoted attributes
 *
 * Bytes that are not printable() become %XX. Characters with a meaning in HTML become character
 * references. NULL writes nothing.
 */
void html_text(FILE *stream, const char *text);

/**
 * html_sentence() - write escaped text like html_text(); words with a hyphen and figures such as
 * "95 %" (words.h) are in <span class="whole">, so that lines do not break inside them
 */
void html_sentence(FILE *stream, const char *text);

/** html_name() - write escaped text inside <bdi>, which isolates its writing direction */
void html_name(FILE *stream, const char *text);

/* Maximum length in bytes of a short name; a release of Linux has at most 64. */
#define HTML_SHORT_MAX 80

/** html_short_name() - write a name like html_name(), but truncated to HTML_SHORT_MAX */
void html_short_name(FILE *stream, const char *text);

#endif /* LINEAGE_CLI_FLEET_HTML_H */
