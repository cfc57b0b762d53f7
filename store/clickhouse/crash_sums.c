// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sums of boots by the ancestors and by the time at risk of crashed boots, as in the sums of the
 * SQLite back end (store/sqlite/migrations/0012.sql), which have neither lost kexecs nor hosts.
 */
#include "host_days.h"
#include "store/host_level.h"
#include "sums.h"

/*
 * The column crashed says which crashes a row is about: 0 none (all boots), 1 any crash except a
 * lost kexec, 2 crashes with the signature.
 */
#define OF_CRASH "crashed, signature, "
#define OF_CRASH_DEFINITION "crashed UInt8, signature String, "

/* The inner SELECT is needed because an alias hides the column of the same name, also in WHERE. */
void clickhouse_print_crashed(const struct clickhouse_scope *scope, struct tsv *sql)
{
	tsv_print(sql,
		  "(SELECT host, boot_id, toUInt8(2) AS crashed, signature,"
		  " min(nullIf(uptime_us, -1)) AS uptime_us FROM crash_rows%s FINAL"
		  " WHERE NOT is_gone%s GROUP BY host, boot_id, signature"
		  " UNION ALL SELECT host, boot_id, toUInt8(1) AS crashed, '' AS signature,"
		  " min(nullIf(uptime_us, -1)) AS uptime_us FROM"
		  " (SELECT host, boot_id, uptime_us FROM crash_rows%s FINAL WHERE NOT is_gone%s"
		  " AND signature != '" STORE_LOST_SIGNATURE "') GROUP BY host, boot_id)",
		  scope->tables, scope->of_crashes, scope->tables, scope->of_crashes);
}

#define LENGTHS_KEY OF_CRASH SUMS_TRANSITION ", length_band, end_band"

/* Days that store_day_has_year(). Without such a day, the first day is after the last one. */
#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)
#define HAS_YEAR "day >= " TEXT(STORE_DAY_FIRST) " AND day <= " TEXT(STORE_DAY_LAST)
#define FIRST_DAY "min(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_LAST) " + 1)))"
#define LAST_DAY "max(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_FIRST) " - 1)))"

/* Append the crashed boots, with their length and time at risk, -1 if unknown. */
static void print_crashed_boots(const struct clickhouse_scope *scope, struct tsv *sql)
{
	tsv_print(sql,
		  "(SELECT host, day, " OF_CRASH SUMS_TRANSITION ", length,"
		  " toInt64(coalesce(intDiv(uptime_us, 1000000), length)) AS at_risk FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label,"
		  " toUInt8(source = 'inferred') AS inferred, toInt64(" CLICKHOUSE_LENGTH
		  ") AS length, ifNull(" HOST_DAYS_DAY ", " HOST_DAYS_NO_DAY ") AS day"
		  " FROM boot_rows%s FINAL WHERE kind = 0%s) AS of_boot ALL INNER JOIN ",
		  scope->tables, scope->of_boots);
	clickhouse_print_crashed(scope, sql);
	tsv_print(sql, " AS of_crash USING (host, boot_id))");
}

#define BAND(seconds) "if(" seconds " < 0, toInt8(-1), toInt8(" STORE_BAND_SQL(seconds) "))"
#define SUM(seconds) "toInt64(sum(if(" seconds " < 0, toInt64(0), " seconds ")))"
#define LENGTH BAND("length") " AS length_band, " SUM("length") " AS length_s"
#define AT_RISK BAND("at_risk") " AS end_band, " SUM("at_risk") " AS end_s"
#define HOSTS                                                 \
	FIRST_DAY " AS first_day, " LAST_DAY " AS last_day, " \
		  "groupUniqArray(" STORE_HOST_HASH_SQL ") AS hosts"

static void print_lengths(const struct clickhouse *server, const struct clickhouse_scope *scope,
			  struct tsv *sql)
{
	tsv_print(sql, "SELECT " OF_CRASH SUMS_TRANSITION ", " LENGTH ", " AT_RISK
		       ", toInt64(count()) AS boots, " HOSTS " FROM ");
	print_crashed_boots(scope, sql);
	tsv_print(sql, " GROUP BY " LENGTHS_KEY);
}

/* Append the SELECT of merge_lengths(). @more: more columns that begin with ", ", or "" */
static void print_merged(const char *from, const char *more, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT " OF_CRASH SUMS_TRANSITION ", length_band, sum(length_s), end_band,"
		  " sum(end_s), sum(boots)%s FROM %s GROUP BY " LENGTHS_KEY,
		  more, from);
}

static void merge_lengths(const char *from, struct tsv *sql)
{
	print_merged(from, ", min(first_day), max(last_day), groupUniqArrayArray(hosts)", sql);
}

const struct clickhouse_sums clickhouse_crash_length_sums = {
	.table = "crash_length_sums",
	.columns = CLICKHOUSE_CRASH_LENGTHS ", first_day, last_day, hosts",
	.definition = OF_CRASH_DEFINITION SUMS_TRANSITION_DEFINITION
	", length_band Int8, length_s Int64, end_band Int8, end_s Int64, boots Int64,"
	" first_day Int64, last_day Int64, hosts Array(UInt64)",
	.key = LENGTHS_KEY,
	.print = print_lengths,
	.merge = merge_lengths,
};

void clickhouse_merge_crash_lengths(const char *from, struct tsv *sql)
{
	print_merged(from, "", sql);
}

