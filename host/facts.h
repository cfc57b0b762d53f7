/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identify the machine, its current boot and the build of its kernel. */
#ifndef LINEAGE_HOST_FACTS_H
#define LINEAGE_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "notes.h"
#include "lib/root.h"
#include "core/stamp.h"

#define LINEAGE_HOST_ID_SIZE 33
#define LINEAGE_HOST_BOOT_ID_SIZE 37

/**
 * struct lineage_host_facts - what tells one boot from all others
 * @host: 32 hexadecimal digits made from /etc/machine-id, which itself is nobody's business
 *	(machine-id(5)); "local" where there is none
 * @boot_id: of /proc/sys/kernel/random/boot_id; empty where it cannot be read
 * @has_time: whether @time is known
 * @time: when the kernel started, seconds since 1970 UTC, by the clock of now (/proc/stat, btime)
 * @build: what uname -v prints, empty where not known
 * @stamp: value of the last stamp on the command line, however bad; empty where there is none, or
 *	it is longer than any stamp may be
 * @build_id: of the kernel, hexadecimal, from /sys/kernel/notes; empty where not known
 */
struct lineage_host_facts {
	char host[LINEAGE_HOST_ID_SIZE];
	char boot_id[LINEAGE_HOST_BOOT_ID_SIZE];
	bool has_time;
	int64_t time;
	char build[256];
	char stamp[LINEAGE_STAMP_MAX + 1];
	char build_id[LINEAGE_HOST_BUILD_ID_SIZE];
};

/** lineage_host_facts_read() - find out; what cannot be read is empty */
void lineage_host_facts_read(const struct lineage_root *root, struct lineage_host_facts *ret);

#endif /* LINEAGE_HOST_FACTS_H */
