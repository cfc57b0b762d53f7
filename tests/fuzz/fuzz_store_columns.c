// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for columns that contain lists: an accepted value is unchanged after it is written
 * and read again. Both readers of a chain return the same entries. A chain of ids is read to its
 * end. Line marks are the same after conversion to bytes and back.
 */
#include "fuzz.h"

#include <errno.h>
#include <json.h>

#include "store/chain.h"
#include "store/rows/encoding.h"
#include "store/sqlite/chain_ids.h"
#include "store/sqlite/mark_bytes.h"

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

/* Return whether the iterator reads a whole chain. It may accept less than json-c, but not more. */
static bool read_chain(const char *text, struct json_object *list)
{
	char release[STORE_RELEASE_SIZE];
	size_t count = 0;
	uint32_t runs;
	int more;

	while ((more = store_chain_next(&text, release, &runs)) > 0) {
		struct json_object *entry, *name;

		if (!list)
			continue;
		entry = json_object_array_get_idx(list, count++);
		name = json_object_object_get(entry, "release");
		FUZZ_EXPECT(strcmp(json_object_get_string(name), release) == 0);
		FUZZ_EXPECT(json_object_get_uint64(json_object_object_get(entry, "runs")) == runs);
	}
	FUZZ_EXPECT(more == 0 || more == -EILSEQ);
	FUZZ_EXPECT(more < 0 || !list || count == json_object_array_length(list));
	return more == 0;
}

static void read_chains(const char *text)
{
	struct json_object *list = NULL;

	if (text[0] != '[')
		return;
	if (store_list_decode(text, &list))
		FUZZ_EXPECT(!read_chain(text, NULL));
	else
		read_chain(text, list);
	json_object_put(list);
}

static void read_ids(const char *text, size_t size)
{
	const char *at = text;
	uint32_t runs;
	int64_t id;
	int more;

	while ((more = sqlite_chain_next(&at, &id, &runs)) > 0)
		FUZZ_EXPECT(id > 0 && runs > 0 && at > text && at < text + size);
	FUZZ_EXPECT(more == 0 || more == -EILSEQ);
}

static void read_marks(const uint8_t *data, size_t size, const char *text)
{
	unsigned char bytes[SQLITE_MARK_BYTES_MAX];
	char unpacked[LINEAGE_MARKS_SIZE];
	size_t packed = sqlite_marks_pack(text, bytes);

	if (packed > 0) {
		FUZZ_EXPECT(sqlite_marks_unpack(bytes, packed, unpacked));
		FUZZ_EXPECT(strcmp(unpacked, text) == 0);
	}
	if (sqlite_marks_unpack(data, size, unpacked)) {
		FUZZ_EXPECT(sqlite_marks_pack(unpacked, bytes) == size);
		FUZZ_EXPECT(memcmp(bytes, data, size) == 0);
	}
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
	char *text = fuzz_text(data, size);

	read_list(text);
	read_chains(text);
	read_ids(text, size);
	read_marks(data, size, text);
	read_frames(text, size);
	free(text);
	return 0;
}
