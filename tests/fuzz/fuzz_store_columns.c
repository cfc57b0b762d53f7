// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for columns that contain lists: an accepted value is unchanged after it is written
 * and read again.
 */
#include "fuzz.h"

#include <errno.h>
#include <json.h>

#include "store/rows/encoding.h"

static char *print(struct json_object *list)
{
	return strdup(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN));
}

static void read_list(const char *text)
{
	struct json_object *list = NULL, *again = NULL;
	int error = store_list_decode(text, &list);
	char *printed, *printed_again;

	if (error) {
		FUZZ_EXPECT(error == -EILSEQ && !list);
		return;
	}
	printed = print(list);
	FUZZ_EXPECT(store_list_decode(printed, &again) == 0);
	printed_again = print(again);
	FUZZ_EXPECT(strcmp(printed, printed_again) == 0);
	free(printed);
	free(printed_again);
	json_object_put(list);
	json_object_put(again);
}

static void read_frames(const char *text, size_t size)
{
	const char *at = text, *frame;
	size_t length;

	while ((frame = store_frames_next(&at, &length)))
		FUZZ_EXPECT(frame + length <= at && at <= text + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_allocate(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	read_list(text);
	read_frames(text, size);
	free(text);
	return 0;
}
