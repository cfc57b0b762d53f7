// SPDX-License-Identifier: GPL-2.0-or-later
#include "radix.h"

#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define VALUES 256

static unsigned int byte_of(const struct triage_radix_key *key, int word, int shift)
{
	return key->words[word] >> shift & (VALUES - 1);
}

/* Copy the keys in the order of one byte. */
static void sort_by(const struct triage_radix_key *keys, size_t count, int word, int shift,
		    struct triage_radix_key *ret)
{
	size_t next[VALUES + 1] = { 0 };

	for (size_t i = 0; i < count; i++)
		next[byte_of(&keys[i], word, shift) + 1]++;
	for (int value = 0; value < VALUES; value++)
		next[value + 1] += next[value];
	for (size_t i = 0; i < count; i++)
		ret[next[byte_of(&keys[i], word, shift)]++] = keys[i];
}

bool triage_radix_sort(struct triage_radix_key *keys, size_t count)
{
	LINEAGE_AUTO_FREE struct triage_radix_key *copy =
		reallocarray(NULL, count + 1, sizeof(*copy));
	struct triage_radix_key *from = keys, *to = copy;
	uint64_t differ[2] = { 0 };

	if (!copy)
		return false;
	for (size_t i = 1; i < count; i++)
		for (int word = 0; word < 2; word++)
			differ[word] |= keys[i].words[word] ^ keys[0].words[word];
	for (int word = 1; word >= 0; word--) {
		for (int shift = 0; shift < 64; shift += 8) {
			struct triage_radix_key *swapped = from;

			if (!(differ[word] >> shift & (VALUES - 1)))
				continue;
			sort_by(from, count, word, shift, to);
			from = to;
			to = swapped;
		}
	}
	if (from != keys)
		memcpy(keys, from, count * sizeof(*keys));
	return true;
}
