/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does a long result get onto a terminal page by page? */
#ifndef LINEAGE_CLI_COMMON_PAGER_H
#define LINEAGE_CLI_COMMON_PAGER_H

/**
 * pager_start() - send stdout through a pager from here on
 *
 * Only where stdout is a terminal. Which one: $PAGER, else less; none where that is empty or "cat".
 * Where none can be run the result comes as it is.
 */
void pager_start(void);

/** pager_end() - wait until the reader is done; nothing where no pager runs */
void pager_end(void);

#endif /* LINEAGE_CLI_COMMON_PAGER_H */
