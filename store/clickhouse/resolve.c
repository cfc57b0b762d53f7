// SPDX-License-Identifier: GPL-2.0-or-later
/* Make additions to the image, by the rules of store/sqlite/write.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "week.h"
#include "lib/cleanup.h"
#include "store/ending.h"
#include "store/identity.h"
#include "store/lost.h"
#include "store/kept_boot.h"

static void set_end(struct image_row *row, enum store_end how, bool has_time, int64_t time)
{
	row->boot.end = how;
	row->boot.has_end_time = has_time;
	row->boot.end_time = time;
	row->is_changed = true;
}

/* Set the facts of the kexec that a boot started. The row shares the text of @boot. */
static void set_kexec(struct image_row *row, const struct store_boot *boot)
{
	row->boot.has_kexec_time = boot->has_kexec_time;
	row->boot.kexec_time = boot->kexec_time;
	row->boot.kexec_release = boot->kexec_release;
	row->is_changed = true;
}

/*
 * Derive the end of the previous recorded boot of the host from the boot @after. @row: the row of
 * @after.
 */
static enum store_end settle_before(const struct clickhouse_image *image,
				    const struct store_boot *after, const struct image_row *row)
{
	const struct image_host *host = clickhouse_image_find_rows(image, row->boot.host);

	for (size_t i = host->count; i > 0; i--) {
		struct image_row *before = host->rows[i - 1];
		enum store_end end;

		if (before->boot.sequence >= row->boot.sequence || !before->boot.is_recorded)
			continue;
		end = store_ending(&before->boot, after);
		if (end != before->boot.end)
			set_end(before, end, false, 0);
		return end;
	}
	return STORE_END_UNKNOWN;
}

/* Insert a boot after all rows of its host, regardless of its start time. */
static struct image_row *insert(struct clickhouse_image *image, const struct store_boot *boot,
				const char *name)
{
	const struct image_host *host = clickhouse_image_find_rows(image, name);
	struct image_row *row = calloc(1, sizeof(*row));
	int64_t sequence = (int64_t)image->now++;

	if (!row)
		return NULL;
	if (host && host->count > 0 && host->rows[host->count - 1]->boot.sequence >= sequence)
		sequence = host->rows[host->count - 1]->boot.sequence + 1;
	row->boot = *boot;
	row->boot.host = name;
	row->boot.sequence = sequence;
	row->week = clickhouse_week_of(boot, image->now);
	row->is_changed = true;
	if (!clickhouse_image_insert(image, row))
		return row;
	clickhouse_image_free_row(row);
	return NULL;
}

/*
 * Give a lost kexec, or a boot that has the id of one as an alias, the ids that follow from the ids
 * of the boot that started the kexec. @ret: a copy of @boot with these ids; NULL without such ids.
 */
static int name_lost(const struct clickhouse_image *image, const struct store_boot *boot,
		     const char *host, struct kept_boot **ret)
{
	LINEAGE_AUTO_FREE char *aliases = NULL;
	struct store_boot named = *boot;
	char buffer[STORE_ALIAS_SIZE];
	const char *id;

	for (size_t i = 0; (id = store_boot_starter(boot, i, buffer)); i++) {
		const struct image_row *starter = clickhouse_image_find(image, host, id);
		char *longer;

		if (!starter)
			continue;
		if (store_lost_aliases(&named, &starter->boot, &longer))
			return -ENOMEM;
		free(aliases);
		named.aliases = aliases = longer;
	}
	*ret = aliases ? store_boot_keep(&named) : NULL;
	return aliases && !*ret ? -ENOMEM : 0;
}

/*
 * Add a boot, or merge it into the row of its boot. Join the row even if it has not changed: an
 * interrupted batch or another program may have left two rows of one boot. @ret: the row; NULL if a
 * part has moved it.
 */
static int add_facts(struct clickhouse_image *image, const struct store_boot *boot,
		     struct image_row **ret)
{
	STORE_AUTO_KEPT_BOOT *named = NULL;
	struct image_row *row;
	const char *host;
	bool is_new;
	int error = clickhouse_image_learn_host(image, boot, &host);

	if (!error)
		error = name_lost(image, boot, host, &named);
	if (error)
		return error;
	row = clickhouse_image_find(image, host, boot->boot_id);
	is_new = !row;
	if (!row)
		row = insert(image, boot, host);
	if (!row)
		return -ENOMEM;
	if (named || !is_new)
		error = clickhouse_image_merge(image, row, named ? &named->boot : boot);
	if (!error)
		error = clickhouse_image_join(image, &row);
	if (!error)
		error = clickhouse_image_take_parts(image, host);
	if (error < 0)
		return error;
	/* A part may have joined the row with another row. */
	*ret = error > 0 ? clickhouse_image_find(image, host, boot->boot_id) : row;
	return 0;
}

int clickhouse_image_add_boot(struct clickhouse_image *image, const struct store_boot *boot,
			      enum store_end *ret_before)
{
	static const struct store_boot no_kexec = { 0 };
	struct image_row *row = NULL;
	int error = add_facts(image, boot, &row);

