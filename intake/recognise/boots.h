/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts that records are of, and the present boot of each. */
#ifndef LINEAGE_INTAKE_RECOGNISE_BOOTS_H
#define LINEAGE_INTAKE_RECOGNISE_BOOTS_H

#include "recogniser_state.h"

/** intake_find_host() - a record's host, which is added if it is new; NULL where there is no memory */
struct intake_host_state *intake_find_host(struct intake_recogniser *recogniser,
					   const struct intake_record *record);

/** intake_remove_host() - forget a host whose boot has ended */
void intake_remove_host(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_begin_boot() - a record is the first one of another boot */
void intake_begin_boot(struct intake_recogniser *recogniser, struct intake_host_state *host,
		       const struct intake_record *record);

/** intake_end_boot() - all of the host's boot goes out */
void intake_end_boot(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_is_new_boot() - does a record show that another boot has begun? */
bool intake_is_new_boot(const struct intake_host_state *host, const struct intake_record *record);

/** intake_is_odd_line() - is a record's time too early, alone among its neighbours, in the middle of a report? */
bool intake_is_odd_line(struct intake_host_state *host, const struct intake_record *record);

/** intake_clock_of() - when a record was printed; 0 if it is not the kernel's, or has no time as others have */
uint64_t intake_clock_of(const struct intake_host_state *host, const struct intake_record *record);

/** intake_count_learning() - count anew whether first lines are still read; after anything that changed the boot's facts */
void intake_count_learning(struct intake_recogniser *recogniser, struct intake_host_state *host);

#endif /* LINEAGE_INTAKE_RECOGNISE_BOOTS_H */
