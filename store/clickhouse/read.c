// SPDX-License-Identifier: GPL-2.0-or-later
/* List boots, transitions and crashes. The server does the counting. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "boot_row.h"
#include "clickhouse.h"
#include "crash_row.h"
#include "report_lists.h"
#include "seals.h"
#include "sums.h"

void clickhouse_print_host(const struct clickhouse *server, struct tsv *sql, const char *name)
{
	tsv_print(sql, "(SELECT if(uniqExact(host) = 1, any(host), ");
	tsv_literal(sql, name);
	tsv_print(sql, ") FROM host_names%s FINAL WHERE NOT is_gone AND name = ", server->tables);
	tsv_literal(sql, name);
	tsv_print(sql, ")");
}

/** struct boots - state of a list of boots */
struct boots {
	store_boot_visitor *visit;
	void *data;
};

static int visit_boot(const char *const *fields, void *data)
{
	struct boots *boots = data;
	struct store_boot boot;
	struct boot_version version;

	if (!clickhouse_boot_read(fields, &boot, &version))
		return -EBADMSG;
	return boots->visit(&boot, boots->data);
}

int clickhouse_list_boots(struct store *store, const char *host, size_t recorded_max,
			  store_boot_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct boots boots = { visit, data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT " BOOT_COLUMNS " FROM boot_rows%s FINAL WHERE kind = 0",
		  server->tables);
	if (host) {
		tsv_print(&sql, " AND host = ");
		clickhouse_print_host(server, &sql, host);
	}
	if (recorded_max)
		tsv_print(&sql, " AND is_recorded ORDER BY sequence DESC LIMIT %zu", recorded_max);
	tsv_print(&sql, " FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, BOOT_FIELDS, visit_boot, &boots);
}

struct transitions {
	store_transition_visitor *visit;
	void *data;
	bool by_label;
};

static int visit_transition(const char *const *fields, void *data)
{
	struct transitions *transitions = data;
	struct store_transition transition;

	clickhouse_read_transition(fields, &transition);
	if (!transitions->by_label)
		transition.label = NULL;
	transition.unclean = tsv_value(fields[7]);
	transition.crashes = tsv_value(fields[8]);
	return transitions->visit(&transition, transitions->data);
}

void clickhouse_print_transitions(const struct clickhouse *server, bool by_label, struct tsv *sql)
{
	const char *label = by_label ? "label" : "''";
	const char *inferred = by_label ? "inferred" : "toUInt8(0)";

	tsv_print(sql,
		  "SELECT previous, release, boot, kexec_count, of_label, is_inferred, sum(b),"
		  " sum(u), sum(c) FROM ("
		  "SELECT previous, release, boot, kexec_count, %s AS of_label, %s AS is_inferred,"
		  " boots AS b, unclean AS u, toInt64(0) AS c FROM ",
		  label, inferred);
	clickhouse_sums_print(server, &clickhouse_boot_sums, sql);
	tsv_print(sql,
		  " UNION ALL "
		  "SELECT previous, release, boot, kexec_count, %s AS of_label, %s AS is_inferred,"
		  " toInt64(0) AS b, toInt64(0) AS u, crashes AS c FROM ",
		  label, inferred);
	clickhouse_sums_print(server, &clickhouse_crash_sums, sql);
	tsv_print(sql, ") GROUP BY previous, release, boot, kexec_count, of_label, is_inferred"
		       " HAVING sum(b) > 0"
		       " ORDER BY release, previous, boot, kexec_count, of_label, is_inferred"
		       " FORMAT TabSeparated");
}

int clickhouse_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
				void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct transitions transitions = { visit, data, by_label };
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_transitions(server, by_label, &sql);
	return clickhouse_ask_typed(server, &sql, TRANSITION_TYPES "nn", visit_transition,
				    &transitions);
}

struct crash_transitions {
	store_crash_visitor *visit;
	void *data;
};

static int visit_crash_transition(const char *const *fields, void *data)
{
	struct crash_transitions *crashes = data;
	struct store_crash_transition crash = { .signature = fields[0] };

	clickhouse_read_transition(fields + 1, &crash.at);
	return crashes->visit(&crash, crashes->data);
}

void clickhouse_print_crash_transitions(const struct clickhouse *server, struct tsv *sql)
{
	bool is_unique = clickhouse_sums_are_unique(server);

	tsv_print(sql, "SELECT signature, " SUMS_TRANSITION ", %s FROM ",
		  is_unique ? "boots" : "sum(boots)");
	clickhouse_sums_print(server, &clickhouse_crash_sums, sql);
	if (!is_unique)
		tsv_print(sql, " GROUP BY signature, " SUMS_TRANSITION);
	tsv_print(sql, " ORDER BY signature, release, previous, boot, kexec_count, label, inferred"
		       " FORMAT TabSeparated");
}

