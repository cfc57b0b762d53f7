// SPDX-License-Identifier: GPL-2.0-or-later
#include "line_marks.h"

#include <string.h>

#define DIGITS 8
#define ENOUGH 4
#define MARKED_LENGTH_MIN 8
#define FEW 16

/* The 64-bit FNV-1a hash (RFC 9923). */
#define HASH_START 0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL
/*
 * Two logs are of the same boot if they have at least @minimum marks in common, and these are at
 * least 1/@share of the marks that they could have in common. Other marks may differ, because each
 * log may lack lines that the other has, and logs that end at different times have different last
 * samples. The first lines of a crash report are the same in both logs, so a larger part of the
 * crash marks must match.
 */
static const struct {
	size_t minimum, share;
} in_common[LINEAGE_MARK_KINDS] = {
	[LINEAGE_MARK_EARLY] = { 2, 3 },
	[LINEAGE_MARK_SAMPLED] = { 3, 4 },
	[LINEAGE_MARK_CRASH] = { 2, 2 },
};

static const size_t list_max[LINEAGE_MARK_KINDS] = {
	[LINEAGE_MARK_EARLY] = LINEAGE_EARLY_MARKS_MAX,
	[LINEAGE_MARK_SAMPLED] = LINEAGE_SAMPLED_MARKS_MAX,
	[LINEAGE_MARK_CRASH] = LINEAGE_CRASH_MARKS_MAX,
};

static uint64_t hash_add(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * HASH_PRIME;
	return hash;
}

bool lineage_mark_of_line(uint64_t uptime_us, const char *text, size_t length, uint32_t *ret)
{
	uint64_t hash;

	if (uptime_us % 1000 == 0 || length < MARKED_LENGTH_MIN)
		return false;
	hash = hash_add(HASH_START, &uptime_us, sizeof(uptime_us));
	/* Hash only printable bytes without blanks: encodings escape or drop other bytes. */
	for (size_t i = 0; i < length; i++)
		if (text[i] > 0x20 && text[i] < 0x7f)
			hash = hash_add(hash, text + i, 1);
	*ret = (uint32_t)(hash ^ hash >> 32);
	return true;
}

static bool is_sample(uint32_t mark, unsigned int level)
{
	return (mark & ((1U << level) - 1)) == 0;
}

void lineage_samples_add(struct lineage_samples *samples, uint32_t mark)
{
	for (unsigned int level = 0; level < LINEAGE_SAMPLE_LEVELS && is_sample(mark, level);
	     level++) {
		size_t at = samples->levels[level].count++ % LINEAGE_SAMPLED_MARKS_MAX;

		samples->levels[level].marks[at] = mark;
	}
}

void lineage_samples_finish(const struct lineage_samples *samples, struct lineage_marks *ret)
{
	unsigned int level = 0;

	while (level + 1 < LINEAGE_SAMPLE_LEVELS &&
	       samples->levels[level].count > LINEAGE_SAMPLED_MARKS_MAX)
		level++;
	ret->lists[LINEAGE_MARK_SAMPLED].count = 0;
	for (size_t i = 0; i < samples->levels[level].count && i < LINEAGE_SAMPLED_MARKS_MAX; i++)
		lineage_marks_add(ret, LINEAGE_MARK_SAMPLED, samples->levels[level].marks[i]);
}

void lineage_marks_add(struct lineage_marks *marks, enum lineage_mark_kind kind, uint32_t mark)
{
	struct lineage_mark_list *list = &marks->lists[kind];
	size_t at = list->count;

	while (at > 0 && list->marks[at - 1] >= mark)
		at--;
	if (at == list_max[kind] || (at < list->count && list->marks[at] == mark))
		return;
	if (list->count < list_max[kind])
		list->count++;
	memmove(list->marks + at + 1, list->marks + at,
		(list->count - at - 1) * sizeof(*list->marks));
	list->marks[at] = mark;
}

void lineage_marks_join(struct lineage_marks *marks, const struct lineage_marks *other)
{
	for (int kind = 0; kind < LINEAGE_MARK_KINDS; kind++)
		for (size_t i = 0; i < other->lists[kind].count; i++)
			lineage_marks_add(marks, (enum lineage_mark_kind)kind,
					  other->lists[kind].marks[i]);
}

static size_t count_common(const struct lineage_mark_list *a, const struct lineage_mark_list *b)
{
	size_t common = 0;

	for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
		if (a->marks[i] == b->marks[j]) {
			common++;
			i++;
			j++;
		} else if (a->marks[i] < b->marks[j]) {
			i++;
		} else {
			j++;
		}
	}
	return common;
}

/*
 * Return the largest hash up to which the list is complete.
 * A list that is not full contains every hash.
 */
static uint32_t covers_up_to(const struct lineage_mark_list *early)
{
	return early->count == LINEAGE_EARLY_MARKS_MAX ? early->marks[early->count - 1]
						       : UINT32_MAX;
}

