/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preparation of Kexec HandOver (KHO) before kexec(8) loads a kernel. */
#ifndef LINEAGE_CLI_HOST_KHO_FINALIZE_H
#define LINEAGE_CLI_HOST_KHO_FINALIZE_H

#include "cli/common/command.h"
#include "kexec_options.h"

/**
 * prepare_kho() - finalize KHO, or print a warning, if the kernel leaves finalization to userspace
 * @context: options of the program; only @root is used
 * @request: the parsed arguments of kexec
 *
 * Print the result, or the reason of a failure, to stderr. The load continues in any case.
 */
void prepare_kho(const struct context *context, const struct kexec_request *request);

#endif /* LINEAGE_CLI_HOST_KHO_FINALIZE_H */
