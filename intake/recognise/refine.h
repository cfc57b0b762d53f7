/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that refine the names of crashes of one class. They are called only through
 * data/classes.txt, which names them without "intake_refine_".
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_REFINE_H
#define LINEAGE_INTAKE_RECOGNISE_REFINE_H

#include "crash_report.h"
#include "frame.h"
#include "naming.h"

typedef void intake_refine(const struct intake_report *report, struct intake_naming *naming);

intake_refine intake_refine_kasan;
intake_refine intake_refine_sanitizer;
intake_refine intake_refine_kcsan;
intake_refine intake_refine_ubsan;
intake_refine intake_refine_bug_at;
intake_refine intake_refine_slub;
intake_refine intake_refine_warning;
intake_refine intake_refine_panic;
intake_refine intake_refine_oom;
intake_refine intake_refine_lock_site;
intake_refine intake_refine_preemptible;
intake_refine intake_refine_at_name;
intake_refine intake_refine_text;
intake_refine intake_refine_rust;
intake_refine intake_refine_unwinder;
intake_refine intake_refine_trusty;
intake_refine intake_refine_slab_error;
intake_refine intake_refine_cfi;
intake_refine intake_refine_die;
intake_refine intake_refine_zfs;

#endif /* LINEAGE_INTAKE_RECOGNISE_REFINE_H */
