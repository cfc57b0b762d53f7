// SPDX-License-Identifier: GPL-2.0-or-later
/* Replacement for vmcore_child.c in a build without libkdumpfile: no dump can be opened. */
#include "vmcore_child.h"

#include <errno.h>
#include <stdio.h>

int intake_vmcore_child_start(struct intake_vmcore_child *child, int fd,
			      char error[INTAKE_VMCORE_ERROR_SIZE])
{
	snprintf(error, INTAKE_VMCORE_ERROR_SIZE,
		 "this build cannot read crash dumps (configured without the feature vmcore)");
	return -ENOTSUP;
}

bool intake_vmcore_child_read(struct intake_vmcore_child *child, uint64_t address, void *buffer,
			      size_t size)
{
	return false;
}

void intake_vmcore_child_stop(struct intake_vmcore_child *child)
{
}
