/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cursor of a copy: the last host that was copied.
 *
 * A cursor is one line: a format name, a hash of the URLs of both stores, and the name of the host.
 * The URLs themselves are not written, because they may contain a password. Hosts are copied in the
 * order of store_host_hash() and their names, so the copy continues with the next host. A cursor of
 * format 1, which was made by a copy in the order of names, has no effect.
 */
#ifndef LINEAGE_CLI_FLEET_COPY_CURSOR_H
#define LINEAGE_CLI_FLEET_COPY_CURSOR_H

/**
 * copy_cursor_read() - read the last host
 * @ret: the host; "" if there is no cursor, or if it is for other stores; the caller frees it
 *
 * Return: 0; -EEXIST if the file is not a cursor; -ENOMEM; the negative errno of reading the file.
 */
int copy_cursor_read(const char *path, const char *from, const char *to, char **ret);

/** copy_cursor_write() - replace the cursor; return 0 or a negative errno */
int copy_cursor_write(const char *path, const char *from, const char *to, const char *host);

#endif /* LINEAGE_CLI_FLEET_COPY_CURSOR_H */
