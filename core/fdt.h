/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Minimal FDT reader and writer: a root node with a few properties.
 *
 * The kernel does not export libfdt to modules, and Linux before 7.1 treats every blob of Kexec
 * HandOver as an FDT. Layout: Devicetree Specification 0.4, chapter 5. The tests compare the
 * results with libfdt and dtc.
 */
#ifndef LINEAGE_CORE_FDT_H
#define LINEAGE_CORE_FDT_H

#include "env.h"
#include "fault.h"

/**
 * struct lineage_fdt_property - a property to write
 * @name: NUL-terminated; no name may equal or end with another name of the same FDT
 * @value: its bytes
 * @size: bytes at @value
 */
struct lineage_fdt_property {
	const char *name;
	const void *value;
	size_t size;
};

/**
 * lineage_fdt_is() - whether bytes start with the magic of an FDT
 * @bytes: no alignment needed; may be NULL if @size is 0
 * @size: bytes at @bytes
 */
bool lineage_fdt_is(const void *bytes, size_t size);

/**
 * lineage_fdt_total_size() - size of an FDT according to its header
 * @bytes: at least 8 bytes for which lineage_fdt_is() is true
 *
 * Return: the size in bytes; not validated.
 */
uint32_t lineage_fdt_total_size(const void *bytes);

/**
 * lineage_fdt_write() - write an FDT of version 17
 * @properties: properties of the root node
 * @count: entries of @properties
 * @buf: receives the FDT; must not overlap a value of @properties; undefined on failure
 * @size: bytes at @buf
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0, or -ENOSPC if the FDT does not fit.
 */
int lineage_fdt_write(const struct lineage_fdt_property *properties, size_t count, void *buf,
		      size_t size, size_t *ret_size);

/**
 * lineage_fdt_find() - find a property of the root node of an untrusted FDT
 * @fdt: the bytes; no alignment needed
 * @size: bytes at @fdt; may exceed the size of the FDT
 * @name: name of the property, NUL-terminated
 * @ret_value: the property's value, which points into @fdt; untouched on failure
 * @ret_size: bytes at @ret_value; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Return: 0; -ENODATA if the root node has no such property; -EILSEQ if the FDT is malformed.
 */
int lineage_fdt_find(const void *fdt, size_t size, const char *name, const void **ret_value,
		     size_t *ret_size, struct lineage_fault *fault);

#endif /* LINEAGE_CORE_FDT_H */
