// SPDX-License-Identifier: GPL-2.0-or-later
#include "line_marks.h"

#include <string.h>

#define DIGITS 8
#define ENOUGH_TO_DIFFER 4

/* Insert into an ascending list without repetition; the largest goes if there is no room. */
static void insert(uint32_t *list, size_t *count, size_t max, uint32_t mark)
{
	size_t at = *count;

	while (at > 0 && list[at - 1] >= mark)
		at--;
	if (at == max || (at < *count && list[at] == mark))
		return;
	if (*count < max)
		(*count)++;
	memmove(list + at + 1, list + at, (*count - at - 1) * sizeof(*list));
	list[at] = mark;
}

void lineage_marks_add_early(struct lineage_marks *marks, uint32_t mark)
{
	insert(marks->early, &marks->early_count, LINEAGE_EARLY_MARKS_MAX, mark);
}

void lineage_marks_add_late(struct lineage_marks *marks, uint32_t mark)
{
	insert(marks->late, &marks->late_count, LINEAGE_LATE_MARKS_MAX, mark);
}

void lineage_marks_join(struct lineage_marks *marks, const struct lineage_marks *other)
{
	for (size_t i = 0; i < other->early_count; i++)
		lineage_marks_add_early(marks, other->early[i]);
	for (size_t i = 0; i < other->late_count; i++)
		lineage_marks_add_late(marks, other->late[i]);
}

static size_t count_common(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	size_t common = 0;

	for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
		if (a[i] == b[j]) {
			common++;
			i++;
			j++;
		} else if (a[i] < b[j]) {
			i++;
		} else {
			j++;
		}
	}
	return common;
}

size_t lineage_marks_common(const struct lineage_marks *a, const struct lineage_marks *b)
{
	return count_common(a->early, a->early_count, b->early, b->early_count) +
	       count_common(a->late, a->late_count, b->late, b->late_count) +
	       count_common(a->early, a->early_count, b->late, b->late_count) +
	       count_common(a->late, a->late_count, b->early, b->early_count);
}

/*
 * A list that is full has every hash of its log up to its largest one, a shorter list has all of
 * them.
 */
static uint32_t covers_up_to(const struct lineage_marks *marks)
{
	return marks->early_count == LINEAGE_EARLY_MARKS_MAX ? marks->early[marks->early_count - 1]
							     : UINT32_MAX;
}

static size_t count_up_to(const struct lineage_marks *marks, uint32_t limit)
{
	size_t count = 0;

	while (count < marks->early_count && marks->early[count] <= limit)
		count++;
	return count;
}

bool lineage_marks_differ(const struct lineage_marks *a, const struct lineage_marks *b)
{
	uint32_t limit = covers_up_to(a) < covers_up_to(b) ? covers_up_to(a) : covers_up_to(b);

	return count_up_to(a, limit) >= ENOUGH_TO_DIFFER &&
	       count_up_to(b, limit) >= ENOUGH_TO_DIFFER && lineage_marks_common(a, b) == 0;
}

static char *encode_list(const uint32_t *list, size_t count, char *at)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++)
		for (int shift = 28; shift >= 0; shift -= 4)
			*at++ = digits[list[i] >> shift & 0xf];
	return at;
}

void lineage_marks_encode(const struct lineage_marks *marks, char ret[LINEAGE_MARKS_SIZE])
{
	char *at = ret;

	if (marks->early_count + marks->late_count > 0) {
		at = encode_list(marks->early, marks->early_count, at);
		*at++ = ':';
		at = encode_list(marks->late, marks->late_count, at);
	}
	*at = '\0';
}

/* Eight hex digits. False if there are none at @at. */
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
	if (!text)
		return;
	for (; decode_mark(text, &mark); text += DIGITS)
		lineage_marks_add_early(ret, mark);
	if (*text != ':')
		return;
	for (text++; decode_mark(text, &mark); text += DIGITS)
		lineage_marks_add_late(ret, mark);
}
