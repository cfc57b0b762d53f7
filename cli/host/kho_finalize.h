/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to happen to Kexec HandOver (KHO) before kexec(8) loads a kernel? */
#ifndef LINEAGE_CLI_HOST_KHO_FINALIZE_H
#define LINEAGE_CLI_HOST_KHO_FINALIZE_H

#include "cli/common/command.h"
#include "kexec_options.h"

/**
 * prepare_kho() - finalize KHO, or warn, where the kernel leaves that to userspace
 * @context: whose root is meant
 * @request: what kexec was asked to load
 *
 * What it does or cannot do is said on stderr; the load goes on in any case.
 */
void prepare_kho(const struct context *context, const struct kexec_request *request);

#endif /* LINEAGE_CLI_HOST_KHO_FINALIZE_H */
