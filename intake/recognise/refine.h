/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions look closer at a class of reports? They are referred to in class.c's table only. */
#ifndef LINEAGE_INTAKE_RECOGNISE_REFINE_H
#define LINEAGE_INTAKE_RECOGNISE_REFINE_H

#include "class.h"

typedef void intake_refine(const struct intake_report *report, struct intake_naming *naming);

intake_refine intake_refine_kasan;
intake_refine intake_refine_sanitizer;
intake_refine intake_refine_kcsan;
intake_refine intake_refine_ubsan;
intake_refine intake_refine_bug_at;
intake_refine intake_refine_slub;
intake_refine intake_refine_bad_page;
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

/** intake_naming_set_head() - the title without the function, as printf does */
__attribute__((format(printf, 2, 3))) void intake_naming_set_head(struct intake_naming *naming,
								  const char *format, ...);

/** intake_naming_set_text() - a message as a title: what differs from one machine to the next is taken out */
void intake_naming_set_text(struct intake_naming *naming, const char *before,
			    struct intake_text text);

/** intake_report_find() - the first line at or after @from that has @text; count where none */
size_t intake_report_find(const struct intake_report *report, size_t from, const char *text);

#endif /* LINEAGE_INTAKE_RECOGNISE_REFINE_H */
