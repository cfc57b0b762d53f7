/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image: the hosts of a batch in memory, with the rows on the server and the rows after the
 * batch.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_IMAGE_H
#define LINEAGE_STORE_CLICKHOUSE_IMAGE_H

#include "batch.h"
#include "boot_row.h"
#include "pruned.h"
#include "store/candidate.h"

/**
 * struct image_row - a boot after the batch
 * @boot: the boot; its texts belong to @owner, to an addition or to a stored row
 * @owner: NULL if the texts belong to another struct
 * @stored: its row on the server; NULL for a new boot
 * @crashes: its crashes, the oldest first; the image owns them
 * @week: week of its row, which never changes (week.h)
 * @is_changed: @boot may differ from @stored
 * @has_two_weeks: two programs had added the boot to different weeks, perhaps with its crashes
 */
struct image_row {
	struct store_boot boot;
	struct kept_boot *owner;
	struct image_stored *stored;
	struct kept_crash **crashes;
	size_t crash_count;
	uint16_t week;
	bool is_changed;
	bool has_two_weeks;
};

/**
 * struct image_stored - a key of the table boots
 * @key: its host and boot id
 * @week: its week. Two programs that add one boot at the same time can choose different weeks. The
 *	next batch merges the two rows, and one of the keys gets a tombstone.
 * @last: the valid row on the server; owned
 * @basis: the valid row if the rows that this batch wrote earlier are ignored, or NULL; owned
 *	unless it is @last
 * @kind, @basis_kind: kinds of @last and @basis
 * @is_live: a row of the image has this key
 */
struct image_stored {
	struct store_boot key;
	struct kept_boot *last;
	struct kept_boot *basis;
	enum row_kind kind;
	enum row_kind basis_kind;
	uint16_t week;
	bool is_live;
};

/**
 * struct image_host - a host
 * @key: key in the tree of hosts; only its host is set, to @name
 * @rows: its rows, ordered by sequence; owned
 * @parts: parts of boots that have no row, ordered by sequence; owned
 * @keys: rows of the host for the table wanted (load.c)
 * @is_whole: load all its rows, since a boot without a kernel's id can match any row
 */
struct image_host {
	struct store_boot key;
	char *name;
	struct image_row **rows;
	size_t count;
	struct image_row **parts;
	size_t part_count;
	struct tsv keys;
	bool is_whole;
};

/**
 * struct image_name - a name of hosts
 * @key: key in the tree of names; only its host is set, to @name
 * @hosts: the hosts that have this name; owned
 * @is_new: for each host, whether the server lacks this pair of name and host
 */
struct image_name {
	struct store_boot key;
	char *name;
	char **hosts;
	bool *is_new;
	size_t count;
};

/**
 * struct clickhouse_image - the image
 * @now: time of the load in nanoseconds since 1970; incremented for each new row, as its sequence
 * @wanted_names: the names that the batch uses, as rows of the table wanted (load.c)
 * @hosts, @host_count: all hosts; owned
 * @recent: the host that was used last, which is usually the host of the next addition; or NULL
 * @host_tree, @names, @rows, @stored: trees by key
 * @name_count: number of pairs of a name and a host
 * @stored_list, @stored_count: all of @stored
 * @orphans, @orphan_count: crashes whose boot has no row in the image; owned
 * @dropped, @dropped_count: stored crashes that were merged into another crash; owned
 * @seen, @seen_count: hashes of all rows on the server, of both tables
 * @version, @crash_version, @name_version: highest version of the rows of each table
 * @pruned: the pruned weeks
 * @lacks_rows: the batch needs rows that were not loaded
 */
struct clickhouse_image {
	uint64_t now;
	struct tsv wanted_names;
	struct image_host **hosts;
	size_t host_count;
	struct image_host *recent;
	void *host_tree;
	void *names;
	size_t name_count;
	void *rows;
	void *stored;
	struct image_stored **stored_list;
	size_t stored_count;
	struct image_orphan *orphans;
	size_t orphan_count;
	struct kept_crash **dropped;
	size_t dropped_count;
	uint64_t *seen;
	size_t seen_count;
	uint64_t version;
	uint64_t crash_version;
	uint64_t name_version;
	struct clickhouse_pruned pruned;
	bool lacks_rows;
};

