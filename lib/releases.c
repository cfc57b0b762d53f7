// SPDX-License-Identifier: GPL-2.0-or-later
#include "releases.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
/* Longer than a release (LINEAGE_RELEASE_MAX) and its NUL. */
#define REDUCED_SIZE 128

static bool is_digit(char c)
{
	return isdigit((unsigned char)c) != 0;
}

/* Return the sort key of the next character; "-rc" before a digit sorts before the string's end. */
static int rank_of(const char *text)
{
	if (strncmp(text, "-rc", 3) == 0 && is_digit(text[3]))
		return -1;
	return (unsigned char)*text;
}

/* Compare two numbers of any length and advance both pointers past them. */
static int compare_numbers(const char **left, const char **right)
{
	size_t a, b;
	int order;

	*left += strspn(*left, "0");
	*right += strspn(*right, "0");
	a = strspn(*left, DIGITS);
	b = strspn(*right, DIGITS);
	order = a == b ? strncmp(*left, *right, a) : a < b ? -1 : 1;
	*left += a;
	*right += b;
	return order;
}

/* Return the length of "A.B" at the beginning of a release; 0 if it begins otherwise. */
static size_t series_length(const char *text)
{
	size_t first = strspn(text, DIGITS), second;

	if (first == 0 || text[first] != '.')
		return 0;
	second = strspn(text + first + 1, DIGITS);
	return second > 0 ? first + 1 + second : 0;
}

/*
 * Return where "rcN" begins after a version: after "-" or "~", and after a number that packages put
 * before it: 6.19.0-0.rc5.20260101.fc44, 6.19.0-061900rc5-generic. Return NULL for other releases.
 */
static const char *find_candidate(const char *text)
{
	if (*text != '-' && *text != '~')
		return NULL;
	text++;
	text += strspn(text, DIGITS);
	if (is_digit(text[-1]) && *text == '.')
		text++;
	return strncmp(text, "rc", 2) == 0 && is_digit(text[2]) ? text : NULL;
}

/*
 * Write a release candidate as A.B-rcN or A.B.C-rcN. The kernel names the candidate of 6.19
 * 6.19.0-rc5, and it is older than 6.19. Return @release itself if it is another release.
 */
static const char *reduce(const char *release, char buffer[REDUCED_SIZE])
{
	size_t series = series_length(release), end = series;
	const char *candidate;
	int written;

	if (release[series] == '.')
		end += 1 + strspn(release + series + 1, DIGITS);
	candidate = series > 0 ? find_candidate(release + end) : NULL;
	if (!candidate)
		return release;
	if (end == series + 2 && release[series + 1] == '0')
		end = series;
	written = snprintf(buffer, REDUCED_SIZE, "%.*s-%s", (int)end, release, candidate);
	return written < REDUCED_SIZE ? buffer : release;
}

/* Compare two releases that are reduced. */
static int compare(const char *left, const char *right)
{
	while (*left || *right) {
		int order = 0;

		if (is_digit(*left) && is_digit(*right)) {
			order = compare_numbers(&left, &right);
		} else {
			order = rank_of(left) - rank_of(right);
			left++;
			right++;
		}
		if (order)
			return order;
	}
	return 0;
}

/* Return whether a release begins with a version: 7.3.4 begins with 7.3, and 7.30 does not. */
static bool has_prefix(const char *release, const char *version)
{
	size_t length = strlen(version);

	return length > 0 && strncmp(version, release, length) == 0 &&
	       !(is_digit(version[length - 1]) && is_digit(release[length]));
}

int lineage_release_compare(const char *left, const char *right)
{
	char buffers[2][REDUCED_SIZE];

	return compare(reduce(left, buffers[0]), reduce(right, buffers[1]));
}

bool lineage_release_is_until(const char *release, const char *last)
{
	char buffers[2][REDUCED_SIZE];

	release = reduce(release, buffers[0]);
	last = reduce(last, buffers[1]);
	return compare(release, last) <= 0 || has_prefix(release, last);
}

bool lineage_release_has_fix(const char *release, const char *fix)
{
	char buffers[2][REDUCED_SIZE];
	size_t series;
	const char *rest;

	release = reduce(release, buffers[0]);
	fix = reduce(fix, buffers[1]);
	series = series_length(fix);
	rest = fix + series;
	if (series > 0 && (!*rest || strncmp(rest, "-rc", 3) == 0))
		return compare(release, fix) >= 0;
	if (series > 0 && *rest == '.' && !rest[1 + strspn(rest + 1, DIGITS)])
		return series_length(release) == series && strncmp(release, fix, series) == 0 &&
		       compare(release, fix) >= 0;
	return strcmp(release, fix) == 0;
}

bool lineage_release_matches(const char *pattern, const char *release)
{
	return fnmatch(pattern, release, 0) == 0 || has_prefix(release, pattern);
}
