/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of the kernel whose WARN() or BUG() is about an object of their caller. */
#ifndef LINEAGE_INTAKE_RECOGNISE_CHECKS_H
#define LINEAGE_INTAKE_RECOGNISE_CHECKS_H

#include "intake/decode/text.h"

/**
 * intake_check_name() - return the name of the check that failed, for the title: "refcount bug"
 * @header: first line of the report, with the file of the WARN() or BUG()
 *
 * Return: a static string, or NULL if the file has no such checks.
 */
const char *intake_check_name(struct intake_text header);

#endif /* LINEAGE_INTAKE_RECOGNISE_CHECKS_H */
