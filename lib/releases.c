// SPDX-License-Identifier: GPL-2.0-or-later
#include "releases.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

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
	a = strspn(*left, "0123456789");
	b = strspn(*right, "0123456789");
	order = a == b ? strncmp(*left, *right, a) : a < b ? -1 : 1;
	*left += a;
	*right += b;
	return order;
}

int lineage_release_compare(const char *left, const char *right)
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

bool lineage_release_matches(const char *pattern, const char *release)
{
	size_t length = strlen(pattern);

	if (fnmatch(pattern, release, 0) == 0)
		return true;
	/* "7.3" is a prefix of 7.3.4, but not of 7.30. */
	return length > 0 && strncmp(pattern, release, length) == 0 &&
	       !(isdigit((unsigned char)pattern[length - 1]) &&
		 isdigit((unsigned char)release[length]));
}
