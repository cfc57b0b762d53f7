// SPDX-License-Identifier: GPL-2.0-or-later
#include "loaded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cmdline.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "note_line.h"

#define MODULE_PATH "sys/kernel/kexec_lineage/loaded_release"
#define KERNEL_PATH "sys/kernel/kexec_loaded"
#define LIMIT 65536

static int parse_line(const char *line, size_t length, struct lineage_host_loaded *loaded)
{
	struct lineage_host_value value;

	if (!memchr(line, '=', length))
		return -EILSEQ;
	if (lineage_host_line_has(line, length, "stamp", &value))
		return lineage_host_value_copy(&value, loaded->stamp, sizeof(loaded->stamp));
	return lineage_host_line_has(line, length, "release", &value)
		       ? lineage_host_value_copy_release(&value, loaded->release)
		       : 0;
}

int lineage_host_loaded_parse(const char *text, struct lineage_host_loaded *ret)
{
	struct lineage_host_loaded loaded = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n");
		int error = parse_line(text, length, &loaded);

		if (error)
			return error;
		text += length + (text[length] ? 1 : 0);
	}
	*ret = loaded;
	return 0;
}

void lineage_host_loaded_set_stamp(struct lineage_host_loaded *loaded, const char *cmdline)
{
	struct lineage_parameter stamp;

	loaded->stamp[0] = '\0';
	if (lineage_cmdline_find(cmdline, strlen(cmdline), LINEAGE_STAMP_NAME, &stamp) > 0 &&
	    stamp.value_length <= LINEAGE_STAMP_MAX) {
		memcpy(loaded->stamp, stamp.value ? stamp.value : "", stamp.value_length);
		loaded->stamp[stamp.value_length] = '\0';
	}
}

static char *make_path(const char *root)
{
	char *path;

	return asprintf(&path, "%s/" LINEAGE_HOST_LOADED_PATH, root ? root : "") < 0 ? NULL : path;
}

static int make_folder(char *path)
{
	char *slash = strrchr(path, '/');
	int error = 0;

	*slash = '\0';
	if (mkdir(path, 0755) && errno != EEXIST)
		error = -errno;
	*slash = '/';
	return error;
}

int lineage_host_loaded_write(const char *root, const struct lineage_host_loaded *loaded)
{
	LINEAGE_AUTO_FREE char *path = make_path(root);
	LINEAGE_AUTO_FREE char *text = NULL;
	int error;

	if (!path || asprintf(&text, "release=%s\nstamp=%s\n", loaded->release, loaded->stamp) < 0)
		return -ENOMEM;
	error = make_folder(path);
	return error ? error : lineage_file_replace(path, text, strlen(text));
}

int lineage_host_loaded_remove(const char *root)
{
	LINEAGE_AUTO_FREE char *path = make_path(root);

	if (!path)
		return -ENOMEM;
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

bool lineage_host_loaded_is_there(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	return lineage_root_read_line(root, KERNEL_PATH, &line) == 0 && strcmp(line, "1") == 0;
}

static void read_note(const struct lineage_root *root, char ret[LINEAGE_RELEASE_SIZE])
{
	LINEAGE_AUTO_FREE char *text = NULL;
	struct lineage_host_loaded loaded;
	size_t size;

	if (lineage_root_read(root, LINEAGE_HOST_LOADED_PATH, LIMIT, &text, &size) == 0 &&
	    lineage_host_loaded_parse(text, &loaded) == 0)
		memcpy(ret, loaded.release, sizeof(loaded.release));
}

void lineage_host_loaded_release(const struct lineage_root *root, char ret[LINEAGE_RELEASE_SIZE])
{
	LINEAGE_AUTO_FREE char *line = NULL;

	ret[0] = '\0';
	if (lineage_root_read_line(root, MODULE_PATH, &line))
		read_note(root, ret);
	else if (lineage_release_is_valid(line, strlen(line)))
		memcpy(ret, line, strlen(line) + 1);
}

void lineage_host_loaded_inform_module(const struct lineage_root *root, const char *release)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	if (release[0] && lineage_root_read_line(root, MODULE_PATH, &line) == 0 && !line[0])
		(void)lineage_root_write(root, MODULE_PATH, release);
}
