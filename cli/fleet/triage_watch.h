/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * triage --watch: test a release with the data so far (a look), and keep the result in the ledger.
 */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_WATCH_H
#define LINEAGE_CLI_FLEET_TRIAGE_WATCH_H

#include <stdio.h>

#include "triage/watch.h"

struct store;

/*
 * Take the next look at the releases of a report.
 *
 * @watched: the value of --watch, under which the ledger keeps the looks
 * @ledger: the store that keeps the looks, open for writing
 * @ret: the result, which the caller deinitialises
 *
 * Return: 0; -ENOMEM; or an error of the store, whose message is store_error(@ledger).
 */
int triage_watch_take(const struct triage_report *report, const char *watched, struct store *ledger,
		      struct triage_watch *ret);

/* Print the decision with its reason. */
void triage_watch_print(const struct triage_watch *watch, const char *watched, FILE *stream);

/* Return the decision as a JSON object. */
struct json_object *triage_watch_to_json(const struct triage_watch *watch, const char *watched);

/* Return the exit status of a decision. */
int triage_watch_status(const struct triage_watch *watch);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_WATCH_H */
