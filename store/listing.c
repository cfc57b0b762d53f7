// SPDX-License-Identifier: GPL-2.0-or-later
#include "listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "lost.h"
#include "kept_boot.h"
#include "lib/lost_kexec.h"

/**
 * struct store_listed - a boot of a list
 * @place: time that places the boot among the boots of its host
 * @order: its sequence, or the sequence of the boot that started the lost kexec
 */
struct store_listed {
	struct kept_boot *kept;
	int64_t place;
	int64_t order;
};

int store_listing_add(const struct store_boot *boot, void *data)
{
	struct store_listing *listing = data;

	if (listing->count == listing->allocated) {
		size_t allocated = listing->allocated ? 2 * listing->allocated : 64;
		struct store_listed *boots =
			reallocarray(listing->boots, allocated, sizeof(*boots));

		if (!boots)
			return -ENOMEM;
		listing->boots = boots;
		listing->allocated = allocated;
	}
	listing->boots[listing->count].kept = store_boot_keep(boot);
	return listing->boots[listing->count].kept ? listing->count++, 0 : -ENOMEM;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool has_same_host(const struct store_listed *a, const struct store_listed *b)
{
	return strcmp(a->kept->boot.host, b->kept->boot.host) == 0;
}

static int compare_sequences(const void *left, const void *right)
{
	const struct store_boot *a = &((const struct store_listed *)left)->kept->boot;
	const struct store_boot *b = &((const struct store_listed *)right)->kept->boot;
	int order = strcmp(a->host, b->host);

	return order ? order : compare(a->sequence, b->sequence);
}

static int compare_places(const void *left, const void *right)
{
	const struct store_listed *a = left, *b = right;
	int order;

	if (!has_same_host(a, b))
		return compare_sequences(left, right);
	order = compare(a->place, b->place);
	if (!order)
		order = compare(a->order, b->order);
	if (!order)
		order = store_boot_is_lost(&a->kept->boot) - store_boot_is_lost(&b->kept->boot);
	return order ? order : compare_sequences(left, right);
}

/* Find a time at which the boot ran. */
static bool find_time(const struct store_boot *boot, int64_t *ret)
{
	*ret = boot->has_time ? boot->time : boot->last_seen;
	return boot->has_time || boot->has_last_seen;
}

/*
 * Return the place of an undated boot that was added after @before. If @before is running, the
 * undated boot is placed before it, since the running boot is the last.
 */
static int64_t place_after(const struct store_listed *before)
{
	bool is_running = before->kept->boot.end == STORE_END_RUNNING;

	return is_running && before->place > INT64_MIN ? before->place - 1 : before->place;
}

/*
 * Set the places of boots in the order of their sequence. The place of a recorded boot is the
 * latest time of the recorded boots so far, since a clock can be wrong.
 */
static void set_places(struct store_listing *listing)
{
	int64_t recorded = INT64_MIN;

	for (size_t i = 0; i < listing->count; i++) {
		struct store_listed *at = &listing->boots[i];
		const struct store_boot *boot = &at->kept->boot;
		bool is_first = i == 0 || !has_same_host(at, at - 1);
		int64_t time;

		if (is_first)
			recorded = INT64_MIN;
		if (!find_time(boot, &time))
			time = is_first ? INT64_MIN : place_after(at - 1);
		if (boot->is_recorded && time > recorded)
			recorded = time;
		at->place = boot->is_recorded ? recorded : time;
		at->order = boot->sequence;
	}
}

static const struct store_listed *find_starter(const struct store_listing *listing,
					       const struct store_listed *lost)
{
	const char *id = lost->kept->boot.boot_id + strlen(LINEAGE_LOST_PREFIX);

	for (size_t i = 0; i < listing->count; i++) {
		const struct store_listed *at = &listing->boots[i];

		if (has_same_host(at, lost) && store_boot_has_id(&at->kept->boot, id))
			return at;
	}
	return NULL;
}

/* Place each lost kexec directly after the boot that started it, whichever was added first. */
static void place_lost(struct store_listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		struct store_listed *at = &listing->boots[i];
		const struct store_listed *starter =
			store_boot_is_lost(&at->kept->boot) ? find_starter(listing, at) : NULL;

		if (!starter)
			continue;
		at->place = starter->place;
		at->order = starter->order;
	}
}

static void set_ages(struct store_listing *listing)
{
	int64_t age = 0;

	for (size_t i = listing->count; i-- > 0; age++) {
		struct store_listed *at = &listing->boots[i];

		if (i + 1 < listing->count && !has_same_host(at, at + 1))
			age = 0;
		at->kept->boot.age = age;
	}
}

static void sort(struct store_listing *listing, int (*by)(const void *, const void *))
{
	if (listing->count > 1)
		qsort(listing->boots, listing->count, sizeof(*listing->boots), by);
}

void store_listing_sort(struct store_listing *listing)
{
	sort(listing, compare_sequences);
	set_places(listing);
	place_lost(listing);
	sort(listing, compare_places);
	set_ages(listing);
}

static bool has_ended_badly(const struct store_boot *boot)
{
	return boot->end == STORE_END_CRASH || boot->end == STORE_END_UNCLEAN ||
	       boot->end == STORE_END_LOST;
}

static bool has_previous(const struct store_boot *boot, const struct store_filter *filter)
{
	if (filter->skips_inferred && store_boot_is_inferred(boot))
		return false;
	return boot->previous_release &&
	       strcmp(boot->previous_release, filter->previous_release) == 0;
}

static bool matches(const struct store_boot *boot, const struct store_filter *filter)
{
	int64_t time;

	if (filter->has_since && (!find_time(boot, &time) || time < filter->since))
		return false;
	if (filter->previous_release && !has_previous(boot, filter))
		return false;
	if (filter->only_crashed && !has_ended_badly(boot))
		return false;
	return !filter->skips_inferred || boot->end != STORE_END_LOST ||
	       !store_boot_is_inferred(boot);
}

/* Return the index of the first boot that the limit of @filter allows. */
static size_t find_first(const struct store_listing *listing, const struct store_filter *filter)
{
	size_t left = filter->limit;
	size_t i = filter->limit ? listing->count : 0;

	while (i > 0 && left > 0)
		left -= matches(&listing->boots[--i].kept->boot, filter);
	return i;
}

int store_listing_visit(const struct store_listing *listing, const struct store_filter *filter,
			store_boot_visitor *visit, void *data)
{
	int result = 0;

	for (size_t i = find_first(listing, filter); !result && i < listing->count; i++)
		if (matches(&listing->boots[i].kept->boot, filter))
			result = visit(&listing->boots[i].kept->boot, data);
	return result;
}

void store_listing_clear(struct store_listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		store_boot_destroy(listing->boots[i].kept);
	free(listing->boots);
	*listing = (struct store_listing){ 0 };
}
