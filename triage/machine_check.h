/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Check one comparison with the boots of each machine. machines.h lists the conditions. */
#ifndef LINEAGE_TRIAGE_MACHINE_CHECK_H
#define LINEAGE_TRIAGE_MACHINE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "machine_boots.h"

/**
 * struct triage_machine_comparison - which boots belong to the group of a finding, and which are
 *	compared with it
 * @origin: number of the origin in @origins of struct triage_machines, or TRIAGE_COLD
 * @members: if not NULL, for each origin, whether its boots are in the group; @origin is ignored
 * @from: if not 0, the group is the boots with this kexec count or a larger one, within origins
 * @below: if not 0, compare only boots with a smaller kexec count
 * @is_inverse: exchange the group and the other boots, because the other boots crash more
 * @is_within_counts: compare only boots of the same, known kexec count
 * @is_within_kexecs: leave out cold boots
 * @is_timed: compare crashes per time, and not per boot
 * @left_out: if not NULL, for each machine, whether its boots are left out, because it crashes in
 *	too many of them
 * @ancestor: if not 0, the group is the boots that have the ancestor with this bit, within origins
 *	and kexec counts; boots whose previous release is the ancestor (@origin) are left out
 * @within: bit mask of ancestors; compare only boots that agree in which of these ancestors they
 *	have
 */
struct triage_machine_comparison {
	uint32_t origin;
	const bool *members;
	uint32_t from;
	uint32_t below;
	bool is_inverse;
	bool is_within_counts;
	bool is_within_kexecs;
	bool is_timed;
	const bool *left_out;
	uint64_t ancestor;
	uint64_t within;
};

/**
 * triage_machine_check_comparison() - return the comparison of a finding on a previous release or
 * on the cold boot
 * @ret: the comparison, without @origin if it fails
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_check_comparison(struct triage_machines *machines,
				    const struct triage_finding *finding,
				    struct triage_machine_comparison *ret);

/** triage_machine_check_rows() - make the rows of a comparison in @rows; return their number */
size_t triage_machine_check_rows(struct triage_machines *machines,
				 const struct triage_machine_comparison *how);

/**
 * triage_machine_check_is_above() - return true if a p-value is above the limit, or NAN because no
 * test was possible
 */
bool triage_machine_check_is_above(double p, double limit);

/**
 * triage_machine_check() - find another explanation of a difference
 * @machines: the boots of the case. With TRIAGE_MACHINES_SAMPLE, any doubt means that all machines
 *	must be read, and @ret_hosts and @ret_label are not set. With TRIAGE_MACHINES_CRASHED, only
 *	@ret_hosts is set, and there is no doubt.
 * @ret_hosts: number of machines that crashed in the group
 * @ret_label: the label to which the difference is confined, or NULL
 * @ret: the other explanation
 * @ret_weeks: the weeks that explain the difference; none unless @ret is TRIAGE_DOUBT_CALENDAR
 *
 * Return: 0 or -ENOMEM.
 */
int triage_machine_check(struct triage_machines *machines,
			 const struct triage_machine_comparison *how, int64_t *ret_hosts,
			 const char **ret_label, enum triage_doubt *ret,
			 struct triage_weeks *ret_weeks);

#endif /* LINEAGE_TRIAGE_MACHINE_CHECK_H */
