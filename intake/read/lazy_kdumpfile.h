/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is libkdumpfile called without being linked?
 *
 * Functions of its names stand in for it: they hand on to the library, which intake_kdumpfile_load()
 * has loaded.
 */
#ifndef LINEAGE_INTAKE_READ_LAZY_KDUMPFILE_H
#define LINEAGE_INTAKE_READ_LAZY_KDUMPFILE_H

#include <stdbool.h>

/** intake_kdumpfile_load() - load it; before it has returned true none of its functions may be called */
bool intake_kdumpfile_load(void);

#endif /* LINEAGE_INTAKE_READ_LAZY_KDUMPFILE_H */
