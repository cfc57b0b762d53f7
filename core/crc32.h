/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * How does a stamp prove that it was not cut or mangled? By the CRC-32 of IEEE
 * 802.3, the one of zlib's crc32(). Written here because the core may use neither
 * zlib (kernel) nor the kernel's crc32_le() (programs); the tests hold it against
 * zlib.
 */
#ifndef LINEAGE_CORE_CRC32_H
#define LINEAGE_CORE_CRC32_H

#include "env.h"

/**
 * lineage_crc32() - CRC-32 of @size bytes at @data
 */
uint32_t lineage_crc32(const void *data, size_t size);

#endif /* LINEAGE_CORE_CRC32_H */
