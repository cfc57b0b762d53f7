// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the file of known bugs: an error has a line and a text, valid paragraphs format
 * back to themselves, and a change gives a file with the same paragraphs.
 */
#include "fuzz.h"

#include <errno.h>

#include "known/known.h"

static void expect_equal(const struct known_bug *bug, const struct known_bug *other)
{
	for (int key = 0; key < KNOWN_KEYS; key++) {
		FUZZ_EXPECT(!bug->values[key] == !other->values[key]);
		FUZZ_EXPECT(!bug->values[key] || strcmp(bug->values[key], other->values[key]) == 0);
	}
}

/* Write all paragraphs, and parse them again. */
static void check_written(const struct known_list *list)
{
	KNOWN_AUTO_LIST again = { 0 };
	struct known_error error = { 0 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	FUZZ_EXPECT(stream);
	for (size_t i = 0; i < list->count; i++) {
		known_bug_write(&list->bugs[i], stream);
		putc('\n', stream);
	}
	FUZZ_EXPECT(fclose(stream) == 0);
	FUZZ_EXPECT(known_parse(text, size, &again, &error) == 0 && again.count == list->count);
	for (size_t i = 0; i < list->count; i++)
		expect_equal(&list->bugs[i], &again.bugs[i]);
	free(text);
}

/* Change the note of a paragraph, or remove the paragraph. All others stay. */
static void check_changed(const struct known_list *list, size_t number, bool is_removed)
{
	KNOWN_AUTO_LIST again = { 0 };
	struct known_error error = { 0 };
	struct known_bug change = list->bugs[number];
	char note[] = "a note", *text = NULL;
	size_t size;

	change.values[KNOWN_NOTE] = note;
	FUZZ_EXPECT((is_removed ? known_list_remove(list, &list->bugs[number], &text, &size)
				: known_list_set(list, &change, NULL, &text, &size)) == 0);
	if (size <= KNOWN_FILE_MAX) {
		FUZZ_EXPECT(known_parse(text, size, &again, &error) == 0);
		FUZZ_EXPECT(again.count == list->count - is_removed);
		for (size_t i = 0; i < again.count; i++)
			expect_equal(!is_removed && i == number	 ? &change
				     : is_removed && i >= number ? &list->bugs[i + 1]
								 : &list->bugs[i],
				     &again.bugs[i]);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	KNOWN_AUTO_LIST list = { 0 };
	struct known_error error = { 0 };
	char *text = fuzz_allocate(size);
	int result;

	memcpy(text, data, size);
	result = known_parse(text, size, &list, &error);
	free(text);
	FUZZ_EXPECT(result == 0 || (result == -EILSEQ && error.text[0] && list.count == 0));
	if (result)
		return 0;
	check_written(&list);
	for (size_t i = 0; i < list.count && i < 4; i++) {
		const struct known_crash crash = {
			.signature = list.bugs[i].values[KNOWN_SIGNATURE],
			.title = list.bugs[i].values[KNOWN_TITLE],
			.release = "6.12.117+deb12",
			.previous = "6.1.0",
			.previous_last = "6.1.0",
		};

		known_list_find(&list, &crash);
		check_changed(&list, i, false);
		check_changed(&list, i, true);
	}
	return 0;
}
