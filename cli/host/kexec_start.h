/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Note on the disk that this boot starts a kexec now (host/start_note.h). */
#ifndef LINEAGE_CLI_HOST_KEXEC_START_H
#define LINEAGE_CLI_HOST_KEXEC_START_H

#include "cli/common/command.h"

/**
 * kexec_start_note() - note that a kexec starts now
 * @context: options of the program; its root is used
 * @release: release of the next kernel; empty if unknown
 *
 * If the next kernel shows no sign of life, the next boot reports a lost kexec. Does nothing if the
 * machine does not record its boots. A child process writes the note. After a tenth of a second,
 * the caller does not wait longer, but the child goes on: kexec(8) itself waits until all data is
 * on the disk, unless the user forbids it. Prints a warning if the note cannot be written.
 */
void kexec_start_note(const struct context *context, const char *release);

/**
 * kexec_start_cancel() - remove the note: the kexec failed, or its kernel was unloaded
 *
 * Waits for at most two seconds, and for two more if the child that writes the note still runs: no
 * kexec starts now.
 */
void kexec_start_cancel(const struct context *context);

#endif /* LINEAGE_CLI_HOST_KEXEC_START_H */
