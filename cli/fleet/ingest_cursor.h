/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Up to where was a growing log read the last time?
 *
 * A cursor is one line: what it is, device and inode of the log, the offset at which the boot began that
 * was the last one, and a sum over the bytes before that. It is read again from there, since what a
 * boot's first lines say belongs to all of it.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_CURSOR_H
#define LINEAGE_CLI_FLEET_INGEST_CURSOR_H

#include <stdint.h>

/**
 * ingest_cursor_read() - where to begin in a log
 * @cursor: path of the cursor
 * @path: of the log
 * @ret: 0 where there is no cursor, or it is of another log
 *
 * Return: 0; -EEXIST where there is something else at @cursor; -EINVAL where @path is no regular file, or is
 * the cursor itself; the negative errno of looking at them.
 */
int ingest_cursor_read(const char *cursor, const char *path, uint64_t *ret);

/** ingest_cursor_write() - replace the cursor; 0 or a negative errno */
int ingest_cursor_write(const char *cursor, const char *path, uint64_t offset);

#endif /* LINEAGE_CLI_FLEET_INGEST_CURSOR_H */
