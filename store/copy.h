/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copy a store into another store, host by host.
 *
 * The names of all hosts come first, since they decide to which host a row belongs. After that,
 * each page has some hosts with all their rows, and is one batch. If the target has no rows of a
 * host, or only rows that the source has as well (a copy that was interrupted), the rows that it
 * lacks are added as they are, and the host is then equal in both stores. Otherwise, the rules of
 * store/identity.h merge the two.
 */
#ifndef LINEAGE_STORE_COPY_H
#define LINEAGE_STORE_COPY_H

#include "bulk.h"

/* Recommended number of boots in a page. It limits the memory, and the work that a kill loses. */
#define STORE_COPY_BOOTS 10000

/**
 * struct store_copy - a copy; set @from, @to and @accepts, and set the other members to 0
 * @from: the source, opened for reading
 * @to: the target
 * @accepts: if not NULL, called for each name and machine id of the source before anything with
 *	this name is written; false makes the copy fail with -EPERM
 * @refused: output: the name that @accepts has refused; the caller frees it
 * @failed: output: the store that failed; NULL if memory ran out or a name was refused
 * @hosts, @boots, @crashes: output: numbers copied so far; parts are not counted
 * @looks: output: number of looks that were added
 * @has_lost_looks: output: the target has other looks, or is a server, which keeps none; such looks
 *	were not copied
 */
struct store_copy {
	struct store *from;
	struct store *to;
	bool (*accepts)(const char *name);
	char *refused;
	struct store *failed;
	uint64_t hosts;
	uint64_t boots;
	uint64_t crashes;
	uint64_t looks;
	bool has_lost_looks;
};

/**
 * store_copy_names() - copy the names of hosts
 *
 * Return: 0, or a negative errno with @failed.
 */
int store_copy_names(struct store_copy *copy);

/**
 * store_copy_hosts() - copy all rows of hosts, in one batch
 *
 * The memory depends on the number of rows of these hosts.
 *
 * Return: 0, or a negative errno with @failed.
 */
int store_copy_hosts(struct store_copy *copy, const struct store_range *hosts);

/**
 * store_copy_examples() - make the examples of signatures those of the source, after all hosts were
 * copied
 *
 * Return: 0, or a negative errno with @failed.
 */
int store_copy_examples(struct store_copy *copy);

/**
 * store_copy_looks() - copy the looks of triage --watch
 *
 * The looks of one value of --watch share one false discovery rate. They are copied only if the
 * target has none of them, or the first of them.
 *
 * Return: 0, or a negative errno with @failed.
 */
int store_copy_looks(struct store_copy *copy);

#endif /* LINEAGE_STORE_COPY_H */
