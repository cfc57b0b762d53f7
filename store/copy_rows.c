// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "lib/cleanup.h"

#define CRASH_TEXTS 9

/* Make room for one more element. The array is full if the count is a power of two. */
static bool make_room(void *array, size_t count, size_t size)
{
	void **at = array;
	void *larger;

	if (count & (count - 1) && count > 0)
		return true;
	larger = reallocarray(*at, count ? 2 * count : 1, size);
	if (larger)
		*at = larger;
	return larger != NULL;
}

static int take_boot(const struct store_boot *boot, void *data)
{
	struct copy_rows *rows = data;

	if (!make_room(&rows->boots, rows->boot_count, sizeof(*rows->boots)))
		return -ENOMEM;
	rows->boots[rows->boot_count] = store_boot_keep(boot);
	return rows->boots[rows->boot_count] ? rows->boot_count++, 0 : -ENOMEM;
}

static void destroy_crash(struct copied_crash *crash)
{
	free(crash->texts);
	free(crash);
}

static struct copied_crash *keep_crash(const struct store_crash *crash)
{
	struct copied_crash *kept = calloc(1, sizeof(*kept));

	if (!kept)
		return NULL;
	kept->crash = *crash;
	kept->texts = store_texts_keep(
		(const char **const[CRASH_TEXTS]){
			&kept->crash.host, &kept->crash.boot_id, &kept->crash.title,
			&kept->crash.type, &kept->crash.frame, &kept->crash.module,
			&kept->crash.frames, &kept->crash.signature, &kept->crash.excerpt },
		CRASH_TEXTS);
	if (kept->texts)
		return kept;
	free(kept);
	return NULL;
}

static int take_crash(const struct store_crash *crash, void *data)
{
	struct copy_rows *rows = data;

	if (!make_room(&rows->crashes, rows->crash_count, sizeof(*rows->crashes)))
		return -ENOMEM;
	rows->crashes[rows->crash_count] = keep_crash(crash);
	return rows->crashes[rows->crash_count] ? rows->crash_count++, 0 : -ENOMEM;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_places(const void *left, const void *right)
{
	const struct store_boot *a = &(*(struct kept_boot *const *)left)->boot;
	const struct store_boot *b = &(*(struct kept_boot *const *)right)->boot;
	int order = strcmp(a->host, b->host);

	if (!order)
		order = a->is_part - b->is_part;
	return order ? order : compare_numbers(a->sequence, b->sequence);
}

static int compare_keys(const void *left, const void *right)
{
	const struct store_boot *a = *(const struct store_boot *const *)left;
	const struct store_boot *b = *(const struct store_boot *const *)right;
	int order = strcmp(a->host, b->host);

	if (!order)
		order = strcmp(a->boot_id, b->boot_id);
	return order ? order : a->is_part - b->is_part;
}

static int sort(struct copy_rows *rows)
{
	if (rows->boot_count == 0)
		return 0;
	rows->by_key = calloc(rows->boot_count, sizeof(*rows->by_key));
	if (!rows->by_key)
		return -ENOMEM;
	qsort(rows->boots, rows->boot_count, sizeof(*rows->boots), compare_places);
	for (size_t i = 0; i < rows->boot_count; i++)
		rows->by_key[i] = &rows->boots[i]->boot;
	qsort(rows->by_key, rows->boot_count, sizeof(*rows->by_key), compare_keys);
	return 0;
}

int store_rows_load(struct store *store, const struct store_range *hosts, struct copy_rows *ret)
{
	int error = store_list_rows(store, hosts, take_boot, ret);

	if (!error)
		error = store_list_range_crashes(store, hosts, take_crash, ret);
	return error ? error : sort(ret);
}

void store_rows_deinit(struct copy_rows *rows)
{
	for (size_t i = 0; i < rows->boot_count; i++)
		store_boot_destroy(rows->boots[i]);
	for (size_t i = 0; i < rows->crash_count; i++)
		destroy_crash(rows->crashes[i]);
	free(rows->boots);
	free(rows->by_key);
	free(rows->crashes);
	*rows = (struct copy_rows){ 0 };
}

/* Return the number of the first row of the first host whose name is not less than @name. */
static size_t first_boot(const struct copy_rows *rows, const char *name)
{
	size_t low = 0, high = rows->boot_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(rows->boots[middle]->boot.host, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t first_crash(const struct copy_rows *rows, const char *name)
{
	size_t low = 0, high = rows->crash_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(rows->crashes[middle]->crash.host, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct copy_host store_rows_host(const struct copy_rows *rows, const char *name)
{
	size_t boot = first_boot(rows, name), crash = first_crash(rows, name);
	struct copy_host host = { .name = name,
				  .boots = rows->boots + boot,
				  .crashes = rows->crashes + crash };

	while (boot + host.boot_count < rows->boot_count &&
	       strcmp(host.boots[host.boot_count]->boot.host, name) == 0)
		host.boot_count++;
	while (crash + host.crash_count < rows->crash_count &&
	       strcmp(host.crashes[host.crash_count]->crash.host, name) == 0)
		host.crash_count++;
	return host;
}

bool store_rows_next(const struct copy_rows *rows, struct copy_host *host)
{
	size_t next = host->name ? (size_t)(host->boots + host->boot_count - rows->boots) : 0;

	if (next == rows->boot_count)
		return false;
	*host = store_rows_host(rows, rows->boots[next]->boot.host);
	return true;
}

const struct store_boot *store_rows_find(const struct copy_rows *rows,
					 const struct store_boot *boot)
{
	const struct store_boot **found =
		bsearch(&boot, rows->by_key, rows->boot_count, sizeof(*rows->by_key), compare_keys);

	return found ? *found : NULL;
}

/* Remove the facts of a part that a file does not keep. */
static struct store_boot comparable(const struct store_boot *boot)
{
	struct store_boot facts = *boot;

	if (!boot->is_part)
		return facts;
	facts.build = facts.build_id = facts.stamp = facts.evidence = facts.conflicts = NULL;
	facts.time_source = facts.label = facts.kexec_release = NULL;
	facts.label_is_given = facts.is_recorded = false;
	facts.has_end_time = facts.has_kexec_time = false;
	facts.end_time = facts.kexec_time = 0;
	return facts;
}

bool store_rows_has(const struct copy_rows *rows, const struct store_boot *boot)
{
	const struct store_boot *found = rows->boot_count > 0 ? store_rows_find(rows, boot) : NULL;
	struct store_boot facts = comparable(boot), other;

	if (!found)
		return false;
	other = comparable(found);
	return store_boot_is_equal(&facts, &other);
}

static bool is_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_equal_crash(const struct store_crash *a, const struct store_crash *b)
{
	return a->has_time == b->has_time && (!a->has_time || a->time == b->time) &&
	       a->has_uptime == b->has_uptime && (!a->has_uptime || a->uptime_us == b->uptime_us) &&
	       is_text(a->boot_id, b->boot_id) && is_text(a->signature, b->signature) &&
	       is_text(a->title, b->title) && is_text(a->type, b->type) &&
	       is_text(a->frame, b->frame) && is_text(a->module, b->module) &&
	       is_text(a->frames, b->frames);
}

bool store_host_has_crash(const struct copy_host *host, const struct store_crash *crash)
{
	for (size_t i = 0; i < host->crash_count; i++)
		if (is_equal_crash(&host->crashes[i]->crash, crash))
			return true;
	return false;
}
