/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Record in the history of the machine that this boot starts a kexec now. */
#ifndef LINEAGE_CLI_HOST_KEXEC_START_H
#define LINEAGE_CLI_HOST_KEXEC_START_H

#include "cli/common/command.h"

/**
 * kexec_start_record() - record that a kexec starts now
 * @context: options of the program; its root is used
 * @release: release of the next kernel; empty if unknown
 *
 * If the next kernel shows no sign of life, the next boot reports a lost kexec. Does nothing if the
 * machine has no history, or if the history does not contain this boot. Takes at most two seconds,
 * and prints a warning to stderr if the history cannot be written.
 */
void kexec_start_record(const struct context *context, const char *release);

/** kexec_start_cancel() - record that the kexec failed, in the same way as kexec_start_record() */
void kexec_start_cancel(const struct context *context);

#endif /* LINEAGE_CLI_HOST_KEXEC_START_H */