/** struct image_orphan - a crash whose boot has no row; owns the crash and the boot */
struct image_orphan {
	struct kept_boot *boot;
	struct kept_crash *crash;
};

void clickhouse_image_deinit(struct clickhouse_image *image);
#define CLICKHOUSE_AUTO_IMAGE \
	__attribute__((cleanup(clickhouse_image_deinit))) struct clickhouse_image

/* Find or add a host. Return NULL if there is no memory. */
struct image_host *clickhouse_image_host(struct clickhouse_image *image, const char *name);

/* Add a name of a host. Return 1 if the name is new, 0 if not, or -ENOMEM. */
int clickhouse_image_name(struct clickhouse_image *image, const char *name, const char *host,
			  bool is_stored);

/* Return whether @host has the name @name. */
bool clickhouse_image_has_name(const struct clickhouse_image *image, const char *name,
			       const char *host);

/* Return the host that has the name @name, or @name if no host or several hosts have it. */
const char *clickhouse_image_find_host(const struct clickhouse_image *image, const char *name);

/*
 * Return host number @number, counted from 0, of the hosts that have the name @name; NULL if there
 * are not so many hosts.
 */
const char *clickhouse_image_host_of(const struct clickhouse_image *image, const char *name,
				     size_t number);

/* Comparison function of the tree of struct image_stored: by host, boot id and week. */
int clickhouse_by_stored(const void *left, const void *right);

/* Add a row to its host and to the tree. Return 0 or -ENOMEM. */
int clickhouse_image_insert(struct clickhouse_image *image, struct image_row *row);

/* Remove a row from its host and from the tree, before its host or boot id changes. */
void clickhouse_image_remove(struct clickhouse_image *image, struct image_row *row);

/* Add a part to its host. Return 0 or -ENOMEM. */
int clickhouse_image_insert_part(struct clickhouse_image *image, struct image_row *part);

/* Free a row that is in no host, but not its crashes. */
void clickhouse_image_free_row(struct image_row *row);

/* Find a row by exactly its key; return NULL if not found. */
struct image_row *clickhouse_image_find_key(const struct clickhouse_image *image, const char *host,
					    const char *boot_id);

/* Find a row by its id or an alias; return NULL if not found. */
struct image_row *clickhouse_image_find(const struct clickhouse_image *image, const char *host,
					const char *boot_id);

/* Return the host with its rows; NULL if the host is unknown. */
struct image_host *clickhouse_image_find_rows(const struct clickhouse_image *image,
					      const char *host);

/* Append a crash to a row, which then owns it. Return false if there is no memory. */
bool clickhouse_image_append_crash(struct image_row *row, struct kept_crash *crash);

/**
 * clickhouse_image_load() - load the rows of the hosts of a batch
 * @own, @own_count: versions that this batch wrote earlier
 * @is_whole: load all rows of all hosts
 * @ret: the image; the caller deinitialises it, also after an error
 *
 * Return: 0 or an error with its message.
 */
int clickhouse_image_load(struct clickhouse *server, const struct clickhouse_batch *batch,
			  const uint64_t *own, size_t own_count, bool is_whole,
			  struct clickhouse_image *ret);

/**
 * clickhouse_image_is_current() - check that no other program has written rows of the image since
 * the image was loaded
 * @own, @own_crash: versions that this program has written since the image was loaded
 */
int clickhouse_image_is_current(struct clickhouse *server, struct clickhouse_image *image,
				uint64_t own, uint64_t own_crash, bool *ret);

/**
 * clickhouse_image_add_boot() - as store_add_boot(); also join rows that are now known to be one
 * boot
 */
int clickhouse_image_add_boot(struct clickhouse_image *image, const struct store_boot *boot,
			      enum store_end *ret_before);

