/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a kexec that systemd starts, and that fails, is noticed. */
#ifndef LINEAGE_HOST_KEXEC_FAILURE_H
#define LINEAGE_HOST_KEXEC_FAILURE_H

#include "lib/root.h"

/** How a failed kexec at the end of a shutdown can change the note that it was started. */
enum lineage_host_failure {
	LINEAGE_HOST_FAILURE_UNSEEN, /* it cannot */
	LINEAGE_HOST_FAILURE_IN_EFI, /* only with an EFI variable: the note is not there any more */
	LINEAGE_HOST_FAILURE_IN_NOTE,
};

/**
 * lineage_host_failure_is_seen() - find out how a kexec of systemd that fails is noticed
 *
 * systemd-shutdown unmounts all file systems except the root, and executes `kexec -e`. If that
 * returns, it restarts the machine. Only the kexec wrapper of this project can then say that the
 * kexec failed. docs/decisions/failed-kexec.md lists the steps of systemd, with their source.
 */
enum lineage_host_failure lineage_host_failure_is_seen(const struct lineage_root *root);

#endif /* LINEAGE_HOST_KEXEC_FAILURE_H */
