/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts of the records, and the current boot of each host. */
#ifndef LINEAGE_INTAKE_RECOGNISE_BOOTS_H
#define LINEAGE_INTAKE_RECOGNISE_BOOTS_H

#include "recogniser_state.h"

/** intake_find_host() - find or add the host of a record; return NULL if out of memory */
struct intake_host_state *intake_find_host(struct intake_recogniser *recogniser,
					   const struct intake_record *record);

/** intake_remove_host() - remove a host whose boot has ended */
void intake_remove_host(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_begin_boot() - begin a new boot with a record */
void intake_begin_boot(struct intake_recogniser *recogniser, struct intake_host_state *host,
		       const struct intake_record *record);

/** intake_next_boot() - end the host's boot and begin the next one with a record */
void intake_next_boot(struct intake_recogniser *recogniser, struct intake_host_state *host,
		      const struct intake_record *record);

/** intake_learn_handover() - evaluate a line that may show how the next boot is started */
void intake_learn_handover(struct intake_recogniser *recogniser, struct intake_host_state *host,
			   const struct intake_record *record);

/** intake_end_boot() - report the host's boot and its crashes, because the boot has ended */
void intake_end_boot(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_is_new_boot() - check whether a record begins another boot */
bool intake_is_new_boot(const struct intake_host_state *host, const struct intake_record *record);

/**
 * intake_is_copied_banner() - check for the text of /proc/version in the middle of a boot
 *
 * A program that prints /proc/version prints the banner of the running kernel once more.
 */
bool intake_is_copied_banner(const struct intake_host_state *host,
			     const struct intake_record *record);

/**
 * intake_is_odd_line() - check for a single line inside a report whose time is earlier than the
 * times of the other lines
 */
bool intake_is_odd_line(struct intake_host_state *host, const struct intake_record *record);

/**
 * intake_clock_of() - return the time of a record; 0 if the record is not from the kernel or has no
 * usable time
 */
uint64_t intake_clock_of(const struct intake_host_state *host, const struct intake_record *record);

/**
 * intake_count_learning() - update the number of hosts whose first lines are still being read; call
 * after any change of the facts
 */
void intake_count_learning(struct intake_recogniser *recogniser, struct intake_host_state *host);

#endif /* LINEAGE_INTAKE_RECOGNISE_BOOTS_H */
