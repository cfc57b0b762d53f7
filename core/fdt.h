/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * How is the least of an FDT written and read: one root node with a few properties?
 *
 * The kernel does not export libfdt to modules, and Linux before 7.1 takes everything in Kexec
 * HandOver for an FDT. Layout: Devicetree Specification 0.4, chapter 5. The tests hold this
 * against libfdt and dtc.
 */
#ifndef LINEAGE_CORE_FDT_H
#define LINEAGE_CORE_FDT_H

#include "env.h"
#include "fault.h"

/**
 * struct lineage_fdt_property - a property to write
 * @name: NUL-terminated; all the names of one FDT differ, and none is the end of another
 * @value: its bytes
 * @size: how many
 */
struct lineage_fdt_property {
	const char *name;
	const void *value;
	size_t size;
};

/**
 * lineage_fdt_is() - do these bytes begin as an FDT does?
 */
bool lineage_fdt_is(const void *bytes, size_t size);

/**
 * lineage_fdt_total_size() - the size that an FDT's header tells
 * @bytes: at least 8, for which lineage_fdt_is() holds
 */
uint32_t lineage_fdt_total_size(const void *bytes);

/**
 * lineage_fdt_write() - make an FDT, version 17
 * @properties: of the root node
 * @count: how many
 * @buf: gets the FDT; no value of @properties lies in it; its contents are undefined on failure
 * @size: bytes at @buf
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0, or -ENOSPC where it does not fit.
 */
int lineage_fdt_write(const struct lineage_fdt_property *properties, size_t count, void *buf,
		      size_t size, size_t *ret_size);

/**
 * lineage_fdt_find() - a property of the root node of an FDT that is not trusted
 * @fdt: the bytes, no alignment needed
 * @size: how many; more than the FDT has are fine
 * @name: the property's name
 * @ret_value: the property's bytes, inside @fdt; untouched on failure
 * @ret_size: how many; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * Return: 0; -ENODATA where the FDT has no such property; -EILSEQ where it is malformed.
 */
int lineage_fdt_find(const void *fdt, size_t size, const char *name, const void **ret_value,
		     size_t *ret_size, struct lineage_fault *fault);

#endif /* LINEAGE_CORE_FDT_H */