	*ret_before = STORE_END_UNKNOWN;
	if (error || !row || !boot->is_recorded)
		return error;
	*ret_before = settle_before(image, boot, row);
	/* The machine records the boot again: the service was restarted, or the kexec failed. */
	if (boot->end == STORE_END_RUNNING && row->boot.end == STORE_END_CLEAN)
		set_end(row, STORE_END_RUNNING, false, 0);
	if (boot->end == STORE_END_RUNNING && row->boot.has_kexec_time && !boot->has_kexec_time)
		set_kexec(row, &no_kexec);
	return 0;
}

int clickhouse_image_copy_boot(struct clickhouse_image *image, const struct store_boot *boot)
{
	struct store_boot part = *boot;
	struct image_row *row;

	part.is_part = false;
	return boot->is_part ? clickhouse_image_add_part(image, &part)
			     : add_facts(image, boot, &row);
}

int clickhouse_image_put_boot(struct clickhouse_image *image, const struct store_boot *boot)
{
	struct image_row *row = clickhouse_image_find_key(image, boot->host, boot->boot_id);
	struct store_boot part = *boot;

	part.is_part = false;
	if (boot->is_part)
		return clickhouse_image_keep_part(image, &part);
	if (row)
		return clickhouse_image_merge(image, row, boot);
	return insert(image, boot, boot->host) ? 0 : -ENOMEM;
}

static bool is_number(bool has, int64_t number, bool has_other, int64_t other)
{
	return has == has_other && (!has || number == other);
}

static bool has_crash(const struct image_row *row, const struct store_crash *crash)
{
	for (size_t i = 0; i < row->crash_count; i++) {
		const struct store_crash *other = &row->crashes[i]->crash;

		if (strcmp(crash->signature, other->signature) == 0 &&
		    is_number(crash->has_time, crash->time, other->has_time, other->time) &&
		    is_number(crash->has_uptime, crash->uptime_us, other->has_uptime,
			      other->uptime_us))
			return true;
	}
	return false;
}

int clickhouse_image_put_crash(struct clickhouse_image *image, const struct store_boot *boot,
			       const struct kept_crash *crash)
{
	struct image_row *row = clickhouse_image_find_key(image, boot->host, boot->boot_id);
	CLICKHOUSE_AUTO_CRASH *copy = NULL;

	if (!row)
		return -ENOENT;
	if (has_crash(row, &crash->crash))
		return 0;
	copy = clickhouse_crash_keep(&crash->crash, crash->recorded);
	if (!copy || !clickhouse_image_append_crash(row, copy))
		return -ENOMEM;
	copy = NULL;
	return 0;
}

int clickhouse_image_add_name(struct clickhouse_image *image, const struct store_boot *boot)
{
	const char *host;

	return clickhouse_image_learn_host(image, boot, &host);
}

static struct image_row *find_named(const struct clickhouse_image *image, const char *name,
				    const char *boot_id)
{
	return clickhouse_image_find(image, clickhouse_image_find_host(image, name), boot_id);
}

/* Find a boot by any name of its host; the name may belong to several hosts. */
static struct image_row *find_shared(const struct clickhouse_image *image, const char *name,
				     const char *boot_id)
{
	struct image_row *row = find_named(image, name, boot_id);
	const char *host;

	for (size_t i = 0; !row && (host = clickhouse_image_host_of(image, name, i)); i++)
		row = clickhouse_image_find(image, host, boot_id);
	return row;
}

int clickhouse_image_set_kexec(struct clickhouse_image *image, const struct store_boot *boot)
{
	struct image_row *row = find_shared(image, boot->host, boot->boot_id);

	if (!row)
		return -ENOENT;
	set_kexec(row, boot);
	return 0;
}

int clickhouse_image_end_boot(struct clickhouse_image *image, const char *host, const char *boot_id,
			      int64_t time)
{
	struct image_row *row = find_shared(image, host, boot_id);

	if (!row)
		return -ENOENT;
	set_end(row, STORE_END_CLEAN, true, time);
	return 0;
}

int clickhouse_image_add_crash(struct clickhouse_image *image, const struct store_boot *boot,
			       const struct kept_crash *crash, bool *ret_is_new)
{
	struct image_row *row =
		boot->machine_id ? find_named(image, boot->machine_id, boot->boot_id) : NULL;
	struct kept_crash *copy;

	if (!row)
		row = find_shared(image, boot->host, boot->boot_id);
	if (!row)
		return -ENOENT;
	copy = clickhouse_crash_keep(&crash->crash, crash->recorded);
	return copy ? clickhouse_image_take_crash(image, row, copy, ret_is_new) : -ENOMEM;
}

int clickhouse_image_adopt(struct clickhouse_image *image)
{
	for (size_t i = 0; i < image->orphan_count; i++) {
		struct image_orphan *orphan = &image->orphans[i];
		struct image_row *row =
			find_named(image, orphan->boot->boot.host, orphan->boot->boot.boot_id);
		bool is_new;
		int error = row ? clickhouse_image_take_crash(image, row,
							      LINEAGE_TAKE(orphan->crash), &is_new)
				: 0;

		if (error)
			return error;
	}
	return 0;
}
