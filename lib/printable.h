/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from elsewhere made fit for a terminal and for JSON. */
#ifndef LINEAGE_LIB_PRINTABLE_H
#define LINEAGE_LIB_PRINTABLE_H

/**
 * lineage_printable() - a printable copy of a text
 * @text: any bytes
 * @ret: the copy; the caller frees
 *
 * UTF-8 without control characters is copied as it is. In any other text every byte outside printable ASCII becomes
 * %XX, as in a stamp.
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_printable(const char *text, char **ret);

#endif /* LINEAGE_LIB_PRINTABLE_H */
