/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions of a store that are needed to copy it (store/copy.h): list the rows of many hosts at
 * once, and add rows as they are. The errors are those of store/store.h.
 */
#ifndef LINEAGE_STORE_BULK_H
#define LINEAGE_STORE_BULK_H

#include "store.h"

/**
 * struct store_range - names
 * @names: these names, sorted by strcmp(3); NULL for all names
 */
struct store_range {
	const char *const *names;
	size_t count;
};

typedef int store_size_visitor(const char *host, int64_t boots, void *data);
typedef int store_name_visitor(const char *name, const char *host, void *data);

/**
 * store_list_sizes() - list all hosts that have boots or parts, in any order, with the number of
 *	their boots
 *
 * Much faster than store_list_hosts(). Return: also the value of the visitor.
 */
int store_list_sizes(struct store *store, store_size_visitor *visit, void *data);

/**
 * store_list_names() - list pairs of a name and a host that has this name, by name and host
 * @names: the names to list
 *
 * Return: also the value of the visitor.
 */
int store_list_names(struct store *store, const struct store_range *names,
		     store_name_visitor *visit, void *data);

/**
 * store_list_rows() - list the boots of @hosts by host and @sequence, and then the parts
 *	(@is_part) of @hosts that no boot has taken, in the same order
 *
 * A file keeps fewer facts of a part than a server: neither builds nor labels. Return: also the
 * value of the visitor.
 */
int store_list_rows(struct store *store, const struct store_range *hosts, store_boot_visitor *visit,
		    void *data);

/**
 * store_list_range_crashes() - list the crashes of @hosts by host and, for each boot, in the order
 *	in which they were added, with their @order
 *
 * Return: also the value of the visitor.
 */
int store_list_range_crashes(struct store *store, const struct store_range *hosts,
			     store_boot_crash_visitor *visit, void *data);

/**
 * store_add_name() - add a name of a host
 * @host: a machine id
 *
 * The effect is that of a boot that reports @name together with the machine id @host.
 */
int store_add_name(struct store *store, const char *name, const char *host);

/**
 * store_copy_boot() - add a boot or, if @is_part is set, a part from another store
 * @is_unchanged: add the row as it is, after all rows of its host, and apply no rule. If the store
 *	has a row with this key, merge the two. Otherwise, apply the rules of store_add_boot() and
 *	store_add_part(), but derive no end of another boot, and do not undo an end.
 */
int store_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged);

/**
 * store_copy_crash() - add a crash from another store
 * @is_unchanged: add the crash to the boot with exactly this host and id, unless this boot has a
 *	crash with the same signature and times. Otherwise, apply the rules of store_add_crash().
 *
 * Return: also -ENOENT if its boot is not in the store.
 */
int store_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged);

/**
 * store_set_example() - make a crash the example of its signature (struct store_signature)
 *
 * Does nothing if the store does not have this crash. A server does not store examples, and reports
 * the crash with the lowest @order; there, this function has no effect.
 */
int store_set_example(struct store *store, const struct store_crash *crash);

#endif /* LINEAGE_STORE_BULK_H */
