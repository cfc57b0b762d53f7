// SPDX-License-Identifier: GPL-2.0-or-later
/* Rename a damaged database, so that a new one can be created and no data is lost. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "sqlite.h"

/*
 * Rename the database and its files. The order ensures that no old write-ahead log is left next to
 * a new database.
 */
static int rename_all(const char *path, const char *aside)
{
	static const char *const endings[] = { "-wal", "-shm", "" };
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		LINEAGE_AUTO_FREE char *from = NULL;
		LINEAGE_AUTO_FREE char *to = NULL;

		if (asprintf(&from, "%s%s", path, endings[i]) < 0) {
			from = NULL;
			return -ENOMEM;
		}
		if (asprintf(&to, "%s%s", aside, endings[i]) < 0) {
			to = NULL;
			return -ENOMEM;
		}
		if (rename(from, to) && (errno != ENOENT || !endings[i][0]))
			return -errno;
	}
	return 0;
}

/* Find an unused name: FILE.damaged-1 and so on. */
static int find_name(const char *path, char **ret)
{
	for (int number = 1;; number++) {
		LINEAGE_AUTO_FREE char *name = NULL;

		if (asprintf(&name, "%s.damaged-%d", path, number) < 0) {
			name = NULL;
			return -ENOMEM;
		}
		if (access(name, F_OK)) {
			*ret = LINEAGE_TAKE(name);
			return 0;
		}
	}
}

static bool is_damaged(const char *path)
{
	SQLITE_AUTO_STORE *store = NULL;
	int error = sqlite_open(path, STORE_WRITE, &store);

	if (!error)
		error = sqlite_check_all(sqlite_of(store));
	return error == -EBADMSG;
}

/*
 * Lock the rename. Without the lock, a second program could rename the new database of the first
 * program.
 */
static int lock(const char *path, int *ret)
{
	LINEAGE_AUTO_FREE char *name = NULL;
	LINEAGE_AUTO_CLOSE int fd = -1;

	if (asprintf(&name, "%s.lock", path) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			return -errno;
	*ret = fd;
	fd = -1;
	return 0;
}

int sqlite_set_aside(const char *path, char **ret)
{
	LINEAGE_AUTO_CLOSE int fd = -1;
	LINEAGE_AUTO_FREE char *name = NULL;
	int error = lock(path, &fd);

	if (error)
		return error;
	if (is_damaged(path)) {
		error = find_name(path, &name);
		if (!error)
			error = rename_all(path, name);
		if (error)
			return error;
	}
	*ret = LINEAGE_TAKE(name);
	return 0;
}
