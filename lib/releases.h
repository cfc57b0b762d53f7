/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version order of kernel releases, and patterns of releases. */
#ifndef LINEAGE_LIB_RELEASES_H
#define LINEAGE_LIB_RELEASES_H

#include <stdbool.h>

/**
 * lineage_release_compare() - compare two releases by version
 *
 * Digits are compared as numbers. A release with "-rc" sorts before the same release without "-rc".
 * All other characters sort by byte value.
 *
 * Return: negative if @left is older, positive if @right is older, 0 if they are equal.
 */
int lineage_release_compare(const char *left, const char *right);

/**
 * lineage_release_matches() - whether a pattern matches a release
 * @pattern: a release, the first parts of a version ("7.3" for 7.3.4, but not for 7.30), or a
 *	pattern of fnmatch(3)
 */
bool lineage_release_matches(const char *pattern, const char *release);

#endif /* LINEAGE_LIB_RELEASES_H */
