// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for rows of a server: the reader stays inside its input, days come in their order,
 * and rows are read back as they were written.
 */
#include "fuzz.h"

#include <errno.h>

#include "store/clickhouse/ancestor_rows.h"
#include "store/clickhouse/boot_row.h"
#include "store/clickhouse/crash_row.h"
#include "store/clickhouse/crashed_rows.h"
#include "store/clickhouse/day_rows.h"

#define FIELDS 40
#define DAYS 255 /* first byte of an input that is a list of days */

/** struct response - a response, and the last host and day of it */
struct response {
	const char *first;
	const char *end;
	const char *host;
	struct store_host_day last;
};

static void expect_inside(const struct response *response, const char *text)
{
	FUZZ_EXPECT(!text || (text >= response->first && text + strlen(text) < response->end));
}

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

static int see_sum(const struct store_ancestors *sum, void *data)
{
	const struct response *response = data;
	size_t length = sum->ancestor ? strlen(sum->ancestor) : 1;

	FUZZ_EXPECT(length > 0 && length < (size_t)(response->end - response->first));
	FUZZ_EXPECT(!sum->ancestor || !strchr(sum->ancestor, '"'));
	return 0;
}

static int see_chain(const struct store_chain *chain, void *data)
{
	expect_inside(data, chain->chain);
	return 0;
}

static int see_day(const struct store_host_day *day, void *data)
{
	struct response *response = data;
	/* An empty host can be \N, which is not a part of the response. */
	int order = response->host ? strcmp(response->host, day->host) : -1;

	if (day->host[0])
		expect_inside(response, day->host);
	expect_inside(response, day->chain);
	FUZZ_EXPECT(order <= 0 && day->at.boots > 0);
	if (order == 0 && response->last.has_day && day->has_day)
		FUZZ_EXPECT(response->last.day <= day->day);
	response->host = day->host;
	response->last = *day;
	return 0;
}

/* Read the input as a list of boots by host and day. */
static void read_days(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct response response = { .first = text, .end = text + size + 1 };
	int error = clickhouse_visit_days(text, see_day, &response);

	FUZZ_EXPECT(error == 0 || error == -EPROTO);
	free(text);
}

static int see_hosts(const struct store_crashed_hosts *hosts, void *data)
{
	const struct crashed_rows *rows = data;

	FUZZ_EXPECT(hosts->hosts != 0 && hosts->count > 0 && hosts->count <= rows->count);
	for (size_t i = 0; i < hosts->count; i++)
		FUZZ_EXPECT(!hosts->boots[i].at.release || strlen(hosts->boots[i].at.release) > 0);
	return 0;
}

/* Read the input as a response. Its first byte is the number of fields per row. */
static void read_rows(const uint8_t *data, size_t size)
{
	size_t count = 1 + data[0] % FIELDS;
	const char *fields[FIELDS];
	char *answer = fuzz_allocate(size), *at = answer;
	struct crashed_rows crashed = { .visit = see_hosts, .data = &crashed };
	int row, error = 0;

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
		if (count == ANCESTOR_FIELDS)
			clickhouse_visit_ancestors(fields, see_sum, see_chain,
						   &(struct response){ .first = answer,
								       .end = answer + size });
		if (count == CRASHED_FIELDS && !error && tsv_has_types(fields, CRASHED_TYPES))
			error = clickhouse_visit_crashed(fields, &crashed);
	}
	clickhouse_crashed_rows_deinit(&crashed);
	FUZZ_EXPECT(error == 0 || error == -EPROTO);
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
		(data[0] == DAYS ? read_days(data + 1, size - 1) : read_rows(data, size));
	write_field(data, size);
	return 0;
}
