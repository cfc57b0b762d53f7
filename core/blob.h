/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * How does a lineage travel over Kexec HandOver (KHO)?
 *
 * As two subtrees, each a blob in memory. "kexec-metadata" is the kernel's own: Linux 7.1 and later
 * pass its 73 bytes bare. Kernels before take every blob for an FDT, so there the 73 bytes are the
 * one property of an FDT. "kexec-lineage" is ours, on every kernel an FDT with a stamp in it.
 */
#ifndef LINEAGE_CORE_BLOB_H
#define LINEAGE_CORE_BLOB_H

#include "env.h"
#include "fault.h"
#include "fdt.h"
#include "metadata.h"
#include "stamp.h"

#define LINEAGE_KHO_NODE_NAME "kexec-lineage"
#define LINEAGE_KHO_COMPATIBLE "kexec-lineage-v1"
#define LINEAGE_KHO_STAMP_PROPERTY "stamp"

#define LINEAGE_METADATA_FDT_MAX 256 /* bytes of an FDT with the metadata in it */
#define LINEAGE_KHO_FDT_MAX 1280     /* bytes of an FDT with the longest stamp in it */

/**
 * lineage_metadata_blob_decode() - read a metadata blob, bare or FDT-shaped, that is not trusted
 * @blob: its bytes, no alignment needed
 * @size: how many; more than it has are fine
 * @ret: what it says; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * Return: as lineage_metadata_decode(); -ENODATA for an FDT without metadata in it.
 */
int lineage_metadata_blob_decode(const void *blob, size_t size, struct lineage_metadata *ret,
				 struct lineage_fault *fault);

/**
 * lineage_metadata_blob_encode() - make the FDT-shaped blob
 * @metadata: what to say
 * @buf: gets the FDT
 * @size: bytes at @buf; LINEAGE_METADATA_FDT_MAX are enough
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0; -EILSEQ where the release is none; -ENOSPC where it does not fit.
 */
int lineage_metadata_blob_encode(const struct lineage_metadata *metadata, void *buf, size_t size,
				 size_t *ret_size);

/**
 * lineage_kho_blob_decode() - read a "kexec-lineage" blob that is not trusted
 * @blob: its bytes, no alignment needed
 * @size: how many; more than it has are fine
 * @ret: the stamp in it; untouched on failure
 * @fault: where not NULL, why it failed; of a stamp, @offset counts from its value
 *
 * Return: 0; -EPROTONOSUPPORT where it is another version's; -EBADMSG where the stamp's CRC
 * differs; -EILSEQ where it is malformed.
 */
int lineage_kho_blob_decode(const void *blob, size_t size, struct lineage_stamp *ret,
			    struct lineage_fault *fault);

/**
 * lineage_kho_blob_encode() - make a "kexec-lineage" blob
 * @stamp: a stamp as lineage_stamp_format() writes it, with its name, NUL-terminated
 * @buf: gets the FDT; @stamp does not lie in it
 * @size: bytes at @buf; LINEAGE_KHO_FDT_MAX are enough
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0, or -ENOSPC where it does not fit.
 */
int lineage_kho_blob_encode(const char *stamp, void *buf, size_t size, size_t *ret_size);

#endif /* LINEAGE_CORE_BLOB_H */
