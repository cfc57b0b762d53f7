/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The note about the kexec that the running boot starts.
 *
 * `kexec-lineage load` writes it before it starts a kexec, and `record --shutdown` if systemd is
 * about to. The next `record` adds the kexec to the history. A kexec must neither wait for the
 * history nor fail because of it, and the history can be locked, damaged or on a full disk. So the
 * note is a separate file, which `record` creates at each boot with its full size. Writing the note
 * then overwrites one block of the file, and needs no lock. It needs no space on a file system that
 * writes in place (ext4, XFS). Btrfs and other file systems that copy on write may need a block.
 *
 * If a kexec fails when the file systems are already read-only, the note cannot be cleared. An EFI
 * variable then names the boot whose kexec failed. Without EFI variables, the file system of the
 * note becomes writable for a moment.
 */
#ifndef LINEAGE_HOST_START_NOTE_H
#define LINEAGE_HOST_START_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/release.h"
#include "lib/root.h"

#define LINEAGE_HOST_START_PATH "var/lib/kexec-lineage/kexec-started"
#define LINEAGE_HOST_START_RUN_PATH "run/kexec-lineage/kexec-started"

/* Bytes of the file: one sector of a disk, so that a power cut never leaves a part of a note. */
#define LINEAGE_HOST_START_SIZE 512

#define LINEAGE_HOST_FAILED_START_PATH \
	"sys/firmware/efi/efivars/KexecLineageFailedStart-53fd4a31-5c7e-4a3b-9d0a-6d1f0c6b8e52"

#define LINEAGE_HOST_START_ID_SIZE 65

/**
 * struct lineage_host_start - content of the note
 * @boot_id: boot that starts the kexec
 * @release: release of the next kernel; empty if unknown
 * @time: when it starts, seconds since 1970 UTC
 */
struct lineage_host_start {
	char boot_id[LINEAGE_HOST_START_ID_SIZE];
	char release[LINEAGE_RELEASE_SIZE];
	int64_t time;
};

/**
 * lineage_host_start_parse() - parse the note
 * @text: content of the file, NUL-terminated
 * @ret: untouched on failure
 *
 * Lines with other names are ignored.
 *
 * Return: 0; -ENODATA if the file has no note; -EILSEQ if the note is invalid.
 */
int lineage_host_start_parse(const char *text, struct lineage_host_start *ret);

/** lineage_host_start_format() - write the text of a note, which is always shorter than @ret */
void lineage_host_start_format(const struct lineage_host_start *start,
			       char ret[LINEAGE_HOST_START_SIZE]);

/**
 * lineage_host_start_read() - read the note
 * @ret: untouched on failure
 *
 * Return: as lineage_host_start_parse(); also the errors of lineage_root_read().
 */
int lineage_host_start_read(const struct lineage_root *root, struct lineage_host_start *ret);

/**
 * lineage_host_start_create() - create the file without a note, if it does not exist
 *
 * Return: 0; the negative errno of open(2), write(2) or fdatasync(2); -ENOSPC if only a part of the
 * file could be written.
 */
int lineage_host_start_create(const struct lineage_root *root);

/**
 * lineage_host_start_write() - write the note into the existing file, and onto the disk
 *
 * Return: as lineage_host_start_create(); -ENOENT if `record` has not created the file.
 */
int lineage_host_start_write(const struct lineage_root *root,
			     const struct lineage_host_start *start);

/** lineage_host_start_clear() - remove the note from the file; returns as above */
int lineage_host_start_clear(const struct lineage_root *root);

/** lineage_host_start_is_by() - whether the file has the note of a boot */
bool lineage_host_start_is_by(const struct lineage_root *root, const char *boot_id);

/**
 * lineage_host_start_write_run() - write the note also to /run
 *
 * If the file system of the note is unmounted before the kexec, a failed kexec finds this copy.
 *
 * Return: as lineage_host_start_create().
 */
int lineage_host_start_write_run(const struct lineage_root *root,
				 const struct lineage_host_start *start);

/** lineage_host_start_run_is_by() - whether the copy in /run is the note of a boot */
bool lineage_host_start_run_is_by(const struct lineage_root *root, const char *boot_id);

/**
 * lineage_host_start_disprove() - write to an EFI variable that the kexec of a boot failed
 *
 * Return: 0; -EIO if a part was written; the negative errno of open(2) or write(2), for example
 * -ENOENT if the machine has no EFI variables.
 */
int lineage_host_start_disprove(const struct lineage_root *root, const char *boot_id);

/** lineage_host_start_is_disproved() - whether the EFI variable says that the kexec failed */
bool lineage_host_start_is_disproved(const struct lineage_root *root, const char *boot_id);

#endif /* LINEAGE_HOST_START_NOTE_H */
