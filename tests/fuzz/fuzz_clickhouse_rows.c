// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for rows of a server: the reader stays inside its input, and rows are read back as
 * they were written.
 */
#include "fuzz.h"

#include <errno.h>

#include "store/clickhouse/boot_row.h"
#include "store/clickhouse/crash_row.h"

#define FIELDS 40

/* Read a row as a boot. All pointers of the boot must point into the copy of the row. */
static void read_boot(const char *const *fields)
{
	struct store_boot boot;
	struct kept_boot *kept;
	struct boot_version version;

	if (!clickhouse_boot_read(fields, &boot, &version)) {
		FUZZ_EXPECT(!fields[0] || !fields[1]);
		return;
	}
	kept = store_boot_keep(&boot);
	FUZZ_EXPECT(kept && strcmp(kept->boot.host, fields[0]) == 0 &&
		    strcmp(kept->boot.boot_id, fields[1]) == 0);
	store_boot_destroy(kept);
}

/* Read a row as a crash. The reader returns a copy. */
static void read_crash(const char *const *fields)
{
	struct store_boot boot;
	struct kept_crash *kept = NULL;
	int error = clickhouse_crash_read(fields, &boot, &kept);

	FUZZ_EXPECT(error == 0 || error == -EBADMSG);
	FUZZ_EXPECT((error == 0) == (kept != NULL));
	clickhouse_crash_destroy(kept);
}

/* Read the input as a response. Its first byte is the number of fields per row. */
static void read_rows(const uint8_t *data, size_t size)
{
	size_t count = 1 + data[0] % FIELDS;
	const char *fields[FIELDS];
	char *answer = fuzz_allocate(size), *at = answer;
	int row;

	memcpy(answer, data + 1, size - 1);
	answer[size - 1] = '\0';
	while ((row = tsv_row(&at, fields, count)) > 0) {
		for (size_t i = 0; i < count; i++)
			FUZZ_EXPECT(!fields[i] ||
				    (fields[i] >= answer && strlen(fields[i]) < size));
		if (count == BOOT_FIELDS)
			read_boot(fields);
		if (count == CRASH_FIELDS)
			read_crash(fields);
	}
	FUZZ_EXPECT(row == 0 || row == -EBADMSG);
	FUZZ_EXPECT(at >= answer && at < answer + size);
	free(answer);
}

/* Write a text as a field, and read it back. */
static void write_field(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *at;
	struct tsv row = { 0 };
	const char *fields[2];

	tsv_field(&row, text, '\t');
	tsv_field(&row, NULL, '\n');
	FUZZ_EXPECT(!row.has_failed);
	at = row.at;
	FUZZ_EXPECT(tsv_row(&at, fields, 2) == 1 && strcmp(fields[0], text) == 0 && !fields[1]);
	FUZZ_EXPECT(tsv_row(&at, fields, 2) == 0);
	tsv_deinit(&row);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		read_rows(data, size);
	write_field(data, size);
	return 0;
}
