// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/release.c: valid releases, and their single spelling in a stamp. */
#include "support.h"

#include <cmocka.h>

#include "core/release.h"

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+~-"
#define HEX "0123456789ABCDEF"

static bool is_plain(int byte)
{
	return byte != 0 && strchr(PLAIN, byte);
}

static bool is_allowed(int byte)
{
	return byte > 0x20 && byte < 0x7f;
}

static void allows_1_to_64_bytes(void **state)
{
	size_t length;

	for (length = 0; length <= 70; length++) {
		char *release = heap_untouched(length);

		memset(release, 'a', length);
		assert_int_equal(lineage_release_is_valid(release, length),
				 length >= 1 && length <= 64);
		free(release);
	}
}

/* Each byte value at the first, a middle and the last position. */
static void allows_no_blank_and_no_control_byte(void **state)
{
	size_t place;
	int byte;

	for (byte = 0; byte < 256; byte++) {
		for (place = 0; place < 3; place++) {
			char release[3] = { 'a', 'a', 'a' };

			release[place] = (char)byte;
			assert_int_equal(lineage_release_is_valid(release, 3), is_allowed(byte));
		}
	}
}

static const struct {
	const char *release;
	const char *encoded;
} spellings[] = {
	{ "6.1.0-56-cloud-amd64", "6.1.0-56-cloud-amd64" },
	{ "7.3.4+deb13-amd64", "7.3.4+deb13-amd64" },
	{ &PLAIN[4], &PLAIN[4] }, /* 64 of them */
	{ "a,b", "a%2Cb" },
	{ "a*2", "a%2A2" },
	{ "100%", "100%25" },
	{ "%41", "%2541" },
	{ "\"q'", "%22q%27" },
	{ "a=b", "a%3Db" },
	{ "a/b", "a%2Fb" },
	{ "a:b", "a%3Ab" },
	{ "@", "%40" },
	{ "[", "%5B" },
	{ "`", "%60" },
	{ "{", "%7B" },
	{ "!", "%21" },
};

static void writes_the_one_spelling(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(spellings); i++) {
		size_t length = strlen(spellings[i].encoded);
		char *buf = heap_untouched(length);

		assert_int_equal(lineage_release_encode(spellings[i].release,
							strlen(spellings[i].release), buf),
				 length);
		assert_memory_equal(buf, spellings[i].encoded, length);
		free(buf);
	}
}

static void reads_the_one_spelling(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(spellings); i++) {
		size_t length = strlen(spellings[i].encoded);
		char *text = heap_copy(spellings[i].encoded, length);
		char *release = heap_untouched(LINEAGE_RELEASE_SIZE);
		size_t used = strlen(spellings[i].release) + 1;

		assert_int_equal(lineage_release_decode(text, length, release, NULL), 0);
		assert_string_equal(release, spellings[i].release);
		assert_true(is_untouched(release + used, LINEAGE_RELEASE_SIZE - used));
		free(release);
		free(text);
	}
}

/* All percent codes with bytes around the hex digits, and each byte without encoding. */
static void accepts_only_what_it_writes(void **state)
{
	int high, low, byte;

	for (byte = 0; byte < 256; byte++) {
		char text[1] = { (char)byte };
		char release[LINEAGE_RELEASE_SIZE];

		assert_int_equal(lineage_release_decode(text, 1, release, NULL),
				 is_plain(byte) ? 0 : -EILSEQ);
	}
	for (high = 0; high < 256; high++) {
		for (low = 0; low < 256; low++) {
			const char *high_digit = high ? strchr(HEX, high) : NULL;
			const char *low_digit = low ? strchr(HEX, low) : NULL;
			char text[3] = { '%', (char)high, (char)low };
			char release[LINEAGE_RELEASE_SIZE];
			int expected = -EILSEQ;

			if (high_digit && low_digit) {
				byte = (int)(high_digit - HEX) * 16 + (int)(low_digit - HEX);
				if (is_allowed(byte) && !is_plain(byte))
					expected = 0;
			}
			assert_int_equal(lineage_release_decode(text, 3, release, NULL), expected);
			if (expected == 0) {
				assert_int_equal((unsigned char)release[0], byte);
				assert_int_equal(release[1], '\0');
			}
		}
	}
}