/** clickhouse_image_add_part() - as store_add_part() */
int clickhouse_image_add_part(struct clickhouse_image *image, const struct store_boot *part);

/** clickhouse_image_set_kexec() - set the facts of the kexec that @boot started */
int clickhouse_image_set_kexec(struct clickhouse_image *image, const struct store_boot *boot);

/** clickhouse_image_end_boot() - as store_end_boot() */
int clickhouse_image_end_boot(struct clickhouse_image *image, const char *host, const char *boot_id,
			      int64_t time);

/** clickhouse_image_add_crash() - as store_add_crash(); @boot: ids of the boot and of its host */
int clickhouse_image_add_crash(struct clickhouse_image *image, const struct store_boot *boot,
			       const struct kept_crash *crash, bool *ret_is_new);

/** clickhouse_image_copy_boot() - as store_copy_boot() with rules */
int clickhouse_image_copy_boot(struct clickhouse_image *image, const struct store_boot *boot);

/** clickhouse_image_put_boot() - as store_copy_boot() without rules */
int clickhouse_image_put_boot(struct clickhouse_image *image, const struct store_boot *boot);

/** clickhouse_image_put_crash() - as store_copy_crash() without rules; @boot: key of the boot */
int clickhouse_image_put_crash(struct clickhouse_image *image, const struct store_boot *boot,
			       const struct kept_crash *crash);

/** clickhouse_image_add_name() - add the name @boot->host to the host @boot->machine_id */
int clickhouse_image_add_name(struct clickhouse_image *image, const struct store_boot *boot);

/** clickhouse_image_adopt() - move orphans to the rows that their boots now have */
int clickhouse_image_adopt(struct clickhouse_image *image);

/*
 * join.c: Join the row *@row with all rows of its host that are the same boot, and set *@row to the
 * joined row.
 */
int clickhouse_image_join(struct clickhouse_image *image, struct image_row **row);

/* join.c: Move everything of the row @from, which is in no host, to the row @to. */
int clickhouse_image_join_two(struct clickhouse_image *image, struct image_row *to,
			      struct image_row *from);

/* parts.c: Complete the row of the boot with a part, or keep the part until the row is added. */
int clickhouse_image_take_part(struct clickhouse_image *image, const struct store_boot *part);

/*
 * parts.c: Complete the rows of a host with its kept parts. Return 1 if a part completed a row, 0
 * if not, or -ENOMEM.
 */
int clickhouse_image_take_parts(struct clickhouse_image *image, const char *host);

/* parts.c: Keep a part, or merge it into a part with the same id. */
int clickhouse_image_keep_part(struct clickhouse_image *image, const struct store_boot *part);

/* parts.c: Move the parts of the host @from to the host @to. */
int clickhouse_image_move_parts(struct clickhouse_image *image, const char *from, const char *to);

/*
 * join.c: Find a row that is the same boot as @boot, except @except. Return NULL if there is no
 * such row.
 */
struct image_row *clickhouse_image_find_same(const struct clickhouse_image *image,
					     const struct store_boot *boot,
					     const struct image_row *except,
					     store_comparison *compare);

/* join.c: Merge a boot into a row. */
int clickhouse_image_merge(struct clickhouse_image *image, struct image_row *row,
			   const struct store_boot *boot);

/*
 * names.c: Add the names of a boot's host, and move rows that were stored under such a name to the
 * host. @ret: the host.
 */
int clickhouse_image_learn_host(struct clickhouse_image *image, const struct store_boot *boot,
				const char **ret);

/* names.c: Move all rows of the host @from to the host @to, and join rows that are one boot. */
int clickhouse_image_move_rows(struct clickhouse_image *image, const char *from, const char *to);

/*
 * join.c: Add a crash to a row, which then owns it. If the row already has this crash, complete the
 * row's crash and drop @crash.
 */
int clickhouse_image_take_crash(struct clickhouse_image *image, struct image_row *row,
				struct kept_crash *crash, bool *ret_is_new);

#endif /* LINEAGE_STORE_CLICKHOUSE_IMAGE_H */
