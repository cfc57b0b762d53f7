// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lanes: groups of lines that are probably from one machine, if lines have a prefix of unknown
 * shape.
 */
#include "lane.h"

#include <ctype.h>

#include "hash.h"
#include "syslog_words.h"
#include "time_shape.h"

#define PREFIX_MAX 160

uint64_t intake_lane_add(uint64_t lane, struct intake_text word)
{
	uint64_t sum = intake_hash_add(lane ? lane : INTAKE_HASH_START, word.at, word.length);

	return sum ? sum : 1;
}

/*
 * Remove punctuation around a word, and the process id of "PROGRAM[PID]".
 */
static struct intake_text strip(struct intake_text word)
{
	size_t bracket = word.length > 0 ? intake_text_find(intake_text_skip(word, 1), "[") : 0;

	if (word.length > 0)
		word.length = bracket + 1;
	while (word.length > 0 && ispunct((unsigned char)word.at[word.length - 1]))
		word.length--;
	while (word.length > 0 && ispunct((unsigned char)word.at[0]))
		word = intake_text_skip(word, 1);
	return word;
}

/* Return whether the value of "KEY=VALUE" is a host. */
static bool is_host_key(struct intake_text key)
{
	static const char *const parts[] = { "host", "node", "name", "inst", "machine", "source" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (intake_text_has(key, parts[i]))
			return true;
	return false;
}

static bool may_be_host(struct intake_text word)
{
	struct intake_text key = word, facility;
	bool has_letter = false;
	size_t dots = 0;

	key.length = intake_text_find(word, "=");
	if (key.length < word.length && !is_host_key(key))
		return false;
	for (size_t i = 0; i < word.length; i++) {
		has_letter =
			has_letter || isalpha((unsigned char)word.at[i]) || (word.at[i] & 0x80);
		dots += word.at[i] == '.';
	}
	return word.length > 1 && (has_letter || dots == 3) && !intake_text_is(word, "kernel") &&
	       !intake_text_is(word, "kern") && intake_syslog_level_of(word, &facility) < 0;
}

/* Match "WORD: " and "WORD | ", as pdsh and docker compose write them. */
static bool is_label(struct intake_text prefix)
{
	struct intake_text rest = prefix, word = intake_text_take_word(&rest);

	if (word.length < 2 || intake_text_is(word, "login:"))
		return false;
	intake_text_take_blanks(&rest);
	if (intake_text_take(&rest, "|"))
		intake_text_take_blanks(&rest);
	else if (!intake_text_ends(word, ":") && !intake_text_ends(word, "|"))
		return false;
	return rest.length == 0;
}

/* Take a word, or a field of CSV and the comma after it. */
static struct intake_text take_field(struct intake_text *text)
{
	struct intake_text rest = *text, word = intake_text_take_word(text);
	size_t comma = intake_text_find(word, ",");

	if (comma == word.length)
		return word;
	word.length = comma;
	*text = intake_text_skip(rest, comma + 1);
	return word;
}

uint64_t intake_lane_of(struct intake_text prefix, bool is_dated)
{
	bool is_prefix = is_dated || is_label(prefix);
	uint64_t lane = 0;

	if (prefix.length == 0 || prefix.length > PREFIX_MAX ||
	    !memchr(" \t:|]\"'", prefix.at[prefix.length - 1], 7))
		return 0;
	while (prefix.length > 0) {
		struct intake_text word;

		intake_text_take_blanks(&prefix);
		word = take_field(&prefix);
		if (intake_time_is_like(word) || intake_text_is(word, "kernel:"))
			is_prefix = true;
		else if (may_be_host(strip(word)))
			lane = intake_lane_add(lane, strip(word));
	}
	return is_prefix ? lane : 0;
}
