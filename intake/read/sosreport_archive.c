// SPDX-License-Identifier: GPL-2.0-or-later
/* Unpacking of sosreport archives. */
#include "sosreport_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inputs.h"
#include "lib/cleanup.h"
#include "stream.h"
#include "tar.h"

#define BUFFER_SIZE 65536

/*
 * Starts of the paths, below the folder of the sosreport, that are unpacked. Add a row for each new
 * file that lib/, host/ or intake/read/sosreport.c reads.
 */
static const char *const wanted[] = {
	"etc/hostname",
	"etc/machine-id",
	"proc/cmdline",
	"proc/stat",
	"proc/sys/kernel/",
	"run/kexec-lineage/",
	INTAKE_SOSREPORT_SIGN "/host/host",
	INTAKE_SOSREPORT_SIGN "/kernel/dmesg",
	INTAKE_SOSREPORT_SIGN "/kernel/sysctl_-a",
	INTAKE_SOSREPORT_SIGN "/kernel/uname_-a",
	INTAKE_SOSREPORT_SIGN "/logs/journalctl_--no-pager",
	"sys/firmware/devicetree/base/chosen",
	"sys/fs/pstore/",
	"sys/kernel/kexec_lineage",
	"sys/kernel/notes",
	"sys/module/kexec_lineage/",
	"var/crash/",
	"var/lib/systemd/pstore/",
	"var/log/",
};

/**
 * struct unpacking - an archive that is being unpacked
 * @folder: the folder that receives its files
 * @fd: the file that is being written; -1 if there is none
 * @size: size of all files so far
 * @files: number of files so far
 * @is_report: the archive is a sosreport
 * @why: why a file was not unpacked or the archive was not read completely; NULL if there was
 *	no problem
 */
struct unpacking {
	const char *folder;
	int fd;
	uint64_t size;
	unsigned int files;
	bool is_report;
	const char *why;
};

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), own = strlen(end);

	return length > own && strcmp(name + length - own, end) == 0;
}

static bool starts_with(const char *path, const char *start)
{
	return strncmp(path, start, strlen(start)) == 0;
}

bool intake_is_sosreport_archive(const char *path)
{
	static const char *const ends[] = { ".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.zst" };
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(name, ends[i]))
			return starts_with(name, "sosreport-");
	return false;
}

static bool is_safe(const char *path)
{
	if (path[0] == '/')
		return false;
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (starts_with(at, "..") && (at[2] == '/' || at[2] == '\0'))
			return false;
	}
	return true;
}

static bool is_wanted(const char *path)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (starts_with(path, wanted[i]))
			return true;
	return false;
}

/* Make the folders that contain a path, if they are missing. */
static int make_folders(char *path, size_t from)
{
	for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
		int error;

		*slash = '\0';
		error = mkdir(path, 0700) != 0 && errno != EEXIST ? -errno : 0;
		*slash = '/';
		if (error)
			return error;
	}
	return 0;
}

static int skip(struct unpacking *unpacking, const char *why)
{
	unpacking->why = why;
	return 0;
}

/* Create a file. As in tar, a later file with the same path replaces an earlier one. */
static int open_file(struct unpacking *unpacking, const char *path)
{
	LINEAGE_AUTO_FREE char *whole = NULL;
	int error;

	if (asprintf(&whole, "%s/%s", unpacking->folder, path) < 0) {
		whole = NULL;
		return -ENOMEM;
	}
	error = make_folders(whole, strlen(unpacking->folder) + 1);
	if (!error) {
		unpacking->fd =
			open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
		error = unpacking->fd < 0 ? -errno : 0;
	}
	if (error == -ENAMETOOLONG || error == -ENOTDIR || error == -EISDIR || error == -ENOENT)
		return skip(unpacking, "some files have an invalid path and were not read");
	return error;
}

static void close_file(struct unpacking *unpacking)
{
	if (unpacking->fd >= 0)
		close(unpacking->fd);
	unpacking->fd = -1;
}

