/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Archives of sosreports, which are unpacked to temporary folders. */
#ifndef LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H
#define LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H

#include <stddef.h>

/** struct ingest_archives - the temporary folders, of which there are @count */
struct ingest_archives {
	char **folders;
	size_t count;
};

/**
 * ingest_archive_unpack() - unpack an archive
 * @stop: as in struct intake_options
 * @ret_folder: a temporary folder with the report, owned by @archives; NULL if there is nothing to
 *	read
 * @ret_why: set if the archive was not read completely: the reason, a static string or valid until
 *	the next call of strerror()
 *
 * The folder is below $TMPDIR, or else /var/tmp.
 *
 * Return: 0, also if the archive was not read completely; -ENOMEM.
 */
int ingest_archive_unpack(struct ingest_archives *archives, const char *path,
			  const volatile int *stop, const char **ret_folder, const char **ret_why);

/** ingest_archives_deinit() - remove the temporary folders */
void ingest_archives_deinit(struct ingest_archives *archives);
#define INGEST_AUTO_ARCHIVES __attribute__((cleanup(ingest_archives_deinit))) struct ingest_archives

#endif /* LINEAGE_CLI_FLEET_INGEST_ARCHIVE_H */
