/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finalization of Kexec HandOver (KHO) after kexec(8) has loaded a kernel. */
#ifndef LINEAGE_CLI_HOST_KHO_FINALIZE_H
#define LINEAGE_CLI_HOST_KHO_FINALIZE_H

#include "cli/common/command.h"
#include "kexec_options.h"

/**
 * kho_finalize() - finalize KHO after a load that succeeded, if userspace must and can
 * @context: options of the program; only @root is used
 * @request: the parsed arguments of the load
 *
 * Finalization cannot be undone, and on Linux 6.18 a capture kernel that is loaded afterwards
 * hangs. KHO is therefore not finalized if memory is reserved for a capture kernel.
 *
 * Print the result, or the reason why KHO is not finalized, to stderr. Linux 6.18 hands over
 * only what was finalized before the load, so that the kernel must be loaded again.
 *
 * Return: whether KHO was finalized now.
 */
bool kho_finalize(const struct context *context, const struct kexec_request *request);

/**
 * kho_warn_of_capture() - warn if a capture kernel is about to be loaded after KHO was finalized
 * @context: options of the program; only @root is used
 * @request: the parsed arguments of the load
 */
void kho_warn_of_capture(const struct context *context, const struct kexec_request *request);

#endif /* LINEAGE_CLI_HOST_KHO_FINALIZE_H */