/* A chain as store_chain_next() parses it, without escaped characters. */
#define ENTRY "\\\\{\"release\":\"[^\"\\\\\\\\]+\",\"runs\":[1-9][0-9]{0,8}\\\\}"
#define RELEASES "extractAll(coalesce(chain, ''), '\"release\":\"([^\"]*)\"')"
#define IS_PLAIN                                                            \
	"(match(coalesce(chain, ''), '^\\\\[" ENTRY "(," ENTRY ")*\\\\]$')" \
	" AND arrayAll(x -> length(x) < 65, " RELEASES "))" /* STORE_RELEASE_SIZE */
#define RUNS                                                                        \
	"arrayMap(x -> toInt64(toUInt32OrZero(x)), extractAll(coalesce(chain, '')," \
	" '\"runs\":([0-9]+)'))"
#define NEAREST "32" /* STORE_ANCESTORS_MAX */

/* The ancestors of a boot: ('', 0) for the boot itself, (release, 0) and (release, 1). */
#define ANCESTORS                                                                       \
	"arrayConcat([('', toUInt8(0))],"                                               \
	" arrayMap(x -> (x, toUInt8(0)), arrayDistinct(arrayFilter(x -> x != previous," \
	" arraySlice(releases, 1, " NEAREST ")))),"                                     \
	" arrayMap(x -> (x, toUInt8(1)), arrayFilter(x -> is_single AND x != previous," \
	" arraySlice(releases, 2, 1))))"
#define NO_ANCESTORS "[('', toUInt8(0))]"
/* As store_ancestors_of(). The kexec count becomes -1 if the ancestors are unknown. */
#define IS_KNOWN                                                     \
	"is_plain AND previous != '' AND releases[1] = previous AND" \
	" if(kexec_count < 0, chain_is_complete = 1,"                \
	" kexec_count <= kexecs OR length(releases) >= " NEAREST ")"

/* A transition has up to 65 ancestors. One row takes less time and room than a row for each. */
#define OF_LIST OF_CRASH SUMS_TRANSITION ", listed, is_complete"
#define LISTS "groupArray(ancestor) AS ancestors, groupArray(number) AS numbers"
#define FACTS                                                                              \
	"previous, release, boot, kexec_count, label, inferred, releases, runs, is_plain," \
	" listed, chain_is_complete"

/* Append the boots with chains. A chain that is not plain is listed: the client parses it. */
static void print_boots_with_chains(const struct clickhouse_scope *scope, struct tsv *sql)
{
	tsv_print(sql,
		  "(SELECT host, boot_id, previous, release, boot, kexec_count, label,"
		  " toUInt8(source = 'inferred') AS inferred, " RELEASES " AS releases, " RUNS
		  " AS runs, " IS_PLAIN " AS is_plain,"
		  " if(is_plain, '', coalesce(chain, '')) AS listed, chain_is_complete"
		  " FROM boot_rows%s FINAL WHERE kind = 0 AND boot = 'kexec'"
		  " AND (kexec_count < 0 OR kexec_count > 1)%s) AS of_boot",
		  scope->tables, scope->of_boots);
}

static void print_ancestors(const struct clickhouse *server, const struct clickhouse_scope *scope,
			    struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT " OF_LIST ", " LISTS " FROM"
		  " (SELECT " OF_CRASH "previous, release, boot, exact_count AS kexec_count, label,"
		  " inferred, listed, is_complete, one.1 AS ancestor,"
		  " toInt64(count() * 2 + one.2) AS number FROM"
		  " (SELECT " OF_CRASH "previous, release, boot, label, inferred, listed,"
		  " if(listed = '', toUInt8(0), chain_is_complete) AS is_complete,"
		  " arraySum(runs) AS kexecs, runs[1] = 1 AS is_single, " IS_KNOWN " AS is_known,"
		  " if(listed != '', kexec_count, if(is_known,"
		  " if(kexec_count < 0, toInt64(least(kexecs, 4294967295)), kexec_count),"
		  " toInt64(-1)))"
		  " AS exact_count,"
		  " arrayJoin(if(is_known, " ANCESTORS ", " NO_ANCESTORS ")) AS one FROM"
		  " (SELECT toUInt8(0) AS crashed, '' AS signature, " FACTS " FROM ");
	print_boots_with_chains(scope, sql);
	tsv_print(sql, " UNION ALL SELECT " OF_CRASH FACTS " FROM ");
	print_boots_with_chains(scope, sql);
	tsv_print(sql, " ALL INNER JOIN ");
	clickhouse_print_crashed(scope, sql);
	tsv_print(sql, " AS of_crash USING (host, boot_id))) GROUP BY " OF_LIST
		       ", ancestor, one.2) GROUP BY " OF_LIST);
}

static void merge_ancestors(const char *from, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT " OF_LIST ", " LISTS " FROM (SELECT " OF_LIST ", one.1 AS ancestor,"
		  " sum(intDiv(one.2, 2)) * 2 + modulo(one.2, 2) AS number FROM (SELECT " OF_LIST
		  ", arrayJoin(arrayMap((x, y) -> (x, y), ancestors, numbers)) AS one FROM %s)"
		  " GROUP BY " OF_LIST ", one.1, modulo(one.2, 2)) GROUP BY " OF_LIST,
		  from);
}

/* numbers: of each ancestor, twice the number of boots, plus 1 for the second kernel back. */
const struct clickhouse_sums clickhouse_ancestor_sums = {
	.table = "ancestor_sums",
	.columns = OF_LIST ", ancestors, numbers",
	.definition = OF_CRASH_DEFINITION SUMS_TRANSITION_DEFINITION
	", listed String, is_complete UInt8, ancestors Array(String), numbers Array(Int64)",
	.key = OF_LIST,
	.print = print_ancestors,
	.merge = merge_ancestors,
};
