/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message about boots that a store refused. */
#ifndef LINEAGE_CLI_FLEET_REFUSED_H
#define LINEAGE_CLI_FLEET_REFUSED_H

#include "store/store.h"

/* Print how many boots the store has refused; nothing if none. */
void report_refused(const char *command, const struct store *store);

#endif /* LINEAGE_CLI_FLEET_REFUSED_H */
