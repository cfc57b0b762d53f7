// SPDX-License-Identifier: GPL-2.0-or-later
/* Keep the sums of schema version 12 up to date (migrations/0012.sql). */
#include <errno.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "sqlite.h"
#include "store/ancestors.h"
#include "store/host_level.h"
#include "store/names.h"
#include "sums.h"

#define CHANGED_MAX "10000" /* with more boots in unsummed, add them to the sums */

int64_t sqlite_unsummed_max = 200000;

/**
 * struct settling - sums that are being computed
 * @sign: 1 to add boots, -1 to subtract them
 * @releases, @labels, @signatures: the strings of the numbers in @sums
 */
struct settling {
	struct sqlite *sqlite;
	int64_t sign;
	struct sqlite_sums sums;
	struct store_names releases;
	struct store_names labels;
	struct store_names signatures;
};

static void settling_deinit(struct settling *settling)
{
	sqlite_sums_deinit(&settling->sums);
	store_names_deinit(&settling->releases);
	store_names_deinit(&settling->labels);
	store_names_deinit(&settling->signatures);
}
#define AUTO_SETTLING __attribute__((cleanup(settling_deinit))) struct settling

/* The boots whose sums are computed: those that changed, those taken out before, and new ones. */
#define CHANGED "changed AS boots"
#define UNSUMMED "unsummed CROSS JOIN boots ON boots.id = unsummed.boot"
#define NEW "boots"
#define IS_NEW(id) id " > ?1"

/* The columns are those of sqlite_read_transition(), and those that read_row() adds. */
#define FACTS                                                                     \
	"SELECT before.name, NULL, boots.boot, coalesce(kexec_count, -1), label," \
	" source IS 'inferred', 1, chain_text(chain), chain_is_complete, release, previous,"
#define PREVIOUS " JOIN releases AS before ON before.id = previous"
#define BOOTS(of) \
	FACTS " NULL, NULL, NULL FROM " of PREVIOUS " WHERE boots.boot = 'kexec'" SQLITE_HAS_CHAIN
#define CRASHES(of, from, where)                                                              \
	FACTS " signature, coalesce(length_s, -1), coalesce(crashed.uptime_us / 1000000, -1)" \
	      " FROM (SELECT crashes.boot AS boot, signature, min(uptime_us) AS uptime_us"    \
	      " FROM " from " WHERE " where " GROUP BY crashes.boot, signature"               \
	      " UNION ALL SELECT crashes.boot, NULL, min(uptime_us)"                          \
	      " FROM " from " WHERE " where " AND signature <> '" STORE_LOST_SIGNATURE        \
	      "' GROUP BY crashes.boot) AS crashed CROSS JOIN " of                            \
	      " ON boots.id = crashed.boot" PREVIOUS

/** struct row - a boot, or a boot with one of its crashes */
struct row {
	struct store_chain chain;
	struct sqlite_sum sum;
	int64_t length_s;
	int64_t uptime_s;
};

static int read_row(struct settling *settling, sqlite3_stmt *statement, struct row *ret)
{
	struct store_transition *at = &ret->chain.at;
	struct sqlite_sum_key *key = &ret->sum.key;
	int error;

	*ret = (struct row){ .chain = { .chain = sqlite_text(statement, 7),
					.is_complete = sqlite3_column_int(statement, 8) != 0,
					.signature = sqlite_text(statement, 11) },
			     .sum = { .boots = settling->sign },
			     .length_s = sqlite3_column_int64(statement, 12),
			     .uptime_s = sqlite3_column_int64(statement, 13) };
	sqlite_read_transition(statement, 0, at);
	*key = (struct sqlite_sum_key){ .release = (uint32_t)sqlite3_column_int64(statement, 9),
					.previous = (uint32_t)sqlite3_column_int64(statement, 10),
					.boot = at->boot,
					.is_inferred = at->is_inferred };
	error = store_names_add(&settling->labels, at->label, &key->label);
	/* The number 0 stands for any crash. */
	if (!error && ret->chain.signature) {
		error = store_names_add(&settling->signatures, ret->chain.signature,
					&key->signature);
		key->signature++;
	}
	return error;
}

