// SPDX-License-Identifier: GPL-2.0-or-later
/* Hosts, names and rows of the image. */
#include "image.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store/identity.h"

static void keep_it(void *data)
{
}

void clickhouse_image_free_row(struct image_row *row)
{
	store_boot_destroy(row->owner);
	free(row->crashes);
	free(row);
}

static void destroy_host(struct image_host *host)
{
	for (size_t i = 0; i < host->count; i++) {
		struct image_row *row = host->rows[i];

		for (size_t j = 0; j < row->crash_count; j++)
			clickhouse_crash_destroy(row->crashes[j]);
		clickhouse_image_free_row(row);
	}
	for (size_t i = 0; i < host->part_count; i++)
		clickhouse_image_free_row(host->parts[i]);
	free(host->rows);
	free(host->parts);
	free(host->name);
	tsv_deinit(&host->keys);
	free(host);
}

static void destroy_name(void *data)
{
	struct image_name *name = data;

	for (size_t i = 0; i < name->count; i++)
		free(name->hosts[i]);
	free(name->hosts);
	free(name->is_new);
	free(name->name);
	free(name);
}

static void destroy_stored(struct image_stored *stored)
{
	if (stored->basis != stored->last)
		store_boot_destroy(stored->basis);
	store_boot_destroy(stored->last);
	free(stored);
}

void clickhouse_image_deinit(struct clickhouse_image *image)
{
	tdestroy(image->host_tree, keep_it);
	tdestroy(image->rows, keep_it);
	tdestroy(image->stored, keep_it);
	tdestroy(image->names, destroy_name);
	for (size_t i = 0; i < image->host_count; i++)
		destroy_host(image->hosts[i]);
	for (size_t i = 0; i < image->stored_count; i++)
		destroy_stored(image->stored_list[i]);
	for (size_t i = 0; i < image->orphan_count; i++) {
		store_boot_destroy(image->orphans[i].boot);
		clickhouse_crash_destroy(image->orphans[i].crash);
	}
	for (size_t i = 0; i < image->dropped_count; i++)
		clickhouse_crash_destroy(image->dropped[i]);
	free(image->hosts);
	free(image->stored_list);
	free(image->orphans);
	free(image->dropped);
	free(image->seen);
	tsv_deinit(&image->wanted_names);
	clickhouse_pruned_deinit(&image->pruned);
	*image = (struct clickhouse_image){ 0 };
}

int clickhouse_by_stored(const void *left, const void *right)
{
	const struct image_stored *a = left, *b = right;
	int order = clickhouse_by_key(&a->key, &b->key);

	return order ? order : (a->week > b->week) - (a->week < b->week);
}

/* Find a node by host and boot id. */
static void *find(void *const *tree, const char *host, const char *boot_id)
{
	const struct store_boot wanted = { .host = host, .boot_id = boot_id };
	void *const *found = tfind(&wanted, tree, clickhouse_by_key);

	return found ? *found : NULL;
}

struct image_host *clickhouse_image_find_rows(const struct clickhouse_image *image,
					      const char *host)
{
	if (image->recent && strcmp(image->recent->name, host) == 0)
		return image->recent;
	return find(&image->host_tree, host, "");
}

struct image_host *clickhouse_image_host(struct clickhouse_image *image, const char *name)
{
	struct image_host *host = clickhouse_image_find_rows(image, name);

	if (host) {
		image->recent = host;
		return host;
	}
	if (!clickhouse_make_room(&image->hosts, image->host_count, sizeof(*image->hosts)))
		return NULL;
	host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	image->hosts[image->host_count++] = host;
	host->name = strdup(name);
	host->key = (struct store_boot){ .host = host->name, .boot_id = "" };
	if (!host->name || !tsearch(host, &image->host_tree, clickhouse_by_key))
		return NULL;
	image->recent = host;
	return host;
}

static struct image_name *add_name(struct clickhouse_image *image, const char *text)
{
	struct image_name *name = calloc(1, sizeof(*name));

	if (!name)
		return NULL;
	name->name = strdup(text);
	name->key = (struct store_boot){ .host = name->name, .boot_id = "" };
	if (name->name && tsearch(name, &image->names, clickhouse_by_key))
		return name;
	destroy_name(name);
	return NULL;
}

