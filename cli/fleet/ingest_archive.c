// SPDX-License-Identifier: GPL-2.0-or-later
/* Unpacking of sosreport archives to temporary folders. */
#include "ingest_archive.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "intake/read/sosreport_archive.h"

#define DESCRIPTORS 16

static int add_folder(struct ingest_archives *archives, const char *path)
{
	char **more =
		reallocarray(archives->folders, archives->count + 1, sizeof(*archives->folders));
	char *folder = NULL;

	if (!more)
		return -ENOMEM;
	archives->folders = more;
	if (asprintf(&folder, "%s/kexec-lineage-XXXXXX", path) < 0)
		return -ENOMEM;
	if (!mkdtemp(folder)) {
		int error = -errno;

		free(folder);
		return error;
	}
	archives->folders[archives->count++] = folder;
	return 0;
}

int ingest_archive_unpack(struct ingest_archives *archives, const char *path,
			  const volatile int *stop, const char **ret_folder, const char **ret_why)
{
	const char *temporary = getenv("TMPDIR");
	int error = add_folder(archives, temporary && temporary[0] ? temporary : "/var/tmp");

	*ret_folder = NULL;
	if (error) {
		*ret_why = "cannot make a temporary folder (set TMPDIR to a writable folder)";
		return error == -ENOMEM ? error : 0;
	}
	*ret_folder = archives->folders[archives->count - 1];
	error = intake_sosreport_unpack(path, *ret_folder, stop, ret_why);
	if (error == -ENOMEM)
		return error;
	if (error == -ENOTSUP)
		*ret_folder = NULL;
	else if (error && error != -EILSEQ && error != -EINTR)
		*ret_why = strerror(-error);
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	remove(path);
	return 0;
}

void ingest_archives_deinit(struct ingest_archives *archives)
{
	for (size_t i = 0; i < archives->count; i++) {
		nftw(archives->folders[i], remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
		free(archives->folders[i]);
	}
	free(archives->folders);
	archives->folders = NULL;
	archives->count = 0;
}
