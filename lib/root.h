/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where do the system's files start?
 *
 * At "/", or at a folder that holds a disk image, a sosreport or a test's made-up system. Paths
 * are given relative to it ("proc/cmdline"); below a folder no symbolic link leads out of it.
 */
#ifndef LINEAGE_LIB_ROOT_H
#define LINEAGE_LIB_ROOT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct lineage_root - an open folder that stands for "/"
 * @fd: of the folder
 * @is_system: it is the running system, so that system calls may be asked too
 */
struct lineage_root {
	int fd;
	bool is_system;
};

/**
 * lineage_root_init() - open @path, or "/" where it is NULL
 *
 * Return: 0, or the negative errno of open(2).
 */
int lineage_root_init(struct lineage_root *root, const char *path);

/** lineage_root_deinit() - close it */
void lineage_root_deinit(struct lineage_root *root);

/**
 * lineage_root_open() - open a file for reading, without blocking
 *
 * Return: a file descriptor, or the negative errno of open(2).
 */
int lineage_root_open(const struct lineage_root *root, const char *path);

/**
 * lineage_root_has() - does this path exist?
 */
bool lineage_root_has(const struct lineage_root *root, const char *path);

/**
 * lineage_root_read() - read a file from its start to its end
 * @root: where
 * @path: relative to @root; stat() need not know its size (/proc, debugfs)
 * @limit: most bytes to read; what is behind them is left unread
 * @ret: the bytes and a NUL behind them; the caller frees
 * @ret_size: how many, without the NUL
 *
 * Return: 0, -ENOMEM, or the negative errno of open(2) or read(2).
 */
int lineage_root_read(const struct lineage_root *root, const char *path, size_t limit, char **ret,
		      size_t *ret_size);

/**
 * lineage_root_write() - give a file of the kernel's a value
 * @root: where
 * @path: relative to @root; it is there already
 * @text: written by one write(2), in place of as many bytes
 *
 * Return: 0, -EIO where not all was taken, or the negative errno of open(2) or write(2).
 */
int lineage_root_write(const struct lineage_root *root, const char *path, const char *text);

/**
 * lineage_read_all() - the same from an open file
 */
int lineage_read_all(int fd, size_t limit, char **ret, size_t *ret_size);

/**
 * lineage_root_read_line() - read a file of one line
 * @ret: its first line, without the newline; the caller frees
 *
 * Return: as lineage_root_read().
 */
int lineage_root_read_line(const struct lineage_root *root, const char *path, char **ret);

#define LINEAGE_CMDLINE_PATH "proc/cmdline"

/**
 * lineage_root_read_cmdline() - read the running kernel's command line, its newline included
 *
 * Return: as lineage_root_read().
 */
int lineage_root_read_cmdline(const struct lineage_root *root, char **ret, size_t *ret_size);

#endif /* LINEAGE_LIB_ROOT_H */
