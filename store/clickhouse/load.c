// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load the hosts of a batch into the image, and check whether other programs have written them
 * since.
 */
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "lib/cleanup.h"
#include "store/identity.h"
#include "store/lost.h"

/*
 * Maximum number of hosts in one request. This limit keeps a response much smaller than ANSWER_MAX.
 */
#define HOSTS_MAX 1024

/*
 * The temporary table "wanted" lists what to load. Its column kind has one of these values:
 *
 *	n	the name in the column host
 *	w	all rows of the host
 *	h	the rows of the host without a kernel's id, since any boot can match these rows
 *	k	the row of the host with the boot id
 *
 * The conditions use IN and not GLOBAL IN: old servers use no index for GLOBAL IN, and the table is
 * sent to every shard anyway.
 */
#define WANTED "host String, boot_id String, kind String"
#define IS_NAME "name IN (SELECT host FROM wanted WHERE kind = 'n')"
#define IS_HOST                                                                     \
	"sipHash64(host) IN (SELECT sipHash64(host) FROM wanted WHERE kind != 'n')" \
	" AND host IN (SELECT host FROM wanted WHERE kind != 'n')"
#define IS_ROW                                                             \
	IS_HOST " AND (NOT has_kernel_id"                                  \
		" OR host IN (SELECT host FROM wanted WHERE kind = 'w')"   \
		" OR (host, boot_id) IN (SELECT host, boot_id FROM wanted" \
		" WHERE kind = 'k'))"

static void want(struct tsv *wanted, const char *host, const char *boot_id, const char *kind)
{
	tsv_field(wanted, host, '\t');
	tsv_field(wanted, boot_id, '\t');
	tsv_field(wanted, kind, '\n');
}

/* Called for each row of a response. */
typedef int take_row(struct clickhouse_image *image, const char *const *fields, void *data);

static int fail_row(struct clickhouse *server, int error)
{
	if (error == -ENOMEM)
		return clickhouse_fail_memory(server);
	return store_fail(&server->store, -EIO,
			  "invalid response: a boot has no host or no boot id");
}

static int ask_rows(struct clickhouse *server, const struct tsv *sql, const struct tsv *wanted,
		    size_t count, take_row *take, struct clickhouse_image *image, void *data)
{
	const struct clickhouse_external external = { "wanted", WANTED, wanted };
	const char *fields[BOOT_FIELDS];
	TSV_AUTO answer = { 0 };
	int error, row = 0;
	char *at;

	if (sql->has_failed || wanted->has_failed)
		return clickhouse_fail_memory(server);
	error = clickhouse_ask(server, sql->at, &external, &answer);
	at = answer.at ? answer.at : (char[]){ "" };
	while (!error && (row = tsv_row(&at, fields, count)) > 0) {
		error = take(image, fields, data);
		if (error)
			return fail_row(server, error);
	}
	return row < 0 ? store_fail(&server->store, -EIO, "the response is truncated") : error;
}

static int take_name(struct clickhouse_image *image, const char *const *fields, void *data)
{
	uint64_t version = strtoull(fields[2] ? fields[2] : "0", NULL, 10);
	int is_new;

	if (!fields[0] || !fields[1])
		return -EBADMSG;
	if (version > image->name_version)
		image->name_version = version;
	if (tsv_value(fields[3]))
		return 0;
	is_new = clickhouse_image_name(image, fields[0], fields[1], true);
	return is_new < 0 ? is_new : 0;
}

/* Load all names that the batch uses. @wanted gets the names. */
static int load_names(struct clickhouse *server, const struct clickhouse_batch *batch,
		      struct clickhouse_image *image, struct tsv *wanted)
{
	const char *last = "", *last_machine = "";
	TSV_AUTO sql = { 0 };

