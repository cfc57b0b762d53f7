// SPDX-License-Identifier: GPL-2.0-or-later
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/cleanup.h"

#define FDINFO_LIMIT 4096

/* Names of the flags of a mount and of a file system, as fs/proc_namespace.c prints them. */
static const struct flag {
	const char *name;
	unsigned long value;
} flags[] = {
	{ "nosuid", MS_NOSUID },     { "nodev", MS_NODEV },	  { "noexec", MS_NOEXEC },
	{ "noatime", MS_NOATIME },   { "relatime", MS_RELATIME }, { "nodiratime", MS_NODIRATIME },
	{ "sync", MS_SYNCHRONOUS },  { "dirsync", MS_DIRSYNC },	  { "mand", MS_MANDLOCK },
	{ "lazytime", MS_LAZYTIME }, { "nosymfollow", 256 }, /* MS_NOSYMFOLLOW, Linux 5.10 */
};

static unsigned long flag_of(const char *name)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strcmp(name, flags[i].name) == 0)
			return flags[i].value;
	return 0;
}

/* Read a list of options, which is modified. Return whether it contains "ro". */
static bool read_options(char *list, unsigned long *flags_of_list)
{
	bool is_read_only = false;
	char *word;

	while ((word = strsep(&list, ","))) {
		is_read_only |= strcmp(word, "ro") == 0;
		*flags_of_list |= flag_of(word);
	}
	return is_read_only;
}

/* The kernel writes blanks and backslashes as a backslash and three octal digits. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] && strspn(text + 1, "01234567") >= 3) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* Return the next word of a line, unescaped; NULL at the end. */
static char *take_word(char **line)
{
	char *word = strsep(line, " ");

	if (word)
		unescape(word);
	return word;
}

/*
 * Read a line like "36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/vda rw". It can have any
 * number of words like "master:1".
 */
static bool parse_line(char *line, struct lineage_host_mount *ret)
{
	struct lineage_host_mount mount = { 0 };
	char *id = take_word(&line), *word, *options;

	take_word(&line); /* id of the parent */
	mount.device = take_word(&line);
	mount.root = take_word(&line);
	mount.point = take_word(&line);
	options = take_word(&line);
	while ((word = take_word(&line)) && strcmp(word, "-") != 0)
		;
	mount.type = take_word(&line);
	take_word(&line); /* source */
	word = take_word(&line);
	if (!word || strspn(id, "0123456789") != strlen(id))
		return false;
	mount.id = atoi(id);
	(void)read_options(options, &mount.flags);
	mount.is_read_only = read_options(word, &mount.flags);
	*ret = mount;
	return true;
}

bool lineage_host_mounts_next(char **text, struct lineage_host_mount *ret)
{
	char *line;

	while ((line = strsep(text, "\n")))
		if (parse_line(line, ret))
			return true;
	return false;
}

/* Return the part of @path below the folder, starting with a slash; NULL if it is not below. */
static const char *below(const char *folder, const char *path)
{
	size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	return strncmp(folder, path, length) == 0 && path[length] == '/' ? path + length : NULL;
}

bool lineage_host_mounts_reach(char *text, const char *path)
{
	struct lineage_host_mount mount, top = { 0 }, holder = { 0 };
	const char *inside, *outside;

	/* A later mount at the same place, or above it, covers the earlier one. */
	while (lineage_host_mounts_next(&text, &mount)) {
		if (strcmp(mount.point, "/") == 0)
			top = mount;
		if (below(mount.point, path))
			holder = mount;
	}
	if (!top.point || strcmp(top.device, holder.device) != 0)
		return false;
	if (strcmp(holder.point, "/") == 0)
		return true;
	outside = below(top.root, holder.root);
	inside = strcmp(top.root, "/") == 0 ? holder.root : outside;
	return inside && strcmp(inside, holder.point) == 0;
}

bool lineage_host_mounts_have(char *text, const char *point, const char *type)
{
	struct lineage_host_mount mount;
	bool has = false;

	while (lineage_host_mounts_next(&text, &mount))
		if (strcmp(mount.point, point) == 0)
			has = strcmp(mount.type, type) == 0 && !mount.is_read_only;
	return has;
}

/* Read the id of the mount of an open file from fdinfo, proc_pid_fdinfo(5). */
static int find_id(const struct lineage_root *system, int fd, int *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	const char *line;
	char path[64];
	size_t size;
	int error;

	snprintf(path, sizeof(path), "proc/self/fdinfo/%d", fd);
	error = lineage_root_read(system, path, FDINFO_LIMIT, &text, &size);
	if (error)
		return error;
	line = strstr(text, "mnt_id:");
	return line && sscanf(line, "mnt_id: %d", ret) == 1 ? 0 : -EROFS;
}

/* Find the mount with this id whose file system is read-only. */
static int find_mount(const struct lineage_root *system, int id, struct lineage_host_writable *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	struct lineage_host_mount mount;
	char *rest;
	size_t size;
	int error = lineage_root_read(system, LINEAGE_HOST_MOUNTS_PATH, LINEAGE_HOST_MOUNTS_LIMIT,
				      &text, &size);

	rest = text;
	while (!error && lineage_host_mounts_next(&rest, &mount)) {
		if (mount.id != id || !mount.is_read_only)
			continue;
		ret->flags = mount.flags;
		ret->point = strdup(mount.point);
		return ret->point ? 0 : -ENOMEM;
	}
	return error ? error : -EROFS;
}

/* Return whether the path of a mount leads to this mount, and not to one that covers it. */
static bool is_at(const struct lineage_root *system, const char *point, int id)
{
	LINEAGE_AUTO_CLOSE int fd = open(point, O_PATH | O_CLOEXEC);
	int found;

	return fd >= 0 && find_id(system, fd, &found) == 0 && found == id;
}

int lineage_host_writable_begin(const struct lineage_root *root, const char *path,
				struct lineage_host_writable *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root system = LINEAGE_ROOT_INIT;
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open(root, path);
	struct lineage_host_writable writable;
	int id, error = fd < 0 ? fd : lineage_root_init(&system, NULL);

	if (!error)
		error = find_id(&system, fd, &id);
	if (!error)
		error = find_mount(&system, id, &writable);
	if (error)
		return error;
	if (!is_at(&system, writable.point, id))
		error = -EROFS;
	else if (mount(NULL, writable.point, NULL, MS_REMOUNT | writable.flags, NULL))
		error = -errno;
	if (error)
		free(writable.point);
	else
		*ret = writable;
	return error;
}

void lineage_host_writable_end(struct lineage_host_writable *writable)
{
	(void)mount(NULL, writable->point, NULL, MS_REMOUNT | MS_RDONLY | writable->flags, NULL);
	free(writable->point);
	writable->point = NULL;
}
