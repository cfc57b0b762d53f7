/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sums of boots and crashes: what a list counts, for one week or for many.
 *
 * The server counts a week once, and keeps the sums in a table (seals.h). A list adds up the sums
 * of the sealed weeks and the counts of all other weeks. Both come from the same SELECT, so a list
 * returns the same rows whether its weeks are sealed or not.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_SUMS_H
#define LINEAGE_STORE_CLICKHOUSE_SUMS_H

#include "clickhouse.h"

/* The columns of a transition, in all kinds of sums, and their definition. */
#define SUMS_TRANSITION "previous, release, boot, kexec_count, label, inferred"
#define SUMS_TRANSITION_DEFINITION                                                        \
	"previous String, release String, boot String, kexec_count Int64, label String, " \
	"inferred UInt8"

/**
 * struct clickhouse_scope - the rows that a SELECT counts
 * @tables: suffix of the tables, as in struct clickhouse
 * @of_boots, @of_crashes: conditions on boot_rows and crash_rows that begin with " AND ", or ""
 */
struct clickhouse_scope {
	const char *tables;
	const char *of_boots;
	const char *of_crashes;
};

/**
 * struct clickhouse_sums - one kind of sums
 * @table: table of the sums of sealed weeks
 * @columns: its columns except week and seal, separated by ", "
 * @definition: definition of these columns
 * @key: the columns that identify a row, for ORDER BY
 * @print: append the SELECT that counts; its columns are @columns
 * @merge: append a SELECT that merges the rows of @from (a subquery in parentheses) that have the
 *	same key; its columns are @columns. NULL if such rows are too rare: the sums of weeks are
 *	then never merged (totals.h)
 * @check: append a SELECT of one number, which is 1 if rows are stored twice. @of_seal: condition
 *	for the week and the seal. NULL if no two rows have the same key
 */
struct clickhouse_sums {
	const char *table;
	const char *columns;
	const char *definition;
	const char *key;
	void (*print)(const struct clickhouse *server, const struct clickhouse_scope *scope,
		      struct tsv *sql);
	void (*merge)(const char *from, struct tsv *sql);
	void (*check)(const char *of_seal, struct tsv *sql);
};

/*
 * boot_sums: number of boots by transition and band of the length (-1: unknown length), number of
 * these boots that ended unclean, and sum of their lengths.
 * crash_sums: number of boots that had a crash, and number of the crashes, by signature and
 * transition.
 * signature_sums: number of crashes of each signature, and the crash that was added first.
 * crash_length_sums: number of crashed boots by transition, band of the length and band of the time
 * at risk, sums of these times, the first and last day of the boots, and the hashes of their hosts.
 * ancestor_sums: number of boots, and of crashed boots, by transition and ancestor.
 * host_sums: the first and the last host by name.
 * host_day_sums: boots by release, host and day (host_days.c).
 */
extern const struct clickhouse_sums clickhouse_boot_sums, clickhouse_crash_sums,
	clickhouse_signature_sums, clickhouse_crash_length_sums, clickhouse_ancestor_sums,
	clickhouse_host_sums, clickhouse_host_day_sums;

/* All kinds of sums; NULL ends the list. */
extern const struct clickhouse_sums *const clickhouse_all_sums[];

/**
 * clickhouse_sums_print() - append a subquery in parentheses that lists the sums of all weeks, for
 *	the period of the store; a key can occur once for each sealed week and once for the others
 *
 * Call clickhouse_find_seals() before.
 */
void clickhouse_sums_print(const struct clickhouse *server, const struct clickhouse_sums *sums,
			   struct tsv *sql);

/**
 * clickhouse_sums_print_where() - the same for boots that meet a condition
 * @condition: condition on columns that the sums and boot_rows have, which begins with " AND ", or
 *	"". So the server counts only these boots of the weeks that are not sealed.
 */
void clickhouse_sums_print_where(const struct clickhouse *server,
				 const struct clickhouse_sums *sums, const char *condition,
				 struct tsv *sql);

/**
 * clickhouse_sums_are_unique() - return whether no key occurs twice in that subquery: the sums of
 *	one seal or total are all that is listed
 */
bool clickhouse_sums_are_unique(const struct clickhouse *server);

/**
 * clickhouse_print_crashed() - append a subquery in parentheses that lists the crashed boots with
 *	the uptime of the first crash, once for each signature (crashed = 2) and once for any crash
 *	except a lost kexec (crashed = 1)
 */
void clickhouse_print_crashed(const struct clickhouse_scope *scope, struct tsv *sql);

/* The columns of crash_length_sums that are not about hosts. */
#define CLICKHOUSE_CRASH_LENGTHS \
	"crashed, signature, " SUMS_TRANSITION ", length_band, length_s, end_band, end_s, boots"

/** clickhouse_merge_crash_lengths() - append @merge of crash_length_sums for these columns */
void clickhouse_merge_crash_lengths(const char *from, struct tsv *sql);

/**
 * clickhouse_check_sums() - check that no row of the sums of a seal is stored twice, as it would be
 *	if a proxy repeated an insert
 */
int clickhouse_check_sums(struct clickhouse *server, const struct clickhouse_sums *sums,
			  uint16_t week, uint64_t seal);

#endif /* LINEAGE_STORE_CLICKHOUSE_SUMS_H */
