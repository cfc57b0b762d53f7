/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacking of sosreport archives.
 *
 * Only regular files that the reader of a sosreport uses are unpacked. Absolute paths, paths with
 * ".." and links are skipped, so nothing is written outside the folder.
 */
#ifndef LINEAGE_INTAKE_READ_SOSREPORT_ARCHIVE_H
#define LINEAGE_INTAKE_READ_SOSREPORT_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

/* Maximum size of the files that are unpacked from one archive. */
#define INTAKE_ARCHIVE_SIZE_MAX (4ULL << 30)
/* Maximum number of files that are unpacked from one archive. */
#define INTAKE_ARCHIVE_FILES_MAX 100000

/** intake_is_sosreport_archive() - check the name of a file: "sosreport-*.tar.xz" */
bool intake_is_sosreport_archive(const char *path);

/**
 * intake_sosreport_unpack() - unpack an archive
 * @path: the archive, which may be compressed
 * @folder: an existing, empty folder that only the caller can write to
 * @stop: as in struct intake_options
 * @ret_why: if the result is -EILSEQ or -ENOTSUP, the reason, as a static string
 *
 * Return: 0; -EILSEQ if the archive is damaged or truncated, or if it has files that are too large
 * or have an unsafe path; -ENOTSUP if it is not a sosreport; -EINTR if stopped; the negative errno
 * of reading or writing. After an error other than -ENOTSUP, the unpacked files can still be used.
 */
int intake_sosreport_unpack(const char *path, const char *folder, const volatile int *stop,
			    const char **ret_why);

#endif /* LINEAGE_INTAKE_READ_SOSREPORT_ARCHIVE_H */
