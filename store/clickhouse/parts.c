// SPDX-License-Identifier: GPL-2.0-or-later
/* Complete boots of the image with parts of boots, by the rules of store/sqlite/parts.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "week.h"

/* Merge a part into the row of its boot. Return 1 if the boot has a row, 0 if not, or -ENOMEM. */
static int complete_row(struct clickhouse_image *image, const struct store_boot *part)
{
	struct image_row *row = clickhouse_image_find(image, part->host, part->boot_id);
	struct store_boot facts = *part;
	int error;

	if (!row)
		row = clickhouse_image_find_same(image, part, NULL, store_part_compare);
	if (!row)
		return 0;
	facts.is_part = true;
	error = clickhouse_image_merge(image, row, &facts);
	if (!error)
		error = clickhouse_image_join(image, &row);
	return error ? error : 1;
}

static struct image_row *find_part(const struct clickhouse_image *image,
				   const struct store_boot *part)
{
	const struct image_host *host = clickhouse_image_find_rows(image, part->host);

	for (size_t i = 0; host && i < host->part_count; i++)
		if (strcmp(host->parts[i]->boot.boot_id, part->boot_id) == 0)
			return host->parts[i];
	return NULL;
}

/* Merge a part into another part of the same log. */
static int merge_part(struct image_row *row, const struct store_boot *part)
{
	STORE_AUTO_MERGED_BOOT merged = { 0 };
	struct kept_boot *kept;

	if (store_boot_merge(&row->boot, part, &merged))
		return -ENOMEM;
	kept = store_boot_keep(&merged.boot);
	if (!kept)
		return -ENOMEM;
	store_boot_destroy(row->owner);
	row->owner = kept;
	row->boot = kept->boot;
	row->is_changed = true;
	return 0;
}

int clickhouse_image_keep_part(struct clickhouse_image *image, const struct store_boot *part)
{
	struct image_row *row = find_part(image, part);

	if (row)
		return merge_part(row, part);
	row = calloc(1, sizeof(*row));
	if (!row)
		return -ENOMEM;
	row->boot = *part;
	row->boot.sequence = (int64_t)image->now++;
	row->week = clickhouse_week_of(part, image->now);
	row->is_changed = true;
	if (!clickhouse_image_insert_part(image, row))
		return 0;
	clickhouse_image_free_row(row);
	return -ENOMEM;
}

/* Remove a part from its host. */
static struct image_row *remove_part(struct image_host *host, size_t at)
{
	struct image_row *part = host->parts[at];

	host->part_count--;
	memmove(&host->parts[at], &host->parts[at + 1],
		(host->part_count - at) * sizeof(struct image_row *));
	return part;
}

int clickhouse_image_take_parts(struct clickhouse_image *image, const char *name)
{
	struct image_host *host = clickhouse_image_find_rows(image, name);
	int is_taken = 0;
	size_t i = 0;

	while (host && i < host->part_count) {
		int found = complete_row(image, &host->parts[i]->boot);

		if (found < 0)
			return found;
		if (found > 0) {
			clickhouse_image_free_row(remove_part(host, i));
			is_taken = 1;
			i = 0; /* the completed row can have the facts by which a part finds it */
		} else {
			i++;
		}
	}
	return is_taken;
}

int clickhouse_image_take_part(struct clickhouse_image *image, const struct store_boot *part)
{
	int found = complete_row(image, part);

	if (found == 0)
		return clickhouse_image_keep_part(image, part);
	if (found > 0)
		found = clickhouse_image_take_parts(image, part->host);
	return found < 0 ? found : 0;
}

int clickhouse_image_move_parts(struct clickhouse_image *image, const char *from, const char *to)
{
	struct image_host *host = clickhouse_image_find_rows(image, from);
	int error;

	while (host && host->part_count > 0) {
		struct image_row *part = remove_part(host, 0);
		struct image_row *same;

		part->boot.host = to;
		part->is_changed = true;
		same = find_part(image, &part->boot);
		error = same ? merge_part(same, &part->boot)
			     : clickhouse_image_insert_part(image, part);
		if (error || same)
			clickhouse_image_free_row(part);
		if (error)
			return error;
	}
	error = clickhouse_image_take_parts(image, to);
	return error < 0 ? error : 0;
}
