// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_failure.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "kexec_wrapper.h"
#include "lib/cleanup.h"
#include "mounts.h"
#include "start_note.h"

/* Paths of kexec: systemd is compiled with one of them. */
static const char *const kexec_paths[] = { "usr/sbin/kexec", "sbin/kexec", "usr/bin/kexec" };

/*
 * Files that show that systemd-shutdown hands over to an initramfs, which runs kexec without the
 * root file system. dracut creates the second file at boot, and the first one at shutdown.
 */
static const char *const initramfs_paths[] = { "run/initramfs/shutdown",
					       "run/initramfs/.need_shutdown" };

/* Return whether each kexec is the wrapper. Without kexec, systemd makes the system call itself. */
static bool has_wrapper(const struct lineage_root *root)
{
	bool has = false;

	for (size_t i = 0; i < sizeof(kexec_paths) / sizeof(*kexec_paths); i++) {
		if (!lineage_root_has(root, kexec_paths[i]))
			continue;
		if (!lineage_host_is_kexec_wrapper(root, kexec_paths[i]))
			return false;
		has = true;
	}
	return has;
}

static bool ends_in_initramfs(const struct lineage_root *root)
{
	for (size_t i = 0; i < sizeof(initramfs_paths) / sizeof(*initramfs_paths); i++)
		if (lineage_root_has(root, initramfs_paths[i]))
			return true;
	return false;
}

/* The target of a link can be on a file system that is unmounted. */
static bool has_link(const struct lineage_root *root)
{
	static const char *const parts[] = { "var", "var/lib", "var/lib/kexec-lineage" };
	struct stat status;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (fstatat(root->fd, parts[i], &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(status.st_mode))
			return true;
	return false;
}

static char *read_mounts(const struct lineage_root *root)
{
	char *text;
	size_t size;

	return lineage_root_read(root, LINEAGE_HOST_MOUNTS_PATH, LINEAGE_HOST_MOUNTS_LIMIT, &text,
				 &size)
		       ? NULL
		       : text;
}

static bool note_stays(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *mounts = read_mounts(root);

	return mounts && !has_link(root) &&
	       lineage_host_mounts_reach(mounts, "/" LINEAGE_HOST_START_PATH);
}

/* systemd-shutdown does not unmount file systems of the kernel. */
static bool has_efi(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *mounts = read_mounts(root);

	return mounts && lineage_host_mounts_have(mounts, "/sys/firmware/efi/efivars", "efivarfs");
}

enum lineage_host_failure lineage_host_failure_is_seen(const struct lineage_root *root)
{
	if (!has_wrapper(root) || ends_in_initramfs(root))
		return LINEAGE_HOST_FAILURE_UNSEEN;
	if (note_stays(root))
		return LINEAGE_HOST_FAILURE_IN_NOTE;
	return has_efi(root) ? LINEAGE_HOST_FAILURE_IN_EFI : LINEAGE_HOST_FAILURE_UNSEEN;
}
