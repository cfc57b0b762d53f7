/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a library when it is needed; for store/clickhouse/libcurl.c, the last one that does. */
#ifndef LINEAGE_INTAKE_READ_OPTIONAL_H
#define LINEAGE_INTAKE_READ_OPTIONAL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct intake_symbol - a function of such a library
 * @name: its name
 * @to: where its address goes: a pointer to a function pointer
 */
struct intake_symbol {
	const char *name;
	void *to;
};

/**
 * intake_optional_load() - load a library, and look up functions
 * @soname: "libhs.so.5"; it stays loaded
 *
 * Return: whether all of them are there.
 */
bool intake_optional_load(const char *soname, const struct intake_symbol *symbols, size_t count);

#endif /* LINEAGE_INTAKE_READ_OPTIONAL_H */