/* Add a boot to the sums by ancestor. */
static int add_ancestors(struct settling *settling, const struct row *row, uint32_t table)
{
	struct sqlite_sum sum = row->sum;
	struct store_ancestor_list list;
	int found = store_ancestors_of(&settling->releases, &row->chain, &list);
	int error;

	if (found < 0 || (found == 0 && table == SQLITE_SUM_CRASH_ANCESTORS))
		return found;
	sum.key.table = table;
	sum.key.boot = 0;
	sum.key.count = found ? (int64_t)store_ancestors_dose(list.kexecs) : 0;
	sum.key.kind = SQLITE_SUM_ALL;
	error = sqlite_sums_add(&settling->sums, &sum);
	for (size_t i = 0; found && i < list.count && !error; i++) {
		sum.key.kind = list.numbers[i];
		error = sqlite_sums_add(&settling->sums, &sum);
	}
	return error;
}

/* Add a boot that crashed to the sums of lengths. */
static int add_crash_length(struct settling *settling, const struct row *row)
{
	const struct store_transition *at = &row->chain.at;
	struct store_crash_length crash;
	struct sqlite_sum sum = row->sum;

	store_crash_length_set(&crash, row->length_s, row->uptime_s);
	sum.key.table = SQLITE_SUM_CRASH_LENGTHS;
	sum.key.count = at->has_count ? (int64_t)at->kexec_count : -1;
	sum.key.kind = crash.length_band;
	sum.key.end_band = crash.end_band;
	sum.length_s = settling->sign * crash.length_s;
	sum.end_s = settling->sign * crash.end_s;
	return sqlite_sums_add(&settling->sums, &sum);
}

static int add_boot(struct settling *settling, const struct row *row)
{
	return add_ancestors(settling, row, SQLITE_SUM_ANCESTORS);
}

/* Crashes without a signature are not related to each other. */
static int add_crash(struct settling *settling, const struct row *row)
{
	const struct store_transition *at = &row->chain.at;
	const char *signature = row->chain.signature;
	int error = 0;

	if (signature && !signature[0])
		return 0;
	if (!signature || strcmp(signature, STORE_LOST_SIGNATURE) != 0)
		error = add_crash_length(settling, row);
	if (error || at->boot != LINEAGE_BOOT_KEXEC || (at->has_count && at->kexec_count <= 1))
		return error;
	return add_ancestors(settling, row, SQLITE_SUM_CRASH_ANCESTORS);
}

/* Add each row of a query. @after: the parameter, if the query has one */
static int add_rows(struct settling *settling, const char *sql, int64_t after,
		    int (*add)(struct settling *settling, const struct row *row))
{
	struct sqlite *sqlite = settling->sqlite;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);
	struct row row;

	if (!result && sqlite3_bind_parameter_count(statement) > 0)
		result = sqlite_bind_number(sqlite, statement, 1, true, after);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		result = read_row(settling, statement, &row);
		if (!result)
			result = add(settling, &row);
		if (result)
			return sqlite_fail(sqlite, result, "out of memory");
	}
	return result;
}

static int subtract_changed(struct settling *settling)
{
	static const char boots[] = BOOTS(CHANGED);
	static const char crashes[] =
		CRASHES(CHANGED, "changed_crashes AS crashes", "crashes.boot IS NOT NULL");
	int error;

	settling->sign = -1;
	error = add_rows(settling, boots, 0, add_boot);
	if (!error)
		error = add_rows(settling, crashes, 0, add_crash);
	return error ? error
		     : sqlite_execute(settling->sqlite,
				      "INSERT INTO unsummed SELECT id FROM changed"
				      " WHERE EXISTS (SELECT * FROM boots WHERE id = changed.id);"
				      " DELETE FROM changed; DELETE FROM changed_crashes");
}

/* Add the boots after the id @summed, and the boots of unsummed. */
static int add_unsummed(struct settling *settling, int64_t summed)
{
	static const char out[] = BOOTS(UNSUMMED), new[] = BOOTS(NEW) " AND " IS_NEW("boots.id");
	static const char crashes_out[] =
		CRASHES(NEW, "crashes", "crashes.boot IN (SELECT boot FROM unsummed)");
	static const char new_crashes[] = CRASHES(NEW, "crashes", IS_NEW("crashes.boot"));
	int error;

	settling->sign = 1;
	error = add_rows(settling, out, 0, add_boot);
	if (!error)
		error = add_rows(settling, crashes_out, 0, add_crash);
	if (!error)
		error = add_rows(settling, new, summed, add_boot);
	if (!error)
		error = add_rows(settling, new_crashes, summed, add_crash);
	return error ? error
		     : sqlite_execute(
			       settling->sqlite,
			       "UPDATE summed SET boot = coalesce((SELECT max(id) FROM boots), 0);"
			       " DELETE FROM unsummed");
}

