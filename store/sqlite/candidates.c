// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Search for the row that describes the same boot as a given boot.
 *
 * A host may have thousands of rows, and every addition looks for the row of its boot, so indexes
 * select the rows to compare. They may select rows that do not match, but they must select every
 * row that store_boot_compare() or store_part_compare() matches, and that sqlite_find_boot() does
 * not find by the id of the boot. Such a row matches
 *  - by an alias of the boot: it is the id of the row, its first digits, or an alias of the row;
 *  - as the lost kexec that the boot disproves, or as the boot that disproves the lost kexec: by an
 *    alias, whatever its release;
 *  - by lines or by the start, if no release differs, and the starts differ by at most
 *    STORE_START_ERROR_S unless a start is unknown or from a clock that was not set.
 */
#include <errno.h>
#include <string.h>

#include "sqlite.h"
#include "store/candidate.h"
#include "store/identity.h"
#include "store/lost.h"

/* The start; an expression as in the index boots_by_start, so that SQLite uses this index. */
#define START "coalesce(time, 0)"
#define SELECT "SELECT id FROM boots WHERE host = ?1"
/*
 * Without INDEXED BY, SQLite chooses an index with more columns, but the two partial indexes here
 * usually contain no row.
 */
#define SELECT_WITHOUT_ID \
	"SELECT id FROM boots INDEXED BY boots_without_id WHERE host = ?1 AND NOT has_kernel_id"
#define SELECT_WITH_ALIASES                                  \
	"SELECT id FROM boots INDEXED BY boots_with_aliases" \
	" WHERE host = ?1 AND aliases IS NOT NULL"
#define RELEASE "(SELECT id FROM releases WHERE name = ?2)"
#define STARTED_WITHIN START " BETWEEN ?3 AND ?4"
#define WITHOUT_START START " < " STORE_CLOCK_IS_SET_SQL
#define UNION " UNION ALL "

static const char all[] = SELECT;
static const char by_release[] = SELECT " AND release = " RELEASE UNION SELECT " AND release = 0";
/* clang-format off */
static const char by_start[] =
	SELECT " AND release = " RELEASE " AND " STARTED_WITHIN
	UNION SELECT " AND release = " RELEASE " AND " WITHOUT_START
	UNION SELECT " AND release = 0 AND " STARTED_WITHIN
	UNION SELECT " AND release = 0 AND " WITHOUT_START;
/*
 * The rows for a boot with a kernel's id. Rows with a kernel's id are not selected: only a row with
 * the same id could match, and the caller has already looked for this row.
 */
static const char without_id[] =
	SELECT_WITHOUT_ID " AND (?2 IS NULL OR release = 0 OR release = " RELEASE ")"
	" AND (aliases IS NOT NULL OR " WITHOUT_START " OR " STARTED_WITHIN ")";
/*
 * Rows with ?2 at the start of the id or in an alias. The character '~' sorts after all characters
 * of an id.
 */
static const char by_word[] =
	SELECT " AND boot_id >= ?2 AND boot_id < ?2 || '~'"
	UNION SELECT_WITH_ALIASES " AND instr(aliases, ?2) > 0";
/* clang-format on */

/**
 * struct search - a search for the row of a boot
 * @boot: the boot
 * @is_about_lost: as store_boot_is_about_lost()
 * @except: id of a row to ignore
 * @compare: the comparison
 * @best: the best row so far
 * @id: its id
 */
struct search {
	const struct store_boot *boot;
	bool is_about_lost;
	int64_t except;
	store_comparison *compare;
	struct store_candidate best;
	int64_t id;
};

/* Return the release of a boot; NULL if it is unknown. */
static const char *release_of(const struct store_boot *boot)
{
	return boot->release && boot->release[0] ? boot->release : NULL;
}

static bool may_have_one_release(const struct store_boot *a, const struct store_boot *b)
{
	return !release_of(a) || !release_of(b) || strcmp(a->release, b->release) == 0;
}

/* Compare the row @id. */
static int consider(struct sqlite *sqlite, struct search *search, int64_t id)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot row;
	int found;

	/*
	 * If a second selection returns the best row again, the row must not count as another
	 * match.
	 */
	if (id == search->except || id == search->id)
		return 0;
	found = sqlite_read_row(sqlite, id, &statement, &row);
	if (!found && (search->is_about_lost || may_have_one_release(search->boot, &row)) &&
	    store_candidate_consider(&search->best, search->boot, &row, search->compare))
		search->id = id;
	return found;
}

/* Compare the rows of a selection until one is certainly the same boot. */
static int consider_all(struct sqlite *sqlite, struct search *search, sqlite3_stmt *statement)
{
	int found = 0;

	while (!found && search->best.identity != STORE_IDENTITY_SAME &&
	       (found = sqlite_step(sqlite, statement)) > 0)
		found = consider(sqlite, search, sqlite3_column_int64(statement, 0));
	return found;
}

static const char *choose(const struct store_boot *boot)
{
	if (boot->has_kernel_id)
		return without_id;
	if (!release_of(boot))
		return all;
	return store_boot_has_set_time(boot) ? by_start : by_release;
}

static int select_rows(struct sqlite *sqlite, struct search *search, const char *sql)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	const struct store_boot *boot = search->boot;
	bool is_set = store_boot_has_set_time(boot);
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, boot->host);
	if (!found && sql != all)
		found = sqlite_bind_text(sqlite, statement, 2, release_of(boot));
	if (!found && (sql == by_start || sql == without_id)) {
		found = sqlite_bind_number(sqlite, statement, 3, true,
					   is_set ? boot->time - STORE_START_ERROR_S : INT64_MIN);
		if (!found)
			found = sqlite_bind_number(sqlite, statement, 4, true,
						   is_set ? boot->time + STORE_START_ERROR_S
							  : INT64_MAX);
	}
	return found ? found : consider_all(sqlite, search, statement);
}

static int select_by_word(struct sqlite *sqlite, struct search *search, const char *word)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, by_word, &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, search->boot->host);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, word);
	return found ? found : consider_all(sqlite, search, statement);
}

/* Select rows by each alias of the boot. */
static int select_by_aliases(struct sqlite *sqlite, struct search *search)
{
	const char *rest = search->boot->aliases;
	char word[STORE_ALIAS_SIZE];
	int found = 0;

	while (!found && search->best.identity != STORE_IDENTITY_SAME &&
	       store_next_id(&rest, word)) {
		size_t prefix = strlen(STORE_SHORT_ID_PREFIX);

		prefix = strncmp(word, STORE_SHORT_ID_PREFIX, prefix) == 0 ? prefix : 0;
		found = select_by_word(sqlite, search, word + prefix);
	}
	return found;
}

int sqlite_find_same(struct sqlite *sqlite, const struct store_boot *boot, int64_t except,
		     store_comparison *compare, int64_t *ret)
{
	struct search search = { .boot = boot,
				 .is_about_lost = store_boot_is_about_lost(boot),
				 .except = except,
				 .compare = compare };
	const char *sql = choose(boot);
	int found;

	if (!store_boot_is_comparable(boot))
		return 0;
	found = select_rows(sqlite, &search, sql);
	if (!found && (search.is_about_lost || sql == by_start || sql == without_id))
		found = select_by_aliases(sqlite, &search);
	if (found < 0 || !store_candidate_is_same(&search.best))
		return found < 0 ? found : 0;
	*ret = search.id;
	return 1;
}
