// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of the history: the unit that records each boot, and the file with the boots. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"
#include "host/facts.h"
#include "lib/cleanup.h"
#include "store/store.h"

#define UNIT "kexec-lineage-record.service"
#define BOOTS_MAX 64		 /* recorded boots to search for the running one */
#define FREE_BYTES_MIN (1 << 20) /* a boot needs far less, but the file grows by pages */

/* Folders with units, systemd.unit(5); the first two can mask a unit of the others. */
static const char *const unit_folders[] = { "etc/systemd/system", "run/systemd/system",
					    "usr/local/lib/systemd/system",
					    "usr/lib/systemd/system", "lib/systemd/system" };

#define UNIT_FOLDERS (sizeof(unit_folders) / sizeof(unit_folders[0]))
#define MASK_FOLDERS 2

static bool is_unit_installed(const struct doctor *doctor)
{
	char path[96];

	for (size_t i = 0; i < UNIT_FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/" UNIT, unit_folders[i]);
		if (lineage_doctor_exists(doctor, path))
			return true;
	}
	return false;
}

/* Return whether the unit is a link to /dev/null. */
static bool is_unit_masked(const struct doctor *doctor)
{
	static const char mask[] = "/dev/null";

	for (size_t i = 0; i < MASK_FOLDERS; i++) {
		DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, unit_folders[i]);
		char target[sizeof(mask)];

		if (folder &&
		    readlinkat(dirfd(folder), UNIT, target, sizeof(target)) ==
			    (ssize_t)strlen(mask) &&
		    memcmp(target, mask, strlen(mask)) == 0)
			return true;
	}
	return false;
}

/* Return whether a folder TARGET.wants or TARGET.requires has a link to the unit. */
static bool is_unit_wanted_in(const struct doctor *doctor, const char *units)
{
	DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, units);
	struct stat status;
	char path[512];

	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		if (!lineage_doctor_ends_with(entry->d_name, ".wants") &&
		    !lineage_doctor_ends_with(entry->d_name, ".requires"))
			continue;
		snprintf(path, sizeof(path), "%s/" UNIT, entry->d_name);
		if (fstatat(dirfd(folder), path, &status, AT_SYMLINK_NOFOLLOW) == 0)
			return true;
	}
	return false;
}

static bool is_unit_enabled(const struct doctor *doctor)
{
	for (size_t i = 0; i < UNIT_FOLDERS; i++)
		if (is_unit_wanted_in(doctor, unit_folders[i]))
			return true;
	return false;
}

void lineage_doctor_record_unit(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	if (!lineage_doctor_exists(doctor, "run/systemd/system") &&
	    !lineage_doctor_exists(doctor, "usr/lib/systemd/systemd")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "there is no systemd: something else must "
				   "run 'kexec-lineage record' at boot");
	} else if (is_unit_masked(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   UNIT " is masked: no boot is recorded");
		lineage_doctor_advise(ret,
				      "systemctl unmask " UNIT " && systemctl enable --now " UNIT);
	} else if (is_unit_installed(doctor) && is_unit_enabled(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, UNIT " is enabled");
	} else if (is_unit_installed(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   UNIT " is not enabled: no boot is recorded");
		lineage_doctor_advise(ret, "systemctl enable --now " UNIT);
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, UNIT " is not installed");
		lineage_doctor_advise(ret, "install the package kexec-lineage");
	}
}

struct search {
	const char *boot_id;
	bool is_found;
};

static int look_at_boot(const struct store_boot *boot, void *data)
{
	struct search *search = data;

	search->is_found |= strcmp(boot->boot_id, search->boot_id) == 0;
	return 0;
}

/* Set the result to a failure of the store. A new `record` sets only a damaged file aside. */
static void fail_with(struct lineage_doctor_result *ret, int error, const char *text)
{
	lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, "%s", text);
	if (error == -EBADMSG)
		lineage_doctor_advise(ret, "kexec-lineage record (a damaged history is set aside)");
}

/* Set the result to a failure if the history cannot be written. Return whether it can. */
static bool check_file(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	struct statvfs space;

	if (strstr(doctor->history, "://"))
		return true;
	if (access(doctor->history, W_OK) && errno == EROFS) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, "%s is on a read-only file system",
				   doctor->history);
		lineage_doctor_advise(ret, "mount -o remount,rw the file system of %s",
				      doctor->history);
		return false;
	}
	if (statvfs(doctor->history, &space) == 0 &&
	    (uint64_t)space.f_bavail * space.f_frsize < FREE_BYTES_MIN) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, "the file system of %s is full",
				   doctor->history);
		lineage_doctor_advise(ret,
				      "free space on that file system, then run 'kexec-lineage "
				      "record'");
		return false;
	}
	return true;
}

static void check_boots(const struct doctor *doctor, struct store *store,
			struct lineage_doctor_result *ret)
{
	struct lineage_host_facts facts;
	struct search search = { .boot_id = facts.boot_id };
	struct stat status;
	int error;

	lineage_host_facts_read(doctor->root, &facts);
	if (!*facts.boot_id) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "cannot read /proc/sys/kernel/random/boot_id, so the running "
				   "boot cannot be found in %s",
				   doctor->history);
		return;
	}
	error = store_list_recorded(store, facts.host, BOOTS_MAX, look_at_boot, &search);
	if (error) {
		fail_with(ret, error, store_error(store));
	} else if (!search.is_found) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, "this boot is not recorded in %s",
				   doctor->history);
		lineage_doctor_advise(ret, "kexec-lineage record");
	} else if (stat(doctor->history, &status) == 0) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "this boot is recorded; %s has %" PRId64 " KiB", doctor->history,
				   (int64_t)status.st_size / 1024);
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "this boot is recorded");
	}
}

void lineage_doctor_history(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	STORE_AUTO_CLOSE struct store *store = NULL;
	int error = store_open(doctor->history, STORE_READ, &store);

	if (error == -EACCES || error == -EPERM) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN, "no permission to read %s",
				   doctor->history);
		lineage_doctor_advise(ret, "run 'kexec-lineage doctor' as root");
	} else if (error == -ENOENT) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   "no boot is recorded: %s does not exist", doctor->history);
		lineage_doctor_advise(ret, "kexec-lineage record");
	} else if (error) {
		fail_with(ret, error, store ? store_error(store) : strerror(-error));
	} else if (check_file(doctor, ret)) {
		check_boots(doctor, store, ret);
	}
}