/* Add the hosts of a query to the table host_levels, if their level is high enough. */
static int add_hosts(struct sqlite *sqlite, const char *sql)
{
	static const char add[] = "INSERT OR IGNORE INTO host_levels VALUES (?, ?)";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *hosts = NULL;
	int result = sqlite_prepare(sqlite, sql, &hosts);

	while (!result && (result = sqlite_step(sqlite, hosts)) > 0) {
		SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
		const char *host = sqlite_text(hosts, 0);
		uint32_t level = store_host_level(host);

		result = 0;
		if (level < STORE_HOST_LEVEL_MIN)
			continue;
		result = sqlite_prepare(sqlite, add, &statement);
		if (!result)
			result = sqlite_bind_number(sqlite, statement, 1, true, level);
		if (!result)
			result = sqlite_bind_text(sqlite, statement, 2, host);
		if (!result)
			result = sqlite_step(sqlite, statement);
	}
	return result;
}

/* Add the hosts of all boots to the table host_levels. */
static int add_all_hosts(struct sqlite *sqlite)
{
	static const char new[] =
		"SELECT DISTINCT host FROM boots WHERE id > (SELECT hosts FROM summed)";
	static const char moved[] = "SELECT host FROM moved_hosts";
	int error = add_hosts(sqlite, new);

	if (!error)
		error = add_hosts(sqlite, moved);
	return error ? error
		     : sqlite_execute(
			       sqlite,
			       "UPDATE summed SET hosts = coalesce((SELECT max(id) FROM boots), 0);"
			       " DELETE FROM moved_hosts");
}

/* Replace the numbers of strings by ids of the tables releases and summed_signatures. */
static int find_ids(struct settling *settling, int64_t **ret_releases, int64_t **ret_signatures)
{
	const struct store_names *releases = &settling->releases,
				 *signatures = &settling->signatures;
	int64_t *ids = calloc(releases->count + 1, sizeof(*ids));
	int64_t *numbers = calloc(signatures->count + 1, sizeof(*numbers));
	int64_t id = ids && numbers ? 0 : sqlite_fail(settling->sqlite, -ENOMEM, "out of memory");

	*ret_releases = ids;
	*ret_signatures = numbers;
	for (size_t i = 0; i < releases->count && id >= 0; i++)
		ids[i] = id = sqlite_release_id(settling->sqlite, releases->texts[i]);
	for (size_t i = 0; i < signatures->count && id >= 0; i++)
		numbers[i + 1] = id =
			sqlite_summed_signature(settling->sqlite, signatures->texts[i]);
	return id < 0 ? (int)id : 0;
}

#define OF_ANCESTORS                                                                     \
	" release = ?2 AND previous = ?3 AND dose = ?5 AND label = ?6 AND inferred = ?7" \
	" AND ancestor = ?8 AND is_second = ?9 AND boots = 0"
#define ADD_BOOTS " ON CONFLICT DO UPDATE SET boots = boots + excluded.boots"

static const char *const additions[SQLITE_SUM_TABLES] = {
	[SQLITE_SUM_ANCESTORS] =
		"INSERT INTO ancestors VALUES (?2, ?3, ?5, ?6, ?7, ?8, ?9, ?10)" ADD_BOOTS,
	[SQLITE_SUM_CRASH_ANCESTORS] =
		"INSERT INTO crash_ancestors VALUES (?1, ?2, ?3, ?5, ?6, ?7, ?8, ?9, ?10)" ADD_BOOTS,
	[SQLITE_SUM_CRASH_LENGTHS] =
		"INSERT INTO crash_lengths"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)" ADD_BOOTS
		", length_s = length_s + excluded.length_s, end_s = end_s + excluded.end_s",
};

static const char *const removals[SQLITE_SUM_TABLES] = {
	[SQLITE_SUM_ANCESTORS] = "DELETE FROM ancestors WHERE" OF_ANCESTORS,
	[SQLITE_SUM_CRASH_ANCESTORS] =
		"DELETE FROM crash_ancestors WHERE signature = ?1 AND" OF_ANCESTORS,
	[SQLITE_SUM_CRASH_LENGTHS] =
		"DELETE FROM crash_lengths WHERE signature = ?1 AND release = ?2 AND previous = ?3"
		" AND boot = ?4 AND kexec_count = ?5 AND label = ?6 AND inferred = ?7"
		" AND length_band = ?8 AND end_band = ?9 AND boots = 0",
};

