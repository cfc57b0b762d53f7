/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacking of sosreport archives to temporary folders. */
#ifndef LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H
#define LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H

#include <stddef.h>

/** struct ingest_archives - array of the @count temporary folders */
struct ingest_archives {
	char **folders;
	size_t count;
};

/**
 * ingest_archive_unpack() - unpack an archive
 * @stop: as in struct intake_options
 * @ret_folder: the temporary folder with the sosreport, owned by @archives; NULL if the archive
 *	cannot be read
 * @ret_why: set if the archive was not read completely: the reason, valid until the next call of
 *	strerror()
 *
 * The folder is below $TMPDIR, or below /var/tmp if TMPDIR is not set.
 *
 * Return: 0, also if the archive was not read completely; -ENOMEM.
 */
int ingest_archive_unpack(struct ingest_archives *archives, const char *path,
			  const volatile int *stop, const char **ret_folder, const char **ret_why);

/** ingest_archives_deinit() - remove the temporary folders */
void ingest_archives_deinit(struct ingest_archives *archives);
#define INGEST_AUTO_ARCHIVES __attribute__((cleanup(ingest_archives_deinit))) struct ingest_archives

#endif /* LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H */