int clickhouse_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct crash_transitions crashes = { visit, data };
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_crash_transitions(server, &sql);
	return clickhouse_ask_typed(server, &sql, "t" TRANSITION_TYPES, visit_crash_transition,
				    &crashes);
}

/** struct crashes - state of a list of the crashes of one boot */
struct crashes {
	const char *host;
	const char *boot_id;
	store_boot_crash_visitor *visit;
	void *data;
};

static int visit_crash(const char *const *fields, void *data)
{
	struct crashes *crashes = data;
	const struct store_crash crash = {
		.host = crashes->host,
		.boot_id = crashes->boot_id,
		.has_time = tsv_value(fields[0]) != -1,
		.time = tsv_value(fields[0]),
		.has_uptime = tsv_value(fields[1]) != -1,
		.uptime_us = tsv_value(fields[1]),
		.title = fields[2] ? fields[2] : "",
		.type = fields[3] ? fields[3] : "",
		.frame = fields[4],
		.module = fields[5],
		.frames = fields[6],
		.signature = fields[7] ? fields[7] : "",
		.excerpt = fields[8],
	};

	return crashes->visit(&crash, crashes->data);
}

int clickhouse_list_crashes(struct store *store, const char *host, const char *boot_id,
			    store_boot_crash_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct crashes crashes = { host, boot_id, visit, data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT time, uptime_us, title, type, frame, module, frames, signature, %s"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone AND host = ",
		  server->lacks_excerpts ? CRASH_NO_EXCERPT : "excerpt", server->tables);
	tsv_literal(&sql, host);
	tsv_print(&sql, " AND boot_id = ");
	tsv_literal(&sql, boot_id);
	tsv_print(&sql, " ORDER BY recorded FORMAT TabSeparated");
	return clickhouse_ask_typed(server, &sql, "nnttttttt", visit_crash, &crashes);
}

struct signatures {
	store_signature_visitor *visit;
	void *data;
};

static int visit_signature(const char *const *fields, void *data)
{
	struct signatures *signatures = data;
	struct store_signature signature = {
		.crashes = tsv_value(fields[1]),
		.example = { .signature = fields[0],
			     .host = fields[2],
			     .boot_id = fields[3],
			     .has_time = tsv_value(fields[4]) != -1,
			     .time = tsv_value(fields[4]),
			     .has_uptime = tsv_value(fields[5]) != -1,
			     .uptime_us = tsv_value(fields[5]),
			     .title = fields[6] ? fields[6] : "",
			     .type = fields[7] ? fields[7] : "",
			     .frame = fields[8],
			     .module = fields[9],
			     .frames = fields[10] },
	};

	return signatures->visit(&signature, signatures->data);
}

/* The example of a signature is the crash that was added first. */
void clickhouse_print_signatures(const struct clickhouse *server, struct tsv *sql)
{
	tsv_print(sql, "SELECT signature, all_crashes, host, boot_id, time, uptime_us, title, type,"
		       " frame, module, frames FROM (SELECT * FROM ");
	clickhouse_sums_print(server, &clickhouse_signature_sums, sql);
	tsv_print(
		sql,
		" ORDER BY recorded, host, boot_id, time, uptime_us LIMIT 1 BY signature)"
		" AS of_crash ALL INNER JOIN (SELECT signature, sum(crashes) AS all_crashes FROM ");
	clickhouse_sums_print(server, &clickhouse_signature_sums, sql);
	tsv_print(sql, " GROUP BY signature) AS of_signature USING (signature) ORDER BY signature"
		       " FORMAT TabSeparated");
}

int clickhouse_list_signatures(struct store *store, store_signature_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct signatures signatures = { visit, data };
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_signatures(server, &sql);
	return clickhouse_ask_typed(server, &sql, "tnttnnttttt", visit_signature, &signatures);
}

static int take_hosts(const char *const *fields, void *data)
{
	*(bool *)data = tsv_value(fields[0]) == 1;
	return 0;
}

void clickhouse_print_has_one_host(const struct clickhouse *server, struct tsv *sql)
{
	tsv_print(sql, "SELECT min(first) = max(last) FROM ");
	clickhouse_sums_print(server, &clickhouse_host_sums, sql);
	tsv_print(sql, " FORMAT TabSeparated");
}

int clickhouse_has_one_host(struct store *store, bool *ret)
{
	struct clickhouse *server = clickhouse_of(store);
	bool has_one = false;
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_has_one_host(server, &sql);
	error = clickhouse_ask_rows(server, &sql, 1, take_hosts, &has_one);
	if (!error)
		*ret = has_one;
	return error;
}
