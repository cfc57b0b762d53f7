/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preparation of Kexec HandOver (KHO) before kexec(8) loads a kernel. */
#ifndef LINEAGE_CLI_HOST_KHO_FINALIZE_H
#define LINEAGE_CLI_HOST_KHO_FINALIZE_H

#include "cli/common/command.h"
#include "kexec_options.h"

/**
 * prepare_kho() - finalize KHO, or print a warning, if the kernel leaves that to userspace
 * @context: options of the program; its root is used
 * @request: the parsed arguments of kexec
 *
 * Print what was done, or why it failed, to stderr. The load continues in both cases.
 */
void prepare_kho(const struct context *context, const struct kexec_request *request);

#endif /* LINEAGE_CLI_HOST_KHO_FINALIZE_H */
