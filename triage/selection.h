/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selection of the cases of a report, and of the parts of each case, to print. */
#ifndef LINEAGE_TRIAGE_SELECTION_H
#define LINEAGE_TRIAGE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"

/**
 * struct triage_selection - the query
 * @release: only cases of these releases: a release, the first parts of a version ("7.3" for 7.3.4,
 *	but not for 7.30), or a pattern of fnmatch(3); NULL for all
 * @signature: only cases of this signature; NULL for all
 * @all: include cases, origins and kexec counts without a finding
 * @hidden: for each case of the report, whether to leave it out; NULL for none
 */
struct triage_selection {
	const char *release;
	const char *signature;
	bool all;
	const bool *hidden;
};

/** triage_selection_has_release() - whether a pattern, as in @release, matches a release */
bool triage_selection_has_release(const char *pattern, const char *release);

/** triage_selection_has_case() - whether a case has the requested release and signature */
bool triage_selection_has_case(const struct triage_selection *selection,
			       const struct triage_report *report, const struct triage_case *one);

/** triage_selection_count() - number of selected cases */
size_t triage_selection_count(const struct triage_selection *selection,
			      const struct triage_report *report);

/**
 * triage_selection_has_origin() - whether to print origin number @i of a sorted case: with @all of
 * @selection every origin, otherwise the first three origins, the cold boot, the origins that a
 * sentence names, and up to 20 releases of the range that a sentence names
 */
bool triage_selection_has_origin(const struct triage_selection *selection,
				 const struct triage_exposure *exposure,
				 const struct triage_case *one, size_t i);

/** triage_selection_has_counts() - whether to print a table of kexec counts */
bool triage_selection_has_counts(const struct triage_selection *selection,
				 const struct triage_case *one);

#endif /* LINEAGE_TRIAGE_SELECTION_H */
