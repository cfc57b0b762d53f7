// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for stamping command lines: only the stamp changes, within every length limit. */
#include "fuzz.h"

#include "core/cmdline.h"

static bool is_stamp(const struct lineage_parameter *parameter)
{
	return parameter->value && lineage_parameter_has_name(parameter, LINEAGE_STAMP_NAME);
}

static size_t count_stamps(const char *line, size_t length)
{
	struct lineage_parameter parameter;
	size_t position = 0, stamps = 0;

	while (lineage_parameter_next(line, length, &position, &parameter))
		stamps += is_stamp(&parameter);
	return stamps;
}

static bool is_inside(const struct lineage_parameter *parameter, const char *line)
{
	const char *start = line + parameter->start, *end = line + parameter->end;

	if (parameter->name < start || parameter->name + parameter->name_length > end)
		return false;
	return !parameter->value ||
	       (parameter->value > start && parameter->value + parameter->value_length <= end);
}

/* Find the next parameter that is not a stamp. */
static bool next_other(const char *line, size_t length, size_t *position,
		       struct lineage_parameter *ret)
{
	while (lineage_parameter_next(line, length, position, ret)) {
		FUZZ_EXPECT(ret->start < ret->end && ret->end <= length && *position == ret->end);
		FUZZ_EXPECT(is_inside(ret, line));
		if (!is_stamp(ret))
			return true;
	}
	return false;
}

/*
 * Check that both lines have the same parameters except stamps, and the same bytes after the last
 * parameter.
 */
static void expect_same_others(const char *line, size_t length, const char *other,
			       size_t other_length)
{
	struct lineage_parameter one, two;
	size_t at = 0, other_at = 0;

	while (next_other(line, length, &at, &one)) {
		FUZZ_EXPECT(next_other(other, other_length, &other_at, &two));
		FUZZ_EXPECT(one.end - one.start == two.end - two.start);
		FUZZ_EXPECT(memcmp(line + one.start, other + two.start, one.end - one.start) == 0);
	}
	FUZZ_EXPECT(!next_other(other, other_length, &other_at, &two));
	FUZZ_EXPECT(length - at == other_length - other_at);
	FUZZ_EXPECT(memcmp(line + at, other + other_at, length - at) == 0);
}

/* Return the line without stamps in a block of exact size; the caller frees it. */
static char *strip(const char *line, size_t length, size_t *ret_length)
{
	char *large = fuzz_allocate(length + 1), *exact;
	size_t again = 0;

	FUZZ_EXPECT(lineage_cmdline_strip(line, length, large, length + 1, ret_length) == 0);
	FUZZ_EXPECT(*ret_length <= length && large[*ret_length] == '\0');
	exact = fuzz_allocate(*ret_length + 1);
	FUZZ_EXPECT(lineage_cmdline_strip(line, length, exact, *ret_length, &again) == -ENOSPC);
	FUZZ_EXPECT(again == 0);
	FUZZ_EXPECT(lineage_cmdline_strip(line, length, exact, *ret_length + 1, &again) == 0);
	FUZZ_EXPECT(again == *ret_length && memcmp(exact, large, again + 1) == 0);
	free(large);
	return exact;
}

/* Return the line stamped within @limit in a block of exact size, or NULL; the caller frees it. */
static char *stamp_within(const char *line, size_t length, const struct lineage_stamp *stamp,
			  size_t limit, size_t *ret_length)
{
	char *buf = fuzz_allocate(limit + 1);
	int error = lineage_cmdline_stamp(line, length, stamp, limit, buf, limit + 1, ret_length);

	if (error) {
		FUZZ_EXPECT(error == -ENOSPC);
		free(buf);
		return NULL;
	}
	FUZZ_EXPECT(*ret_length <= limit && buf[*ret_length] == '\0');
	FUZZ_EXPECT(strlen(buf) == *ret_length);
	return buf;
}

/* Check all guarantees for one limit. */
static void check_limit(const char *line, size_t length, const struct lineage_stamp *stamp,
			size_t limit, const char *stripped, size_t stripped_length)
{
	size_t stamped_length = 0, again_length = 0;
	char *stamped = stamp_within(line, length, stamp, limit, &stamped_length);
	struct lineage_parameter parameter;
	struct lineage_stamp parsed;
	char *again;

	if (!stamped)
		return;
	FUZZ_EXPECT(count_stamps(stamped, stamped_length) == 1);
	FUZZ_EXPECT(lineage_cmdline_find(stamped, stamped_length, LINEAGE_STAMP_NAME, &parameter));
	if (parameter.value) {
		FUZZ_EXPECT(lineage_stamp_parse(parameter.value, parameter.value_length, &parsed,
						NULL) == 0);
		FUZZ_EXPECT(parsed.lineage.count == stamp->lineage.count);
	}
	expect_same_others(stripped, stripped_length, stamped, stamped_length);

	again = strip(stamped, stamped_length, &again_length);
	FUZZ_EXPECT(again_length == stripped_length);
	FUZZ_EXPECT(memcmp(again, stripped, again_length) == 0);
	free(again);

	again = stamp_within(stamped, stamped_length, stamp, limit, &again_length);
	FUZZ_EXPECT(again && again_length == stamped_length);
	FUZZ_EXPECT(memcmp(again, stamped, again_length) == 0);
	free(again);
	free(stamped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char chain[] = "7.2.12+deb13-amd64,6.12.111*2,6.1.0";
	/*
	 * Room for no entry, for one entry (59 bytes) without and with a space, for two entries,
	 * for all entries, and for more than all.
	 */
	static const size_t rooms[] = { 0, 59, 60, 71, 77, 2000 };
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC, .made_for = "7.3.4" };
	const char *line = (const char *)data;
	size_t length = strnlen(line, size), stripped_length = 0, i;
	char *stripped = strip(line, size, &stripped_length);

	stamp.lineage.count = 4;
	stamp.lineage.chain_length = sizeof(chain) - 1;
	memcpy(stamp.lineage.chain, chain, sizeof(chain) - 1);

	FUZZ_EXPECT(count_stamps(stripped, stripped_length) == 0);
	expect_same_others(line, length, stripped, stripped_length);
	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
		check_limit(line, size, &stamp, stripped_length + rooms[i], stripped,
			    stripped_length);
	free(stripped);
	return 0;
}
