// SPDX-License-Identifier: GPL-2.0-or-later
/* Join rows of the image that are one boot, by the rules of store/sqlite/join.c. */
#include <errno.h>
#include <string.h>

#include "image.h"
#include "lib/cleanup.h"
#include "store/crash_identity.h"
#include "store/lost.h"

/* As in the SQLite back end, different releases exclude a row before any other comparison. */
static bool is_candidate(const struct store_boot *boot, const struct store_boot *row)
{
	/* A lost kexec and a boot that disproves it can have different ids and releases. */
	if (store_boot_is_about_lost(boot))
		return true;
	if (boot->has_kernel_id && row->has_kernel_id)
		return false;
	return !boot->release || !row->release || strcmp(boot->release, row->release) == 0;
}

struct image_row *clickhouse_image_find_same(const struct clickhouse_image *image,
					     const struct store_boot *boot,
					     const struct image_row *except,
					     store_comparison *compare)
{
	const struct image_host *host = store_boot_is_comparable(boot)
						? clickhouse_image_find_rows(image, boot->host)
						: NULL;
	struct store_candidate best = { 0 };
	struct image_row *same = NULL;

	for (size_t i = 0; host && i < host->count && best.identity != STORE_IDENTITY_SAME; i++) {
		struct image_row *other = host->rows[i];

		if (other != except && is_candidate(boot, &other->boot) &&
		    store_candidate_consider(&best, boot, &other->boot, compare))
			same = other;
	}
	return store_candidate_is_same(&best) ? same : NULL;
}

int clickhouse_image_merge(struct clickhouse_image *image, struct image_row *row,
			   const struct store_boot *boot)
{
	STORE_AUTO_MERGED_BOOT merged = { 0 };
	struct kept_boot *kept;
	bool is_renamed;

	if (store_boot_merge(&row->boot, boot, &merged))
		return -ENOMEM;
	if (store_boot_is_equal(&row->boot, &merged.boot))
		return 0;
	kept = store_boot_keep(&merged.boot);
	if (!kept)
		return -ENOMEM;
	is_renamed = strcmp(row->boot.boot_id, kept->boot.boot_id) != 0;
	if (is_renamed)
		clickhouse_image_remove(image, row);
	store_boot_destroy(row->owner);
	row->owner = kept;
	row->boot = kept->boot;
	row->is_changed = true;
	return is_renamed ? clickhouse_image_insert(image, row) : 0;
}

/* Return the crash of the row that is the same crash as @crash, or NULL. */
static struct kept_crash *find_crash(const struct image_row *row, const struct store_crash *crash)
{
	for (size_t i = 0; i < row->crash_count; i++)
		if (store_crash_is_same(crash, &row->crashes[i]->crash))
			return row->crashes[i];
	return NULL;
}

/*
 * Complete a crash that two sources report: each source may know a time that the other lacks, or
 * have the lines of the report. Return false if there is no memory.
 */
static bool complete_crash(struct kept_crash *kept, const struct store_crash *other)
{
	struct store_crash *crash = &kept->crash;

	if (!crash->has_time && other->has_time) {
		crash->has_time = true;
		crash->time = other->time;
	}
	if (!crash->has_uptime && other->has_uptime) {
		crash->has_uptime = true;
		crash->uptime_us = other->uptime_us;
	}
	return crash->excerpt || clickhouse_crash_set_excerpt(kept, other->excerpt);
}

/*
 * Drop a crash that was merged into another crash. If the server has its row, keep the crash until
 * the row gets a tombstone.
 */
static bool drop_crash(struct clickhouse_image *image, struct kept_crash *crash)
{
	if (crash->stored.size == 0) {
		clickhouse_crash_destroy(crash);
		return true;
	}
	if (!clickhouse_make_room(&image->dropped, image->dropped_count, sizeof(*image->dropped)))
		return false;
	image->dropped[image->dropped_count++] = crash;
	return true;
}

/*
 * Find a crash of the row that is a cut copy of @crash, or of which @crash is a cut copy. Return
 * its place, or NULL.
 */
static struct kept_crash **find_cut(const struct image_row *row, const struct store_crash *crash)
{
	for (size_t i = 0; i < row->crash_count; i++) {
		const struct store_crash *other = &row->crashes[i]->crash;

		if (store_crash_is_cut_of(crash, other) || store_crash_is_cut_of(other, crash))
			return &row->crashes[i];
	}
	return NULL;
}

/*
 * Keep the whole report of @crash and the crash at @place, one of which is cut, at @place, and drop
 * the other. Return false if there is no memory; @crash then still belongs to the caller.
 */
