/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that titles use for several functions. */
#ifndef LINEAGE_INTAKE_RECOGNISE_NAMES_H
#define LINEAGE_INTAKE_RECOGNISE_NAMES_H

#include <stdbool.h>

#include "naming.h"

/**
 * intake_name_is_shared() - check for a function that shares its name in titles by @rule
 *
 * These functions are plumbing, but a title by this rule names them.
 */
bool intake_name_is_shared(struct intake_text function, enum intake_frame_rule rule);

/**
 * intake_name_of() - return the name of a function in titles by @rule, and in signatures
 *
 * "__x64_sys_mremap" and "__do_sys_mremap" are the code of mremap(). The result is never empty.
 */
struct intake_text intake_name_of(struct intake_text function, enum intake_frame_rule rule);

#endif /* LINEAGE_INTAKE_RECOGNISE_NAMES_H */
