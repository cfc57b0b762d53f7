/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The logs in an unpacked sosreport. */
#ifndef LINEAGE_INTAKE_READ_SOSREPORT_H
#define LINEAGE_INTAKE_READ_SOSREPORT_H

#include "inputs.h"

/**
 * intake_sosreport_find() - find the logs of the kernel in a sosreport
 * @path: its folder
 * @top: as in struct intake_input
 * @inputs: receives its logs; a report in the report is a folder like others
 *
 * A report has thousands of files. Only those that sos makes of logs are inputs. No symbolic link
 * in it is followed.
 *
 * Return: as intake_inputs_find().
 */
int intake_sosreport_find(const char *path, size_t top, const struct intake_inputs *inputs);

#endif /* LINEAGE_INTAKE_READ_SOSREPORT_H */