static const struct {
	const char *text;
	size_t offset;
	const char *what;
} errors[] = {
	{ "", 0, "a release is empty" },
	{ "a b", 1, "a release has a byte or percent code that is not allowed" },
	{ "ab*", 2, "a release has a byte or percent code that is not allowed" },
	{ "%", 0, "a release has a byte or percent code that is not allowed" },
	{ "ab%", 2, "a release has a byte or percent code that is not allowed" },
	{ "ab%2", 2, "a release has a byte or percent code that is not allowed" },
	{ "ab%2c", 2, "a release has a byte or percent code that is not allowed" },
	{ "ab%c3", 2, "a release has a byte or percent code that is not allowed" },
	{ "a%G0", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%0G", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%41", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%2D", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%00", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%0A", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%20", 1, "a release has a byte or percent code that is not allowed" },
	{ "a%7F", 1, "a release has a byte or percent code that is not allowed" },
	{ "%2Ca,", 4, "a release has a byte or percent code that is not allowed" },
	{ "\xc3\xa4", 0, "a release has a byte or percent code that is not allowed" },
};

static void names_the_broken_rule(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(errors); i++) {
		size_t length = strlen(errors[i].text);
		char *text = heap_copy(errors[i].text, length);
		char release[LINEAGE_RELEASE_SIZE];
		struct lineage_fault fault;

		memset(release, UNTOUCHED, sizeof(release));
		memset(&fault, UNTOUCHED, sizeof(fault));
		assert_int_equal(lineage_release_decode(text, length, release, &fault), -EILSEQ);
		assert_int_equal(lineage_release_decode(text, length, release, NULL), -EILSEQ);
		assert_true(is_untouched(release, sizeof(release)));
		assert_string_equal(fault.what, errors[i].what);
		assert_int_equal(fault.offset, errors[i].offset);
		assert_false(fault.has_values);
		assert_int_equal(fault.found, 0);
		assert_int_equal(fault.expected, 0);
		free(text);
	}
}

/* 64 bytes are valid and 65 are not, with and without percent codes. */
static void reads_64_bytes_and_not_65(void **state)
{
	static const char *const letters[] = { "a", "%2C" };
	size_t i, n;

	for (i = 0; i < COUNT_OF(letters); i++) {
		size_t width = strlen(letters[i]);
		char *release = heap_untouched(LINEAGE_RELEASE_SIZE);
		struct lineage_fault fault;
		char text[65 * 3];

		for (n = 0; n < 65; n++)
			memcpy(text + n * width, letters[i], width);
		assert_int_equal(lineage_release_decode(text, 65 * width, release, &fault),
				 -EILSEQ);
		assert_true(is_untouched(release, LINEAGE_RELEASE_SIZE));
		assert_string_equal(fault.what, "a release is longer than 64 bytes");
		assert_int_equal(fault.offset, 64 * width);
		assert_int_equal(lineage_release_decode(text, 64 * width, release, &fault), 0);
		assert_int_equal(strlen(release), 64);
		free(release);
	}
}

static void encodes_the_longest_release(void **state)
{
	char *buf = heap_untouched(LINEAGE_ENCODED_MAX);
	char release[LINEAGE_RELEASE_MAX];
	size_t i;

	memset(release, '%', sizeof(release));
	assert_int_equal(lineage_release_encode(release, sizeof(release), buf), 192);
	for (i = 0; i < 64; i++)
		assert_memory_equal(buf + 3 * i, "%25", 3);
	free(buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_1_to_64_bytes),
		cmocka_unit_test(allows_no_blank_and_no_control_byte),
		cmocka_unit_test(writes_the_one_spelling),
		cmocka_unit_test(reads_the_one_spelling),
		cmocka_unit_test(accepts_only_what_it_writes),
		cmocka_unit_test(names_the_broken_rule),
		cmocka_unit_test(reads_64_bytes_and_not_65),
		cmocka_unit_test(encodes_the_longest_release),
	};

	return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
