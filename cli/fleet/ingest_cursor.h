/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cursor: the position in a growing log at which the next run continues.
 *
 * A cursor is one line: a format name, device and inode of the log, the offset at which the last
 * boot begins, and a checksum of the bytes before this offset. Reading continues at the offset,
 * because the first lines of a boot apply to the whole boot.
 */
#ifndef LINEAGE_CLI_FLEET_INGEST_CURSOR_H
#define LINEAGE_CLI_FLEET_INGEST_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

/**
 * ingest_cursor_read() - find the start position in a log
 * @cursor: path of the cursor
 * @path: path of the log
 * @ret: 0 if there is no cursor, or if it is for another log
 * @ret_is_replaced: the last run read another file with this path, or the log was truncated. Lines
 *	that were written to the old log after that run were not read.
 * @ret_renamed: the current path of the other file, if it is in the same folder; else NULL. The
 *	caller frees it.
 *
 * Return: 0; -EEXIST if @cursor has other content than a cursor; -EINVAL if @path is not a regular
 * file or is the cursor itself; another negative errno if a file cannot be read.
 */
int ingest_cursor_read(const char *cursor, const char *path, uint64_t *ret, bool *ret_is_replaced,
		       char **ret_renamed);

/** ingest_cursor_write() - replace the cursor; return 0 or a negative errno */
int ingest_cursor_write(const char *cursor, const char *path, uint64_t offset);

#endif /* LINEAGE_CLI_FLEET_INGEST_CURSOR_H */
