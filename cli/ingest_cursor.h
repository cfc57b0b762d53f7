/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Up to where was a growing log read the last time?
 *
 * A cursor is one line: device and inode of the log, and the offset at which the boot began that was
 * the last one: it is read again from there, since what its first lines say belongs to all of it.
 */
#ifndef LINEAGE_CLI_INGEST_CURSOR_H
#define LINEAGE_CLI_INGEST_CURSOR_H

#include <stdint.h>

/* Where to begin in the log at @path by the cursor in @cursor: 0 where there is none, or the log is another one. */
uint64_t ingest_cursor_read(const char *cursor, const char *path);

/* Replace the cursor; 0 or a negative errno. */
int ingest_cursor_write(const char *cursor, const char *path, uint64_t offset);

#endif /* LINEAGE_CLI_INGEST_CURSOR_H */
