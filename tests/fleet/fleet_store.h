/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Write the boots of a simulated fleet to a store. */
#ifndef LINEAGE_TESTS_FLEET_STORE_H
#define LINEAGE_TESTS_FLEET_STORE_H

#include "fleet.h"

struct store;

/** fleet_write() - write all boots and crashes of a fleet; return 0 or an error of the store */
int fleet_write(struct store *store, const struct fleet_plan *plan);

#endif /* LINEAGE_TESTS_FLEET_STORE_H */
