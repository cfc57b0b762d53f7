// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write a batch: load its hosts, make the additions, and write the rows that differ from the
 * server. Repeat this if another program has written the same hosts meanwhile.
 *
 * The server has neither transactions nor locks. So each row is complete, and a newer row replaces
 * the older row with the same key. After a write, the batch reads the versions of the hosts' rows
 * again. A new version of another program means that this batch used outdated rows and may have
 * replaced a row of that program. The batch then repeats its additions on the rows of the server,
 * without the rows that the batch itself wrote. If two programs write one host at the same time, at
 * least the later program sees the rows of the other.
 *
 * The rows of pruned weeks are not written (pruned.h): new boots are refused, and boots that the
 * server still has stay as they are until prune drops them.
 */
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "image.h"
#include "store/identity.h"

#define TRIES 10
#define PAUSE_MAX_MS 50

/**
 * struct written - versions of the rows that an attempt has written
 * @is_any: there were rows to write
 */
struct written {
	uint64_t boots;
	uint64_t crashes;
	bool is_any;
};

uint64_t clickhouse_choose_version(uint64_t now, uint64_t highest)
{
	uint16_t chance = 0;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = (uint16_t)now;
	return (highest >= now ? highest + 1 : now) + chance;
}

static int make_additions(struct clickhouse_image *image, struct clickhouse_batch *batch)
{
	int error = 0;

	for (size_t i = 0; !error && i < batch->count; i++) {
		const struct addition *addition = &batch->additions[i];
		const struct store_boot *boot = &addition->boot->boot;

		switch (addition->kind) {
		case ADDITION_BOOT:
			error = clickhouse_image_add_boot(image, boot, &batch->before);
			break;
		case ADDITION_COPY:
			error = clickhouse_image_copy_boot(image, boot);
			break;
		case ADDITION_ROW:
			error = clickhouse_image_put_boot(image, boot);
			break;
		case ADDITION_CRASH_ROW:
			error = clickhouse_image_put_crash(image, boot, addition->crash);
			break;
		case ADDITION_NAME:
			error = clickhouse_image_add_name(image, boot);
			break;
		case ADDITION_PART:
			error = clickhouse_image_add_part(image, boot);
			break;
		case ADDITION_END:
			error = clickhouse_image_end_boot(image, boot->host, boot->boot_id,
							  boot->end_time);
			break;
		case ADDITION_KEXEC:
			error = clickhouse_image_set_kexec(image, boot);
			break;
		case ADDITION_RENAME:
			error = clickhouse_image_move_rows(image, boot->host, boot->machine_id);
			break;
		case ADDITION_CRASH:
			error = clickhouse_image_add_crash(image, boot, addition->crash,
							   &batch->is_new);
			break;
		}
	}
	return error ? error : clickhouse_image_adopt(image);
}

/** struct name_rows - rows of names to insert */
struct name_rows {
	struct tsv rows;
	uint64_t version;
};

static void write_name(const void *node, VISIT visit, void *data)
{
	const struct image_name *name = *(struct image_name *const *)node;
	struct name_rows *names = data;

	if (visit != postorder && visit != leaf)
		return;
	for (size_t i = 0; i < name->count; i++) {
		if (!name->is_new[i])
			continue;
		tsv_field(&names->rows, name->name, '\t');
		tsv_field(&names->rows, name->hosts[i], '\t');
		tsv_print(&names->rows, "%" PRIu64 "\n", names->version);
	}
}

static int insert_names(struct clickhouse *server, const struct clickhouse_image *image,
			bool *ret_is_any)
{
	struct name_rows names = { .version = clickhouse_choose_version(image->now,
									image->name_version) };
	int error;

	twalk_r(image->names, write_name, &names);
	*ret_is_any |= names.rows.size > 0;
	error = clickhouse_insert(server, "host_names", "name, host, version", &names.rows);
	tsv_deinit(&names.rows);
	return error;
}

/* Return the server's row with the key of @row, or NULL. */
static struct image_stored *find_stored(const struct clickhouse_image *image,
					const struct image_row *row)
{
	const struct image_stored wanted = { .key = row->boot, .week = row->week };
	struct image_stored *const *found;

	if (row->stored && clickhouse_by_stored(&wanted, row->stored) == 0)
		return row->stored;
	found = tfind(&wanted, &image->stored, clickhouse_by_stored);
	return found ? *found : NULL;
}

static bool is_pruned(const struct clickhouse_image *image, const struct image_row *row)
{
	return clickhouse_is_pruned(&image->pruned, row->week);
}

/* Return the server's row of a boot in a pruned week; NULL if only this batch has written it. */
static struct image_stored *find_pruned(const struct clickhouse_image *image,
					const struct image_row *row)
{
	struct image_stored *stored = row->stored ? row->stored : find_stored(image, row);

	return stored && stored->basis && stored->basis_kind != ROW_GONE ? stored : NULL;
}

static void write_row(const struct clickhouse_image *image, const struct image_row *row,
		      struct boot_version version, struct tsv *rows)
{
	bool is_kept = is_pruned(image, row);
	struct image_stored *stored = is_kept ? find_pruned(image, row) : find_stored(image, row);

