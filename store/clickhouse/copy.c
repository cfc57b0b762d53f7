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
#include "store/host_level.h"

/* A response is kept in memory. A list of a whole fleet takes several requests. */
#define PAGE_ROWS 500000
#define BITS_MAX 24

/* The names of a range, as a table that is sent with a request (load.c). */
#define WANTED "wanted_name String"
#define IS_WANTED(column) column " IN (SELECT wanted_name FROM wanted)"
#define IS_HOST                                                          \
	"sipHash64(host) IN (SELECT sipHash64(wanted_name) FROM wanted)" \
	" AND " IS_WANTED("host")

/* Run a SELECT for the names of a range, and visit its rows. */
static int ask_range(struct clickhouse *server, const struct tsv *sql,
		     const struct store_range *range, size_t count, clickhouse_row_visitor *visit,
		     void *data)
{
	TSV_AUTO wanted = { 0 };
	const struct clickhouse_external external = { "wanted", WANTED, &wanted };

	for (size_t i = 0; i < range->count; i++)
		tsv_field(&wanted, range->names[i], '\n');
	if (wanted.has_failed)
		return clickhouse_fail_memory(server);
	return clickhouse_ask_rows_with(server, sql, range->names ? &external : NULL, count, visit,
					data);
}

/** struct sizes - state of a list of sizes */
struct sizes {
	store_size_visitor *visit;
	void *data;
};

static int take_size(const char *const *fields, void *data)
{
	const struct sizes *sizes = data;

	return sizes->visit(fields[0] ? fields[0] : "", tsv_value(fields[1]), sizes->data);
}

/* The sizes are read in parts that have each about PAGE_ROWS rows. */
int clickhouse_list_sizes(struct store *store, store_size_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct sizes sizes = { .visit = visit, .data = data };
	TSV_AUTO count = { 0 };
	int64_t rows = 0;
	int bits = 0, result;

	tsv_print(&count, "SELECT count() FROM boot_rows%s FORMAT TabSeparated", server->tables);
	result = clickhouse_ask_number(server, &count, &rows);
	while (bits < BITS_MAX && rows >> bits > PAGE_ROWS)
		bits++;
	for (uint64_t i = 0; !result && i < (uint64_t)1 << bits; i++) {
		uint64_t size = bits ? (uint64_t)1 << (64 - bits) : 0;
		TSV_AUTO sql = { 0 };

		tsv_print(&sql,
			  "SELECT host, countIf(kind = 0) FROM boot_rows%s FINAL WHERE kind != 1"
			  " AND " STORE_HOST_HASH_SQL " >= %" PRIu64 " AND " STORE_HOST_HASH_SQL
			  " <= %" PRIu64 " GROUP BY host FORMAT TabSeparated",
			  server->tables, i * size, (i + 1) * size - 1);
		result = clickhouse_ask_rows(server, &sql, 2, take_size, &sizes);
	}
	return result;
}

/* Maximum number of names in a response. */
#define NAMES_MAX 50000

/**
 * struct page - the last name of a response
 * @rows: number of rows of the response
 * @name, @host: the last row; owned
 */
struct page {
	store_name_visitor *visit;
	void *data;
	size_t rows;
	char *name;
	char *host;
};

static void deinit_page(struct page *page)
{
	free(page->name);
	free(page->host);
}
#define AUTO_PAGE __attribute__((cleanup(deinit_page))) struct page

static int take_name(const char *const *fields, void *data)
{
	struct page *page = data;
	const char *name = fields[0] ? fields[0] : "", *host = fields[1] ? fields[1] : "";
	int result = page->visit(name, host, page->data);

	if (result)
		return result;
	deinit_page(page);
	page->name = strdup(name);
	page->host = strdup(host);
	page->rows++;
	return page->name && page->host ? 0 : -ENOMEM;
}

#define NAMES "SELECT name, host FROM host_names%s FINAL WHERE NOT is_gone"

/* A name can have several hosts, so a response can end between two rows of one name. */
static int list_all_names(struct clickhouse *server, struct page *page)
{
	int result;

	do {
		static const struct store_range all = { 0 };
		TSV_AUTO sql = { 0 };

		page->rows = 0;
		tsv_print(&sql, NAMES, server->tables);
		if (page->name) {
			tsv_print(&sql, " AND name >= ");
			tsv_literal(&sql, page->name);
			tsv_print(&sql, " AND (name != ");
			tsv_literal(&sql, page->name);
			tsv_print(&sql, " OR host > ");
			tsv_literal(&sql, page->host);
			tsv_print(&sql, ")");
		}
		tsv_print(&sql, " ORDER BY name, host LIMIT %d FORMAT TabSeparated", NAMES_MAX);
		result = ask_range(server, &sql, &all, 2, take_name, page);
	} while (!result && page->rows == NAMES_MAX);
	return result;
}

int clickhouse_list_names(struct store *store, const struct store_range *names,
			  store_name_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	AUTO_PAGE page = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int result;

	tsv_print(&sql, NAMES " AND " IS_WANTED("name") " ORDER BY name, host FORMAT TabSeparated",
		  server->tables);
	result = names->names ? ask_range(server, &sql, names, 2, take_name, &page)
			      : list_all_names(server, &page);
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

	tsv_print(&sql,
		  "SELECT " BOOT_COLUMNS " FROM boot_rows%s FINAL WHERE kind != 1%s"
		  " ORDER BY kind, host, sequence FORMAT TabSeparated",
		  server->tables, hosts->names ? " AND " IS_HOST : "");
	return ask_range(server, &sql, hosts, BOOT_FIELDS, visit_boot, &rows);
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

	tsv_print(&sql,
		  "SELECT %s FROM crash_rows%s FINAL WHERE NOT is_gone%s"
		  " ORDER BY host, recorded FORMAT TabSeparated",
		  server->lacks_excerpts ? CRASH_COLUMNS_WITH(CRASH_NO_EXCERPT) : CRASH_COLUMNS,
		  server->tables, hosts->names ? " AND " IS_HOST : "");
	return ask_range(server, &sql, hosts, CRASH_FIELDS, visit_crash, &rows);
}

int clickhouse_set_example(struct store *store, const struct store_crash *crash)
{
	return 0;
}
