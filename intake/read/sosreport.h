/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Search of an unpacked sosreport for its logs. */
#ifndef LINEAGE_INTAKE_READ_SOSREPORT_H
#define LINEAGE_INTAKE_READ_SOSREPORT_H

#include "inputs.h"

/**
 * intake_sosreport_find() - find the logs of the kernel in a sosreport
 * @path: folder of the sosreport
 * @top: as in struct intake_input
 * @inputs: receives the logs; a sosreport inside the sosreport is treated as a normal folder
 *
 * A sosreport has thousands of files. Only the known log files are inputs. Symbolic links inside
 * the sosreport are not followed.
 *
 * Return: as intake_inputs_find().
 */
int intake_sosreport_find(const char *path, size_t top, const struct intake_inputs *inputs);

#endif /* LINEAGE_INTAKE_READ_SOSREPORT_H */
