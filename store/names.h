/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table that assigns consecutive numbers to distinct strings. */
#ifndef LINEAGE_STORE_NAMES_H
#define LINEAGE_STORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define STORE_NAMES_RECENT 64

struct store_name;

/**
 * struct store_names - distinct strings, numbered from 0 in order of insertion; all zero is
 * a valid empty table
 * @texts: array of @count strings, indexed by number; owned
 * @index: a tsearch(3) tree
 * @recent: for each hash of a string, the element that store_names_add() found last in the tree;
 *	NULL if none
 * @last: the element that store_names_add() added or found last; NULL if none
 */
struct store_names {
	char **texts;
	size_t count;
	size_t capacity;
	void *index;
	const struct store_name *recent[STORE_NAMES_RECENT];
	const struct store_name *last;
};

/**
 * store_names_add() - get the number of a string, inserting it if it is new; return 0 or -ENOMEM
 */
int store_names_add(struct store_names *names, const char *text, uint32_t *ret);

/**
 * store_names_add_near() - the same, if the string is likely to be the one with the number @ret
 *
 * Rows come in an order in which most columns have the same string as in the row before.
 */
static inline int store_names_add_near(struct store_names *names, const char *text, uint32_t *ret)
{
	if (*ret < names->count && strcmp(names->texts[*ret], text) == 0)
		return 0;
	return store_names_add(names, text, ret);
}

/**
 * store_names_keep() - replace a text that may be NULL with the copy in the table, inserting it if
 * it is new; return 0 or -ENOMEM
 */
int store_names_keep(struct store_names *names, const char **text);

/** store_names_find() - get the number of a string; return false if it is not in the table */
bool store_names_find(const struct store_names *names, const char *text, uint32_t *ret);

void store_names_deinit(struct store_names *names);

#endif /* LINEAGE_STORE_NAMES_H */
