/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection of the wrapper of kexec(8) that this project installs (host/kexec). */
#ifndef LINEAGE_HOST_KEXEC_WRAPPER_H
#define LINEAGE_HOST_KEXEC_WRAPPER_H

#include <stdbool.h>

#include "lib/root.h"

/**
 * lineage_host_is_kexec_wrapper() - whether a program is the wrapper
 * @path: relative to @root
 *
 * Return: false also if the file cannot be read.
 */
bool lineage_host_is_kexec_wrapper(const struct lineage_root *root, const char *path);

#endif /* LINEAGE_HOST_KEXEC_WRAPPER_H */
