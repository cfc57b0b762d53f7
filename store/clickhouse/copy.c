// SPDX-License-Identifier: GPL-2.0-or-later
/* Copy a store: list the rows of many hosts. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "boot_row.h"
#include "clickhouse.h"
#include "crash_row.h"
#include "lib/cleanup.h"

/*
 * Maximum number of rows in a response, which is kept in memory. A list of a whole fleet takes
 * several requests.
 */
#define PAGE_ROWS 50000

/* Append the condition for the names of a range. */
static void print_range(struct tsv *sql, const char *column, const struct store_range *range)
{
	tsv_print(sql, "%s > ", column);
	tsv_literal(sql, range->after);
	if (!range->until)
		return;
	tsv_print(sql, " AND %s <= ", column);
	tsv_literal(sql, range->until);
}

/**
 * struct page - the last row of a page
 * @rows: number of rows of the page
 * @first, @second: the columns by which the pages are sorted; owned
 */
struct page {
	store_size_visitor *visit_size;
	store_name_visitor *visit_name;
	void *data;
	size_t rows;
	char *first;
	char *second;
};

static void deinit_page(struct page *page)
{
	free(page->first);
	free(page->second);
}
#define AUTO_PAGE __attribute__((cleanup(deinit_page))) struct page

static int take_row(struct page *page, const char *first, const char *second)
{
	free(page->first);
	free(page->second);
	page->first = strdup(first);
	page->second = strdup(second);
	page->rows++;
	return page->first && page->second ? 0 : -ENOMEM;
}

static int take_size(const char *const *fields, void *data)
{
	struct page *page = data;
	const char *host = fields[0] ? fields[0] : "";
	int result = page->visit_size(host, tsv_value(fields[1]), page->data);

	return result ? result : take_row(page, host, "");
}

int clickhouse_list_sizes(struct store *store, store_size_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	AUTO_PAGE page = { .visit_size = visit, .data = data };
	int result;

	do {
		const struct store_range rest = { .after = page.first ? page.first : "" };
		TSV_AUTO sql = { 0 };

		page.rows = 0;
		tsv_print(&sql, "SELECT host, count() FROM boot_rows%s FINAL WHERE kind = 0 AND ",
			  server->tables);
		print_range(&sql, "host", &rest);
		tsv_print(&sql, " GROUP BY host ORDER BY host LIMIT %d FORMAT TabSeparated",
			  PAGE_ROWS);
		result = clickhouse_ask_rows(server, &sql, 2, take_size, &page);
	} while (!result && page.rows == PAGE_ROWS);
	return result == -ENOMEM ? clickhouse_fail_memory(server) : result;
}

static int take_name(const char *const *fields, void *data)
{
	struct page *page = data;
	const char *name = fields[0] ? fields[0] : "", *host = fields[1] ? fields[1] : "";
	int result = page->visit_name(name, host, page->data);

	return result ? result : take_row(page, name, host);
}

/* A name can have several hosts, so a page can end between two rows of one name. */
int clickhouse_list_names(struct store *store, const struct store_range *names,
			  store_name_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	AUTO_PAGE page = { .visit_name = visit, .data = data };
	int result;

	do {
		TSV_AUTO sql = { 0 };

		page.rows = 0;
		tsv_print(&sql, "SELECT name, host FROM host_names%s FINAL WHERE NOT is_gone AND ",
			  server->tables);
		print_range(&sql, "name", names);
		if (page.first) {
			tsv_print(&sql, " AND name >= ");
			tsv_literal(&sql, page.first);
			tsv_print(&sql, " AND (name != ");
			tsv_literal(&sql, page.first);
			tsv_print(&sql, " OR host > ");
			tsv_literal(&sql, page.second);
			tsv_print(&sql, ")");
		}
		tsv_print(&sql, " ORDER BY name, host LIMIT %d FORMAT TabSeparated", PAGE_ROWS);
		result = clickhouse_ask_rows(server, &sql, 2, take_name, &page);
	} while (!result && page.rows == PAGE_ROWS);
	return result == -ENOMEM ? clickhouse_fail_memory(server) : result;
}

/** struct rows - state of a list of boots or crashes */
struct rows {
	struct clickhouse *server;
	store_boot_visitor *visit_boot;
	store_boot_crash_visitor *visit_crash;
	void *data;
};

static int fail_row(const struct rows *rows)
{
	return store_fail(&rows->server->store, -EIO,
			  "invalid response: a boot has no host or no boot id");
}

static int visit_boot(const char *const *fields, void *data)
{
	const struct rows *rows = data;
	struct store_boot boot;
	struct boot_version version;

	if (!clickhouse_boot_read(fields, &boot, &version))
		return fail_row(rows);
	boot.is_part = version.kind == ROW_PART;
	return rows->visit_boot(&boot, rows->data);
}

int clickhouse_list_rows(struct store *store, const struct store_range *hosts,
			 store_boot_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct rows rows = { .server = server, .visit_boot = visit, .data = data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT " BOOT_COLUMNS " FROM boot_rows%s FINAL WHERE kind != 1 AND ",
		  server->tables);
	print_range(&sql, "host", hosts);
	tsv_print(&sql, " ORDER BY kind, host, sequence FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, BOOT_FIELDS, visit_boot, &rows);
}

static int visit_crash(const char *const *fields, void *data)
{
	const struct rows *rows = data;
	CLICKHOUSE_AUTO_CRASH *kept = NULL;
	struct store_boot boot;
	struct store_crash crash;
	int error = clickhouse_crash_read(fields, &boot, &kept);

	if (error)
		return error == -ENOMEM ? clickhouse_fail_memory(rows->server) : fail_row(rows);
	crash = kept->crash;
	crash.host = boot.host;
	crash.boot_id = boot.boot_id;
	crash.order = (int64_t)kept->recorded;
	return rows->visit_crash(&crash, rows->data);
}

int clickhouse_list_range_crashes(struct store *store, const struct store_range *hosts,
				  store_boot_crash_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct rows rows = { .server = server, .visit_crash = visit, .data = data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT " CRASH_COLUMNS " FROM crash_rows%s FINAL WHERE NOT is_gone AND ",
		  server->tables);
	print_range(&sql, "host", hosts);
	tsv_print(&sql, " ORDER BY host, recorded FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, CRASH_FIELDS, visit_crash, &rows);
}

int clickhouse_set_example(struct store *store, const struct store_crash *crash)
{
	return 0;
}
