/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which stamp did the boot before this one have?
 *
 * The history knows, and nothing but the history; the library asks no database. So it is put
 * where the library looks (lib/history.h): a stamp equal to it was copied.
 */
#ifndef LINEAGE_HOST_PREVIOUS_STAMP_H
#define LINEAGE_HOST_PREVIOUS_STAMP_H

/**
 * host_previous_stamp_write() - let the library know
 * @root: folder that stands for "/", NULL for the running system
 * @stamp: the stamp's value; NULL where the boot before had none
 *
 * The file is there whole or not at all.
 *
 * Return: 0, or a negative errno of making the folder, opening, writing or renaming.
 */
int host_previous_stamp_write(const char *root, const char *stamp);

#endif /* LINEAGE_HOST_PREVIOUS_STAMP_H */
