// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of hosts in the image: a host whose machine id becomes known takes the rows of its names.
 */
#include <string.h>

#include "image.h"

/* Move a row to another host, and join it with a row of the same boot there. */
static int move_row(struct clickhouse_image *image, struct image_row *row, const char *host)
{
	struct image_row *same = clickhouse_image_find(image, host, row->boot.boot_id);
	int error = 0;

	row->is_changed = true;
	clickhouse_image_remove(image, row);
	if (same && !row->boot.is_recorded && same->boot.sequence < row->boot.sequence) {
		error = clickhouse_image_join_two(image, same, row);
		row = same;
		same = NULL;
	} else {
		if (same)
			clickhouse_image_remove(image, same);
		row->boot.host = host;
		error = clickhouse_image_insert(image, row);
	}
	if (!error && same)
		error = clickhouse_image_join_two(image, row, same);
	return error ? error : clickhouse_image_join(image, &row);
}

/* All rows of both hosts must be loaded: any row of one host can match any row of the other. */
int clickhouse_image_move_rows(struct clickhouse_image *image, const char *from, const char *to)
{
	const struct image_host *host = clickhouse_image_find_rows(image, from);
	const struct image_host *target = clickhouse_image_find_rows(image, to);
	int error = 0;

	while (!error && host && host->count > 0) {
		image->lacks_rows |= !host->is_whole || !target || !target->is_whole;
		error = move_row(image, host->rows[0], to);
	}
	return error ? error : clickhouse_image_move_parts(image, from, to);
}

int clickhouse_image_learn_host(struct clickhouse_image *image, const struct store_boot *boot,
				const char **ret)
{
	const char *host;
	int is_new;

	*ret = clickhouse_image_find_host(image, boot->host);
	if (!boot->machine_id || !boot->machine_id[0])
		return 0;
	is_new = clickhouse_image_name(image, boot->machine_id, boot->machine_id, false);
	if (is_new < 0)
		return is_new;
	is_new = clickhouse_image_name(image, boot->host, boot->machine_id, false);
	if (is_new < 0)
		return is_new;
	*ret = boot->machine_id;
	host = clickhouse_image_find_host(image, boot->host);
	if (strcmp(host, boot->machine_id) != 0 || strcmp(boot->host, host) == 0)
		return 0;
	return clickhouse_image_move_rows(image, boot->host, boot->machine_id);
}

int clickhouse_image_add_part(struct clickhouse_image *image, const struct store_boot *part)
{
	struct store_boot named = *part;
	int error = clickhouse_image_learn_host(image, part, &named.host);

	return error ? error : clickhouse_image_take_part(image, &named);
}
