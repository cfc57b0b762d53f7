// SPDX-License-Identifier: GPL-2.0-or-later
/* Unpacking of sosreport archives. */
#include "sosreport_archive.h"

#include <archive.h>
#include <archive_entry.h>
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

#define BUFFER_SIZE 65536

/*
 * A file is unpacked if its path, relative to the folder of the sosreport, starts with one of these
 * strings. Add a row for each new file that lib/, host/ or intake/read/sosreport.c reads.
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
	INTAKE_SOSREPORT_SIGN "/kexec_lineage/journalctl_--no-pager",
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
 * @stream: the archive, decompressed
 * @stop: as in struct intake_options
 * @folder: the folder that receives its files
 * @fd: the file that is being written, or -1
 * @buffer: BUFFER_SIZE bytes of the archive, followed by BUFFER_SIZE bytes of a file
 * @size: size of all files so far
 * @files: number of files so far
 * @error: negative errno of a failed callback of libarchive, or 0
 * @is_report: the archive is a sosreport
 * @why: why a file was not unpacked or the archive was not read completely; NULL if there was
 *	no problem
 */
struct unpacking {
	struct intake_stream *stream;
	const volatile int *stop;
	const char *folder;
	int fd;
	unsigned char *buffer;
	uint64_t size;
	unsigned int files;
	int error;
	bool is_report;
	const char *why;
};

static const char damaged[] = "the tar archive is damaged or truncated";

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

/* Create the missing parent folders of a path, of which the first @from bytes exist. */
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

/* Create the folder that identifies a sosreport, even if no file in it is unpacked. */
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

/* Open the file for an entry; @unpacking->fd stays -1 if the entry is not to be unpacked. */
static int open_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
	const char *path = archive_entry_pathname(entry), *below;
	uint64_t size = (uint64_t)archive_entry_size(entry);

	if (!path || archive_entry_hardlink(entry) || archive_entry_filetype(entry) != AE_IFREG)
		return 0;
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

static int write_all(int fd, const unsigned char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/* Return the error of a failed call of libarchive. */
static int error_of(const struct unpacking *unpacking, struct archive *archive)
{
	if (unpacking->error)
		return unpacking->error;
	return archive_errno(archive) == ENOMEM ? -ENOMEM : -EILSEQ;
}

/* Store the error of a libarchive callback and return the value for a failure. */
static la_ssize_t fail(struct unpacking *unpacking, struct archive *archive, int error)
{
	unpacking->error = error;
	archive_set_error(archive, -error, "%s", strerror(-error));
	return -1;
}

static int unpack_entry(struct unpacking *unpacking, struct archive *archive)
{
	unsigned char *bytes = unpacking->buffer + BUFFER_SIZE;
	ssize_t got;

	while ((got = archive_read_data(archive, bytes, BUFFER_SIZE)) > 0) {
		int error = write_all(unpacking->fd, bytes, (size_t)got);

		if (error)
			return error;
	}
	return got < 0 ? error_of(unpacking, archive) : 0;
}

static int unpack_all(struct unpacking *unpacking, struct archive *archive)
{
	struct archive_entry *entry;
	int result, error = 0;

	while (!error && (result = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF) {
		if (result < ARCHIVE_WARN)
			return error_of(unpacking, archive);
		if (result == ARCHIVE_RETRY) {
			unpacking->why = damaged;
			continue;
		}
		error = open_entry(unpacking, entry);
		if (!error && unpacking->fd >= 0)
			error = unpack_entry(unpacking, archive);
		close_file(unpacking);
	}
	return error;
}

static la_ssize_t read_some(struct archive *archive, void *data, const void **ret)
{
	struct unpacking *unpacking = data;
	ssize_t got;

	*ret = unpacking->buffer;
	do {
		if (unpacking->stop && *unpacking->stop)
			return fail(unpacking, archive, -EINTR);
		got = intake_stream_read(unpacking->stream, unpacking->buffer, BUFFER_SIZE);
	} while (got == -EINTR);
	return got < 0 ? fail(unpacking, archive, (int)got) : got;
}

/*
 * libarchive only parses the tar format. struct intake_stream decompresses the archive, because it
 * accepts truncated streams.
 */
static int open_archive(struct unpacking *unpacking, struct archive *archive)
{
	archive_read_support_format_tar(archive);
	/* Do not convert paths to the character set of the locale. */
	archive_read_set_options(archive, "hdrcharset=BINARY");
	return archive_read_open(archive, unpacking, NULL, read_some, NULL) == ARCHIVE_OK
		       ? 0
		       : error_of(unpacking, archive);
}

/* Note a fault of the compressed stream. Any such fault means that the archive is incomplete. */
static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct unpacking *unpacking = data;

	unpacking->why = intake_fault_text(fault);
}

/* Read the bytes after the end of the tar archive, to detect a fault at the end of the stream. */
static int read_rest(struct unpacking *unpacking)
{
	ssize_t got;

	do {
		if (unpacking->stop && *unpacking->stop)
			return -EINTR;
		got = intake_stream_read(unpacking->stream, unpacking->buffer, BUFFER_SIZE);
	} while (got > 0 || got == -EINTR);
	return (int)got;
}

static int read_archive(struct unpacking *unpacking, int fd)
{
	const struct intake_sink sink = { .fault = take_fault, .data = unpacking };
	struct archive *archive = archive_read_new();
	int error = archive ? intake_stream_open(fd, &sink, &unpacking->stream) : -ENOMEM;

	if (!error)
		error = open_archive(unpacking, archive);
	if (!error)
		error = unpack_all(unpacking, archive);
	if (!error)
		error = read_rest(unpacking);
	close_file(unpacking);
	archive_read_free(archive);
	if (unpacking->stream)
		intake_stream_close(unpacking->stream);
	return error;
}

static int conclude(const struct unpacking *unpacking, int error, const char **ret_why)
{
	if (error && error != -EILSEQ)
		return error;
	if (!unpacking->is_report && !unpacking->why) {
		*ret_why = error ? "not a tar archive"
				 : "not a sosreport: it has no folder " INTAKE_SOSREPORT_SIGN;
		return -ENOTSUP;
	}
	if (!error && !unpacking->why)
		return 0;
	*ret_why = unpacking->why ? unpacking->why : damaged;
	return unpacking->is_report ? -EILSEQ : -ENOTSUP;
}

int intake_sosreport_unpack(const char *path, const char *folder, const volatile int *stop,
			    const char **ret_why)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	LINEAGE_AUTO_FREE unsigned char *buffer = malloc(2 * BUFFER_SIZE);
	struct unpacking unpacking = { .stop = stop, .folder = folder, .fd = -1, .buffer = buffer };

	if (fd < 0)
		return -errno;
	if (!buffer)
		return -ENOMEM;
	return conclude(&unpacking, read_archive(&unpacking, fd), ret_why);
}
