/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File access below a root folder: "/", or a folder with a disk image or a sosreport.
 *
 * Paths are relative to the root folder ("proc/cmdline"). If the root folder is not "/", symbolic
 * links are resolved inside it.
 */
#ifndef LINEAGE_LIB_ROOT_H
#define LINEAGE_LIB_ROOT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct lineage_root - an open root folder
 * @fd: descriptor of the folder; negative if it is not open
 * @is_system: the folder is "/" of the running system, so results of uname(2) also apply
 */
struct lineage_root {
	int fd;
	bool is_system;
};

/**
 * lineage_root_init() - open a root folder
 * @root: set on success; the caller releases it with lineage_root_deinit()
 * @path: the folder; NULL for "/" of the running system
 *
 * Return: 0, or the negative errno of open(2).
 */
int lineage_root_init(struct lineage_root *root, const char *path);

/** lineage_root_deinit() - close a root folder; does nothing if its descriptor is negative */
void lineage_root_deinit(struct lineage_root *root);

/* Closes a root folder at the end of the scope; initialise it with LINEAGE_ROOT_INIT. */
#define LINEAGE_AUTO_ROOT __attribute__((cleanup(lineage_root_deinit)))
#define LINEAGE_ROOT_INIT \
	{                 \
		.fd = -1  \
	}

/**
 * lineage_root_open() - open a file for reading, in non-blocking mode
 * @root: the root folder
 * @path: relative to @root
 *
 * Return: a file descriptor, or the negative errno of open(2).
 */
int lineage_root_open(const struct lineage_root *root, const char *path);

/**
 * lineage_root_open_to_write() - open a file for writing
 * @root: the root folder
 * @path: relative to @root; its last part must not be a symbolic link
 * @flags: O_CREAT, O_EXCL and O_TRUNC of open(2), or 0
 *
 * Return: a file descriptor, or the negative errno of open(2).
 */
int lineage_root_open_to_write(const struct lineage_root *root, const char *path, int flags);

/**
 * lineage_root_has() - whether a path exists and can be opened
 * @root: the root folder
 * @path: relative to @root
 */
bool lineage_root_has(const struct lineage_root *root, const char *path);

/**
 * lineage_root_read() - read a whole file
 * @root: the root folder
 * @path: relative to @root; works for files without a known size (/proc, debugfs)
 * @limit: maximum number of bytes to read; the rest is ignored
 * @ret: the bytes and a NUL; the caller frees them with free()
 * @ret_size: bytes at @ret, without the NUL
 *
 * Return: 0, -ENOMEM, or the negative errno of open(2) or read(2).
 */
int lineage_root_read(const struct lineage_root *root, const char *path, size_t limit, char **ret,
		      size_t *ret_size);

/**
 * lineage_root_write() - write a value to an existing file of the kernel
 * @root: the root folder
 * @path: relative to @root
 * @text: the value, NUL-terminated; written with one write(2), the file is not truncated
 *
 * Return: 0; -EIO if not all bytes were accepted; the negative errno of open(2) or write(2).
 */
int lineage_root_write(const struct lineage_root *root, const char *path, const char *text);

/**
 * lineage_read_all() - read from an open file to its end
 * @fd: the file; stays open
 * @limit, @ret, @ret_size: as for lineage_root_read()
 *
 * Return: 0, -ENOMEM, or the negative errno of read(2).
 */
int lineage_read_all(int fd, size_t limit, char **ret, size_t *ret_size);

/**
 * lineage_root_read_line() - read the first line of a file
 * @root: the root folder
 * @path: relative to @root
 * @ret: the line without its newline, NUL-terminated; the caller frees it with free()
 *
 * Return: as lineage_root_read().
 */
int lineage_root_read_line(const struct lineage_root *root, const char *path, char **ret);

#define LINEAGE_CMDLINE_PATH "proc/cmdline"

/**
 * lineage_root_read_cmdline() - read the running kernel's command line, including its newline
 * @root: the root folder
 * @ret: the command line, NUL-terminated; the caller frees it with free()
 * @ret_size: bytes at @ret, without the NUL
 *
 * Return: as lineage_root_read().
 */
int lineage_root_read_cmdline(const struct lineage_root *root, char **ret, size_t *ret_size);

#endif /* LINEAGE_LIB_ROOT_H */
