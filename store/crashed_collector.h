/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collect the boots of each host for store_list_crashed_hosts(). */
#ifndef LINEAGE_STORE_CRASHED_COLLECTOR_H
#define LINEAGE_STORE_CRASHED_COLLECTOR_H

#include "crashed_hosts.h"
#include "names.h"

/**
 * struct crashed_collector - collects the boots of consecutive hosts; zero but for @visit and @data
 * @visit, @data: receives the hosts
 * @host: name of the current host; owned
 * @hosts: number of hosts that are like it
 * @boots: array of @count transitions of this host; owned
 * @texts: the texts of @boots
 */
struct crashed_collector {
	store_crashed_hosts_visitor *visit;
	void *data;
	char *host;
	int64_t hosts;
	struct store_crashed_boots *boots;
	size_t count;
	size_t capacity;
	struct store_names texts;
};

/**
 * crashed_collector_add() - add boots of a host; if the host is another one, visit the host before
 * @boots: copied; may be of a transition that the host already has
 *
 * Return: 0, -ENOMEM or the value of the visitor.
 */
int crashed_collector_add(struct crashed_collector *all, const char *host, int64_t hosts,
			  const struct store_crashed_boots *boots);

/** crashed_collector_end() - visit the last host; return the value of the visitor, or 0 */
int crashed_collector_end(struct crashed_collector *all);

void crashed_collector_deinit(struct crashed_collector *all);
#define AUTO_CRASHED_COLLECTOR \
	__attribute__((cleanup(crashed_collector_deinit))) struct crashed_collector

#endif /* LINEAGE_STORE_CRASHED_COLLECTOR_H */
