/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a crash report as a store keeps them: of limited size, and without the host. */
#ifndef LINEAGE_STORE_ROWS_EXCERPT_H
#define LINEAGE_STORE_ROWS_EXCERPT_H

/* What replaces the name of the host. */
#define STORE_EXCERPT_HOST "HOST"

/**
 * store_excerpt_make() - make the text of the column excerpt
 * @lines: lines, each ended by a newline
 * @host, @machine_id: names of the host; each word that is one of them, or the first part of a
 *	domain name, becomes STORE_EXCERPT_HOST. A name of letters only is kept: it may be an
 *	English word.
 * @ret: the text, of at most STORE_EXCERPT_MAX bytes; if lines in the middle are left out, a line
 *	says how many; the caller frees it
 *
 * Return: 0 or -ENOMEM.
 */
int store_excerpt_make(const char *lines, const char *host, const char *machine_id, char **ret);

#endif /* LINEAGE_STORE_ROWS_EXCERPT_H */
