/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output through a pager. */
#ifndef LINEAGE_CLI_COMMON_PAGER_H
#define LINEAGE_CLI_COMMON_PAGER_H

/**
 * pager_start() - send stdout through a pager
 *
 * Do nothing if stdout is not a terminal, or if $PAGER is empty or "cat". The default pager is
 * less. If the pager cannot be run, the output is printed unchanged.
 */
void pager_start(void);

/** pager_end() - wait for the pager to exit; do nothing if no pager runs */
void pager_end(void);

#endif /* LINEAGE_CLI_COMMON_PAGER_H */
