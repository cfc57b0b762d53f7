// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of plumbing: functions on a stack that the title of a crash does not name.
 *
 * The lists are data/plumbing.txt, data/plumbing_arch.txt and data/plumbing_kernel.txt. Every frame
 * of every crash is looked up, so the first use builds one hash table of all names. Hashing a name
 * also gives the hash of each of its prefixes, which are used to find patterns such as "kasan_*".
 */
#include "plumbing.h"

#include <assert.h>
#include <pthread.h>

#include "intake/decode/hash.h"

/**
 * struct area - functions of one area of the kernel
 * @reason: why the functions are skipped
 * @names: separated by spaces
 */
struct area {
	unsigned int reason;
	const char *names;
};

#include "plumbing_table.h"

#define SLOTS 16384 /* a power of two */

static_assert(SLOTS >= 2 * PLUMBING_NAMES, "the hash stays half empty");

struct slot {
	const char *at; /* NULL if free */
	unsigned int reasons;
	uint16_t length;
	bool is_prefix;
};

/* Patterns that may match inside a name. They are few and are tried in order. */
struct anywhere {
	struct intake_text text;
	unsigned int reason;
	bool is_at_end;
};

static struct slot slots[SLOTS];
static struct anywhere anywhere[PLUMBING_ANYWHERE];
static size_t anywhere_count;
static pthread_once_t index_once = PTHREAD_ONCE_INIT;

static size_t slot_of(uint64_t hash)
{
	return (hash ^ (hash >> 32)) % SLOTS;
}

static void add_anywhere(struct intake_text text, unsigned int reason)
{
	bool is_at_end = text.at[text.length - 1] != '*';

	if (!is_at_end)
		text.length--;
	anywhere[anywhere_count++] =
		(struct anywhere){ .text = text, .reason = reason, .is_at_end = is_at_end };
}

static void add_name(struct intake_text name, unsigned int reason)
{
	struct slot new = { .at = name.at, .reasons = reason };
	uint64_t hash = INTAKE_HASH_START;
	size_t at;

	if (intake_text_take(&name, "*")) {
		add_anywhere(name, reason);
		return;
	}
	new.is_prefix = name.at[name.length - 1] == '*';
	new.length = (uint16_t)(name.length - new.is_prefix);
	for (size_t i = 0; i < new.length; i++)
		hash = intake_hash_add(hash, &name.at[i], 1);
	for (at = slot_of(hash); slots[at].at; at = (at + 1) % SLOTS) {
		if (slots[at].length == new.length &&
		    slots[at].is_prefix ==
			    new.is_prefix &&memcmp(slots[at].at, new.at, new.length) == 0) {
			slots[at].reasons |= reason;
			return;
		}
	}
	slots[at] = new;
}

static void make_index(void)
{
	for (size_t i = 0; i < sizeof(areas) / sizeof(*areas); i++) {
		struct intake_text rest = intake_text_of(areas[i].names);

		while (rest.length > 0) {
			add_name(intake_text_take_word(&rest), areas[i].reason);
			intake_text_take_blanks(&rest);
		}
	}
}

/*
 * Return the reasons of every table entry that matches the first @length bytes: a prefix pattern,
 * or the whole name.
 */
static unsigned int find_reasons(struct intake_text function, size_t length, uint64_t hash)
{
	unsigned int reasons = 0;

	for (size_t at = slot_of(hash); slots[at].at; at = (at + 1) % SLOTS)
		if (slots[at].length == length &&
		    (slots[at].is_prefix || length == function.length) &&
		    memcmp(slots[at].at, function.at, length) == 0)
			reasons |= slots[at].reasons;
	return reasons;
}

static bool matches_anywhere(struct intake_text function, const struct anywhere *pattern)
{
	size_t length = pattern->text.length;

	if (function.length < length)
		return false;
	if (pattern->is_at_end)
		return memcmp(function.at + function.length - length, pattern->text.at, length) ==
		       0;
	return memmem(function.at, function.length, pattern->text.at, length) != NULL;
}

unsigned int intake_plumbing_reasons(struct intake_text function)
{
	uint64_t hash = INTAKE_HASH_START;
	unsigned int reasons = 0;

	pthread_once(&index_once, make_index);
	for (size_t i = 0; i < function.length; i++) {
		hash = intake_hash_add(hash, &function.at[i], 1);
		reasons |= find_reasons(function, i + 1, hash);
	}
	for (size_t i = 0; i < anywhere_count; i++)
		if (matches_anywhere(function, &anywhere[i]))
			reasons |= anywhere[i].reason;
	return reasons;
}
