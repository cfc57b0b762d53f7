/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts of this process: which mount holds a file, and a read-only file system to write to. */
#ifndef LINEAGE_HOST_MOUNTS_H
#define LINEAGE_HOST_MOUNTS_H

#include <stdbool.h>

#include "lib/root.h"

#define LINEAGE_HOST_MOUNTS_PATH "proc/self/mountinfo"

/* Bytes to read: enough for the 100000 mounts that the kernel allows (fs.mount-max). */
#define LINEAGE_HOST_MOUNTS_LIMIT (32 << 20)

/**
 * struct lineage_host_mount - a line of /proc/self/mountinfo, proc_pid_mountinfo(5)
 * @id: id of the mount
 * @device: "MAJOR:MINOR" of the file system
 * @root: folder of the file system that is mounted
 * @point: path of the mount
 * @type: type of the file system
 * @flags: flags of the mount and of the file system for mount(2), without MS_RDONLY
 * @is_read_only: whether the file system is read-only. A mount can be read-only even if its file
 *	system is not.
 */
struct lineage_host_mount {
	int id;
	const char *device, *root, *point, *type;
	unsigned long flags;
	bool is_read_only;
};

/**
 * lineage_host_mounts_next() - take the next valid line
 * @text: the rest of the file, which is modified; moves to the following line
 * @ret: points into @text; untouched at the end
 *
 * Return: false at the end.
 */
bool lineage_host_mounts_next(char **text, struct lineage_host_mount *ret);

/**
 * lineage_host_mounts_reach() - whether a path names the same file if only the root is mounted
 * @text: content of the file, which is modified
 * @path: absolute, without symbolic links
 *
 * In the sandbox of a unit, the file is in a bind mount of its own, which does not exist outside.
 * This does not change the result: the bind mount shows the same folder of the same file system.
 */
bool lineage_host_mounts_reach(char *text, const char *path);

/**
 * lineage_host_mounts_have() - whether a file system of this type is mounted, and not read-only
 * @text: content of the file, which is modified
 * @point: path of the mount
 */
bool lineage_host_mounts_have(char *text, const char *point, const char *type);

/**
 * struct lineage_host_writable - a read-only file system that is writable for a while
 * @point: a mount of it; the caller frees it with lineage_host_writable_end()
 * @flags: flags of this mount
 */
struct lineage_host_writable {
	char *point;
	unsigned long flags;
};

/**
 * lineage_host_writable_begin() - make the file system of a file writable
 * @path: relative to @root
 * @ret: untouched on failure
 *
 * Mounts are those of the running system, also if @root is another folder.
 *
 * Return: 0; -EROFS if the mount is read-only, but its file system is not, or if another mount
 * covers it; -ENOMEM; the negative errno of open(2) or mount(2).
 */
int lineage_host_writable_begin(const struct lineage_root *root, const char *path,
				struct lineage_host_writable *ret);

/**
 * lineage_host_writable_end() - make the file system read-only again
 *
 * The caller has closed all files that it has opened for writing.
 */
void lineage_host_writable_end(struct lineage_host_writable *writable);

#endif /* LINEAGE_HOST_MOUNTS_H */
