/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader and writer of the two blobs that carry a lineage over Kexec HandOver (KHO).
 *
 * "kexec-metadata" is the kernel's own ABI: Linux 7.1 and later pass its 73 bytes as they are.
 * Earlier kernels treat every blob as an FDT, so for them the 73 bytes are the only property of an
 * FDT. "kexec-lineage" is defined by this project. On every kernel it is an FDT that holds a stamp.
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

#define LINEAGE_METADATA_FDT_MAX 256 /* bytes of an FDT that holds the metadata */
#define LINEAGE_KHO_FDT_MAX 1280     /* bytes of an FDT that holds the longest stamp */

/**
 * lineage_metadata_blob_decode() - decode an untrusted metadata blob, bare or in an FDT
 * @blob: the bytes; no alignment needed
 * @size: bytes at @blob; may exceed the size of the blob
 * @ret: the metadata; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Return: 0; -ENODATA if @blob is an FDT without metadata; -EPROTONOSUPPORT if the version is not
 * 1; -EILSEQ if the FDT or the metadata is malformed.
 */
int lineage_metadata_blob_decode(const void *blob, size_t size, struct lineage_metadata *ret,
				 struct lineage_fault *fault);

/**
 * lineage_metadata_blob_encode() - encode metadata as an FDT
 * @metadata: the metadata
 * @buf: receives the FDT; undefined on failure
 * @size: bytes at @buf; LINEAGE_METADATA_FDT_MAX is always enough
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0; -EILSEQ if the release is not valid; -ENOSPC if the FDT does not fit.
 */
int lineage_metadata_blob_encode(const struct lineage_metadata *metadata, void *buf, size_t size,
				 size_t *ret_size);

/**
 * lineage_kho_blob_decode() - decode an untrusted "kexec-lineage" blob
 * @blob: the bytes; no alignment needed
 * @size: bytes at @blob; may exceed the size of the blob
 * @ret: the stamp in the blob; untouched on failure
 * @fault: NULL, or set to the reason on failure; for a fault in the stamp, the offset is relative
 *	to the start of its value
 *
 * Return: 0; -EPROTONOSUPPORT if the version of the blob or of the stamp is unknown; -EBADMSG if
 * the stamp's CRC differs; -EILSEQ if the blob or the stamp is malformed.
 */
int lineage_kho_blob_decode(const void *blob, size_t size, struct lineage_stamp *ret,
			    struct lineage_fault *fault);

/**
 * lineage_kho_blob_encode() - encode a "kexec-lineage" blob
 * @stamp: output of lineage_stamp_format(): name and value, NUL-terminated
 * @buf: receives the FDT; must not overlap @stamp; undefined on failure
 * @size: bytes at @buf; LINEAGE_KHO_FDT_MAX is always enough
 * @ret_size: bytes written; untouched on failure
 *
 * Return: 0, or -ENOSPC if the FDT does not fit.
 */
int lineage_kho_blob_encode(const char *stamp, void *buf, size_t size, size_t *ret_size);

#endif /* LINEAGE_CORE_BLOB_H */
