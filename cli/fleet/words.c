// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Return whether the blank at @at is inside "95 %" or "q = 0.03". */
static bool is_in_figure(const char *text, const char *at)
{
	if (at[1] == '%')
		return !isalnum((unsigned char)at[2]);
	if (at[1] == '=')
		return at[2] == ' ';
	return at - text >= 2 && at[-1] == '=' && at[-2] == ' ';
}

size_t words_length(const char *text)
{
	const char *end = strchrnul(text, ' ');

	while (*end && is_in_figure(text, end))
		end = strchrnul(end + 1, ' ');
	return (size_t)(end - text);
}
