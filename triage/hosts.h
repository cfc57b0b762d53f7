/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the hosts of established findings, since boots of one host are not independent. */
#ifndef LINEAGE_TRIAGE_HOSTS_H
#define LINEAGE_TRIAGE_HOSTS_H

#include "cases.h"

struct store;

/**
 * triage_hosts_check() - downgrade associations whose crashes are all on one host
 * @store: the store that the exposure was read from
 *
 * Such a verdict becomes suspect, unless the store has only one host. The report is sorted again.
 *
 * Return: 0, -ENOMEM or an error of the store's functions.
 */
int triage_hosts_check(struct triage_report *report, struct store *store);

#endif /* LINEAGE_TRIAGE_HOSTS_H */