static bool take_whole(struct clickhouse_image *image, struct kept_crash **place,
		       struct kept_crash *crash)
{
	struct kept_crash *whole = *place, *cut = crash;
	struct store_crash times;

	if (store_crash_is_cut_of(&whole->crash, &crash->crash)) {
		cut = whole;
		whole = crash;
	}
	times = cut->crash;
	times.excerpt = NULL;
	if (!complete_crash(whole, &times) || !drop_crash(image, cut))
		return false;
	*place = whole;
	return true;
}

int clickhouse_image_take_crash(struct clickhouse_image *image, struct image_row *row,
				struct kept_crash *crash, bool *ret_is_new)
{
	CLICKHOUSE_AUTO_CRASH *taken = crash;
	struct kept_crash *same = find_crash(row, &crash->crash);
	struct kept_crash **cut = same ? NULL : find_cut(row, &crash->crash);
	bool is_disproved =
		store_crash_is_of_lost(&crash->crash) && row->boot.end != STORE_END_LOST;

	*ret_is_new = !same && !cut && !is_disproved;
	if (cut && !take_whole(image, cut, crash))
		return -ENOMEM;
	if (cut) {
		taken = NULL;
		return 0;
	}
	if (same && !complete_crash(same, &crash->crash))
		return -ENOMEM;
	if (!(same || is_disproved ? drop_crash(image, crash)
				   : clickhouse_image_append_crash(row, crash)))
		return -ENOMEM;
	taken = NULL;
	return 0;
}

/* Drop the crash of a lost kexec that was disproved. */
static int drop_lost_crash(struct clickhouse_image *image, struct image_row *row)
{
	size_t count = 0;
	int error = 0;

	for (size_t i = 0; i < row->crash_count; i++) {
		struct kept_crash *crash = row->crashes[i];

		if (!store_crash_is_of_lost(&crash->crash))
			row->crashes[count++] = crash;
		else if (!drop_crash(image, crash))
			error = -ENOMEM;
	}
	row->crash_count = count;
	return error;
}

int clickhouse_image_join_two(struct clickhouse_image *image, struct image_row *to,
			      struct image_row *from)
{
	bool is_disproved = (to->boot.end == STORE_END_LOST) != (from->boot.end == STORE_END_LOST);
	int error = is_disproved ? drop_lost_crash(image, to) : 0;
	bool is_new;

	/* A row in a pruned week would not be written. */
	if (clickhouse_is_pruned(&image->pruned, to->week) && from->week != to->week) {
		to->week = from->week;
		to->is_changed = true;
	}

	if (is_disproved && drop_lost_crash(image, from))
		error = -ENOMEM;

	for (size_t i = 0; i < from->crash_count; i++) {
		int failure = clickhouse_image_take_crash(image, to, from->crashes[i], &is_new);

		error = error ? error : failure;
	}
	if (!error)
		error = clickhouse_image_merge(image, to, &from->boot);
	clickhouse_image_free_row(from);
	return error;
}

/*
 * Find the row of the same boot. If two rows match only by their start times, each must be the best
 * match of the other: a log whose start lies halfway between two boots matches both boots equally
 * well. The comparison needs all rows of the host.
 */
static struct image_row *find_mutual(struct clickhouse_image *image, struct image_row *row)
{
	struct image_row *other =
		clickhouse_image_find_same(image, &row->boot, row, store_boot_compare);

	/* A lost kexec can have a kernel's id, and then it was not loaded with the host. */
	if (store_boot_is_about_lost(&row->boot))
		image->lacks_rows |= !clickhouse_image_find_rows(image, row->boot.host)->is_whole;
	if (!other || store_boot_compare(&row->boot, &other->boot) == STORE_IDENTITY_SAME)
		return other;
	image->lacks_rows |= !clickhouse_image_find_rows(image, row->boot.host)->is_whole;
	return clickhouse_image_find_same(image, &other->boot, other, store_boot_compare) == row
		       ? other
		       : NULL;
}

int clickhouse_image_join(struct clickhouse_image *image, struct image_row **row)
{
	struct image_row *other;
	int error = 0;

	while (!error && (other = find_mutual(image, *row))) {
		/* The row that the machine recorded keeps its place in the order of boots. */
		if (!(*row)->boot.is_recorded && other->boot.sequence < (*row)->boot.sequence) {
			struct image_row *later = *row;

			*row = other;
			other = later;
		}
		clickhouse_image_remove(image, other);
		error = clickhouse_image_join_two(image, *row, other);
	}
	return error;
}