/* Make the folder that identifies a sosreport, even if no file in it is unpacked. */
static int make_sign(const struct unpacking *unpacking, const char *path, const char *below)
{
	LINEAGE_AUTO_FREE char *whole = NULL;

	if (asprintf(&whole, "%s/%.*s" INTAKE_SOSREPORT_SIGN "/", unpacking->folder,
		     (int)(below - path), path) < 0) {
		whole = NULL;
		return -ENOMEM;
	}
	return make_folders(whole, strlen(unpacking->folder) + 1);
}

static int take_file(void *data, const char *path, uint64_t size)
{
	struct unpacking *unpacking = data;
	const char *below;

	close_file(unpacking);
	while (starts_with(path, "./"))
		path += 2;
	if (!is_safe(path))
		return skip(unpacking, "some files have an unsafe path and were not read");
	below = strchr(path, '/');
	if (!below)
		return 0;
	below++;
	if (!unpacking->is_report && starts_with(below, INTAKE_SOSREPORT_SIGN "/"))
		unpacking->is_report = make_sign(unpacking, path, below) == 0;
	if (!is_wanted(below))
		return 0;
	if (size > INTAKE_ARCHIVE_SIZE_MAX - unpacking->size ||
	    unpacking->files == INTAKE_ARCHIVE_FILES_MAX)
		return skip(unpacking, "some files were not read: the archive is too large; unpack "
				       "it with 'tar -xf FILE' and ingest the folder");
	unpacking->size += size;
	unpacking->files++;
	return open_file(unpacking, path);
}

static int take_bytes(void *data, const unsigned char *bytes, size_t size)
{
	const struct unpacking *unpacking = data;

	while (unpacking->fd >= 0 && size > 0) {
		ssize_t written = write(unpacking->fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/* Take a fault of the compressed stream: it means that the archive is incomplete. */
static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct unpacking *unpacking = data;

	unpacking->why = intake_fault_text(fault);
}

static int read_stream(struct intake_stream *stream, struct intake_tar *tar,
		       const volatile int *stop)
{
	LINEAGE_AUTO_FREE unsigned char *buffer = malloc(BUFFER_SIZE);

	while (buffer && !(stop && *stop)) {
		ssize_t got = intake_stream_read(stream, buffer, BUFFER_SIZE);
		int error = got > 0 ? intake_tar_feed(tar, buffer, (size_t)got) : (int)got;

		if (got == 0 || (error && error != -EINTR))
			return error;
	}
	return buffer ? -EINTR : -ENOMEM;
}

static int read_archive(struct unpacking *unpacking, int fd, struct intake_tar *tar,
			const volatile int *stop)
{
	const struct intake_sink sink = { .fault = take_fault, .data = unpacking };
	struct intake_stream *stream;
	int error = intake_stream_open(fd, &sink, &stream);

	if (error)
		return error;
	error = read_stream(stream, tar, stop);
	intake_stream_close(stream);
	close_file(unpacking);
	return error;
}

static int conclude(const struct unpacking *unpacking, const struct intake_tar *tar, int error,
		    const char **ret_why)
{
	if (error && error != -EILSEQ)
		return error;
	if (!unpacking->is_report && !unpacking->why) {
		*ret_why = error ? "not a tar archive"
				 : "not a sosreport: it has no folder " INTAKE_SOSREPORT_SIGN;
		return -ENOTSUP;
	}
	if (unpacking->why)
		*ret_why = unpacking->why;
	else if (error)
		*ret_why = "the tar archive is damaged";
	else if (!intake_tar_is_complete(tar))
		*ret_why = "the tar archive is truncated";
	else
		return 0;
	return unpacking->is_report ? -EILSEQ : -ENOTSUP;
}

int intake_sosreport_unpack(const char *path, const char *folder, const volatile int *stop,
			    const char **ret_why)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	LINEAGE_AUTO_FREE struct intake_tar *tar = malloc(sizeof(*tar));
	struct unpacking unpacking = { .folder = folder, .fd = -1 };
	const struct intake_tar_listener listener = { .file = take_file,
						      .bytes = take_bytes,
						      .data = &unpacking };

	if (fd < 0)
		return -errno;
	if (!tar)
		return -ENOMEM;
	intake_tar_init(tar, &listener);
	return conclude(&unpacking, tar, read_archive(&unpacking, fd, tar, stop), ret_why);
}
