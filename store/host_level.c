// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_level.h"

/* FNV-1a, and the last step of MurmurHash3, which lets each bit depend on all bits of the name. */
uint32_t store_host_level(const char *host)
{
	uint64_t hash = 0xcbf29ce484222325;
	uint32_t level = 0;

	for (; *host; host++)
		hash = (hash ^ (unsigned char)*host) * 0x100000001b3;
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
	hash ^= hash >> 33;
	while (level < STORE_HOST_LEVEL_MAX && (hash >> level & 1) == 0)
		level++;
	return level;
}