	version.week = row->week;
	if (stored)
		stored->is_live = true;
	if (is_kept)
		return;
	if (stored && stored == row->stored && !row->is_changed)
		return;
	if (stored && stored->kind == version.kind &&
	    stored->last->boot.sequence == row->boot.sequence &&
	    store_boot_is_equal(&stored->last->boot, &row->boot))
		return;
	clickhouse_boot_write(rows, &row->boot, version);
}

static int insert_boots(struct clickhouse *server, const struct clickhouse_image *image,
			uint64_t version, bool *ret_is_any)
{
	const struct boot_version boot = { .version = version, .kind = ROW_BOOT };
	const struct boot_version part = { .version = version, .kind = ROW_PART };
	struct boot_version gone = { .version = version, .kind = ROW_GONE };
	TSV_AUTO rows = { 0 };

	for (size_t i = 0; i < image->host_count; i++) {
		const struct image_host *host = image->hosts[i];

		for (size_t j = 0; j < host->count; j++)
			write_row(image, host->rows[j], boot, &rows);
		for (size_t j = 0; j < host->part_count; j++)
			write_row(image, host->parts[j], part, &rows);
	}
	for (size_t i = 0; i < image->stored_count; i++) {
		const struct image_stored *stored = image->stored_list[i];

		gone.week = stored->week;
		if (!stored->is_live && stored->kind != ROW_GONE)
			clickhouse_boot_write(&rows, &stored->last->boot, gone);
	}
	*ret_is_any |= rows.size > 0;
	return clickhouse_insert(server, "boot_rows", BOOT_COLUMNS, &rows);
}

/** struct crash_rows - rows of crashes to insert, and their keys */
struct crash_rows {
	struct tsv rows;
	void *keys;
	uint64_t version;
};

static void deinit_crash_rows(struct crash_rows *rows)
{
	tdestroy(rows->keys, free);
	tsv_deinit(&rows->rows);
}
#define AUTO_CRASH_ROWS __attribute__((cleanup(deinit_crash_rows))) struct crash_rows

static int compare_texts(const void *left, const void *right)
{
	return strcmp(left, right);
}

static void end_row(struct crash_rows *rows, bool is_gone)
{
	tsv_print(&rows->rows, "%d\t%" PRIu64 "\n", is_gone, rows->version);
}

/* Write the row of a crash unless the server already has it. */
static bool write_crash(struct crash_rows *rows, const struct kept_crash *crash,
			const struct image_row *row)
{
	size_t begin = rows->rows.size;
	size_t key_size = clickhouse_crash_write(&rows->rows, crash, &row->boot, row->week);
	char *key;

	if (rows->rows.has_failed)
		return false;
	if (crash->stored.size > 0 && strcmp(crash->stored.at, rows->rows.at + begin) == 0) {
		rows->rows.size = begin;
		rows->rows.at[begin] = '\0';
		return true;
	}
	key = strndup(rows->rows.at + begin, key_size);
	if (!key || !tsearch(key, &rows->keys, compare_texts))
		return false;
	end_row(rows, false);
	return !rows->rows.has_failed;
}

/* Write a tombstone under the old key of a crash, unless another crash now has this key. */
static bool write_gone(struct crash_rows *rows, const struct kept_crash *crash)
{
	char *key = strndup(crash->stored.at, crash->key_size);
	bool is_used = key && tfind(key, &rows->keys, compare_texts);

	if (key && !is_used) {
		clickhouse_crash_write_gone(&rows->rows, crash);
		end_row(rows, true);
	}
	free(key);
	return key && !rows->rows.has_failed;
}

static bool write_crashes(const struct clickhouse_image *image, struct crash_rows *rows)
{
	bool is_fine = true;

	for (size_t i = 0; i < image->host_count; i++) {
		const struct image_host *host = image->hosts[i];

		for (size_t j = 0; j < host->count; j++) {
			const struct image_row *row = host->rows[j];

			for (size_t k = 0; is_fine && k < row->crash_count; k++)
				is_fine = is_pruned(image, row) ||
					  write_crash(rows, row->crashes[k], row);
		}
	}
	return is_fine;
}

/* Return whether the key of a stored crash has changed, so that the old key needs a tombstone. */
static bool is_moved(const struct kept_crash *crash, const struct image_row *of)
{
	TSV_AUTO row = { 0 };
	size_t key_size;

	if (crash->stored.size == 0)
		return false;
	key_size = clickhouse_crash_write(&row, crash, &of->boot, of->week);
	return row.has_failed || key_size != crash->key_size ||
	       memcmp(row.at, crash->stored.at, key_size) != 0;
}

/* The crashes of a refused boot get tombstones, and those of a boot that stays as it is do not. */
static bool needs_tombstone(const struct clickhouse_image *image, const struct image_row *row,
			    const struct kept_crash *crash)
{
	if (!is_pruned(image, row))
		return is_moved(crash, row);
	return crash->stored.size > 0 && !find_pruned(image, row);
}

