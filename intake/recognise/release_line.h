/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line of a crash report that names the release of the kernel. */
#ifndef LINEAGE_INTAKE_RECOGNISE_RELEASE_LINE_H
#define LINEAGE_INTAKE_RECOGNISE_RELEASE_LINE_H

#include <stdbool.h>

#include "intake/decode/record.h"

/**
 * intake_release_line_take() - find the release in a line of a crash report
 * @ret: the release, a part of @line; untouched on failure
 *
 * Linux prints these lines:
 *
 *	CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1	dump_stack_print_info(), since 3.11
 *	      Tainted: G        W   6.1.0 #1		hung_task_info()
 *	6.1.0 #1 Not tainted				lockdep's print_kernel_ident()
 *	Pid: 1, comm: init Not tainted 2.6.32 #1	x86 before 3.11
 *	Pid: 1, comm: init Not tainted (2.6.18 #1)	32-bit x86 before 3.11
 *	EFLAGS: 00010286   (2.6.16 #1)			32-bit x86, old kernels
 *	CPU: 0    Not tainted  (2.6.18 #1)		arm before 3.11
 *	REGS: c0001 TRAP: 0300   Not tainted  (6.1.0)	powerpc
 *
 * Return: whether the line names a release.
 */
bool intake_release_line_take(struct intake_text line, struct intake_text *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_RELEASE_LINE_H */
