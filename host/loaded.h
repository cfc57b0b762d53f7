/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The note about the kernel that is loaded for the next kexec.
 *
 * The running kernel shows only whether a kernel is loaded. The module kexec_lineage also shows the
 * release of the loaded kernel. Without the module, only the program that loaded the kernel knows
 * the release, so `kexec-lineage load` writes it to /run/kexec-lineage/loaded: one "NAME=VALUE" per
 * line.
 */
#ifndef LINEAGE_HOST_LOADED_H
#define LINEAGE_HOST_LOADED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/release.h"
#include "core/stamp.h"
#include "lib/root.h"

#define LINEAGE_HOST_LOADED_PATH "run/kexec-lineage/loaded"

/**
 * struct lineage_host_loaded - content of the note
 * @release: release of the loaded kernel; empty if unknown
 * @stamp: value of the stamp on its command line; empty if it has none
 */
struct lineage_host_loaded {
	char release[LINEAGE_RELEASE_SIZE];
	char stamp[LINEAGE_STAMP_MAX + 1];
};

/**
 * lineage_host_loaded_parse() - parse the note
 * @text: its content, NUL-terminated
 * @ret: untouched on failure
 *
 * Lines with other names are ignored. Of several lines with one name, the last one is used.
 *
 * Return: 0; -EILSEQ if a line has no '=', or if a value is too long or is not a valid release.
 */
int lineage_host_loaded_parse(const char *text, struct lineage_host_loaded *ret);

/**
 * lineage_host_loaded_set_stamp() - take the stamp from the command line of the loaded kernel
 * @cmdline: the command line, NUL-terminated; of several stamps, the last one is used
 */
void lineage_host_loaded_set_stamp(struct lineage_host_loaded *loaded, const char *cmdline);

/**
 * lineage_host_loaded_write() - replace the note
 * @root: path of the root folder; NULL for the running system
 *
 * Creates the folder kexec-lineage if it is missing, and replaces the file atomically.
 *
 * Return: 0; -ENOMEM; -ENOENT if there is no /run; the negative errno of mkdir(2); the errors of
 * lineage_file_replace().
 */
int lineage_host_loaded_write(const char *root, const struct lineage_host_loaded *loaded);

/**
 * lineage_host_loaded_remove() - remove the note
 *
 * Return: 0, also if there is no note; -ENOMEM; the negative errno of unlink(2).
 */
int lineage_host_loaded_remove(const char *root);

/** lineage_host_loaded_is_there() - whether a kernel is loaded (/sys/kernel/kexec_loaded) */
bool lineage_host_loaded_is_there(const struct lineage_root *root);

/**
 * lineage_host_loaded_release() - find the release of the loaded kernel
 * @ret: empty if it is unknown
 *
 * The note is used only if the module does not track the loaded kernel. The module sees every load,
 * but the note is written only for loads through `kexec-lineage load`.
 */
void lineage_host_loaded_release(const struct lineage_root *root, char ret[LINEAGE_RELEASE_SIZE]);

/**
 * lineage_host_loaded_inform_module() - write the release of the loaded kernel to the module
 *
 * Does nothing if the module already knows the release. The module does not know it after
 * kexec_load(2), which passes no image file to the kernel. Failures are ignored, because the module
 * may not be loaded.
 */
void lineage_host_loaded_inform_module(const struct lineage_root *root, const char *release);

#endif /* LINEAGE_HOST_LOADED_H */
