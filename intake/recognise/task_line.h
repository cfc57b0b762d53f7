/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a crash report that name a task. */
#ifndef LINEAGE_INTAKE_RECOGNISE_TASK_LINE_H
#define LINEAGE_INTAKE_RECOGNISE_TASK_LINE_H

#include "crash_report.h"

#define INTAKE_NO_TASK UINT64_MAX

/**
 * intake_task_line() - parse the line before the registers and the stack of a task: "CPU: 0 PID:
 * 6879 Comm: ...", or "Pid: 6879, comm: ..." before Linux 3.11 (lib/dump_stack.c,
 * arch/x86/kernel/process.c)
 *
 * Return: whether the line is one; @ret is the process id.
 */
bool intake_task_line(struct intake_text line, uint64_t *ret);

/**
 * intake_names_task() - check for a line that names the task that crashed: a header, or a line
 * between the header and the stack
 *
 * Return: whether the line names a task; @ret is the process id.
 */
bool intake_names_task(struct intake_text line, uint64_t *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_TASK_LINE_H */
