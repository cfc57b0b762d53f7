/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * CRC-32 of IEEE 802.3, the checksum of a stamp.
 *
 * The core has its own implementation, because the kernel does not have zlib's crc32(), and
 * programs do not have the kernel's crc32_le(). The tests compare the results with zlib's crc32().
 */
#ifndef LINEAGE_CORE_CRC32_H
#define LINEAGE_CORE_CRC32_H

#include "env.h"

/**
 * lineage_crc32() - compute a CRC-32
 * @data: the bytes; may be NULL if @size is 0
 * @size: bytes at @data
 *
 * Return: the CRC, as zlib's crc32() returns it.
 */
uint32_t lineage_crc32(const void *data, size_t size);

#endif /* LINEAGE_CORE_CRC32_H */
