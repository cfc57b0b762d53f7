/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escape untrusted text for a terminal and for JSON. */
#ifndef LINEAGE_LIB_PRINTABLE_H
#define LINEAGE_LIB_PRINTABLE_H

/**
 * lineage_printable() - copy a text in printable form
 * @text: any bytes, NUL-terminated
 * @ret: the copy; the caller frees it with free()
 *
 * UTF-8 without control characters is copied unchanged. In any other text every byte outside
 * printable ASCII becomes %XX, as in a stamp.
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_printable(const char *text, char **ret);

#endif /* LINEAGE_LIB_PRINTABLE_H */