	for (size_t i = 0; i < batch->count; i++) {
		const struct store_boot *boot = &batch->additions[i].boot->boot;
		const char *machine = boot->machine_id ? boot->machine_id : "";

		if (strcmp(boot->host, last) != 0)
			want(wanted, boot->host, "", "n");
		if (machine[0] && strcmp(machine, last_machine) != 0)
			want(wanted, machine, "", "n");
		last = boot->host;
		last_machine = machine;
	}
	tsv_print(&sql,
		  "SELECT name, host, version, is_gone FROM host_names%s FINAL WHERE " IS_NAME
		  " FORMAT TabSeparated",
		  server->tables);
	return ask_rows(server, &sql, wanted, 4, take_name, image, NULL);
}

/* Return whether an addition concerns only one name, or one row with its exact key. */
static bool is_exact(const struct addition *addition)
{
	return addition->kind == ADDITION_NAME || addition->kind == ADDITION_ROW ||
	       addition->kind == ADDITION_CRASH_ROW;
}

/*
 * Return whether an addition needs all rows of its host: for a boot that can match any row, for the
 * end of the previous boot, for the boot that started a lost kexec, or to find a boot by an alias.
 */
static bool needs_whole(const struct clickhouse_batch *batch, const struct addition *addition)
{
	const struct store_boot *boot = &addition->boot->boot;

	if (addition->kind == ADDITION_RENAME)
		return true;
	if (is_exact(addition))
		return false;
	if (addition->kind == ADDITION_COPY)
		return true;
	if (addition->kind != ADDITION_BOOT && addition->kind != ADDITION_PART)
		return batch->is_single || !addition->is_of_batch;
	return !boot->has_kernel_id || boot->is_recorded || store_boot_is_about_lost(boot);
}

/*
 * Return whether the boot gives its host a new name: all rows with this name then move to the host.
 */
static bool names_a_host(const struct clickhouse_image *image, const struct store_boot *boot)
{
	return boot->machine_id && boot->machine_id[0] &&
	       !clickhouse_image_has_name(image, boot->host, boot->machine_id);
}

static int want_host(struct clickhouse_image *image, const char *name,
		     const struct store_boot *boot, bool is_whole)
{
	struct image_host *host = clickhouse_image_host(image, name);

	if (!host)
		return -ENOMEM;
	host->is_whole |= is_whole;
	if (!host->is_whole)
		want(&host->keys, name, boot->boot_id, "k");
	return 0;
}

/* Select the boot in all hosts with the name; the addition does not name the machine. */
static int want_shared(struct clickhouse_image *image, const struct addition *addition)
{
	const struct store_boot *boot = &addition->boot->boot;
	const char *host;
	int error = 0;

	if (addition->kind == ADDITION_BOOT || addition->kind == ADDITION_PART ||
	    addition->kind == ADDITION_COPY || is_exact(addition))
		return 0;
	for (size_t i = 0; !error && (host = clickhouse_image_host_of(image, boot->host, i)); i++)
		error = want_host(image, host, boot, false);
	return error;
}

/* Select the hosts that have the names of the batch, and the names themselves as hosts. */
static int want_hosts(const struct clickhouse_batch *batch, struct clickhouse_image *image,
		      bool is_whole)
{
	int error = 0;

	for (size_t i = 0; !error && i < batch->count; i++) {
		const struct addition *addition = &batch->additions[i];
		const struct store_boot *boot = &addition->boot->boot;
		const char *host = clickhouse_image_find_host(image, boot->host);
		bool is_needed =
			is_whole || needs_whole(batch, addition) || names_a_host(image, boot);

		error = want_host(image, boot->host, boot, is_needed);
		if (!error && strcmp(host, boot->host) != 0)
			error = want_host(image, host, boot, is_needed);
		if (!error && boot->machine_id && boot->machine_id[0])
			error = want_host(image, boot->machine_id, boot, is_needed);
		if (!error)
			error = want_shared(image, addition);
	}
	return error;
}

/* Add the hosts from @begin to @end to @wanted. */
static void want_range(const struct clickhouse_image *image, size_t begin, size_t end,
		       struct tsv *wanted)
{
	for (size_t i = begin; i < end; i++) {
		const struct image_host *host = image->hosts[i];

		want(wanted, host->name, "", host->is_whole ? "w" : "h");
		if (!host->is_whole && host->keys.size > 0)
			tsv_append(wanted, host->keys.at, host->keys.size);
		wanted->has_failed |= host->keys.has_failed;
	}
}

