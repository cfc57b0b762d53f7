/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Version order of kernel releases, and patterns of releases. */
#ifndef LINEAGE_LIB_RELEASES_H
#define LINEAGE_LIB_RELEASES_H

#include <stdbool.h>

/**
 * lineage_release_compare() - compare two releases by version
 *
 * Digits are compared as numbers. A release candidate sorts before its release, in each of these
 * forms, which are equal: 6.19-rc5, 6.19.0-rc5 (the kernel's own), 6.19.0-0.rc5 (Fedora), 6.19~rc5
 * (Debian) and 6.19.0-061900rc5 (Ubuntu). All other characters sort by byte value.
 *
 * Return: negative if @left is older, positive if @right is older, 0 if they are equal.
 */
int lineage_release_compare(const char *left, const char *right);

/**
 * lineage_release_is_until() - whether a release is not newer than the end of a range
 *
 * 6.12.3-1 is not newer than 6.12.3, whose build it is.
 */
bool lineage_release_is_until(const char *release, const char *last);

/**
 * lineage_release_has_fix() - whether a release has a fix that is in another release
 * @fix: A.B.C, which is about its series; A.B or A.B-rcN, which is about all later releases; or any
 *	other release, which is about this release only
 */
bool lineage_release_has_fix(const char *release, const char *fix);

/**
 * lineage_release_matches() - whether a pattern matches a release
 * @pattern: a release, the first parts of a version ("7.3" for 7.3.4, but not for 7.30), or a
 *	pattern of fnmatch(3)
 */
bool lineage_release_matches(const char *pattern, const char *release);

#endif /* LINEAGE_LIB_RELEASES_H */
