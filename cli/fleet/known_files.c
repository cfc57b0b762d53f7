// SPDX-License-Identifier: GPL-2.0-or-later
#include "known_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "host/config.h"
#include "lib/cleanup.h"

/* Make the path of a file below the root. */
static char *below_root(const struct context *context, const char *path)
{
	char *full = NULL;

	if (asprintf(&full, "%s/%s", context->root ? context->root : "", path) < 0) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
	return full;
}

/*
 * Return the path of the administrator's list; NULL after an error message if the configuration is
 * invalid. @ret_is_named: the configuration names the file
 */
static char *configured_path(const struct context *context, bool *ret_is_named)
{
	LINEAGE_AUTO_CONFIG config = { 0 };
	const char *path;

	if (!history_config(context, &config))
		return NULL;
	path = config.known_bugs;
	*ret_is_named = path != NULL;
	return below_root(context, path ? path + (*path == '/') : KNOWN_LOCAL_PATH);
}

static char *copy_path(const char *path)
{
	char *copy = strdup(path);

	if (!copy) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
	return copy;
}

char *known_files_path(const struct context *context, const char *option)
{
	bool is_named;

	return option ? copy_path(option) : configured_path(context, &is_named);
}

/* Read at most one byte more than a valid file has. Return the size or a negative errno. */
static ssize_t read_bytes(const char *path, char *buffer)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t size = 0, got = 1;

	if (fd < 0)
		return -errno;
	while (got > 0 && size <= KNOWN_FILE_MAX) {
		got = read(fd, buffer + size, (size_t)(KNOWN_FILE_MAX + 1 - size));
		if (got < 0)
			return -errno;
		size += got;
	}
	return size;
}

bool known_file_read(const char *command, const char *path, bool may_be_missing,
		     struct known_list *ret)
{
	LINEAGE_AUTO_FREE char *buffer = malloc(KNOWN_FILE_MAX + 1);
	struct known_error problem = { 0 };
	ssize_t size = buffer ? read_bytes(path, buffer) : -ENOMEM;
	int error;

	if (size == -ENOENT && may_be_missing)
		return true;
	if (size < 0) {
		complain("%s: cannot read %s: %s", command, path, strerror((int)-size));
		return false;
	}
	error = known_parse(buffer, (size_t)size, ret, &problem);
	if (error == -EILSEQ)
		complain("%s: %s:%zu: %s", command, path, problem.line, problem.text);
	else if (error)
		complain("%s", strerror(-error));
	return error == 0;
}

bool known_files_read(const char *command, const struct context *context, const char *option,
		      struct known_files *ret)
{
	bool is_named = option != NULL, is_read;
	LINEAGE_AUTO_FREE char *local =
		option ? copy_path(option) : configured_path(context, &is_named);
	LINEAGE_AUTO_FREE char *shipped = below_root(context, KNOWN_SHIPPED_PATH);

	if (!local)
		local = below_root(context, KNOWN_LOCAL_PATH);
	is_read = known_file_read(command, local, !is_named, &ret->local);
	known_file_read(command, shipped, true, &ret->shipped);
	return is_read || !is_named;
}

const struct known_bug *known_files_find(const struct known_files *files,
					 const struct known_crash *crash)
{
	const struct known_bug *bug = known_list_find(&files->local, crash);

	return bug ? bug : known_list_find(&files->shipped, crash);
}

char *known_sentence(const struct known_bug *bug)
{
	const char *commit = bug->values[KNOWN_COMMIT], *fixed = bug->values[KNOWN_FIXED_IN];
	const char *note = bug->values[KNOWN_NOTE], *url = bug->values[KNOWN_URL];
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	fputs(known_bug_is(bug, KNOWN_UNSURE)	? "Possibly a known bug"
	      : known_bug_is(bug, KNOWN_IGNORE) ? "Known, and to be ignored"
						: "Known bug",
	      stream);
	if (fixed)
		fprintf(stream, ", fixed in %s", fixed);
	if (commit)
		fprintf(stream, fixed ? " (commit %s)" : ", fixed by commit %s", commit);
	putc('.', stream);
	if (note)
		fprintf(stream, " %s", note);
	if (url)
		fprintf(stream, " See %s", url);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

void known_files_deinit(struct known_files *files)
{
	known_list_deinit(&files->local);
	known_list_deinit(&files->shipped);
}
