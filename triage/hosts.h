/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Count the hosts of established findings, since boots of one host are not independent. */
#ifndef LINEAGE_TRIAGE_HOSTS_H
#define LINEAGE_TRIAGE_HOSTS_H

#include "cases.h"

struct store;

/**
 * triage_hosts_check() - change the verdict of an association to suspect if all its crashes are on
 * one host
 * @store: the store from which the exposure was read
 *
 * If the store has only one host, no verdict is changed. The report is sorted again.
 *
 * Return: 0, -ENOMEM or an error of the store's functions.
 */
int triage_hosts_check(struct triage_report *report, struct store *store);

#endif /* LINEAGE_TRIAGE_HOSTS_H */
