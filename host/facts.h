/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identification of the machine, its current boot and the build of its kernel. */
#ifndef LINEAGE_HOST_FACTS_H
#define LINEAGE_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "notes.h"
#include "lib/root.h"
#include "core/stamp.h"

#define LINEAGE_HOST_ID_SIZE 33
#define LINEAGE_HOST_NAME_SIZE 65 /* HOST_NAME_MAX of Linux, and the NUL */
#define LINEAGE_HOST_BOOT_ID_SIZE 37

/**
 * struct lineage_host_facts - facts that identify the running boot
 * @host: name of the machine in a store: @machine_id, or "local" without one
 * @machine_id: content of /etc/machine-id; empty if the file has no valid id
 * @name: host name; empty if unknown, or if it is a default that many machines have ("localhost")
 * @hashed_host: name of the machine in histories of schema 1 to 3: 32 hexadecimal digits derived
 *   from @machine_id; empty without a machine id
 * @boot_id: content of /proc/sys/kernel/random/boot_id; empty if it cannot be read
 * @has_time: whether @time is known
 * @time: start of the kernel, seconds since 1970 UTC, by the current clock (/proc/stat, btime)
 * @build: output of uname -v; empty if unknown
 * @stamp: value of the last stamp on the command line, valid or not; empty if it is missing, or
 *   longer than a stamp can be
 * @build_id: build id of the kernel, hexadecimal, from /sys/kernel/notes; empty if unknown
 */
struct lineage_host_facts {
	char host[LINEAGE_HOST_ID_SIZE];
	char machine_id[LINEAGE_HOST_ID_SIZE];
	char name[LINEAGE_HOST_NAME_SIZE];
	char hashed_host[LINEAGE_HOST_ID_SIZE];
	char boot_id[LINEAGE_HOST_BOOT_ID_SIZE];
	bool has_time;
	int64_t time;
	char build[256];
	char stamp[LINEAGE_STAMP_MAX + 1];
	char build_id[LINEAGE_HOST_BUILD_ID_SIZE];
};

/** lineage_host_facts_read() - read the facts; a fact that cannot be read is empty */
void lineage_host_facts_read(const struct lineage_root *root, struct lineage_host_facts *ret);

#endif /* LINEAGE_HOST_FACTS_H */
