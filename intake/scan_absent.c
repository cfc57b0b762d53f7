// SPDX-License-Identifier: GPL-2.0-or-later
/* Replacement for scan_hyperscan.c in a build without Hyperscan: every line is decoded. */
#include "scan.h"

#include <errno.h>

int intake_scan_create(struct intake_scan **ret)
{
	return -ENOTSUP;
}

int intake_scan_create_hyperscan(struct intake_scan **ret)
{
	return -ENOTSUP;
}

size_t intake_scan_find(struct intake_scan *scan, const char *bytes, size_t length, size_t *ret,
			size_t count)
{
	return 0;
}

void intake_scan_destroy(struct intake_scan *scan)
{
}