static int64_t band_of(uint32_t band)
{
	return band == STORE_BAND_UNKNOWN ? -1 : (int64_t)band;
}

/* Execute a statement with the parameters of a sum. */
static int write_sum(struct settling *settling, const char *sql, const struct sqlite_sum *sum,
		     const int64_t *releases, const int64_t *signatures)
{
	const struct sqlite_sum_key *key = &sum->key;
	bool is_length = key->table == SQLITE_SUM_CRASH_LENGTHS,
	     is_all = key->kind == SQLITE_SUM_ALL;
	int64_t ancestor = is_all || is_length ? 0 : releases[store_ancestor_release(key->kind)];
	bool is_second = !is_all && store_ancestor_is_second(key->kind);
	const int64_t numbers[] = { 0,
				    signatures[key->signature],
				    key->release,
				    key->previous,
				    0,
				    key->count,
				    0,
				    key->is_inferred,
				    is_length ? band_of(key->kind) : ancestor,
				    is_length ? band_of(key->end_band) : is_second,
				    sum->boots,
				    sum->length_s,
				    sum->end_s };
	struct sqlite *sqlite = settling->sqlite;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);
	int count = error ? 0 : sqlite3_bind_parameter_count(statement);

	for (int i = 1; i <= count && !error; i++)
		error = sqlite_bind_number(sqlite, statement, i, true, numbers[i]);
	if (!error && is_length)
		error = sqlite_bind_text(sqlite, statement, 4, lineage_boot_name(key->boot));
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 6, settling->labels.texts[key->label]);
	return error ? error : sqlite_step(sqlite, statement);
}

static int compare_keys(const void *left, const void *right)
{
	const struct sqlite_sum_key *a = left, *b = right;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	if (a->release != b->release)
		return a->release < b->release ? -1 : 1;
	if (a->previous != b->previous)
		return a->previous < b->previous ? -1 : 1;
	return (a->count > b->count) - (a->count < b->count);
}

/* Write the sums in about the order of the tables, so that few pages are in use at a time. */
static int write_sums(struct settling *settling)
{
	struct sqlite_sums *sums = &settling->sums;
	LINEAGE_AUTO_FREE int64_t *releases = NULL;
	LINEAGE_AUTO_FREE int64_t *signatures = NULL;
	int error = find_ids(settling, &releases, &signatures);

	if (!error && sums->count > 0)
		qsort(sums->all, sums->count, sizeof(*sums->all), compare_keys);
	for (size_t i = 0; i < sums->count && !error; i++) {
		const struct sqlite_sum *sum = &sums->all[i];
		uint32_t table = sum->key.table;

		if (sum->boots == 0 && sum->length_s == 0 && sum->end_s == 0)
			continue;
		error = write_sum(settling, additions[table], sum, releases, signatures);
		if (!error && sum->boots < 0)
			error = write_sum(settling, removals[table], sum, releases, signatures);
	}
	return error;
}

/* Return 1 if there are too many boots in unsummed, 0 if not, or an error. */
static int has_many_unsummed(struct sqlite *sqlite)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, "SELECT 1 FROM unsummed LIMIT 1 OFFSET " CHANGED_MAX,
				   &statement);

	return found ? found : sqlite_step(sqlite, statement);
}

/* @is_due: there are many new boots */
static int settle(struct sqlite *sqlite, bool is_changed, bool is_due, int64_t summed)
{
	AUTO_SETTLING settling = { .sqlite = sqlite };
	int error = is_changed ? subtract_changed(&settling) : 0;

	if (!error && is_changed && !is_due) {
		error = has_many_unsummed(sqlite);
		is_due = error > 0;
		error = error < 0 ? error : 0;
	}
	if (!error && is_due)
		error = add_unsummed(&settling, summed);
	if (!error && is_due)
		error = add_all_hosts(sqlite);
	return error ? error : write_sums(&settling);
}

int sqlite_settle(struct sqlite *sqlite)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT * FROM changed), boot,"
		" coalesce((SELECT max(id) FROM boots), 0) - min(boot, hosts) FROM summed";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int64_t summed = 0;
	bool is_changed = false, is_due = false;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0) {
		is_changed = sqlite3_column_int(statement, 0) != 0;
		summed = sqlite3_column_int64(statement, 1);
		is_due = sqlite3_column_int64(statement, 2) > sqlite_unsummed_max;
	}
	sqlite3_reset(statement);
	if (found < 0 || (!is_changed && !is_due))
		return found < 0 ? found : 0;
	return settle(sqlite, is_changed, is_due, summed);
}