/* FNV-1a of a row's key and version. */
static uint64_t hash_row(const char *host, const char *boot_id, uint64_t version)
{
	const char *const texts[] = { host, boot_id };
	uint64_t hash = 14695981039346656037U ^ version;

	for (size_t i = 0; i < 2; i++)
		for (const char *at = texts[i];; at++) {
			hash = (hash ^ (unsigned char)*at) * 1099511628211U;
			if (!*at)
				break;
		}
	return hash;
}

static int see(struct clickhouse_image *image, const char *host, const char *boot_id,
	       uint64_t version)
{
	if (!clickhouse_make_room(&image->seen, image->seen_count, sizeof(*image->seen)))
		return -ENOMEM;
	image->seen[image->seen_count++] = hash_row(host, boot_id, version);
	return 0;
}

static int compare_hashes(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/** struct own - versions that the batch wrote earlier */
struct own {
	const uint64_t *versions;
	size_t count;
};

static bool is_own(const struct own *own, uint64_t version)
{
	for (size_t i = 0; i < own->count; i++)
		if (own->versions[i] == version)
			return true;
	return false;
}

/* Find or add the key of a boot. The texts of @kept must remain valid. */
static struct image_stored *find_stored(struct clickhouse_image *image,
					const struct kept_boot *kept, uint16_t week)
{
	struct image_stored *stored, **found;

	if (!clickhouse_make_room(&image->stored_list, image->stored_count,
				  sizeof(*image->stored_list)))
		return NULL;
	stored = calloc(1, sizeof(*stored));
	if (!stored)
		return NULL;
	stored->key = (struct store_boot){ .host = kept->boot.host, .boot_id = kept->boot.boot_id };
	stored->week = week;
	found = tsearch(stored, &image->stored, clickhouse_by_stored);
	if (!found || *found != stored) {
		free(stored);
		return found ? *found : NULL;
	}
	image->stored_list[image->stored_count++] = stored;
	return stored;
}

/*
 * Set @last and @basis of a key to @kept unless @kept is older. Free the rows that the key no
 * longer uses.
 */
static void set_stored(struct image_stored *stored, struct kept_boot *kept, enum row_kind kind,
		       bool is_own_row)
{
	struct kept_boot *last = stored->last, *basis = stored->basis;

	if (!last || kept->version >= last->version) {
		stored->last = kept;
		stored->kind = kind;
	}
	if (!is_own_row && (!basis || kept->version >= basis->version)) {
		stored->basis = kept;
		stored->basis_kind = kind;
	}
	/* The key's texts belong to @last. */
	stored->key.host = stored->last->boot.host;
	stored->key.boot_id = stored->last->boot.boot_id;
	if (last && last != stored->last && last != stored->basis)
		store_boot_destroy(last);
	if (basis && basis != last && basis != stored->last && basis != stored->basis)
		store_boot_destroy(basis);
	if (kept != stored->last && kept != stored->basis)
		store_boot_destroy(kept);
}

/* The same row can be on two shards if one shard was written without ?cluster=. */
static int take_boot(struct clickhouse_image *image, const char *const *fields, void *data)
{
	struct boot_version version;
	struct image_stored *stored;
	struct kept_boot *kept;
	struct store_boot boot;

	if (!clickhouse_boot_read(fields, &boot, &version))
		return -EBADMSG;
	if (see(image, boot.host, boot.boot_id, version.version))
		return -ENOMEM;
	if (version.version > image->version)
		image->version = version.version;
	kept = store_boot_keep(&boot);
	stored = kept ? find_stored(image, kept, version.week) : NULL;
	if (!stored) {
		store_boot_destroy(kept);
		return -ENOMEM;
	}
	kept->version = version.version;
	set_stored(stored, kept, version.kind, is_own(data, version.version));
	return 0;
}

static int compare_sequences(const void *left, const void *right)
{
	const struct image_stored *a = *(struct image_stored *const *)left;
	const struct image_stored *b = *(struct image_stored *const *)right;
	int64_t a_sequence = a->basis ? a->basis->boot.sequence : 0;
	int64_t b_sequence = b->basis ? b->basis->boot.sequence : 0;

	return (a_sequence > b_sequence) - (a_sequence < b_sequence);
}

static int make_row(struct clickhouse_image *image, struct image_stored *stored)
{
	struct image_row *row = calloc(1, sizeof(*row));
	struct image_row *same;

	if (!row)
		return -ENOMEM;
	row->boot = stored->basis->boot;
	row->stored = stored;
	row->week = stored->week;
	row->is_changed = stored->basis != stored->last;
	/* Another program can have added the same boot to another week. */
	same = stored->basis_kind == ROW_BOOT
		       ? clickhouse_image_find_key(image, row->boot.host, row->boot.boot_id)
		       : NULL;
	if (same) {
		same->has_two_weeks = true;
		return clickhouse_image_join_two(image, same, row);
	}
	if (!(stored->basis_kind == ROW_PART ? clickhouse_image_insert_part
					     : clickhouse_image_insert)(image, row))
		return 0;
	clickhouse_image_free_row(row);
	return -ENOMEM;
}

/* Make the rows of the image, the oldest first. */
static int make_rows(struct clickhouse_image *image)
{
	int error = 0;

	if (image->stored_count > 0)
		qsort(image->stored_list, image->stored_count, sizeof(*image->stored_list),
		      compare_sequences);
	for (size_t i = 0; !error && i < image->stored_count; i++)
		if (image->stored_list[i]->basis && image->stored_list[i]->basis_kind != ROW_GONE)
			error = make_row(image, image->stored_list[i]);
	return error;
}

/* Keep a crash whose boot has no row, or a row under an alias, until all rows are known. */
static int add_orphan(struct clickhouse_image *image, const struct store_boot *boot,
		      struct kept_crash *crash)
{
	struct image_orphan orphan = { store_boot_keep(boot), crash };

	if (orphan.boot &&
	    clickhouse_make_room(&image->orphans, image->orphan_count, sizeof(*image->orphans))) {
		image->orphans[image->orphan_count++] = orphan;
		return 0;
	}
	store_boot_destroy(orphan.boot);
	return -ENOMEM;
}

static int take_crash(struct clickhouse_image *image, const char *const *fields, void *data)
{
	CLICKHOUSE_AUTO_CRASH *crash = NULL;
	struct store_boot boot;
	struct image_row *row;
	bool is_new;
	uint64_t version = strtoull(fields[CRASH_VERSION] ? fields[CRASH_VERSION] : "0", NULL, 10);
	int error = clickhouse_crash_read(fields, &boot, &crash);

	if (error || see(image, boot.host, boot.boot_id, version))
		return error ? error : -ENOMEM;
	if (version > image->crash_version)
		image->crash_version = version;
	if (tsv_value(fields[CRASH_IS_GONE]))
		return 0;
	row = clickhouse_image_find(image, boot.host, boot.boot_id);
	if (!row)
		error = add_orphan(image, &boot, crash);
	else if (row->has_two_weeks || (uint16_t)tsv_value(fields[5]) != row->week)
		error = clickhouse_image_take_crash(image, row, LINEAGE_TAKE(crash), &is_new);
	else if (!clickhouse_image_append_crash(row, crash))
		error = -ENOMEM;
	if (!error)
		crash = NULL;
	return error;
}

/* Load the boots of some hosts, with all versions that the server still has. */
static int load_rows(struct clickhouse *server, struct clickhouse_image *image,
		     const struct tsv *wanted, struct own *own)
{
	TSV_AUTO boots = { 0 };

	tsv_print(&boots,
		  "SELECT " BOOT_COLUMNS " FROM boot_rows%s WHERE " IS_ROW " FORMAT TabSeparated",
		  server->tables);
	return ask_rows(server, &boots, wanted, BOOT_FIELDS, take_boot, image, own);
}

static int load_crashes(struct clickhouse *server, struct clickhouse_image *image,
			const struct tsv *wanted)
{
	TSV_AUTO crashes = { 0 };

	tsv_print(&crashes,
		  "SELECT " CRASH_COLUMNS " FROM crash_rows%s FINAL WHERE " IS_HOST
		  " ORDER BY recorded FORMAT TabSeparated",
		  server->tables);
	return ask_rows(server, &crashes, wanted, CRASH_FIELDS, take_crash, image, NULL);
}

static int load_all(struct clickhouse *server, struct clickhouse_image *image, struct own *own,
		    bool is_crash)
{
	int error = 0;

	for (size_t i = 0; !error && i < image->host_count; i += HOSTS_MAX) {
		size_t end = i + HOSTS_MAX < image->host_count ? i + HOSTS_MAX : image->host_count;
		TSV_AUTO wanted = { 0 };

		want_range(image, i, end, &wanted);
		error = is_crash ? load_crashes(server, image, &wanted)
				 : load_rows(server, image, &wanted, own);
	}
	return error;
}

int clickhouse_image_load(struct clickhouse *server, const struct clickhouse_batch *batch,
			  const uint64_t *own, size_t own_count, bool is_whole,
			  struct clickhouse_image *ret)
{
	struct own versions = { own, own_count };
	int error;

	*ret = (struct clickhouse_image){ .now = clickhouse_now_ns() };
	error = clickhouse_read_pruned(server, &ret->pruned);
	if (!error)
		error = load_names(server, batch, ret, &ret->wanted_names);
	if (!error && want_hosts(batch, ret, is_whole))
		error = clickhouse_fail_memory(server);
	if (!error)
		error = load_all(server, ret, &versions, false);
	if (!error && make_rows(ret))
		error = clickhouse_fail_memory(server);
	if (!error)
		error = load_all(server, ret, NULL, true);
	if (!error && ret->seen_count > 0)
		qsort(ret->seen, ret->seen_count, sizeof(*ret->seen), compare_hashes);
	return error;
}

static int check_row(struct clickhouse_image *image, const char *const *fields, void *data)
{
	uint64_t version = strtoull(fields[2] ? fields[2] : "0", NULL, 10);
	bool *is_current = data;
	uint64_t hash;

	if (!fields[0] || !fields[1])
		return -EBADMSG;
	hash = hash_row(fields[0], fields[1], version);
	if (!fields[0][0])
		*is_current &=
			version == (fields[1][0] ? image->pruned.version : image->name_count);
	else
		*is_current &= image->seen_count > 0 &&
			       bsearch(&hash, image->seen, image->seen_count, sizeof(*image->seen),
				       compare_hashes) != NULL;
	return 0;
}

int clickhouse_image_is_current(struct clickhouse *server, struct clickhouse_image *image,
				uint64_t own, uint64_t own_crash, bool *ret)
{
	TSV_AUTO wanted = { 0 };
	TSV_AUTO sql = { 0 };
	bool is_current = true;
	int error;

	tsv_append(&wanted, image->wanted_names.at, image->wanted_names.size);
	want_range(image, 0, image->host_count, &wanted);
	tsv_print(&sql,
		  "SELECT host, boot_id, version FROM boot_rows%s WHERE " IS_ROW
		  " AND version != %" PRIu64
		  " UNION ALL SELECT host, boot_id, max(version) FROM crash_rows%s WHERE " IS_HOST
		  " GROUP BY host, boot_id, signature, uptime_us, time, week"
		  " HAVING max(version) != %" PRIu64
		  " UNION ALL SELECT '', '', count() FROM host_names%s FINAL WHERE NOT is_gone"
		  " AND " IS_NAME " UNION ALL SELECT '', 'pruned', max(version) FROM pruned_weeks%s"
		  " FORMAT TabSeparated",
		  server->tables, own, server->tables, own_crash, server->tables, server->tables);
	error = ask_rows(server, &sql, &wanted, 3, check_row, image, &is_current);
	if (!error)
		*ret = is_current;
	return error;
}