static bool has_host(const struct image_name *name, const char *host)
{
	for (size_t i = 0; i < name->count; i++)
		if (strcmp(name->hosts[i], host) == 0)
			return true;
	return false;
}

bool clickhouse_image_has_name(const struct clickhouse_image *image, const char *name,
			       const char *host)
{
	const struct image_name *found = find(&image->names, name, "");

	return found && has_host(found, host);
}

int clickhouse_image_name(struct clickhouse_image *image, const char *text, const char *host,
			  bool is_stored)
{
	struct image_name *name = find(&image->names, text, "");

	if (!name)
		name = add_name(image, text);
	if (!name)
		return -ENOMEM;
	if (has_host(name, host))
		return 0;
	if (!clickhouse_make_room(&name->hosts, name->count, sizeof(*name->hosts)) ||
	    !clickhouse_make_room(&name->is_new, name->count, sizeof(*name->is_new)))
		return -ENOMEM;
	name->hosts[name->count] = strdup(host);
	if (!name->hosts[name->count])
		return -ENOMEM;
	name->is_new[name->count++] = !is_stored;
	image->name_count++;
	return 1;
}

const char *clickhouse_image_find_host(const struct clickhouse_image *image, const char *name)
{
	const struct image_name *found = find(&image->names, name, "");

	return found && found->count == 1 ? found->hosts[0] : name;
}

const char *clickhouse_image_host_of(const struct clickhouse_image *image, const char *name,
				     size_t number)
{
	const struct image_name *found = find(&image->names, name, "");

	return found && number < found->count ? found->hosts[number] : NULL;
}

/* Find the position from the end, since most rows are the newest row of their host. */
int clickhouse_image_insert(struct clickhouse_image *image, struct image_row *row)
{
	struct image_host *host = clickhouse_image_host(image, row->boot.host);
	size_t at;

	if (!host || !clickhouse_make_room(&host->rows, host->count, sizeof(struct image_row *)))
		return -ENOMEM;
	row->boot.host = host->name;
	if (!tsearch(row, &image->rows, clickhouse_by_key))
		return -ENOMEM;
	for (at = host->count; at > 0; at--) {
		if (host->rows[at - 1]->boot.sequence <= row->boot.sequence)
			break;
		host->rows[at] = host->rows[at - 1];
	}
	host->rows[at] = row;
	host->count++;
	return 0;
}

int clickhouse_image_insert_part(struct clickhouse_image *image, struct image_row *part)
{
	struct image_host *host = clickhouse_image_host(image, part->boot.host);

	if (!host || !clickhouse_make_room(&host->parts, host->part_count, sizeof(*host->parts)))
		return -ENOMEM;
	part->boot.host = host->name;
	host->parts[host->part_count++] = part;
	return 0;
}

void clickhouse_image_remove(struct clickhouse_image *image, struct image_row *row)
{
	struct image_host *host = clickhouse_image_find_rows(image, row->boot.host);
	size_t at = 0;

	tdelete(row, &image->rows, clickhouse_by_key);
	while (at < host->count && host->rows[at] != row)
		at++;
	if (at == host->count)
		return;
	host->count--;
	memmove(&host->rows[at], &host->rows[at + 1],
		(host->count - at) * sizeof(struct image_row *));
}

struct image_row *clickhouse_image_find_key(const struct clickhouse_image *image, const char *host,
					    const char *boot_id)
{
	return find(&image->rows, host, boot_id);
}

struct image_row *clickhouse_image_find(const struct clickhouse_image *image, const char *host,
					const char *boot_id)
{
	struct image_row *row = find(&image->rows, host, boot_id);
	const struct image_host *rows = row ? NULL : clickhouse_image_find_rows(image, host);

	for (size_t i = 0; rows && i < rows->count; i++)
		if (rows->rows[i]->boot.aliases && store_boot_has_id(&rows->rows[i]->boot, boot_id))
			return rows->rows[i];
	return row;
}

bool clickhouse_image_append_crash(struct image_row *row, struct kept_crash *crash)
{
	if (!clickhouse_make_room(&row->crashes, row->crash_count, sizeof(*row->crashes)))
		return false;
	row->crashes[row->crash_count++] = crash;
	return true;
}
