/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reader of the kernel log, /dev/kmsg. */
#ifndef LINEAGE_LIB_KMSG_H
#define LINEAGE_LIB_KMSG_H

#include "root.h"

#define LINEAGE_KMSG_PATH "dev/kmsg"

/**
 * lineage_kmsg_visitor - receives one or more whole records
 * @text: records in the format of Linux Documentation/ABI/testing/dev-kmsg; no NUL needed
 */
typedef void lineage_kmsg_visitor(const char *text, size_t length, void *data);

/**
 * lineage_kmsg_read() - read all records that the kernel still has
 * @root: below a folder, dev/kmsg may be a regular file
 *
 * Return: 0, -ENOMEM, or the negative errno of open(2) or read(2).
 */
int lineage_kmsg_read(const struct lineage_root *root, lineage_kmsg_visitor *visit, void *data);

#endif /* LINEAGE_LIB_KMSG_H */