static bool write_tombstones(const struct clickhouse_image *image, struct crash_rows *rows)
{
	bool is_fine = true;

	for (size_t i = 0; i < image->host_count; i++) {
		const struct image_host *host = image->hosts[i];

		for (size_t j = 0; j < host->count; j++) {
			const struct image_row *row = host->rows[j];

			for (size_t k = 0; is_fine && k < row->crash_count; k++)
				if (needs_tombstone(image, row, row->crashes[k]))
					is_fine = write_gone(rows, row->crashes[k]);
		}
	}
	for (size_t i = 0; is_fine && i < image->dropped_count; i++)
		is_fine = write_gone(rows, image->dropped[i]);
	return is_fine;
}

static int insert_crashes(struct clickhouse *server, const struct clickhouse_image *image,
			  uint64_t version, bool *ret_is_any)
{
	AUTO_CRASH_ROWS rows = { .version = version };

	if (!write_crashes(image, &rows) || !write_tombstones(image, &rows))
		return clickhouse_fail_memory(server);
	*ret_is_any |= rows.rows.size > 0;
	return clickhouse_insert(server, "crash_rows", CRASH_COLUMNS, &rows.rows);
}

/* Write boots before their crashes: a crash without its boot would be counted. */
static int write_image(struct clickhouse *server, const struct clickhouse_image *image,
		       struct written *ret)
{
	int error;

	*ret = (struct written){ clickhouse_choose_version(image->now, image->version),
				 clickhouse_choose_version(image->now, image->crash_version),
				 false };
	error = insert_names(server, image, &ret->is_any);
	if (!error)
		error = insert_boots(server, image, ret->boots, &ret->is_any);
	if (!error)
		error = insert_crashes(server, image, ret->crashes, &ret->is_any);
	return error;
}

/* Keep the ids of the boots that were refused: later batches can have their crashes. */
static int note_refused(struct clickhouse *server, const struct clickhouse_image *image,
			const struct clickhouse_batch *batch)
{
	int error = 0;

	for (size_t i = 0; !error && image->pruned.count > 0 && i < batch->count; i++) {
		const struct store_boot *boot = &batch->additions[i].boot->boot;
		const char *host = boot->machine_id && boot->machine_id[0]
					   ? boot->machine_id
					   : clickhouse_image_find_host(image, boot->host);
		struct image_row *row = clickhouse_image_find(image, host, boot->boot_id);

		if (row && is_pruned(image, row) && !find_pruned(image, row))
			error = clickhouse_refuse(server, boot->host, boot->boot_id);
	}
	return error;
}

static int fail_addition(struct clickhouse *server, int error)
{
	if (error == -ENOENT)
		return store_fail(&server->store, -ENOENT, "the boot is not in the store");
	return clickhouse_fail_memory(server);
}

/*
 * Make one attempt. @own, @own_count: versions that earlier attempts wrote. @is_whole: load all
 * rows of all hosts; set if the next attempt must do so. @ret_is_done: no other program wrote these
 * hosts meanwhile.
 */
static int attempt(struct clickhouse *server, struct clickhouse_batch *batch, uint64_t *own,
		   size_t *own_count, bool *is_whole, bool *ret_is_done)
{
	CLICKHOUSE_AUTO_IMAGE image = { 0 };
	struct written written;
	int error = clickhouse_image_load(server, batch, own, *own_count, *is_whole, &image);

	*ret_is_done = false;
	if (error)
		return error;
	error = make_additions(&image, batch);
	if (error)
		return fail_addition(server, error);
	if (image.lacks_rows) {
		*is_whole = true;
		return 0;
	}
	error = write_image(server, &image, &written);
	if (error)
		return error;
	*ret_is_done = !written.is_any;
	if (written.is_any) {
		own[(*own_count)++] = written.boots;
		*is_whole = true;
		error = clickhouse_image_is_current(server, &image, written.boots, written.crashes,
						    ret_is_done);
	}
	return !error && *ret_is_done ? note_refused(server, &image, batch) : error;
}

static void pause_by_chance(uint64_t version)
{
	nanosleep(&(struct timespec){ 0, (long)(version % PAUSE_MAX_MS) * 1000000 }, NULL);
}

int clickhouse_batch_write(struct clickhouse *server, struct clickhouse_batch *batch)
{
	uint64_t own[TRIES];
	size_t own_count = 0;
	bool is_whole = false, is_done = batch->count == 0, is_new = false;
	int error = 0;

	for (int i = 0; !error && !is_done && i < TRIES; i++) {
		error = attempt(server, batch, own, &own_count, &is_whole, &is_done);
		/*
		 * Later attempts do not show whether the crash is new, because they find the crash
		 * that the first attempt wrote.
		 */
		if (own_count <= 1 && i == 0)
			is_new = batch->is_new;
		if (!is_done && own_count > 0)
			pause_by_chance(own[own_count - 1]);
	}
	batch->is_new = is_new;
	server->has_written = !error && (server->has_written || own_count > 0);
	if (!error && !is_done)
		return store_fail(&server->store, -EBUSY,
				  "other programs write the same boots at the same time");
	return error;
}