static size_t count_up_to(const struct lineage_mark_list *list, uint32_t limit)
{
	size_t count = 0;

	while (count < list->count && list->marks[count] <= limit)
		count++;
	return count;
}

/* Return the highest level at which all marks are samples. */
static unsigned int level_of(const struct lineage_mark_list *list)
{
	unsigned int level = LINEAGE_SAMPLE_LEVELS - 1;

	for (size_t i = 0; i < list->count; i++)
		while (!is_sample(list->marks[i], level))
			level--;
	return level;
}

/* Keep only the samples of a level. */
static void thin(struct lineage_mark_list *list, unsigned int level)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (is_sample(list->marks[i], level))
			list->marks[kept++] = list->marks[i];
	list->count = kept;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool is_enough(size_t common, size_t possible, int kind)
{
	return common >= in_common[kind].minimum && in_common[kind].share * common >= possible;
}

/* Compare early marks: two logs of one boot must agree if both have enough of its first lines. */
static enum lineage_marks_result compare_early(const struct lineage_mark_list *a,
					       const struct lineage_mark_list *b)
{
	uint32_t a_limit = covers_up_to(a), b_limit = covers_up_to(b);
	uint32_t limit = a_limit < b_limit ? a_limit : b_limit;
	size_t possible = smaller(count_up_to(a, limit), count_up_to(b, limit));
	size_t common = count_common(a, b);

	if (is_enough(common, possible, LINEAGE_MARK_EARLY))
		return LINEAGE_MARKS_SAME;
	return possible >= ENOUGH ? LINEAGE_MARKS_DIFFERENT : LINEAGE_MARKS_UNKNOWN;
}

/*
 * Compare two lists. Of a few marks, at least half must be common: two boots of one virtual machine
 * may print some equal lines at the same time.
 */
static bool share_enough(const struct lineage_mark_list *a, const struct lineage_mark_list *b,
			 enum lineage_mark_kind kind)
{
	size_t common = count_common(a, b), possible = smaller(a->count, b->count);

	return is_enough(common, possible, kind) && (possible >= FEW || 2 * common >= possible);
}

/*
 * Compare samples. A long log lacks most lines of a short one, so both are compared at the higher
 * of their levels.
 */
static bool compare_samples(struct lineage_mark_list a, struct lineage_mark_list b)
{
	unsigned int a_level = level_of(&a), b_level = level_of(&b);

	thin(&a, b_level);
	thin(&b, a_level);
	return share_enough(&a, &b, LINEAGE_MARK_SAMPLED);
}

enum lineage_marks_result lineage_marks_compare(const struct lineage_marks *a,
						const struct lineage_marks *b)
{
	enum lineage_marks_result early =
		compare_early(&a->lists[LINEAGE_MARK_EARLY], &b->lists[LINEAGE_MARK_EARLY]);

	if (early != LINEAGE_MARKS_UNKNOWN)
		return early;
	if (compare_samples(a->lists[LINEAGE_MARK_SAMPLED], b->lists[LINEAGE_MARK_SAMPLED]) ||
	    share_enough(&a->lists[LINEAGE_MARK_CRASH], &b->lists[LINEAGE_MARK_CRASH],
			 LINEAGE_MARK_CRASH))
		return LINEAGE_MARKS_SAME;
	return LINEAGE_MARKS_UNKNOWN;
}

static char *encode_list(const struct lineage_mark_list *list, char *at)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < list->count; i++)
		for (int shift = 28; shift >= 0; shift -= 4)
			*at++ = digits[list->marks[i] >> shift & 0xf];
	return at;
}

void lineage_marks_encode(const struct lineage_marks *marks, char ret[LINEAGE_MARKS_SIZE])
{
	char *at = ret;
	size_t count = 0;

	for (int kind = 0; kind < LINEAGE_MARK_KINDS; kind++) {
		count += marks->lists[kind].count;
		if (kind > 0)
			*at++ = ':';
		at = encode_list(&marks->lists[kind], at);
	}
	*(count > 0 ? at : ret) = '\0';
}

/* Parse the eight hex digits at @at. Return false if there are fewer. */
static bool decode_mark(const char *at, uint32_t *ret)
{
	uint32_t mark = 0;

	for (int i = 0; i < DIGITS; i++) {
		char c = at[i];

		if (c >= '0' && c <= '9')
			mark = mark << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			mark = mark << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = mark;
	return true;
}

void lineage_marks_decode(const char *text, struct lineage_marks *ret)
{
	uint32_t mark;

	memset(ret, 0, sizeof(*ret));
	for (int kind = 0; text && kind < LINEAGE_MARK_KINDS; kind++) {
		for (; decode_mark(text, &mark); text += DIGITS)
			lineage_marks_add(ret, (enum lineage_mark_kind)kind, mark);
		if (*text++ != ':')
			return;
	}
}
