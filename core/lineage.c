// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "lineage.h"

#include "decimal.h"

#define ENTRY_MAX (LINEAGE_ENCODED_MAX + 1 + LINEAGE_DECIMAL_MAX)

void lineage_clear(struct lineage *lineage)
{
	memset(lineage, 0, sizeof(*lineage));
}

/* Return the number of bytes before the first @stop; @length if there is no @stop. */
static size_t length_before(const char *text, size_t length, char stop)
{
	const char *found = memchr(text, stop, length);

	return found ? (size_t)(found - text) : length;
}

/* Read "release[*runs]"; @text has no comma. */
static int parse_entry(const char *text, size_t length, struct lineage_run *ret,
		       struct lineage_fault *fault)
{
	size_t name_length = length_before(text, length, '*');
	uint32_t runs = 1;
	int error;

	if (name_length < length) {
		error = lineage_decimal_parse(text + name_length + 1, length - name_length - 1,
					      &runs);
		if (error || runs < 2)
			return lineage_fault_set(fault, -EILSEQ,
						 "the number after '*' is not 2 to 4294967295",
						 name_length);
	}
	error = lineage_release_decode(text, name_length, ret->release, fault);
	if (error)
		return error;
	ret->runs = runs;
	return 0;
}

int lineage_chain_next(const struct lineage *lineage, size_t *position, struct lineage_run *ret)
{
	size_t at = *position;
	size_t length;

	if (at >= lineage->chain_length)
		return -ENODATA;
	length = length_before(lineage->chain + at, lineage->chain_length - at, ',');
	if (parse_entry(lineage->chain + at, length, ret, NULL))
		return -ENODATA;
	*position = at + length + 1;
	return 0;
}

bool lineage_chain_begins_with(const struct lineage *lineage, const char *release)
{
	struct lineage_run newest;
	size_t position = 0;

	return lineage_chain_next(lineage, &position, &newest) == 0 &&
	       strcmp(newest.release, release) == 0;
}

size_t lineage_chain_text(const struct lineage *lineage, size_t *position, char *buf, size_t size)
{
	size_t written = 0;

	while (*position < lineage->chain_length) {
		const char *entry = lineage->chain + *position;
		size_t length = length_before(entry, lineage->chain_length - *position, ',');
		size_t separator = written > 0 ? 2 : 0;

		if (written + separator + length > size)
			break;
		memcpy(buf + written, ", ", separator);
		memcpy(buf + written + separator, entry, length);
		written += separator + length;
		*position += length + 1;
	}
	return written;
}

/*
 * Return whether two entries name the same release. Each release has only one spelling, so it is
 * enough to compare the bytes.
 */
static bool is_same_release(const char *one, size_t one_length, const char *other,
			    size_t other_length)
{
	size_t length = length_before(one, one_length, '*');

	return length == length_before(other, other_length, '*') && memcmp(one, other, length) == 0;
}

int lineage_chain_check(const char *text, size_t length, uint64_t *ret_kernels,
			struct lineage_fault *fault)
{
	const char *previous = NULL;
	size_t previous_length = 0;
	uint64_t kernels = 0;
	size_t at = 0;

	if (length > LINEAGE_CHAIN_MAX)
		return lineage_fault_set(fault, -EILSEQ, "the chain is longer than a stamp can be",
					 LINEAGE_CHAIN_MAX);
	/* If at == length after a comma, the last entry is empty, which is an error. */
	while (length > 0 && at <= length) {
		size_t entry_length = length_before(text + at, length - at, ',');
		struct lineage_run run;
		int error = parse_entry(text + at, entry_length, &run, fault);

		if (error) {
			if (fault)
				fault->offset += at;
			return error;
		}
		if (previous && is_same_release(previous, previous_length, text + at, entry_length))
			return lineage_fault_set(fault, -EILSEQ,
						 "two neighbouring entries name the same release",
						 at);
		kernels += run.runs;
		previous = text + at;
		previous_length = entry_length;
		at += entry_length + 1;
	}
	*ret_kernels = kernels;
	return 0;
}

size_t lineage_chain_fit(const struct lineage *lineage, size_t room)
{
	size_t fit = lineage->chain_length;

	while (fit > room) {
		do
			fit--;
		while (fit > 0 && lineage->chain[fit] != ',');
	}
	return fit;
}

/* Insert @entry before the chain and drop the oldest entries that no longer fit. */
static void prepend_entry(struct lineage *lineage, const char *entry, size_t length)
{
	size_t rest = lineage_chain_fit(lineage, LINEAGE_CHAIN_MAX - length - 1);

	if (rest > 0) {
		memmove(lineage->chain + length + 1, lineage->chain, rest);
		lineage->chain[length++] = ',';
	}
	memcpy(lineage->chain, entry, rest > 0 ? length - 1 : length);
	lineage->chain_length = (uint32_t)(length + rest);
}

static void remove_first_entry(struct lineage *lineage)
{
	size_t first = length_before(lineage->chain, lineage->chain_length, ',');
	size_t cut = first < lineage->chain_length ? first + 1 : first;

	lineage->chain_length -= (uint32_t)cut;
	memmove(lineage->chain, lineage->chain + cut, lineage->chain_length);
}

int lineage_push(struct lineage *lineage, const char *release)
{
	size_t release_length = strlen(release);
	struct lineage_run newest;
	char entry[ENTRY_MAX];
	uint32_t runs = 1;
	size_t position = 0;
	size_t length;

	if (!lineage_release_is_valid(release, release_length))
		return -EILSEQ;
	if (lineage_chain_next(lineage, &position, &newest) == 0 &&
	    strcmp(newest.release, release) == 0) {
		runs = newest.runs < UINT32_MAX ? newest.runs + 1 : UINT32_MAX;
		remove_first_entry(lineage);
	}
	length = lineage_release_encode(release, release_length, entry);
	if (runs > 1) {
		entry[length++] = '*';
		length += lineage_decimal_format(runs, entry + length);
	}
	prepend_entry(lineage, entry, length);
	if (lineage->count < UINT32_MAX)
		lineage->count++;
	return 0;
}

void lineage_forget_oldest(struct lineage *lineage)
{
	size_t position = 0, last = 0;
	struct lineage_run oldest;
	char number[LINEAGE_DECIMAL_MAX];
	size_t length;

	if (!lineage_is_complete(lineage) || lineage_chain_kernels(lineage) < 2)
		return;
	while (position < lineage->chain_length) {
		last = position;
		if (lineage_chain_next(lineage, &position, &oldest))
			return;
	}
	if (oldest.runs == 1) {
		lineage->chain_length = (uint32_t)(last - 1); /* without the comma */
		return;
	}
	last += length_before(lineage->chain + last, lineage->chain_length - last, '*');
	length = oldest.runs > 2 ? lineage_decimal_format(oldest.runs - 1, number) : 0;
	if (length > 0)
		memcpy(lineage->chain + last + 1, number, length);
	lineage->chain_length = (uint32_t)(last + (length > 0 ? 1 + length : 0));
}

uint64_t lineage_chain_kernels(const struct lineage *lineage)
{
	struct lineage_run run;
	uint64_t kernels = 0;
	size_t position = 0;

	while (lineage_chain_next(lineage, &position, &run) == 0)
		kernels += run.runs;
	return kernels;
}

bool lineage_is_complete(const struct lineage *lineage)
{
	return lineage->count < UINT32_MAX && lineage_chain_kernels(lineage) == lineage->count;
}
